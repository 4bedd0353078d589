"""Writes what a run has found: everything as JSON, the tables as Markdown, a plot as PNG."""

import dataclasses
import datetime
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import rows
from bench.aims import AIMS, Found
from bench.plot import draw
from bench.table import figure, table

_AT_ONCE = "Allt i en och samma körning"
_RESUMED = "Delar är från körningen dessförinnan, på samma maskin"


@dataclass(frozen=True, slots=True)
class Machine:
    """What a run was made on, and when."""

    date: str
    system: str
    processor: str
    cores: int
    python: str
    load: str
    minutes: float
    resumed: bool = False
    """Whether some of it was found by the run before, on the same machine."""


def machine(seconds: float, resumed: bool = False) -> Machine:
    """This machine, at the end of a run of so many ``seconds``."""
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg()) if hasattr(os, "getloadavg") else ""
    return Machine(
        datetime.datetime.now().astimezone().isoformat(timespec="minutes"),
        platform.system(),
        _processor(),
        os.cpu_count() or 1,
        platform.python_version(),
        load,
        seconds / 60,
        resumed,
    )


def write_report(folder: Path, sizes: Sequence[int], found: Found, about: Machine) -> str:
    """Writes ``results.json``, ``RESULTS.md`` and ``results.png``; returns the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = {"machine": dataclasses.asdict(about), "found": found}
    text = json.dumps(everything, ensure_ascii=False, indent=1)
    (folder / "results.json").write_text(text, encoding="utf-8")
    draw(folder / "results.png", sizes, found)
    markdown = "\n\n".join(_sections(sorted(sizes), found, about)) + "\n"
    (folder / "RESULTS.md").write_text(markdown, encoding="utf-8")
    return markdown


def _sections(sizes: Sequence[int], found: Found, about: Machine) -> Iterator[str]:
    yield "# Uppmätt fart"
    yield (
        f"{about.date}, {about.cores} kärnor ({about.processor}), {about.system}, "
        f"Python {about.python}, {about.minutes:.0f} minuter, last {about.load or '–'}. "
        f"{_RESUMED if about.resumed else _AT_ONCE}; jämför kvoter hellre än millisekunder."
    )
    yield "## Mål\n\n" + table(["", "mål", "uppmätt", "nått"], [aim.row(found) for aim in AIMS])
    heads = ["", *(f"{figure(size)} lärdomar" for size in sizes)]
    yield (
        "## Från fråga till rätt lärdom, inbäddningen inräknad\n\n"
        "Median / 95:e percentil i ms · andel frågor med rätt lärdom bland de tre första.\n\n"
        + table(heads, rows.retrieval_rows(sizes, found))
    )
    yield (f"## Median mot {rows.OWN}\n\n" + table(heads, rows.ratio_rows(sizes, found)))
    yield (
        "## En varm fråga, steg för steg\n\nMedian / 95:e percentil i ms.\n\n"
        + table(heads, rows.stage_rows(sizes, found))
    )
    yield "## Index\n\n" + table(heads, rows.build_rows(sizes, found))
    yield "## Minne och uppstart i varje storlek\n\n" + table(heads, rows.memory_rows(sizes, found))
    smallest = min(sizes)
    yield "## Från processens start\n\n" + table(["", ""], rows.start_rows(smallest, found))
    yield "## Frågor i sekunden\n\n" + table(
        ["", "frågor/s", "median ms", "p95 ms"], rows.load_rows(smallest, found)
    )
    yield "## Versioner\n\n" + "\n".join(rows.versions(sizes, found))
    failed = [f"- {name}: {one['failed']}" for name, one in found.items() if "failed" in one]
    if failed:
        yield "## Ej uppmätt\n\n" + "\n".join(failed)


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
