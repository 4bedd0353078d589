"""Proves a language model's text, sentence by sentence, against the lessons; what fails goes.

No model has a say here. A sentence stays if it names a lesson that was retrieved, if that lesson
holds its numbers, its names and what it denies, if the same actors do the same things, and if it
says nothing that the lesson does not. An exact quote of the lesson is attached to it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.agreement import (
    Alignment,
    align,
    denies_otherwise,
    foreign_name,
    foreign_number,
    patches,
    swaps_actors,
)
from assistant.reply import Citation, Statement
from assistant.wording import Word, is_actor, is_common, opposite, read
from corpus import Lesson, sentences

Embed = Callable[[list[str]], list[list[float]]]

_LEAST_LIKENESS = 0.20
"""Cosine with the lesson, or a part of it, below which no sentence counts as supported."""
_SYNONYM = 0.60
"""Cosine from which a word of the sentence may stand for a word of the lesson."""
_MOST_NEW = 0.7
_NEW, _NEW_BUT_ALIKE, _NEW_BUT_COMMON = 1.0, 0.6, 0.3
_REMEMBERED = 20_000

_MARKER = re.compile(r"[\[(](?P<label>[^\[\]()]{0,80}?lärdom(?:en)?\s+\d+)[\])]", re.I)
_ANY_MARKER = _MARKER.pattern.replace("?P<label>", "?:")
_ENDED = re.compile(
    rf"(?P<said>(?:(?!\s*{_ANY_MARKER}|[.!?]+(?:\s|$)).)*[.!?]*)"
    rf"(?P<markers>(?:\s*{_ANY_MARKER}[.!?,]?)*)\s*",
    re.I,
)
_MARKUP = re.compile(r"https?:|www\.|\]\(|!\[|<[^>]*>?|`|\{|\}|\\", re.I)
_EMPHASIS = re.compile(r"[*_#~|]+|^\s*(?:[-–•]|\d+[.)])\s+", re.M)


@dataclass(frozen=True, slots=True)
class Verified:
    """What held, with its citations, and how many sentences did not."""

    statements: tuple[Statement, ...]
    removed: int


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    labels: tuple[str, ...]


class Verifier:
    """Holds sentences against lessons, with the search's own embedder for what is alike."""

    def __init__(self, embed: Embed) -> None:
        """``embed``: one unit vector a text."""
        self._embed = embed
        self._vectors: dict[str, NDArray[np.float64]] = {}

    def verify(
        self, text: str, lessons: Mapping[str, Lesson], short_names: Mapping[str, str]
    ) -> Verified:
        """The sentences of ``text`` that hold, in order, each once.

        ``lessons``: those that were retrieved, by their marker without brackets;
        ``short_names``: of their documents, where a citation has to tell them apart.
        """
        known = {label.lower(): lesson for label, lesson in lessons.items()}
        said = sentences_of(text)
        held: dict[str, Statement] = {}
        removed = 0
        for one in said:
            lesson = self._supporting(one, known)
            if lesson is None:
                removed += 1
                continue
            citation = Citation(
                lesson.document, lesson.number, self.quote(one.text, lesson),
                short_names.get(lesson.document, ""),
            )  # fmt: skip
            held.setdefault(one.text, Statement(one.text, citation))
        return Verified(tuple(held.values()), removed)

    def _supporting(self, said: _Said, known: Mapping[str, Lesson]) -> Lesson | None:
        """The first lesson of the sentence's markers that bears it; all must be known ones."""
        named = [known.get(label) for label in said.labels]
        if None in named or _MARKUP.search(said.text):
            return None
        return next(
            (lesson for lesson in named if lesson and self.supports(said.text, lesson)), None
        )

    def supports(self, sentence: str, lesson: Lesson) -> bool:
        """Whether ``lesson`` says what ``sentence`` says."""
        return not self.objection(sentence, lesson)

    def objection(self, sentence: str, lesson: Lesson) -> str:
        """What speaks against it, for whoever measures; empty if nothing does."""
        alignment = align(read(sentence), read(lesson.text))
        objections: tuple[tuple[str, Callable[[], bool]], ...] = (
            ("number", lambda: foreign_number(alignment) is not None),
            ("name", lambda: foreign_name(alignment) is not None),
            ("negation", lambda: denies_otherwise(alignment)),
            ("actors", lambda: swaps_actors(alignment)),
            ("patchwork", lambda: patches(alignment)),
            ("new words", lambda: not alignment.held or self._new(alignment) > _MOST_NEW),
            ("unlike", lambda: self._likeness(sentence, lesson) < _LEAST_LIKENESS),
        )
        return next((name for name, applies in objections if applies()), "")

    def quote(self, sentence: str, lesson: Lesson) -> str:
        """The sentence of the lesson that bears ``sentence``, exactly as it stands there."""
        words = read(sentence)

        parts = sentences(lesson.text)
        likeness = self._cosines(sentence, parts)
        held = [align(words, read(part)).held for part in parts]
        return max(zip(held, likeness, parts, strict=True))[2]

    def _new(self, alignment: Alignment) -> float:
        """How much the sentence says that the lesson does not, in words."""
        theirs = [word for word in alignment.lesson if word.bears]
        return sum(self._newness(word, theirs) for word in alignment.missing)

    def _newness(self, word: Word, theirs: Sequence[Word]) -> float:
        if is_actor(word) or any(opposite(word, other) for other in theirs):
            return _NEW
        if is_common(word):
            return _NEW_BUT_COMMON
        likeness = self._cosines(word.text.lower(), [other.text.lower() for other in theirs])
        return _NEW_BUT_ALIKE if max(likeness, default=0.0) >= _SYNONYM else _NEW

    def _likeness(self, sentence: str, lesson: Lesson) -> float:
        return max(self._cosines(sentence, [lesson.text, *sentences(lesson.text)]))

    def _cosines(self, one: str, others: Sequence[str]) -> list[float]:
        missing = [text for text in dict.fromkeys([one, *others]) if text not in self._vectors]
        if len(self._vectors) > _REMEMBERED:
            self._vectors, missing = {}, [one, *others]
        new = self._embed(missing) if missing else []
        self._vectors |= {
            text: np.asarray(vector) for text, vector in zip(missing, new, strict=True)
        }
        return [float(self._vectors[one] @ self._vectors[other]) for other in others]


def sentences_of(text: str) -> tuple[_Said, ...]:
    """The sentences of a model's text without markup, each with the markers that follow it.

    A sentence without a marker of its own stands under the next one in its paragraph.
    """
    found: list[_Said] = []
    for paragraph in text.split("\n"):
        pending: list[str] = []
        for match in _ENDED.finditer(_plain(paragraph)):
            labels = tuple(_label(one) for one in _MARKER.finditer(match["markers"]))
            said = match["said"].strip(" .,")
            if any(letter.isalnum() for letter in said):
                end = "" if match["said"].rstrip().endswith(("!", "?")) else "."
                pending.append(f"{said}{end}")
            if labels:
                found += [_Said(sentence, labels) for sentence in pending]
                pending = []
        found += [_Said(sentence, ()) for sentence in pending]
    return tuple(found)


def without_markers(text: str) -> str:
    """``text`` for a draft: a marker is shown only once it is proved."""
    return re.sub(r"\s*\[[^\]\n]{0,80}(?:\]|$)", "", _MARKER.sub("", text)).rstrip()


def _plain(paragraph: str) -> str:
    return _EMPHASIS.sub("", paragraph).strip()


def _label(marker: re.Match[str]) -> str:
    return " ".join(marker["label"].lower().replace("lärdomen", "lärdom").split())
