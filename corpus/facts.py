"""Questions about the document itself, answered from its summary, for any document.

An editor who writes a ``summary`` section knows better; then these are left out.
"""

import datetime
import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from corpus.document import SummaryQuestions

_FILE = Path(__file__).with_suffix(".yaml")
MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
_PURPOSE = re.compile(r"syfte|avsikt|introduktion|handbok|checklista|sammanställning", re.I)


def swedish_date(date: datetime.date) -> str:
    """The date as Swedish text: ``28 oktober 2020``."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def fact_questions(
    sentences: tuple[str, ...],
    *,
    title: str,
    date: datetime.date | None,
    place: str,
    organiser: str,
    lesson_count: int,
) -> tuple[SummaryQuestions, ...]:
    """For each fact that a sentence of the summary holds: the sentence, and how people ask."""
    quotes = {
        "when": _first_with(sentences, swedish_date(date)) if date else None,
        "where": _first_with(sentences, place.split(",", maxsplit=1)[0]),
        "who": _first_with(sentences, organiser),
        "title": _first_with(sentences, title),
        "count": _first_with(sentences, f"{lesson_count} "),
        "purpose": next((text for text in sentences if _PURPOSE.search(text)), None),
    }
    by_quote: dict[str, list[str]] = {}
    for fact, quote in quotes.items():
        if quote:
            by_quote.setdefault(quote, []).extend(_questions()[fact])
    return tuple(SummaryQuestions(quote, tuple(asked)) for quote, asked in by_quote.items())


def _first_with(sentences: tuple[str, ...], wanted: str) -> str | None:
    return next((text for text in sentences if wanted and wanted in text), None)


@cache
def _questions() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return loaded
