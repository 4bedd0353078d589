"""Overviews: all lessons, or every lesson about a subject, not only the most likely ones."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import compose
from assistant.decision import decide
from assistant.quoting import Quotes
from assistant.reply import Answer, Refusal, Reply
from assistant.swedish import listed
from corpus import Document, Lesson, Theme

if TYPE_CHECKING:
    from index import Index

_ABOUT = 0.3
"""Least probability that a lesson is about the subject, for a list that claims to be whole."""
_MOST_LISTED = 150  # lessons of several documents, in one list
_STEM = 5  # letters that two forms of a Swedish word share


def overview(subject: str, documents: Sequence[Document], quotes: Quotes, index: "Index") -> Reply:
    """Every lesson of ``documents``, or every lesson about ``subject``, by number.

    Lessons of several documents stand under the names of their documents.
    """
    if not subject:
        return _all(documents, quotes)
    findings = index.search(subject, frozenset(document.name for document in documents))
    about = {
        (hit.document, hit.number)
        for hit in findings.hits
        if hit.number is not None and hit.score >= _ABOUT
    }
    found: dict[tuple[str, int | None], Lesson] = {}
    for document in documents:
        numbers = lessons_with_word(subject, document)
        numbers |= _by_theme(subject, document.questions.themes)
        for lesson in document.lessons:
            if lesson.number in numbers or (document.name, lesson.number) in about:
                found[document.name, lesson.number] = lesson
    if not found:
        nearest = [quotes.lesson(hit) for hit in decide(findings).nearest]
        return quotes.near_refusal(nearest) if nearest else compose.absent_refusal()
    hits = [(hit.document, hit.number) for hit in findings.hits]
    lessons = [found[place] for place in dict.fromkeys([*hits, *found]) if place in found]
    noun = "En lärdom" if len(lessons) == 1 else f"{len(lessons)} lärdomar"
    return _listed(lessons, quotes, f"{noun} om {subject}:", subject)


def _all(documents: Sequence[Document], quotes: Quotes) -> Reply:
    lessons = [lesson for document in documents for lesson in document.lessons]
    if len(documents) > 1 and len(lessons) > _MOST_LISTED:
        names = [document.short_name for document in documents]
        return Refusal(
            f"Här finns {len(lessons)} lärdomar i {len(documents)} dokument: {listed(names)}. "
            f"Skriv till exempel ”lista alla lärdomar i {names[0]}”, eller fråga om ett ämne."
        )
    return _listed(lessons, quotes, "Alla lärdomar:")


def _listed(
    lessons: Sequence[Lesson], quotes: Quotes, introduction: str, subject: str = ""
) -> Reply:
    names = list(dict.fromkeys(lesson.document for lesson in lessons))
    ordered = sorted(lessons, key=lambda lesson: names.index(lesson.document))
    statements = [statement for lesson in ordered for statement in quotes.listed(lesson, subject)]
    if len(names) < 2:
        return compose.answer(statements, quotes.documents, introduction)
    headings = [compose.heading(quotes.document(name)) for name in names]
    return Answer(tuple(statements), introduction, headings=tuple(headings))


def lessons_with_word(subject: str, document: Document) -> set[int]:
    """Lessons that hold a word of the subject, in any inflection or compound."""
    stems = [word[:_STEM] for word in re.findall(r"\w{4,}", subject.lower())]
    return {
        lesson.number
        for lesson in document.lessons
        if any(stem in f"{lesson.heading} {lesson.text}".lower() for stem in stems)
    }


def _by_theme(subject: str, themes: Sequence[Theme]) -> set[int]:
    """The lessons of a theme that the subject calls by its name, or by a part of its name."""
    wanted = subject.lower().strip()
    return {
        number
        for theme in themes
        if wanted in (theme.name.lower(), *re.split(r",\s*|\s+och\s+", theme.name.lower()))
        for number in theme.lessons
    }
