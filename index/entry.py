"""What is indexed: texts of the source, and the questions that point at them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus import Document, Lesson, SummaryQuestions, fact_questions, parts, sentences

Kind = Literal["text", "answered", "unanswered"]
Target = int | str
"""What an entry points at: a lesson's number, or an exact quote from the summary."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One indexed text: a slice of the source, or a question about it.

    ``targets`` are where it leads: the lesson a text stands in or a question is answered by, or
    the lessons nearest to an unanswered question (none if it is beside the document's subject).
    """

    document: str
    kind: Kind
    text: str
    targets: tuple[Target, ...]

    @property
    def key(self) -> str:
        """The same for the same entry in every build."""
        return _hash("\x00".join([self.document, self.kind, self.text, repr(self.targets)]))

    @property
    def text_key(self) -> str:
        """The same for the same text, wherever it stands: under it lies its vector."""
        return _hash(self.text)


def document_entries(document: Document) -> Iterator[Entry]:
    """Every entry of ``document``: lessons whole and by sentence, the summary, the questions."""
    for lesson in document.lessons:
        for text in _whole_and_parts(lesson):
            yield Entry(document.name, "text", text, (lesson.number,))
    about_document = _summary_questions(document)
    quotes = [quoted.quote for quoted in about_document]
    for sentence in dict.fromkeys([*sentences(document.summary.text), *quotes]):
        yield Entry(document.name, "text", sentence, (sentence,))
    answered: dict[str, list[Target]] = {}
    for number, questions in document.questions.answered:
        for question in questions:
            answered.setdefault(question, []).append(number)
    for quoted in about_document:
        for question in quoted.questions:
            answered.setdefault(question, []).append(quoted.quote)
    for question, targets in answered.items():
        yield Entry(document.name, "answered", question, tuple(targets))
    for unanswered in dict.fromkeys(document.questions.unanswered):
        yield Entry(document.name, "unanswered", unanswered.text, unanswered.nearest)


def _whole_and_parts(lesson: Lesson) -> tuple[str, ...]:
    """A long lesson by part as well, and the heading of one that has a heading."""
    pieces = sentences(lesson.text)
    long = [part.text for part in parts(lesson.text)]
    heading = [lesson.heading] if lesson.heading else []
    return tuple(dict.fromkeys([lesson.text, *long, *pieces, *heading]))


def _summary_questions(document: Document) -> tuple[SummaryQuestions, ...]:
    return document.questions.summary or fact_questions(
        sentences(document.summary.text),
        title=document.title,
        date=document.date,
        place=document.place,
        organiser=document.organiser,
        lesson_count=len(document.lessons),
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
