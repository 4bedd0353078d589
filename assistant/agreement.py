"""What speaks for and against one sentence's being said by one lesson, from their words alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.wording import OURSELVES, Word, alike, is_framing, turned

_SCOPE = 3  # content words that a negation reaches to
_NEAR = 3  # words between a number and what it counts
_ANOTHER_SENTENCE = 0.5
_BACKWARDS = 1.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which words of the lesson each content word of the sentence stands for, if any."""

    sentence: tuple[Word, ...]
    lesson: tuple[Word, ...]
    matches: tuple[tuple[Word, tuple[Word, ...]], ...]

    @property
    def missing(self) -> tuple[Word, ...]:
        """Content words of the sentence that the lesson does not hold."""
        speaks_as_us = any(word.stem == OURSELVES for word in self.lesson)
        return tuple(
            word
            for word, found in self.matches
            if not found and not is_framing(word) and not (word.stem == OURSELVES and speaks_as_us)
        )

    @property
    def held(self) -> int:
        """How many content words of the sentence the lesson holds."""
        return sum(1 for _, found in self.matches if found)


def align(sentence: Sequence[Word], lesson: Sequence[Word]) -> Alignment:
    """Each content word with its counterparts."""
    content = [word for word in lesson if word.bears or word.negates]
    matches = tuple(
        (word, tuple(other for other in content if alike(word, other)))
        for word in sentence
        if word.bears
    )
    return Alignment(tuple(sentence), tuple(lesson), matches)


def foreign_number(alignment: Alignment) -> Word | None:
    """A number that the lesson does not hold, or holds for something else; None if all agree."""
    for word, found in alignment.matches:
        if word.number is None:
            continue
        if not found:
            return word
        counted = _counted(word, alignment)
        if counted and not any(
            abs(other.place - number.place) <= _NEAR + 1 and other.sentence == number.sentence
            for number in found
            for other in counted
        ):
            return word
    return None


def _counted(number: Word, alignment: Alignment) -> tuple[Word, ...]:
    """What the number counts, as it stands in the lesson; empty if that is not to be told."""
    for word, found in alignment.matches:
        if number.place < word.place <= number.place + 2 and word.clause == number.clause:
            return () if word.number is not None else found
    return ()


def foreign_name(alignment: Alignment) -> Word | None:
    """A proper name that the lesson does not hold, or None."""
    written = {word.text.lower().rstrip("s") for word in alignment.lesson}
    for word in alignment.sentence:
        name = word.text.lower().rstrip("s")
        if word.capital and name not in written and word.stem != OURSELVES:
            return word
    return None


def denies_otherwise(alignment: Alignment) -> bool:
    """Whether something is denied in one of the texts and not in the other."""
    if any(turned(word, other) for word in alignment.sentence for other in alignment.lesson):
        return True
    theirs = [_reach(word, alignment.lesson) for word in alignment.lesson if word.negates]
    for negation in (word for word in alignment.sentence if word.negates):
        reach = _reach(negation, alignment.sentence)
        same = next((other for other in theirs if _meet(reach, other)), None)
        if same is None:
            return True
        theirs.remove(same)
    said = [word for word in alignment.sentence if word.bears]
    return any(_meet(said, _head(reach)) for reach in theirs)


def _reach(negation: Word, text: Sequence[Word]) -> tuple[Word, ...]:
    """The word that the negation denies first, then what else it reaches, in its clause."""
    clause = [word for word in text if word.clause == negation.clause and word.bears]
    after = [word for word in clause if word.place > negation.place][:_SCOPE]
    before = [word for word in clause if word.place < negation.place][-1:]
    if before and negation.place - before[0].place == 1 and before[0].stem != OURSELVES:
        return (before[0], *after)
    return (*after, *before)


def _head(reach: Sequence[Word]) -> Sequence[Word]:
    return reach[:2]


def _meet(some: Sequence[Word], others: Sequence[Word]) -> bool:
    return any(alike(one, other) or alike(other, one) for one in some for other in others)


def disorder(alignment: Alignment) -> float:
    """How far the words' order departs from the lesson's: who does what to whom.

    Each step from a content word to the next costs nothing forward within a sentence of the
    lesson, half a point to another sentence, one point backwards; the cheapest way counts.
    """
    costs: dict[Word, float] = {}
    for _, found in ((word, found) for word, found in alignment.matches if found):
        costs = {
            here: min((cost + _step(before, here) for before, cost in costs.items()), default=0.0)
            for here in found
        }
    return min(costs.values(), default=0.0)


def _step(before: Word, here: Word) -> float:
    if here.sentence != before.sentence:
        return _ANOTHER_SENTENCE
    return 0.0 if here.place >= before.place else _BACKWARDS
