"""Writes lessons as the documents that a user would have: 40 lessons in each."""

from collections.abc import Sequence
from pathlib import Path

from bench.synthetic import SyntheticLesson

LESSONS_A_DOCUMENT = 40
_HEAD = """---
title: "Erfarenheter från kommun {number}"
short_name: "Kommun {number}"
event: "Erfarenhetskonferens {number}"
date: {year}-10-28
place: "Kommun {number}"
organiser: "Nätverket {number}"
---

Kommun {number} har samlat {count} lärdomar från sin omställning.

"""


def write_documents(
    lessons: Sequence[SyntheticLesson], folder: Path, each: int = LESSONS_A_DOCUMENT
) -> None:
    """One Markdown file for every ``each`` lessons, without an editor's file."""
    folder.mkdir(parents=True)
    for start in range(0, len(lessons), each):
        own = lessons[start : start + each]
        number = start // each
        head = _HEAD.format(number=number, year=2000 + number % 25, count=len(own))
        body = "".join(f"{place}. {lesson.text}\n" for place, lesson in enumerate(own, 1))
        (folder / f"{document_name(number)}.md").write_text(head + body, encoding="utf-8")


def document_name(number: int) -> str:
    """The name of document ``number``, such that names sort as numbers do."""
    return f"kommun-{number:05d}"


def number_of(document: str, lesson: int, each: int = LESSONS_A_DOCUMENT) -> int:
    """The number in the whole corpus of a ``lesson`` (from 1) of a ``document``."""
    return int(document.removeprefix("kommun-")) * each + lesson - 1
