"""What goes in and comes out: questions, turns, and the two kinds of reply.

Not knowing is a value, ``Refusal``; failing is an exception.
"""

from dataclasses import dataclass
from itertools import groupby

from corpus import Lesson, parts


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands: a lesson (or the summary, for None) and an exact slice of it."""

    document: str
    lesson: int | None
    quote: str
    short_name: str = ""
    """The document's short name, where more than one document is loaded."""
    paragraph: int | None = None
    """The paragraph of a long lesson that has several."""
    heading: str = ""
    """What stands above the passage, in a document without numbered lessons."""

    @property
    def label(self) -> str:
        """The citation as it stands in a text.

        ``[Lärdom 7]``, ``[Norrbro 2024, lärdom 7, stycke 2]``, ``[Avsnitt 3: Mark]``.
        """
        place = place_name(self.lesson, self.heading)
        if self.paragraph is not None:
            place += f", stycke {self.paragraph}"
        if self.short_name:
            return f"[{self.short_name}, {place}]"
        return f"[{place[0].upper()}{place[1:]}]"


def place_name(lesson: int | None, heading: str = "") -> str:
    """What a place in a document is called: ``lärdom 7``, ``avsnitt 3: Mark``."""
    if lesson is None:
        return "sammanfattningen"
    return f"avsnitt {lesson}: {heading}" if heading else f"lärdom {lesson}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the citation that carries it."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the statements of one document: its name, and the age of the source."""

    document: str
    title: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the lessons say, most important first; never without a citation.

    ``introduction`` is a line of the assistant's own before the statements ("Två lärdomar …"),
    ``source`` the line with the source's age after them. An answer by document has a heading for
    each document, whose statements stand together, and ``silent``, a line on those that do not
    answer.
    """

    statements: tuple[Statement, ...]
    introduction: str = ""
    source: str = ""
    headings: tuple[Heading, ...] = ()
    silent: str = ""

    def __post_init__(self) -> None:
        if not self.statements:
            raise ValueError("an answer without a citation is no answer; reply with a Refusal")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citation of each statement, in order."""
        return tuple(statement.citation for statement in self.statements)

    @property
    def sections(self) -> tuple[tuple[Heading | None, tuple[Statement, ...]], ...]:
        """The statements below their headings; in an answer that has none, all below None."""
        if not self.headings:
            return ((None, self.statements),)
        by_name = {heading.document: heading for heading in self.headings}
        return tuple(
            (by_name.get(name), tuple(said))
            for name, said in groupby(self.statements, lambda said: said.citation.document)
        )

    @property
    def text(self) -> str:
        """The answer as plain text, ready for a memo."""
        paragraphs = [self.introduction]
        for heading, statements in self.sections:
            lines = [f"{said.text} {said.citation.label}" for said in statements]
            if len(lines) > 1 or heading:
                lines = [f"– {line}" for line in lines]
            if heading:
                lines = [f"{heading.title}. {heading.source}".strip(), *lines]
            paragraphs.append("\n".join(lines))
        paragraphs += [self.silent, self.source]
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The lessons hold no answer; ``suggestions`` are the nearest lessons, best first, if any.

    ``short_names`` are the names of their documents, where more than one document is loaded.
    """

    message: str
    suggestions: tuple[Lesson, ...] = ()
    short_names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The refusal as plain text, the suggested lessons in full; of long ones the beginning."""
        names = self.short_names or ("",) * len(self.suggestions)
        lines = [
            f"– {_named(lesson, name)}: {_beginning(lesson)}"
            for lesson, name in zip(self.suggestions, names, strict=True)
        ]
        return "\n\n".join([self.message, "\n".join(lines)] if lines else [self.message])


def _named(lesson: Lesson, short_name: str) -> str:
    place = place_name(lesson.number, lesson.heading)
    return f"{short_name}, {place}" if short_name else f"{place[0].upper()}{place[1:]}"


def _beginning(lesson: Lesson) -> str:
    first = parts(lesson.text)[0].text
    return first if first == lesson.text else f"{first} …"


Reply = Answer | Refusal


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked, and what was replied."""

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked now, and the turns before it, oldest first.

    ``documents`` (names or short names) and ``year`` limit the answer to these documents; without
    them all are asked.
    """

    text: str
    history: tuple[Turn, ...] = ()
    documents: tuple[str, ...] = ()
    year: int | None = None
