"""The peers' own environments: one each, made once, with the versions that are written down."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_HERE = Path(__file__).parent
_SCRIPTS = _HERE / "peers"
_ENVIRONMENTS = _HERE / ".environments"
_DONE = ".installed"
PEERS = ("langchain", "llamaindex", "haystack", "txtai")


class PeerMissing(Exception):
    """A peer could not be installed; says why."""


def python_of(peer: str) -> Path:
    """The interpreter of the environment of ``peer``."""
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return _ENVIRONMENTS / peer / folder / "python"


def script_of(peer: str) -> Path:
    """The script that asks ``peer``."""
    return _SCRIPTS / f"ask_{peer}.py"


def set_up(peer: str, tell: Callable[[str], None], limit: float) -> None:
    """Makes the environment of ``peer`` unless it is there as it is written down.

    Raises PeerMissing if it cannot be installed within ``limit`` seconds.
    """
    wanted = _SCRIPTS / f"{peer}.txt"
    constraints = _SCRIPTS / f"{peer}.constraints.txt"
    versions = wanted.read_text(encoding="utf-8") + constraints.read_text(encoding="utf-8")
    done = _ENVIRONMENTS / peer / _DONE
    if done.exists() and done.read_text(encoding="utf-8") == versions:
        return
    tell(f"installing {peer} …")
    _run([sys.executable, "-m", "venv", str(_ENVIRONMENTS / peer)], peer, limit)
    install = [str(python_of(peer)), "-m", "pip", "--disable-pip-version-check", "install"]
    _run(
        [*install, "--quiet", "--requirement", str(wanted), "--constraint", str(constraints)],
        peer,
        limit,
    )
    done.write_text(versions, encoding="utf-8")


def _run(command: list[str], peer: str, limit: float) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired as error:
        raise PeerMissing(f"{peer}: not installed within {limit:.0f} s") from error
    except (subprocess.CalledProcessError, OSError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise PeerMissing(f"{peer}: {said[-1] if said else 'cannot be installed'}") from error
