"""``python -m bench``: measures the assistant beside its peers, and writes tables and a plot."""

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.environments import PEERS
from bench.plan import plan
from bench.report import machine, write_report
from bench.runner import Run, install_peers, run_stages
from bench.task import Layout, clear, lay_out

_HERE = Path(__file__).parent
_SIZES = (30, 1_000, 10_000, 100_000)
_MINUTES = 30.0


def main() -> int:
    arguments = _parser().parse_args()
    return int(arguments.act(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="lessons")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--minutes", type=float, default=_MINUTES, help="the most that a run takes")
    parser.add_argument(
        "--resume", action="store_true", help="keep what an interrupted run has found"
    )
    parser.add_argument("--work", type=Path, default=_HERE / ".work")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    parser.set_defaults(act=_run)
    stage = parser.add_subparsers(metavar="stage").add_parser("stage", help="one stage of a run")
    stage.add_argument("kind", choices=["embed", "build", "questions", "limits", "starts", "load"])
    stage.add_argument("size", type=int)
    stage.add_argument("--work", type=Path, required=True)
    stage.add_argument("--result", type=Path, required=True)
    stage.set_defaults(act=_stage)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    missing = install_peers(tuple(arguments.peers), _tell)
    started = time.monotonic()
    stages = plan(tuple(arguments.sizes), tuple(arguments.peers))
    _tell(f"{len(stages)} stages, at most {arguments.minutes:.0f} minutes")
    if not arguments.resume:
        clear(arguments.work)
        for size in sorted(arguments.sizes, reverse=True):
            lay_out(arguments.work, size)
    ends = started + 60 * arguments.minutes
    patience = max(1.0, arguments.minutes / _MINUTES)
    run = Run(arguments.work, _tell, ends, patience, arguments.resume, missing)
    found = run_stages(run, stages)
    about = machine(time.monotonic() - started, arguments.resume)
    text = write_report(arguments.results, tuple(arguments.sizes), found, about)
    print(text)
    return 0


def _stage(arguments: argparse.Namespace) -> int:
    layout = Layout(arguments.work, arguments.size)
    found = _measured(arguments.kind, layout)
    text = json.dumps(found, default=dataclasses.asdict, ensure_ascii=False, indent=1)
    arguments.result.write_text(text, encoding="utf-8")
    return 0


def _measured(kind: str, layout: Layout) -> dict[str, Any]:
    """Imports only what the stage needs: its memory is measured, and its start."""
    if kind == "questions":
        from bench.asking import measure_questions

        return measure_questions(layout)
    if kind == "build":
        from bench.building import measure_builds

        return measure_builds(layout)
    if kind == "starts":
        from bench.starting import measure_starts

        return measure_starts(layout)
    if kind == "load":
        from bench.load import measure_load

        return measure_load(layout)
    from bench.bare import embed_all, limits

    return embed_all(layout, print) if kind == "embed" else limits(layout)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
