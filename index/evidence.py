"""What speaks for each passage, and for and against an answer, before it is weighed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.classifier import Verdict
from index.entry import Entry, Target
from index.fusion import answer_features, passage_features

_Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows, and the places of their targets


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


class DocumentRows:
    """Which rows of the matrices speak for which target of one document."""

    def __init__(self, entries: Sequence[Entry], document: str) -> None:
        """``entries``: all of the index, in the order of its rows."""
        own = [(row, entry) for row, entry in enumerate(entries) if entry.document == document]
        texts = [(row, entry) for row, entry in own if entry.kind == "text"]
        self.targets = tuple(dict.fromkeys(to for _, entry in texts for to in entry.targets))
        places = {target: place for place, target in enumerate(self.targets)}
        self._texts = _pairs((row, places[to]) for row, e in texts for to in e.targets)
        self._asked = _pairs(
            (row, places[to])
            for row, entry in own
            if entry.kind == "answered"
            for to in entry.targets
        )
        self._answered = np.unique(self._asked[0])
        self._unanswered = np.asarray([r for r, e in own if e.kind == "unanswered"], dtype=np.intp)

    def best_by_target(
        self, ngram: NDArray[np.float64], dense: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Per target the best n-gram and vector cosine of its texts, and n-gram of its questions.

        ``ngram`` and ``dense``: a question's cosines with every row of the index.
        """
        return (
            self._best(ngram, self._texts, 0.0),
            self._best(dense, self._texts, -1.0),
            self._best(ngram, self._asked, 0.0),
        )

    def contrast(
        self, ngram: NDArray[np.float64], dense: NDArray[np.float64]
    ) -> tuple[float, float, float, float]:
        """Best n-gram and vector cosine among answered, then among unanswered, questions."""
        kinds = (self._answered, self._unanswered)
        one, other = [
            (float(ngram[rows].max(initial=0.0)), float(dense[rows].max(initial=0.0)))
            for rows in kinds
        ]
        return (*one, *other)

    def _best(
        self, cosines: NDArray[np.float64], pairs: _Pairs, least: float
    ) -> NDArray[np.float64]:
        best = np.full(len(self.targets), least)
        np.maximum.at(best, pairs[1], cosines[pairs[0]])
        return best


def _pairs(pairs: Iterable[tuple[int, int]]) -> _Pairs:
    both = np.asarray(list(pairs), dtype=np.intp).reshape(-1, 2)
    return both[:, 0], both[:, 1]


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
