"""Decides what the evidence is enough for: an answer, a pointer to what is near, or nothing."""

from dataclasses import dataclass

from index import Findings, Hit

ENOUGH_TO_ANSWER = 0.32
"""Least probability of an answer. Refuses 7 % of the answerable calibration questions."""
ENOUGH_TO_ANSWER_UNTAUGHT = 0.40
"""Without an editor's questions the two kinds overlap: this refuses one answerable calibration
question in six, and two of three that are beside the subject."""
ENOUGH_TO_POINT = 0.10
"""Least probability that a lesson is what the question is about, for pointing at it."""
_ALSO_ANSWERS = 0.5
"""A further lesson is cited if it is at least this likely, as a share of the first one's."""
_MOST_CITED = 4


@dataclass(frozen=True, slots=True)
class Decision:
    """``answers``: what to cite, best first; else ``nearest``: what to point at, if anything."""

    answers: tuple[Hit, ...]
    nearest: tuple[Hit, ...]


def decide(findings: Findings) -> Decision:
    """Answer, near or absent, from the calibrated evidence of one search."""
    enough = ENOUGH_TO_ANSWER if findings.taught else ENOUGH_TO_ANSWER_UNTAUGHT
    if findings.hits and findings.answered >= enough:
        return Decision(_cited(findings.hits), ())
    lessons = [hit for hit in findings.hits if hit.number is not None]
    if not lessons or lessons[0].score < ENOUGH_TO_POINT:
        return Decision((), ())
    return Decision((), tuple(lessons[:3]))


def _cited(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The best hit and those nearly as good; a fact about the document stands alone."""
    first = hits[0]
    if first.number is None:
        return (first,)
    also = [
        hit
        for hit in hits[1:]
        if hit.number is not None and hit.score >= max(_ALSO_ANSWERS * first.score, 0.25)
    ]
    return (first, *also[: _MOST_CITED - 1])
