"""What speaks for each passage, and for and against an answer, before it is weighed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.classifier import Verdict
from index.entry import Entry, Target
from index.fusion import answer_features, passage_features

_Numbers = NDArray[np.float64]
_MOST_STANDING, _FEW_STAND_OUT = 2.0, 8.0
"""Standard deviations that standing out can count for: the first where documents are many, since
the more there are, the more texts stand out in their own by chance; both for a single one."""


@dataclass(frozen=True, slots=True)
class Cosines:
    """How alike a question is to each target; all (targets,)."""

    ngram: _Numbers
    """The best n-gram cosine among the target's texts."""
    dense: _Numbers
    """The best cosine of vectors among them."""
    standing: _Numbers
    """How far that one stands out from those of the same document, in standard deviations."""
    asked: _Numbers
    """The best n-gram cosine among the questions that point at the target."""

    def of(self, span: slice) -> "Cosines":
        """Those of some targets only."""
        return Cosines(self.ngram[span], self.dense[span], self.standing[span], self.asked[span])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each target of one document, and for and against an answer."""

    document: str
    targets: tuple[Target, ...]
    cosines: Cosines
    contrast: tuple[float, float, float, float]
    """Best n-gram cosine and best vector cosine among answered, then unanswered, questions."""
    verdict: Verdict | None
    out_of_place: float
    """How little the question looks like those put to such documents, of any document."""
    expectation: Callable[[Target], list[float]]
    """What the question asks for, held against the text of a target."""

    @property
    def taught(self) -> _Numbers | None:
        """The classifier's score for each target; None where no editor has taught it."""
        if self.verdict is None:
            return None
        return np.asarray([self.verdict.targets.get(target, 0.0) for target in self.targets])

    @property
    def features(self) -> _Numbers:
        """One row a target, for weighing how likely it is what the question is about."""
        return target_features(self.cosines, self.taught)


def target_features(cosines: Cosines, taught: _Numbers | None) -> _Numbers:
    """One row a target, for weighing how likely it is what the question is about."""
    return passage_features(cosines.ngram, cosines.dense, cosines.standing, cosines.asked, taught)


def answer_row(evidence: Evidence, passage: _Numbers) -> _Numbers:
    """The features of one question, for deciding whether its document answers it."""
    verdict = evidence.verdict
    return answer_features(
        evidence.cosines.ngram,
        evidence.cosines.dense,
        passage,
        evidence.contrast,
        evidence.expectation(evidence.targets[int(np.argmax(passage))]),
        (verdict.answered, verdict.elsewhere) if verdict else (evidence.out_of_place,),
    )


class Targets:
    """Which rows of an index speak for which target, and which targets a document has.

    Counted over all documents at once, so that many small documents cost no more than a large one.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        """``entries`` in the order of the index's rows, those of a document together."""
        self.documents = tuple(dict.fromkeys(entry.document for entry in entries))
        places: dict[tuple[str, Target], int] = {}
        for entry in entries:
            if entry.kind == "text":
                for target in entry.targets:
                    places.setdefault((entry.document, target), len(places))
        self.names = frozenset(self.documents)
        self._named = list(places)
        self.targets = tuple(target for _, target in places)
        self._numbers = {name: number for number, name in enumerate(self.documents)}
        self.owners = np.asarray([self._numbers[name] for name, _ in places], dtype=np.intp)
        """Each target's document, by its place among ``documents``."""
        # Where each document's targets begin; every document has some.
        self._starts = np.searchsorted(self.owners, np.arange(len(self._numbers)))
        self._most_standing = _MOST_STANDING + _FEW_STAND_OUT / len(self.documents)
        self._texts = _Best.over(entries, "text", places)
        self._asked = _Best.over(entries, "answered", places)
        self._questions = _question_rows(entries)

    def span(self, document: str) -> slice:
        """The places of a document's targets."""
        return self.spans[self._numbers[document]]

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """The places of each document's targets, in the order of ``documents``."""
        ends = [*self._starts.tolist(), len(self.targets)]
        return tuple(map(slice, ends, ends[1:]))

    def tops(self, scores: _Numbers) -> _Numbers:
        """The highest of the ``scores`` of each document's targets."""
        return np.asarray(np.maximum.reduceat(scores, self._starts), dtype=np.float64)

    def named(self, places: NDArray[np.intp]) -> list[tuple[str, Target]]:
        """The documents and the targets at ``places``."""
        return [self._named[place] for place in places.tolist()]

    def cosines(self, ngram: _Numbers, dense: _Numbers) -> Cosines:
        """Per target, from a question's cosines with every row of the index."""
        best = self._texts.of(dense, -1.0)
        counts = np.diff([*self._starts, len(best)])
        mean = np.add.reduceat(best, self._starts) / counts
        apart = best - mean[self.owners]
        spread = np.sqrt(np.add.reduceat(apart**2, self._starts) / counts) + 1e-6
        return Cosines(
            self._texts.of(ngram, 0.0),
            best,
            np.minimum(apart / spread[self.owners], self._most_standing),
            self._asked.of(ngram, 0.0),
        )

    def contrast(
        self, document: str, ngram: _Numbers, dense: _Numbers
    ) -> tuple[float, float, float, float]:
        """Best n-gram and vector cosine among a document's answered, then unanswered, questions."""
        kinds = self._questions.get(document)
        if kinds is None:
            return (0.0, 0.0, 0.0, 0.0)
        one, other = [
            (float(ngram[rows].max(initial=0.0)), float(dense[rows].max(initial=0.0)))
            for rows in kinds
        ]
        return (*one, *other)


class _Best:
    """The best of each target's rows."""

    def __init__(self, pairs: Iterable[tuple[int, int]], count: int) -> None:
        """``pairs`` of row and place; ``count`` targets in all."""
        both = np.asarray(list(pairs), dtype=np.intp).reshape(-1, 2)
        both = both[np.argsort(both[:, 1], kind="stable")]
        self._rows = both[:, 0]
        self._places, self._starts = np.unique(both[:, 1], return_index=True)
        self._count = count

    @classmethod
    def over(
        cls, entries: Sequence[Entry], kind: str, places: dict[tuple[str, Target], int]
    ) -> "_Best":
        """Over the rows of one kind."""
        return cls(
            (
                (row, places[entry.document, target])
                for row, entry in enumerate(entries)
                if entry.kind == kind
                for target in entry.targets
            ),
            len(places),
        )

    def of(self, cosines: _Numbers, least: float) -> _Numbers:
        """Per target the highest of ``cosines``, but not less than ``least``."""
        best = np.full(self._count, least)
        if len(self._rows):
            highest = np.maximum.reduceat(cosines[self._rows], self._starts)
            best[self._places] = np.maximum(highest, least)
        return best


def _question_rows(
    entries: Sequence[Entry],
) -> dict[str, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """For each document with an editor's questions the rows of the answered and the unanswered."""
    rows: dict[str, tuple[list[int], list[int]]] = {}
    for row, entry in enumerate(entries):
        if entry.kind != "text":
            kinds = rows.setdefault(entry.document, ([], []))
            kinds[entry.kind == "unanswered"].append(row)
    return {
        document: (np.asarray(one, dtype=np.intp), np.asarray(other, dtype=np.intp))
        for document, (one, other) in rows.items()
    }
