"""What a corpus holds: its documents, what is indexed of them, and hashes that tell of changes."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property

from corpus import Document
from index.entry import Entry, document_entries


class Contents:
    """Worked out once and then passed on: it takes a second for some thousands of lessons."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self._by_document = [(document, list(document_entries(document))) for document in documents]

    @property
    def entries(self) -> list[Entry]:
        """Every entry, those of a document together."""
        return [entry for _, entries in self._by_document for entry in entries]

    @cached_property
    def digest(self) -> str:
        """Changes with anything that a reader of the documents can see, or that is indexed."""
        keys = (key for keys in self._keys for key in keys)
        return _hash([repr(self.documents), *keys])

    @cached_property
    def passages(self) -> dict[str, str]:
        """Per lesson, summary and front matter a hash of its text and its questions."""
        hashes: dict[str, str] = {}
        for (document, entries), keys in zip(self._by_document, self._keys, strict=True):
            about, summary = f"{document.name} uppgifter", f"{document.name} sammanfattning"
            parts: dict[str, list[str]] = {about: [_about(document)], summary: []}
            for lesson in document.lessons:
                parts[f"{document.name} {lesson.number}"] = []
            for entry, key in zip(entries, keys, strict=True):
                owners = [str(target) for target in entry.targets if isinstance(target, int)]
                for owner in owners or ["sammanfattning"]:
                    parts[f"{document.name} {owner}"].append(key)
            hashes.update({name: _hash(keys) for name, keys in parts.items()})
        return hashes

    @cached_property
    def _keys(self) -> list[list[str]]:
        return [[entry.key for entry in entries] for _, entries in self._by_document]


def _about(document: Document) -> str:
    """All that stands outside the lessons: front matter and themes."""
    fields = (document.title, document.short_name, document.event, document.date)
    return repr((*fields, document.place, document.organiser, document.questions.themes))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]
