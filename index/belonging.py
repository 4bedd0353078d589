"""Which of several documents a question belongs to."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_DOCUMENTS_WEIGHED = 8
_LEAST = 0.1  # probability that a passage is meant, for its document to be weighed at all
_CERTAIN = 1e-9


def weigh_documents(
    scores: NDArray[np.float64],
    tops: NDArray[np.float64],
    spans: Sequence[slice],
    answered: Callable[[int], float],
) -> NDArray[np.float64]:
    """The ``scores``, discounted in documents that answer less surely than the best one does.

    An editor's questions are many and general, so that a taught document likes any question;
    whether it answers (``answered``, by the document's place) is the better witness of where a
    question belongs. ``tops`` and ``spans``: each document's best score, and its places among the
    scores.
    """
    close = np.argsort(-tops, kind="stable")[:_DOCUMENTS_WEIGHED].tolist()
    sure = {place: answered(place) ** 2 for place in close if tops[place] >= _LEAST}
    if len(sure) < 2:
        return scores
    # By odds, so that a text found word for word is not outdone by one that is nearly the same.
    best = max(sure, key=lambda place: tops[place] / (1 - tops[place] + _CERTAIN) * sure[place])
    weighed = scores.copy()
    for place, surety in sure.items():
        if surety < sure[best]:
            own = scores[spans[place]]
            odds = own / (1 - own + _CERTAIN) * (surety / sure[best])
            weighed[spans[place]] = odds / (1 + odds)
    return weighed
