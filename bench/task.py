"""Lays out what is measured at one size: documents, passages and questions.

30 lessons are the repository's own document with its editor's file and questions that people
asked; every other size is synthetic. The peers read the same lessons and questions as JSON lines.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.documents import document_name, number_of, write_documents
from bench.material import read_material
from bench.synthetic import KnownQuestion, questions_about, synthetic_lessons
from corpus import DOCUMENTS, read_corpus

REAL = 30
QUESTIONS = 100
FOUND = "found"
"""The folder with what each stage has found."""
_ASKED = Path(__file__).parent.parent / "tests" / "dev.jsonl"
_SMALLEST = 1_000  # the questions are about these first lessons, so every size can be asked them


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one size's files are; ``work`` is the folder of the whole run."""

    work: Path
    size: int

    @property
    def documents(self) -> Path:
        """The folder that the index is built over."""
        return self.work / f"documents-{self.size}"

    @property
    def store(self) -> Path:
        """The folder of the index."""
        return self.work / f"store-{self.size}"

    @property
    def peers(self) -> Path:
        """The folder with passages, vectors and questions. Synthetic sizes share the largest's."""
        return self.work / ("peers-real" if self.size == REAL else "peers-synthetic")

    def number(self, document: str, lesson: int) -> int:
        """The number of a lesson that was found, as the questions know it."""
        return lesson - 1 if self.size == REAL else number_of(document, lesson)


def clear(work: Path) -> None:
    """Takes away what an earlier run has found and embedded."""
    for folder in (*work.glob("peers-*"), work / FOUND):
        shutil.rmtree(folder, ignore_errors=True)


def lay_out(work: Path, size: int) -> Layout:
    """Writes the documents of ``size`` lessons, and the peers' files if they hold fewer."""
    layout = Layout(work, size)
    shutil.rmtree(layout.documents, ignore_errors=True)
    if size == REAL:
        shutil.copytree(DOCUMENTS, layout.documents)
        lessons = [lesson.text for lesson in read_corpus(DOCUMENTS)[0].lessons]
        _write_peers(layout.peers, lessons, _real_questions())
        return layout
    synthetic = synthetic_lessons(read_material(), size)
    write_documents(synthetic, layout.documents)
    if _passages_in(layout.peers) < size:
        questions = questions_about(synthetic[:_SMALLEST], QUESTIONS)
        _write_peers(layout.peers, [lesson.text for lesson in synthetic], questions)
    return layout


def change_one_lesson(layout: Layout, note: str) -> None:
    """One lesson of one document gets ``note`` at its beginning, as an editor would do it."""
    name = "skelleftea-2020" if layout.size == REAL else document_name(0)
    file = layout.documents / f"{name}.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n2. ", f"\n2. {note} ", 1), encoding="utf-8")


def read_questions(layout: Layout) -> tuple[KnownQuestion, ...]:
    """The questions of this size."""
    lines = (layout.peers / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return tuple(KnownQuestion(row["text"], tuple(row["right"])) for row in rows)


def _real_questions() -> list[KnownQuestion]:
    """Those of the development set that a lesson answers in one turn."""
    rows = [json.loads(line) for line in _ASKED.read_text(encoding="utf-8").splitlines()]
    return [
        KnownQuestion(row["question"], tuple(number - 1 for number in row["gold"]))
        for row in rows
        if "question" in row and row["gold"] and all(isinstance(n, int) for n in row["gold"])
    ][:QUESTIONS]


def _write_peers(folder: Path, passages: list[str], questions: Iterable[KnownQuestion]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write_rows(folder / "passages.jsonl", [{"text": text} for text in passages])
    asked = [{"text": each.text, "right": each.right} for each in questions]
    _write_rows(folder / "questions.jsonl", asked)


def _write_rows(file: Path, rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _passages_in(folder: Path) -> int:
    file = folder / "passages.jsonl"
    return file.read_text(encoding="utf-8").count("\n") if file.exists() else 0
