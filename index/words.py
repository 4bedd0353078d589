"""Lexical evidence: how alike two texts are in their character n-grams.

Character n-grams instead of stems, because they see through Swedish compounds, inflection,
misspellings and missing diacritics at once (docs/decisions.md has the measurement).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

_SHORTEST, _LONGEST = 3, 5
_NO_LENGTH = 1e-9
_COMMON = 20_000
"""An n-gram that stands in more rows than this tells nothing, and costs the most to follow."""


@dataclass(frozen=True, slots=True)
class NgramVector:
    """The n-grams of one text: their ``places`` in the vocabulary and their ``weights``, a unit
    vector; both (n-grams of the text,)."""

    places: NDArray[np.intp]
    weights: NDArray[np.float32]


class CharacterNgrams:
    """TF-IDF of the character n-grams inside words, learnt from the indexed texts."""

    def __init__(self, ngrams: Sequence[str], rarity: NDArray[np.float32]) -> None:
        """``ngrams`` in the order of their places, and how rare each is (inverse frequency)."""
        self._ngrams = ngrams
        self._places = {ngram: place for place, ngram in enumerate(ngrams)}
        self._rarity = rarity

    @classmethod
    def learn(cls, texts: list[str]) -> "tuple[CharacterNgrams, sparse.csr_matrix]":
        """The n-grams of ``texts`` and how rare each is; and unit rows, (texts, n-grams)."""
        ngrams, counts = _counted(texts)
        counts.data = 1 + np.log(counts.data)
        holding = np.bincount(counts.indices, minlength=len(ngrams))
        rarity = (np.log((1 + len(texts)) / (1 + holding)) + 1).astype(np.float32)
        counts.data *= rarity[counts.indices]
        lengths = np.sqrt(counts.multiply(counts).sum(axis=1).A1)
        counts.data /= np.repeat(np.maximum(lengths, _NO_LENGTH), np.diff(counts.indptr))
        return cls(ngrams, rarity), counts

    def vector(self, text: str) -> NgramVector:
        """The n-grams of one text that are known, weighted as the learnt rows are."""
        places = self._places
        counts = Counter(
            place for ngram in _inside_words(text) if (place := places.get(ngram)) is not None
        )
        found = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (1 + np.log(often)) * self._rarity[found]
        length = float(np.linalg.norm(weights))
        return NgramVector(found, weights / length if length else weights)

    def save(self, folder: Path) -> None:
        """Writes two plain files, no pickle: opening them runs no code."""
        (folder / "ngrams.json").write_text(
            json.dumps(list(self._ngrams), ensure_ascii=False), encoding="utf-8"
        )
        np.save(folder / "ngram-rarity.npy", self._rarity)

    @classmethod
    def load(cls, folder: Path) -> "CharacterNgrams":
        """What ``save`` wrote."""
        ngrams = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        return cls(ngrams, np.load(folder / "ngram-rarity.npy", allow_pickle=False))


class NgramRows:
    """The n-grams of an index's rows, by n-gram: a question touches only rows that share one."""

    def __init__(
        self,
        count: int,
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        weights: NDArray[np.float32],
    ) -> None:
        """``rows[starts[p]:starts[p + 1]]``, of ``count`` in all, hold the n-gram at place p."""
        self._count = count
        self._starts = starts
        self._rows = rows
        self._weights = weights

    @classmethod
    def of(cls, matrix: "sparse.csr_matrix") -> "NgramRows":
        """Unit rows, shape (rows, n-grams), turned over."""
        turned = matrix.tocsc()
        return cls(
            matrix.shape[0],
            turned.indptr.astype(np.int64),
            turned.indices.astype(np.int32),
            turned.data.astype(np.float32),
        )

    def cosines(self, question: NgramVector) -> NDArray[np.float64]:
        """The cosine of ``question`` with every row, shape (rows,)."""
        starts, ends = self._starts[question.places], self._starts[question.places + 1]
        spans = [
            (slice(start, end), weight)
            for start, end, weight in zip(
                starts.tolist(), ends.tolist(), question.weights, strict=True
            )
            if end - start <= _COMMON
        ]
        if not spans:
            return np.zeros(self._count)
        rows = np.concatenate([self._rows[span] for span, _ in spans])
        shares = np.concatenate([self._weights[span] * weight for span, weight in spans])
        return np.bincount(rows, shares, self._count).astype(np.float64, copy=False)

    def save(self, folder: Path) -> None:
        """Writes three plain files that ``load`` maps into memory without reading them."""
        np.save(folder / "ngram-starts.npy", np.append(self._starts, self._count))
        np.save(folder / "ngram-rows.npy", self._rows)
        np.save(folder / "ngram-weights.npy", self._weights)

    @classmethod
    def load(cls, folder: Path) -> "NgramRows":
        """What ``save`` wrote."""
        starts = np.load(folder / "ngram-starts.npy", allow_pickle=False)
        rows, weights = (
            # A plain view of the mapped file: slicing numpy's own kind of it is slow.
            np.asarray(np.load(folder / f"ngram-{name}.npy", mmap_mode="r", allow_pickle=False))
            for name in ("rows", "weights")
        )
        return cls(int(starts[-1]), starts[:-1], rows, weights)


def _counted(texts: Sequence[str]) -> "tuple[list[str], sparse.csr_matrix]":
    """All n-grams of ``texts``, and how often each text has each: (texts, n-grams).

    By way of the words: a language has many texts and few words, so each is taken apart once.
    """
    from scipy import sparse  # imported here: only building needs it, and the page starts sooner

    words = [text.lower().split() for text in texts]
    word_places = _places(word for text in words for word in text)
    parts = [list(_inside_words(word)) for word in word_places]
    ngram_places = _places(ngram for word in parts for ngram in word)

    def counts(rows: list[list[str]], places: dict[str, int]) -> "sparse.csr_matrix":
        columns = np.fromiter((places[each] for row in rows for each in row), dtype=np.int32)
        starts = np.cumsum([0, *map(len, rows)])
        ones = np.ones(len(columns), dtype=np.float32)
        return sparse.csr_matrix((ones, columns, starts), shape=(len(rows), len(places)))

    return list(ngram_places), counts(words, word_places) @ counts(parts, ngram_places)


def _places(items: Iterable[str]) -> dict[str, int]:
    """Where each of ``items`` stands among them, the first time."""
    return {item: place for place, item in enumerate(dict.fromkeys(items))}


def _inside_words(text: str) -> Iterator[str]:
    """The n-grams of each word, its edges marked by spaces; a short word counts once."""
    for word in text.lower().split():
        framed = f" {word} "
        for length in range(_SHORTEST, _LONGEST + 1):
            if len(framed) <= length:
                yield framed
                break
            for start in range(len(framed) - length + 1):
                yield framed[start : start + length]
