"""The soak of ``make soak`` for some seconds: it follows every rebuild and meets no error."""

import os
import re
import subprocess
import sys
from pathlib import Path


def test_clients_ask_while_the_index_is_rebuilt_and_meet_no_error() -> None:
    """Whether memory grows takes longer to see; here it is only told."""
    program = Path(__file__).with_name("soak.py")
    options = ["--quick", "--minutes", "0.12", "--every", "2", "--pause", "0.2"]
    done = subprocess.run(
        [sys.executable, str(program), *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=program.parent.parent,
        env={**os.environ, "PYTHONPATH": str(program.parent.parent)},
    )
    told = re.search(r"(\d+) rebuilds, (\d+) followed; (\d+) errors", done.stdout)
    assert told, done.stderr
    rebuilt, followed, errors = map(int, told.groups())
    assert rebuilt == followed >= 1 and errors == 0, done.stdout
    assert re.search(r"memory \d+ MB after", done.stdout)
