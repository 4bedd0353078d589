"""What is known: a document with its summary, its numbered lessons and the editor's questions."""

import datetime
import re
from dataclasses import dataclass
from typing import ClassVar

# People ask in several languages and in all kinds of haste; these open a conversation well.
_PRESENTABLE = re.compile(
    r"(?=.{25,75}$)(?:Hur|Vad|Vilka|Vilken|Vilket|Varför|Vem|Bör|Måste|Räcker) [^,.]+\?"
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One numbered lesson; ``text`` is the source's own, a nested list on lines of its own.

    In a document without numbered lessons the passages under its headings are numbered in their
    order; then ``heading`` is what stands above this one, and no part of its text.
    """

    document: str
    number: int
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the source says before its first lesson."""

    number: ClassVar[None] = None
    document: str
    text: str


Passage = Lesson | Summary


@dataclass(frozen=True, slots=True)
class SummaryQuestions:
    """Questions that one exact ``quote`` from the summary answers."""

    quote: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that the document does not answer, and the lessons nearest to it, if any."""

    text: str
    nearest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A named group of lessons, and other ``words`` by which people call it."""

    name: str
    lessons: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditorQuestions:
    """The editor's file: how people ask, what is not answered, and which lessons go together."""

    answered: tuple[tuple[int, tuple[str, ...]], ...] = ()
    summary: tuple[SummaryQuestions, ...] = ()
    unanswered: tuple[UnansweredQuestion, ...] = ()
    themes: tuple[Theme, ...] = ()

    def for_lesson(self, number: int) -> tuple[str, ...]:
        """The questions that lesson ``number`` answers."""
        return dict(self.answered).get(number, ())

    def presentable(self, number: int) -> tuple[str, ...]:
        """Those of lesson ``number`` that suit as a suggestion: Swedish, whole, not too long."""
        return tuple(text for text in self.for_lesson(number) if _PRESENTABLE.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Document:
    """One source document. ``name`` is its file's name without ``.md`` and never changes."""

    name: str
    title: str
    short_name: str
    event: str
    date: datetime.date | None
    place: str
    organiser: str
    summary: Summary
    lessons: tuple[Lesson, ...]
    questions: EditorQuestions

    def lesson(self, number: int) -> Lesson | None:
        """The lesson of that number, or None if the document has no such lesson."""
        return self.lessons[number - 1] if 1 <= number <= len(self.lessons) else None

    def passage(self, number: int | None) -> Passage:
        """The lesson of that number, or the summary for None."""
        return self.summary if number is None else self.lessons[number - 1]
