"""Composes answers out of exact quotes, and refusals that help."""

import re
from collections.abc import Mapping, Sequence

from assistant.reply import Answer, Citation, Heading, Refusal, Statement
from assistant.swedish import listed
from corpus import Document, Lesson, Part, blocks, sentences, swedish_date

_NEAREST_SHOWN = 3
_LESSONS_TO_CHOOSE = 6
_AT_A_GLANCE = 120  # characters
_WORDS = re.compile(r"\w{3,}")


def quote_lesson(
    lesson: Lesson, question: str, short_name: str = "", part: Part | None = None
) -> tuple[Statement, ...]:
    """The answering sentence first, then, if that was not the beginning, the whole.

    What a glance takes in is not said twice. A lesson is short and speaks best in its own words,
    so it is never shortened; of a long one ``part`` is quoted.
    """
    text = part.text if part else lesson.text
    pieces = sentences(text)
    best = max(pieces, key=lambda piece: _answering(piece, question))
    lead = [best] if best != pieces[0] and len(text) > _AT_A_GLANCE else []
    shown = lead + [block for block in blocks(text) if block not in lead]
    paragraph = part.paragraph if part else None
    return tuple(
        Statement(
            " ".join(quote.split()),
            Citation(lesson.document, lesson.number, quote, short_name, paragraph, lesson.heading),
        )
        for quote in shown
    )


def quote_summary(document: Document, quote: str, short_name: str = "") -> Statement:
    """One exact sentence of the summary."""
    return Statement(" ".join(quote.split()), Citation(document.name, None, quote, short_name))


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


def heading(document: Document) -> Heading:
    """The name of a document, and how old it is."""
    return Heading(document.name, document.short_name, source_line([document]))


def answer(
    statements: Sequence[Statement], documents: Sequence[Document], introduction: str = ""
) -> Answer:
    """The statements with the age of the documents that they cite."""
    cited = {statement.citation.document for statement in statements}
    sources = [document for document in documents if document.name in cited]
    return Answer(tuple(statements), introduction, source_line(sources))


def near_refusal(nearest: Sequence[Lesson], short_names: Sequence[str] = ()) -> Refusal:
    """No answer, but lessons that touch the subject.

    ``short_names``: of their documents, where more than one document is loaded.
    """
    shown = tuple(nearest[:_NEAREST_SHOWN])
    return Refusal(
        "Lärdomarna svarar inte på det. Närmast kommer:", shown, tuple(short_names[: len(shown)])
    )


def absent_refusal() -> Refusal:
    """No answer, and nothing near."""
    return Refusal("Det finns inget om det i lärdomarna. Skriv ”lista alla” för att se dem.")


def missing_lessons(numbers: Sequence[int], documents: Sequence[Document]) -> Refusal:
    """A lesson was asked for by a number that no lesson of ``documents`` has."""
    asked = " och ".join(str(number) for number in numbers)
    if len(documents) > 1:
        sizes = [f"{document.short_name} har {len(document.lessons)}" for document in documents]
        return Refusal(f"Det finns ingen lärdom {asked}. {listed(sizes)} lärdomar.")
    count = len(documents[0].lessons)
    if documents[0].lessons[0].heading:
        return Refusal(
            f"Det finns inget avsnitt {asked}. Avsnitten är {count}, numrerade 1 till {count}."
        )
    return Refusal(
        f"Det finns ingen lärdom {asked}. Lärdomarna är {count}, numrerade 1 till {count}."
    )


def which_document(lessons: Sequence[Lesson], short_names: Mapping[str, str]) -> Refusal:
    """Lessons of several documents were asked for by number; ``short_names``: by document."""
    names = list(short_names.values())
    numbers = list(dict.fromkeys(lesson.number for lesson in lessons))
    # "The last lesson" has another number in every document.
    same = len(numbers) * len(names) == len(lessons)
    asked = f"Nummer {' och '.join(map(str, numbers))}" if same else "En sådan lärdom"
    shown = tuple(lessons[:_LESSONS_TO_CHOOSE])
    return Refusal(
        f"{asked} finns i flera dokument: {listed(names)}. Vilket menar du? "
        f"Svara till exempel ”{names[0]}”.",
        shown,
        tuple(short_names[lesson.document] for lesson in shown),
    )


def _answering(part: str, question: str) -> float:
    """How much of the question a sentence holds; a wished-for number counts as a word."""
    asked = {word[:5] for word in _WORDS.findall(question.lower())}
    held = {word[:5] for word in _WORDS.findall(part.lower())}
    wants_number = bool(
        re.search(r"\bhur (?:många|mycket|lång)|\bhow (?:many|much)|kosta", question, re.I)
    )
    return len(asked & held) + (1.5 if wants_number and re.search(r"\d", part) else 0.0)
