"""What speaks for each passage, and for and against an answer, before it is weighed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.classifier import Verdict
from index.entry import Entry, Target
from index.fusion import answer_features, passage_features


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each target of one document, and for and against an answer."""

    document: str
    targets: tuple[Target, ...]
    ngram: NDArray[np.float64]
    """Per target the best n-gram cosine among its texts."""
    dense: NDArray[np.float64]
    """Per target the best cosine of vectors among its texts."""
    asked: NDArray[np.float64]
    """Per target the best n-gram cosine among the questions that point at it."""
    contrast: tuple[float, float, float, float]
    """Best n-gram cosine and best vector cosine among answered, then unanswered, questions."""
    verdict: Verdict | None
    expectation: Callable[[Target], list[float]]
    """What the question asks for, held against the text of a target."""

    @property
    def taught(self) -> NDArray[np.float64] | None:
        """The classifier's score for each target; None where no editor has taught it."""
        if self.verdict is None:
            return None
        return np.asarray([self.verdict.targets.get(target, 0.0) for target in self.targets])

    @property
    def features(self) -> NDArray[np.float64]:
        """One row a target, for weighing how likely it is what the question is about."""
        return passage_features(self.ngram, self.dense, self.asked, self.taught)


def gather(
    entries: list[Entry], ngram_cosines: NDArray[np.float64], dense_cosines: list[float]
) -> tuple[
    tuple[Target, ...],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    tuple[float, float, float, float],
]:
    """The best cosines by target, and those of answered and unanswered questions as a whole."""
    ngram: dict[Target, float] = {}
    dense: dict[Target, float] = {}
    asked: dict[Target, float] = {}
    best = {"text": (0.0, 0.0), "answered": (0.0, 0.0), "unanswered": (0.0, 0.0)}
    for entry, by_ngram, by_vector in zip(entries, ngram_cosines, dense_cosines, strict=True):
        one, other = best[entry.kind]
        best[entry.kind] = max(one, float(by_ngram)), max(other, by_vector)
        for target in entry.targets:
            if entry.kind == "text":
                ngram[target] = max(ngram.get(target, 0.0), float(by_ngram))
                dense[target] = max(dense.get(target, -1.0), by_vector)
            elif entry.kind == "answered":
                asked[target] = max(asked.get(target, 0.0), float(by_ngram))
    targets = tuple(ngram)
    return (
        targets,
        np.asarray([ngram[target] for target in targets]),
        np.asarray([dense[target] for target in targets]),
        np.asarray([asked.get(target, 0.0) for target in targets]),
        (*best["answered"], *best["unanswered"]),
    )


def answer_row(evidence: Evidence, passage: NDArray[np.float64]) -> NDArray[np.float64]:
    """The features of one question, for deciding whether its document answers it."""
    verdict = evidence.verdict
    return answer_features(
        evidence.ngram,
        evidence.dense,
        passage,
        evidence.contrast,
        evidence.expectation(evidence.targets[int(np.argmax(passage))]),
        (verdict.answered, verdict.elsewhere) if verdict else None,
    )
