"""Lexical evidence: how alike two texts are in their character n-grams.

Character n-grams instead of stems, because they see through Swedish compounds, inflection,
misspellings and missing diacritics at once (docs/decisions.md has the measurement).
"""

import json
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

_SHORTEST, _LONGEST = 3, 5


class CharacterNgrams:
    """TF-IDF of the character n-grams inside words, learnt from the indexed texts."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._vectorizer = vectorizer

    @classmethod
    def learn(cls, texts: list[str]) -> "CharacterNgrams":
        """The n-grams of ``texts`` and how rare each is."""
        return cls(_vectorizer().fit(texts))

    def vectors(self, texts: list[str]) -> sparse.csr_matrix:
        """Unit rows, one a text, shape (texts, n-grams)."""
        return self._vectorizer.transform(texts).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Writes two plain files, no pickle: opening them runs no code."""
        ordered = sorted(self._vectorizer.vocabulary_.items(), key=lambda item: item[1])
        (folder / "ngrams.json").write_text(
            json.dumps([ngram for ngram, _ in ordered], ensure_ascii=False), encoding="utf-8"
        )
        np.save(folder / "ngram-rarity.npy", self._vectorizer.idf_.astype(np.float32))

    @classmethod
    def load(cls, folder: Path) -> "CharacterNgrams":
        """What ``save`` wrote."""
        ngrams = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        vectorizer = _vectorizer(vocabulary={ngram: place for place, ngram in enumerate(ngrams)})
        vectorizer.idf_ = np.load(folder / "ngram-rarity.npy", allow_pickle=False)
        return cls(vectorizer)


def _vectorizer(vocabulary: dict[str, int] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(_SHORTEST, _LONGEST),
        sublinear_tf=True,
        vocabulary=vocabulary,
    )
