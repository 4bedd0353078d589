"""What the indexed texts say, for holding against them what a question asks for."""

from collections.abc import Sequence
from functools import cached_property

from index.entry import Entry, Target
from index.expectation import (
    expectation_features,
    names_in,
    vocabulary_of,
    words_outside,
)


class Texts:
    """The texts of one generation by document; gathered when they are first asked for."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._vocabularies: dict[str, frozenset[str]] = {}

    def expectation(self, question: str, document: str, target: Target) -> list[float]:
        """What ``question`` asks for, held against the whole text of a target."""
        text = self._whole[document, target]
        # Only a name is looked up in it, and it takes a millisecond to gather.
        vocabulary = self._vocabulary(document) if names_in(question) else frozenset[str]()
        return expectation_features(question, text, vocabulary)

    def foreign_words(self, text: str) -> tuple[str, ...]:
        """The longer words of ``text`` that neither a document nor an editor's question uses."""
        return words_outside(text, self._all_words)

    @cached_property
    def _whole(self) -> dict[tuple[str, Target], str]:
        longest: dict[tuple[str, Target], str] = {}
        for entry in self._entries:
            if entry.kind == "text":
                place = (entry.document, entry.targets[0])
                longest[place] = max(longest.get(place, ""), entry.text, key=len)
        return longest

    @cached_property
    def _by_document(self) -> dict[str, list[str]]:
        own: dict[str, list[str]] = {}
        for entry in self._entries:
            if entry.kind != "unanswered":
                own.setdefault(entry.document, []).append(entry.text)
        return own

    def _vocabulary(self, document: str) -> frozenset[str]:
        if document not in self._vocabularies:
            self._vocabularies[document] = vocabulary_of(self._by_document[document])
        return self._vocabularies[document]

    @cached_property
    def _all_words(self) -> frozenset[str]:
        return frozenset[str]().union(*map(self._vocabulary, self._by_document))
