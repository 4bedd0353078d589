"""Which of several documents a question belongs to."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

_DOCUMENTS_WEIGHED = 8
_LEAST = 0.1  # probability that a passage is meant, for its document to be weighed at all

_CERTAIN = 1e-9


def weigh_documents(
    scores: NDArray[np.float64],
    spans: Mapping[str, slice],
    answered: Callable[[str], float],
) -> NDArray[np.float64]:
    """The ``scores``, discounted in documents that answer less surely than the best one does.

    An editor's questions are many and general, so that a taught document likes any question;
    whether it answers (``answered``, by name) is the better witness of where a question belongs.
    ``spans``: each document's places among the scores.
    """
    if len(spans) < 2:
        return scores
    top = {name: float(scores[span].max(initial=0.0)) for name, span in spans.items()}
    close = sorted(top, key=lambda name: -top[name])[:_DOCUMENTS_WEIGHED]
    sure = {name: answered(name) ** 2 for name in close if top[name] >= _LEAST}
    if len(sure) < 2:
        return scores
    # By odds, so that a text found word for word is not outdone by one that is nearly the same.
    best = max(sure, key=lambda name: top[name] / (1 - top[name] + _CERTAIN) * sure[name])
    weighed = scores.copy()
    for name, surety in sure.items():
        own = scores[spans[name]]
        odds = own / (1 - own + _CERTAIN) * min(1.0, surety / sure[best])
        weighed[spans[name]] = odds / (1 + odds) if surety < sure[best] else own
    return weighed
