"""Overviews: all lessons, or every lesson about a subject, not only the most likely ones."""

import re
from collections.abc import Sequence

from assistant import compose
from assistant.decision import decide
from assistant.reply import Reply
from corpus import Document, Lesson, Theme
from index import Hit, Index

_ABOUT = 0.3
"""Least probability that a lesson is about the subject, for a list that claims to be whole."""
_STEM = 5  # letters that two forms of a Swedish word share


def overview(subject: str, documents: Sequence[Document], index: Index) -> Reply:
    """Every lesson, or every lesson about ``subject``, by number."""
    if not subject:
        lessons = [lesson for document in documents for lesson in document.lessons]
        return _listed(lessons, documents, "Alla lärdomar:")
    findings = index.search(subject)
    found: dict[tuple[str, int], Lesson] = {}
    for document in documents:
        numbers = _by_word(subject, document) | _by_theme(subject, document.questions.themes)
        numbers |= {
            hit.number
            for hit in findings.hits
            if hit.document == document.name and hit.number and hit.score >= _ABOUT
        }
        found.update({(document.name, number): document.lessons[number - 1] for number in numbers})
    if not found:
        nearest = [_lesson(hit, documents) for hit in decide(findings).nearest]
        return compose.near_refusal(nearest) if nearest else compose.absent_refusal()
    order = {(hit.document, hit.number): place for place, hit in enumerate(findings.hits)}
    lessons = sorted(found.values(), key=lambda lesson: order[lesson.document, lesson.number])
    noun = "En lärdom" if len(lessons) == 1 else f"{len(lessons)} lärdomar"
    return _listed(lessons, documents, f"{noun} om {subject}:")


def _listed(lessons: Sequence[Lesson], documents: Sequence[Document], introduction: str) -> Reply:
    names = {document.name: document.short_name for document in documents}
    several = len(documents) > 1
    statements = [
        statement
        for lesson in lessons
        for statement in compose.quote_lesson(lesson, "", names[lesson.document] if several else "")
    ]
    return compose.answer(statements, documents, introduction)


def _by_word(subject: str, document: Document) -> set[int]:
    """Lessons that hold a word of the subject, in any inflection or compound."""
    stems = [word[:_STEM] for word in re.findall(r"\w{4,}", subject.lower())]
    return {
        lesson.number
        for lesson in document.lessons
        if any(stem in lesson.text.lower() for stem in stems if len(stem) >= 4)
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


def _lesson(hit: Hit, documents: Sequence[Document]) -> Lesson:
    document = next(document for document in documents if document.name == hit.document)
    assert hit.number is not None
    return document.lessons[hit.number - 1]
