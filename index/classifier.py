"""What the editor's questions teach: which lesson a question is about, and whether it is answered.

One ridge regression (Hoerl & Kennard 1970) over character n-grams and the embedding a document.
With some dozens of questions a lesson it finds the right one more often than the nearest question
does, because every question votes (docs/decisions.md has the measurement).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.entry import Entry, Target
from index.words import NgramVector

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the classifier makes of one question, in the regression's units (about 0 to 1)."""

    targets: dict[Target, float]
    answered: float
    elsewhere: float
    """How much the question looks like those that have nothing to do with the document."""


class QuestionClassifier:
    """Learnt from one document's ``answered`` and ``unanswered`` questions."""

    def __init__(
        self,
        targets: tuple[Target, ...],
        weights: NDArray[np.float32],
        offsets: NDArray[np.float32],
        dense_share: float,
    ) -> None:
        """``weights``: (n-grams + dimensions, targets + 2), the last two columns for
        ``answered`` and ``elsewhere``."""
        self.targets = targets
        self._weights = weights
        self._offsets = offsets
        self._dense_share = dense_share

    @classmethod
    def learn(
        cls,
        entries: list[Entry],
        ngrams: "sparse.csr_matrix",
        vectors: NDArray[np.float32],
        dense_share: float = 0.4,
        penalty: float = 1.0,
    ) -> "QuestionClassifier":
        """Fits the questions among ``entries``; ``ngrams`` and ``vectors`` are theirs, row by row.

        ``dense_share`` is the length of the embedding beside the n-grams' length of 1.
        """
        # Imported here: only building needs it, and it costs a second of start-up.
        from scipy import sparse
        from sklearn.linear_model import Ridge

        targets = tuple(sorted({target for entry in entries for target in entry.targets}, key=str))
        wanted = np.zeros((len(entries), len(targets) + 2), dtype=np.float32)
        for row, entry in enumerate(entries):
            for target in entry.targets:
                wanted[row, targets.index(target)] = 1
            wanted[row, -2] = entry.kind == "answered"
            wanted[row, -1] = not entry.targets
        features = sparse.hstack([ngrams, sparse.csr_matrix(vectors * dense_share)]).tocsr()
        ridge = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-3).fit(features, wanted)
        return cls(
            targets,
            np.ascontiguousarray(ridge.coef_.T, dtype=np.float32),
            np.asarray(ridge.intercept_, dtype=np.float32),
            dense_share,
        )

    def judge(self, ngrams: NgramVector, vector: NDArray[np.float32]) -> Verdict:
        """The verdict on one question, from its n-grams and its unit vector."""
        dense = self._weights[-len(vector) :]
        scores = ngrams.weights @ self._weights[ngrams.places] + self._offsets
        scores += self._dense_share * vector @ dense
        by_target = dict(zip(self.targets, scores[:-2].tolist(), strict=True))
        return Verdict(by_target, float(scores[-2]), float(scores[-1]))

    def save(self, folder: Path, document: str) -> None:
        """Writes plain files, no pickle."""
        np.save(folder / f"{document}.weights.npy", self._weights.astype(np.float16))
        about = {
            "targets": self.targets,
            "offsets": self._offsets.tolist(),
            "dense_share": self._dense_share,
        }
        (folder / f"{document}.classifier.json").write_text(
            json.dumps(about, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path, document: str) -> "QuestionClassifier":
        """What ``save`` wrote."""
        file = folder / f"{document}.classifier.json"
        about = json.loads(file.read_text(encoding="utf-8"))
        weights = np.load(folder / f"{document}.weights.npy", allow_pickle=False)
        return cls(
            tuple(about["targets"]),
            weights.astype(np.float32),
            np.asarray(about["offsets"], dtype=np.float32),
            about["dense_share"],
        )
