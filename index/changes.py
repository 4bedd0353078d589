"""What has changed in a corpus since an index was built from it, passage by passage."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus import Document
from index.entry import document_entries


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of passages ("skelleftea-2020 7"), in the order of the corpus."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]

    @classmethod
    def between(cls, old: Mapping[str, str], new: Mapping[str, str]) -> "Changes":
        """From the ``passage_hashes`` of one corpus to those of another."""
        return cls(
            added=tuple(name for name in new if name not in old),
            changed=tuple(name for name in new if name in old and new[name] != old[name]),
            removed=tuple(name for name in old if name not in new),
            kept=tuple(name for name in new if new[name] == old.get(name)),
        )

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def document_names(passages: Iterable[str]) -> frozenset[str]:
    """The documents that passages of these names stand in."""
    return frozenset(passage.rsplit(" ", 1)[0] for passage in passages)


def corpus_hash(documents: Sequence[Document]) -> str:
    """Changes with anything that a reader of the documents can see, or that is indexed."""
    keys = [entry.key for document in documents for entry in document_entries(document)]
    return _hash([repr(documents), *keys])


def passage_hashes(documents: Sequence[Document]) -> dict[str, str]:
    """Per lesson, summary and front matter a hash of its text and its questions."""
    hashes: dict[str, str] = {}
    for document in documents:
        about, summary = f"{document.name} uppgifter", f"{document.name} sammanfattning"
        parts: dict[str, list[str]] = {about: [_about(document)], summary: []}
        for lesson in document.lessons:
            parts[f"{document.name} {lesson.number}"] = []
        for entry in document_entries(document):
            owners = [str(target) for target in entry.targets if isinstance(target, int)]
            for owner in owners or ["sammanfattning"]:
                parts[f"{document.name} {owner}"].append(entry.key)
        hashes.update({name: _hash(keys) for name, keys in parts.items()})
    return hashes


def _about(document: Document) -> str:
    """All that stands outside the lessons: front matter and themes."""
    fields = (document.title, document.short_name, document.event, document.date)
    return repr((*fields, document.place, document.organiser, document.questions.themes))


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]
