"""The documents by name, and how the page names and links to what stands in them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from assistant.reply import place_name
from corpus import Document, Passage

SUMMARY_TARGET = "sammanfattning"


@dataclass(frozen=True, slots=True)
class Place:
    """A passage and the document it stands in."""

    document: Document
    passage: Passage


class Sources:
    """What the answers rest on: finds a passage by its link, and says what to call it.

    ``current`` gives the documents of the moment, for a rebuilt index may bring new ones.
    """

    def __init__(self, current: Callable[[], tuple[Document, ...]]) -> None:
        self._current = current

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that answers come from now."""
        return self._current()

    def document(self, name: str) -> Document:
        """The document of that name; KeyError if there is none."""
        for document in self.documents:
            if document.name == name:
                return document
        raise KeyError(name)

    def label(self, document: str, lesson: int | None, paragraph: int | None = None) -> str:
        """What a citation is called: ``Lärdom 7``, with the source's name if there are several."""
        source = self.document(document)
        place = place_name(lesson, source.lessons[lesson - 1].heading if lesson else "")
        label = f"{place[0].upper()}{place[1:]}"
        if paragraph is not None:
            label += f", stycke {paragraph}"
        return label if len(self.documents) < 2 else f"{label}, {source.short_name}"

    @staticmethod
    def target(document: str, lesson: int | None) -> str:
        """The link's name for a passage: ``skelleftea-2020-7``. It never changes."""
        return f"{document}-{SUMMARY_TARGET if lesson is None else lesson}"

    def find(self, target: str) -> Place | None:
        """The place that ``target`` names, or None."""
        name, _, number = target.rpartition("-")
        documents = {document.name: document for document in self.documents}
        if name not in documents:
            return None
        document = documents[name]
        if number == SUMMARY_TARGET:
            return Place(document, document.summary)
        if not (number.isascii() and number.isdecimal() and len(number) < 7):
            return None
        lesson = document.lesson(int(number))
        return Place(document, lesson) if lesson else None

    def version(self) -> str:
        """A short name of exactly these texts, for whoever compares two print-outs."""
        digest = hashlib.sha256()
        for document in self.documents:
            texts = [document.summary.text, *(lesson.text for lesson in document.lessons)]
            digest.update("\0".join([document.name, *texts]).encode())
        return digest.hexdigest()[:8]
