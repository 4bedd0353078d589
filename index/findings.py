"""What a search found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; ``score`` is the probability that the question is about it.

    ``quote`` is the sentence of the summary that was found; lessons are found whole.
    """

    document: str
    number: int | None
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a search found out: hits, best first, and how likely an answer is."""

    hits: tuple[Hit, ...]
    answered: float
    taught: bool
    """Whether the best hit's document has an editor's questions to tell by."""
