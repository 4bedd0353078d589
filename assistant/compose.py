"""Composes answers out of exact quotes, and refusals that help."""

import re
from collections.abc import Sequence

from assistant.reply import Answer, Citation, Refusal, Statement
from corpus import Document, Lesson, blocks, sentences, swedish_date

_NEAREST_SHOWN = 3
_WANTS_NUMBER = re.compile(r"\bhur (?:många|mycket|lång)|\bhow (?:many|much)|kosta", re.I)
_WORDS = re.compile(r"\w{3,}")


def quote_lesson(lesson: Lesson, question: str, short_name: str = "") -> tuple[Statement, ...]:
    """The lesson's answering sentence first, then, if that was not its beginning, the whole.

    A lesson is short and speaks best in its own words, so it is never shortened.
    """
    parts = sentences(lesson.text)
    best = max(parts, key=lambda part: _answering(part, question))
    lead = [best] if best != parts[0] else []
    shown = lead + [block for block in blocks(lesson.text) if block not in lead]
    return tuple(
        Statement(quote, Citation(lesson.document, lesson.number, quote, short_name))
        for quote in shown
    )


def quote_summary(document: Document, quote: str, short_name: str = "") -> Statement:
    """One exact sentence of the summary."""
    return Statement(quote, Citation(document.name, None, quote, short_name))


def source_line(documents: Sequence[Document]) -> str:
    """How old the sources are: politicians ask today about what was said then."""
    dated = [document for document in documents if document.date]
    if len(documents) == 1 and dated and dated[0].date:
        return f"Källan är från {swedish_date(dated[0].date)}."
    return " ".join(
        f"{document.short_name} är från {swedish_date(document.date)}."
        for document in dated
        if document.date
    )


def answer(
    statements: Sequence[Statement], documents: Sequence[Document], introduction: str = ""
) -> Answer:
    """The statements with the age of the documents that they cite."""
    cited = {statement.citation.document for statement in statements}
    sources = [document for document in documents if document.name in cited]
    return Answer(tuple(statements), introduction, source_line(sources))


def near_refusal(nearest: Sequence[Lesson]) -> Refusal:
    """No answer, but lessons that touch the subject."""
    shown = tuple(nearest[:_NEAREST_SHOWN])
    return Refusal("Lärdomarna svarar inte på det. Närmast kommer:", shown)


def absent_refusal() -> Refusal:
    """No answer, and nothing near."""
    return Refusal("Det finns inget om det i lärdomarna. Skriv ”lista alla” för att se dem.")


def missing_lessons(numbers: Sequence[int], count: int) -> Refusal:
    """A lesson was asked for by a number that no lesson has."""
    asked = " och ".join(str(number) for number in numbers)
    return Refusal(
        f"Det finns ingen lärdom {asked}. Lärdomarna är {count}, numrerade 1 till {count}."
    )


def _answering(part: str, question: str) -> float:
    """How much of the question a sentence holds; a wished-for number counts as a word."""
    asked = {word[:5] for word in _WORDS.findall(question.lower())}
    held = {word[:5] for word in _WORDS.findall(part.lower())}
    wants_number = bool(
        re.search(r"\bhur (?:många|mycket|lång)|\bhow (?:many|much)|kosta", question, re.I)
    )
    return len(asked & held) + (1.5 if wants_number and re.search(r"\d", part) else 0.0)
