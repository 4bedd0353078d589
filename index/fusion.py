"""Weighs the kinds of evidence into probabilities that can be compared and decided upon.

Two logistic regressions, fitted by ``python -m index.calibration`` on labelled questions that are
in no editor's file: one says how likely a passage is to be what the question is about, one how
likely the question is to be answered at all. Each stands twice, for documents with an editor's
questions and for documents without. For the latter a third tells from the question alone whether
it is one that people put to such documents at all; it is learnt from the editors' files there are.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "calibration.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic regression: ``weights`` (features,) and ``offset``."""

    weights: NDArray[np.float64]
    offset: float

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """(rows, features) to (rows,)."""
        return np.asarray(1 / (1 + np.exp(-self.score(features))), dtype=np.float64)

    def score(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """The logarithm of the odds: (rows, features) to (rows,)."""
        return np.asarray(features @ self.weights + self.offset, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Fusion:
    """The fitted weights: passages and answers, taught (with editor's questions) or not."""

    passage_taught: Logistic
    passage_untaught: Logistic
    answer_taught: Logistic
    answer_untaught: Logistic
    in_place: Logistic
    """Over the vector of a question, of the embedded model: is it asked in the right place?"""

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> "Fusion":
        """What ``save`` wrote."""
        fields = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            **{
                name: Logistic(np.asarray(one["weights"]), one["offset"])
                for name, one in fields.items()
            }
        )

    def out_of_place(self, vector: NDArray[np.float32]) -> float:
        """How little a question looks like those put to such documents; 0 for another model's."""
        if len(vector) != len(self.in_place.weights):
            return 0.0
        return -float(self.in_place.score(vector))

    def save(self, file: Path = WEIGHTS) -> None:
        """A small file, so that a change of weights can be read in a diff."""
        lines = []
        for name in self.__slots__:
            fitted: Logistic = getattr(self, name)
            weights = [round(float(weight), 4) for weight in fitted.weights]
            field = {"weights": weights, "offset": round(fitted.offset, 4)}
            lines.append(f" {json.dumps(name)}: {json.dumps(field)}")
        file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def passage_features(
    ngram: NDArray[np.float64],
    dense: NDArray[np.float64],
    standing: NDArray[np.float64],
    asked: NDArray[np.float64],
    taught: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """One row a passage, from its best cosines and, where an editor has taught it, ``taught``.

    ``standing``: the vector cosine's z-score within its document.

    The squared n-gram cosine lets n-grams count when they are strong and be silent when they are
    weak; plain addition drowns what the embedding finds for questions that share no word.
    """
    columns = [ngram, ngram**2, dense, standing, asked]
    return np.stack(columns if taught is None else [*columns, taught], axis=1)


def answer_features(
    ngram: NDArray[np.float64],
    dense: NDArray[np.float64],
    passage: NDArray[np.float64],
    contrast: tuple[float, ...],
    expectation: list[float],
    learnt: tuple[float, ...],
) -> NDArray[np.float64]:
    """One row for the question.

    ``learnt``: the classifier's verdict (answered, elsewhere) where an editor has taught it, else
    how much the question looks out of place.
    """
    ordered = np.sort(passage)[::-1]
    second = ordered[1] if len(ordered) > 1 else 0.0
    columns = [
        float(ngram.max()),
        float(dense.max()),
        float(dense.max()) - _median(dense),
        float(ordered[0]),
        float(ordered[0] - second),
        *contrast,
        *expectation,
        *learnt,
    ]
    return np.asarray([columns])


def _median(numbers: NDArray[np.float64]) -> float:
    """What numpy's own gives, which takes ten times as long for some dozens of numbers."""
    ordered, half = np.sort(numbers), len(numbers) // 2
    return float(ordered[half] if len(numbers) % 2 else (ordered[half - 1] + ordered[half]) / 2)
