"""The entries of a generation, in the order of its matrices' rows."""

import json
from collections.abc import Sequence
from pathlib import Path

from index.entry import Entry


def write_entries(folder: Path, entries: Sequence[Entry]) -> None:
    """The entries as JSON lines, in the order of the matrices' rows."""
    lines = [json.dumps([e.document, e.kind, e.text, e.targets]) for e in entries]
    (folder / "entries.jsonl").write_text("\n".join(lines), encoding="utf-8")


def read_entries(folder: Path) -> list[Entry]:
    """What ``write_entries`` wrote."""
    lines = (folder / "entries.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    return [Entry(document, kind, text, tuple(targets)) for document, kind, text, targets in rows]
