"""Lessons by their numbers; asks which document is meant when several have the number."""

from collections.abc import Mapping, Sequence

from assistant import compose
from assistant.quoting import Quotes
from assistant.reply import Refusal, Reply
from assistant.scope import Scope
from assistant.understanding import Lookup, understand
from corpus import Document, Lesson


def look_up(scope: Scope, quotes: Quotes) -> Reply:
    """The lessons whose numbers the turn tells, or the question which document is meant."""
    asked = _numbers_by_document(scope)
    holding = _holding(scope.documents, asked)
    if len(holding) > 1 and not scope.named:
        holding = [document for document in holding if document in scope.before] or holding
        if len(holding) > 1:
            return _ask_which(holding, asked)
    if len(holding) == 1:
        return look_up_in(asked[holding[0].name], holding[0], quotes)
    if not holding:
        return compose.missing_lessons(next(iter(asked.values())), scope.documents)
    lessons = [lesson for document in holding for lesson in _lessons(document, asked)]
    statements = [statement for lesson in lessons for statement in quotes.whole(lesson)]
    return compose.answer(statements, quotes.documents)


def look_up_in(numbers: Sequence[int], document: Document, quotes: Quotes) -> Reply:
    """The lessons of these numbers in one document; a note on those that it lacks."""
    lessons = [lesson for number in numbers if (lesson := document.lesson(number))]
    missing = [number for number in numbers if document.lesson(number) is None]
    if not lessons:
        return compose.missing_lessons(missing, (document,))
    note = compose.missing_lessons(missing, (document,)).message if missing else ""
    statements = [statement for lesson in lessons for statement in quotes.whole(lesson)]
    return compose.answer(statements, quotes.documents, note)


def _numbers_by_document(scope: Scope) -> dict[str, tuple[int, ...]]:
    """The numbers asked for; "the last lesson" has another number in another document."""
    by_length: dict[int, tuple[int, ...]] = {}
    for length in {len(document.lessons) for document in scope.documents}:
        understood = understand(scope.text, length, has_history=False)
        by_length[length] = understood.numbers if isinstance(understood, Lookup) else ()
    return {document.name: by_length[len(document.lessons)] for document in scope.documents}


def _lessons(document: Document, asked: Mapping[str, Sequence[int]]) -> list[Lesson]:
    return [lesson for number in asked[document.name] if (lesson := document.lesson(number))]


def _holding(documents: Sequence[Document], asked: Mapping[str, Sequence[int]]) -> list[Document]:
    """The documents that have as many of the numbers as any has; none if none has one."""
    counts = [len(_lessons(document, asked)) for document in documents]
    most = max(counts)
    return [each for each, count in zip(documents, counts, strict=True) if most and count == most]


def _ask_which(holding: Sequence[Document], asked: Mapping[str, Sequence[int]]) -> Refusal:
    lessons = [lesson for document in holding for lesson in _lessons(document, asked)]
    names = {document.name: document.short_name for document in holding}
    return compose.which_document(lessons, names)
