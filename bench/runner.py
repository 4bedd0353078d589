"""Runs the stages of a plan, one process after the other, and keeps what each has found."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.environments import PeerMissing, python_of, script_of, set_up
from bench.plan import Stage
from bench.task import FOUND, Layout
from index import MODEL

_PEER_SHARE = 0.25  # of a peer's time, at most, for each of its three ways
_INSTALLING = 900.0


class StageFailed(Exception):
    """A stage did not come to its end; says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where a run keeps its files, how it tells what it does, and when it has to be done."""

    work: Path
    tell: Callable[[str], None]
    ends: float
    patience: float = 1.0
    """By how much the limits of the stages are stretched."""
    resume: bool = False
    missing: dict[str, str] = field(default_factory=dict)
    """Peers that could not be installed, and why."""

    def file(self, name: str) -> Path:
        """The file of a stage's result."""
        return self.work / FOUND / f"{name}.json"


def install_peers(peers: tuple[str, ...], tell: Callable[[str], None]) -> dict[str, str]:
    """Sets up the environments of ``peers``; which ones could not be, and why."""
    missing = {}
    for peer in peers:
        try:
            set_up(peer, tell, _INSTALLING)
        except PeerMissing as error:
            tell(f"    {error}")
            missing[peer] = str(error)
    return missing


def run_stages(run: Run, stages: tuple[Stage, ...]) -> dict[str, Any]:
    """What every stage found, by its name; ``{"failed": why}`` for one that did not end well."""
    found: dict[str, Any] = {}
    run.file("x").parent.mkdir(parents=True, exist_ok=True)
    for number, stage in enumerate(stages, 1):
        kept = _kept(run.file(stage.name)) if run.resume else None
        if kept is not None:
            found[stage.name] = kept
            continue
        run.tell(f"[{number} of {len(stages)}] {stage.name}")
        started = time.monotonic()
        found[stage.name] = _found(run, stage, found)
        took = f"{time.monotonic() - started:.0f} s"
        why = found[stage.name].get("failed")
        run.tell(f"    {took}" + (f", failed: {why}" if why else ""))
    return found


def _found(run: Run, stage: Stage, before: dict[str, Any]) -> dict[str, Any]:
    try:
        broken = [need for need in stage.needs if "failed" in before.get(need, {"failed": ""})]
        if broken:
            raise StageFailed(f"{broken[0]} is missing")
        if stage.peer in run.missing:
            raise StageFailed(run.missing[stage.peer])
        limit = min(stage.limit * run.patience, run.ends - time.monotonic())
        if limit < 1:
            raise StageFailed("no time left")
        run.file(stage.name).unlink(missing_ok=True)
        _execute(run, stage, limit)
        return dict(json.loads(run.file(stage.name).read_text(encoding="utf-8")))
    except StageFailed as error:
        return {"failed": str(error)}


def _execute(run: Run, stage: Stage, limit: float) -> None:
    file = run.file(stage.name)
    if stage.peer:
        layout = Layout(run.work, stage.size)
        command = [str(python_of(stage.peer)), str(script_of(stage.peer)), str(layout.peers)]
        command += [str(stage.size), str(MODEL), str(file), str(limit * _PEER_SHARE)]
    else:
        command = [sys.executable, "-m", "bench", "stage", stage.kind, str(stage.size)]
        command += ["--work", str(run.work), "--result", str(file)]
    log = run.work / f"{stage.name}.log"
    with log.open("w", encoding="utf-8") as written:
        try:
            done = subprocess.run(
                command, check=False, stdout=written, stderr=written, timeout=limit
            )
        except subprocess.TimeoutExpired as error:
            raise StageFailed(f"not done within {limit:.0f} s") from error
    if done.returncode or not file.exists():
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise StageFailed(lines[-1][:200] if lines else f"exit status {done.returncode}")


def _kept(file: Path) -> dict[str, Any] | None:
    """What an earlier run found; a stage that failed then is tried again."""
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
