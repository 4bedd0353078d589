"""Quotes what a search found, under the name of its document where more than one is loaded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import compose
from assistant.reply import Refusal, Statement
from corpus import Document, Lesson, Part, parts, sentences
from index import Hit
from index.entry import Entry

if TYPE_CHECKING:
    from index import Index


class Quotes:
    """The documents of one generation of the index, for quoting from them."""

    def __init__(self, documents: Sequence[Document], index: "Index | None" = None) -> None:
        """``index``: tells which part of a long lesson answers; not needed to quote it whole."""
        self._index = index
        self.documents = tuple(documents)
        self._by_name = {document.name: document for document in documents}

    def document(self, name: str) -> Document:
        """The document of that name."""
        return self._by_name[name]

    def lesson(self, hit: Hit) -> Lesson:
        """The lesson that was found; only of a hit that is one."""
        assert hit.number is not None
        return self._by_name[hit.document].lessons[hit.number - 1]

    def short_name(self, document: str) -> str:
        """What its citations call a document: nothing where it is the only one."""
        return self._by_name[document].short_name if len(self._by_name) > 1 else ""

    def found(self, hit: Hit, question: str) -> tuple[Statement, ...]:
        """What a hit says in answer to ``question``."""
        if hit.number is None:
            document = self._by_name[hit.document]
            return (compose.quote_summary(document, hit.quote, self.short_name(document.name)),)
        return self.answering(self.lesson(hit), question)

    def answering(self, lesson: Lesson, question: str) -> tuple[Statement, ...]:
        """A short lesson whole, the answering sentence first; of a long one the part for it."""
        part = self._nearest(lesson, question)
        return compose.quote_lesson(lesson, question, self.short_name(lesson.document), part)

    def listed(self, lesson: Lesson, subject: str = "") -> tuple[Statement, ...]:
        """A lesson in a list: whole, but of a long one the part on ``subject``, or the first."""
        part = self._nearest(lesson, subject) if subject else parts(lesson.text)[0]
        return compose.quote_lesson(lesson, "", self.short_name(lesson.document), part)

    def whole(self, lesson: Lesson) -> tuple[Statement, ...]:
        """All of a lesson, part by part."""
        return tuple(
            statement
            for part in parts(lesson.text)
            for statement in compose.quote_lesson(
                lesson, "", self.short_name(lesson.document), part
            )
        )

    def near_refusal(self, lessons: Sequence[Lesson]) -> Refusal:
        """No answer, but ``lessons`` that touch the subject, each under its document's name."""
        several = len(self._by_name) > 1
        names = [self.short_name(lesson.document) for lesson in lessons] if several else []
        return compose.near_refusal(lessons, names)

    def _nearest(self, lesson: Lesson, question: str) -> Part:
        """The part that is most like the question, as a whole or in one of its sentences."""
        pieces = parts(lesson.text)
        if len(pieces) == 1 or self._index is None:
            return pieces[0]
        owners = [
            (part, text)
            for part in pieces
            for text in dict.fromkeys([part.text, *sentences(part.text)])
        ]
        entries = [Entry(lesson.document, "text", text, (lesson.number,)) for _, text in owners]
        scores = self._index.likeness(question, entries)
        best = max(range(len(owners)), key=lambda place: scores[place])
        return owners[best][0]
