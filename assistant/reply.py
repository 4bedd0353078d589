"""What goes in and comes out: questions, turns, and the two kinds of reply.

Not knowing is a value, ``Refusal``; failing is an exception.
"""

from dataclasses import dataclass
from typing import Literal

from corpus import Lesson


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands: a lesson (or the summary, for None) and an exact slice of it."""

    document: str
    lesson: int | None
    quote: str
    short_name: str = ""
    """The document's short name, where more than one document is loaded."""

    @property
    def label(self) -> str:
        """The citation as it stands in a text: ``[Lärdom 7]``, ``[Norrbro 2024, lärdom 7]``."""
        place = "sammanfattningen" if self.lesson is None else f"lärdom {self.lesson}"
        return f"[{self.short_name}, {place}]" if self.short_name else f"[{place.capitalize()}]"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the citation that carries it."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """What the lessons say, most important first; never without a citation.

    ``introduction`` is a line of the assistant's own before the statements ("Två lärdomar …"),
    ``source`` the line with the source's age after them, ``note`` one on how the answer came
    about. ``mode`` says who phrased it: the lessons themselves, or a language model.
    """

    statements: tuple[Statement, ...]
    introduction: str = ""
    source: str = ""
    mode: Literal["extractive", "model"] = "extractive"
    note: str = ""

    def __post_init__(self) -> None:
        if not self.statements:
            raise ValueError("an answer without a citation is no answer; reply with a Refusal")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citation of each statement, in order."""
        return tuple(statement.citation for statement in self.statements)

    @property
    def text(self) -> str:
        """The answer as plain text, ready for a memo."""
        lines = [f"{said.text} {said.citation.label}" for said in self.statements]
        if len(lines) > 1:
            lines = [f"– {line}" for line in lines]
        paragraphs = [self.introduction, "\n".join(lines), self.note, self.source]
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The lessons hold no answer; ``suggestions`` are the nearest lessons, best first, if any."""

    message: str
    suggestions: tuple[Lesson, ...] = ()

    @property
    def text(self) -> str:
        """The refusal as plain text, the suggested lessons in full."""
        lines = [f"– Lärdom {lesson.number}: {lesson.text}" for lesson in self.suggestions]
        return "\n\n".join([self.message, "\n".join(lines)] if lines else [self.message])


Reply = Answer | Refusal


@dataclass(frozen=True, slots=True)
class Draft:
    """What a language model has written so far, not proved yet: shown as such, never kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked, and what was replied."""

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked now, and the turns before it, oldest first."""

    text: str
    history: tuple[Turn, ...] = ()
