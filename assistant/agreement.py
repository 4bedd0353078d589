"""What speaks for and against one sentence's being said by one lesson, from their words alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.wording import OURSELVES, Word, alike, is_actor, is_common, is_framing, turned

_ADVISING = frozenset(["bör", "borde", "ska", "skall", "måste", "behöver", "kan", "låt"])
_SCOPE = 3  # content words that a negation reaches to
_NEAR = 3  # words between a number and what it counts
_ADVERBS = frozenset(["inte", "ej", "icke", "aldrig"])
_SUBORDINATE = frozenset(
    ["för", "genom", "om", "när", "eftersom", "då", "trots", "innan", "efter", "tack"]
)
_BELONGING = frozenset(["i", "hos", "inom", "på"])  # "de anställda i kommunen"
_PASSIVE = ("ades", "tes", "des", "ts", "as", "ands", "olls")


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which words of the lesson each content word of the sentence stands for, if any."""

    sentence: tuple[Word, ...]
    lesson: tuple[Word, ...]
    matches: tuple[tuple[Word, tuple[Word, ...]], ...]

    @property
    def missing(self) -> tuple[Word, ...]:
        """Content words of the sentence that the lesson does not hold."""
        return tuple(
            word
            for word, found in self.matches
            if not found and not is_framing(word) and not self._only_advises(word)
        )

    def _only_advises(self, word: Word) -> bool:
        """Whether it is the "we" of an advice: "kommunen bör" retells an imperative."""
        beside = (word.place - 1, word.place + 1)
        return word.stem == OURSELVES and any(
            other.place in beside and other.text.lower() in _ADVISING for other in self.sentence
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
            0 < other.place - number.place <= _NEAR and other.sentence == number.sentence
            for number in found
            for other in counted
        ):
            return word
    return None


def _counted(number: Word, alignment: Alignment) -> tuple[Word, ...]:
    """What the number counts, as it stands in the lesson; empty if that is not to be told."""
    for word, found in alignment.matches:
        if number.place < word.place <= number.place + 2 and word.clause == number.clause:
            same = tuple(other for other in found if alike(other, word))
            return () if word.number is not None or word.stem == OURSELVES else same
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
        same = max(theirs, key=lambda other: _common(reach, other), default=())
        if not _common(reach, same):
            return True
        theirs.remove(same)
    said = [word for word in alignment.sentence if word.bears]
    # What the lesson denies, and the sentence says as if it did not.
    return any(
        2 * _common(said, reach) >= len(reach)
        and (_common(said, reach[:1]) or _common(said, reach) > 1)
        for reach in theirs
    )


def _reach(negation: Word, text: Sequence[Word]) -> tuple[Word, ...]:
    """What the negation denies, first of all its first word: "tveka inte", "inte uppstår"."""
    clause = [word for word in text if word.clause == negation.clause and word.bears]
    after = tuple(word for word in clause if word.place > negation.place)[:_SCOPE]
    before = [word for word in clause if word.place < negation.place][-1:]
    if not before or before[0].stem == OURSELVES or negation.text.lower() not in _ADVERBS:
        return after or tuple(before)
    return (before[0], *after) if negation.place - before[0].place == 1 else after or (before[0],)


def _common(some: Sequence[Word], others: Sequence[Word]) -> int:
    return sum(any(alike(one, other) for one in some) for other in others)


def swaps_actors(alignment: Alignment) -> bool:
    """Whether who does it and whom it is done to seem to have changed places.

    Told by order: two actors stand the other way round than in the lesson, or the sentence begins
    with one that the lesson names only after what it says of it. A passive turns the order
    rightly, and so may a clause that comes first ("för att …"), so both are left alone.
    """
    first = alignment.sentence[0].text.lower() if alignment.sentence else ""
    if first in _SUBORDINATE:
        return False
    if any(
        word.text.lower().endswith(_PASSIVE) and not is_actor(word) for word in alignment.sentence
    ):
        return False
    held = [(word, found) for word, found in alignment.matches if found]
    actors = [(word, found) for word, found in held if is_actor(word)]
    for (one, ones), (other, others) in pairwise(actors):
        belongs = alignment.sentence[other.place - 1].text.lower() in _BELONGING
        if other.clause == one.clause and not belongs and _reversed(ones, others):
            return True
    if not held or not is_actor(held[0][0]) or held[0][0].place > 1:
        return False
    said = [found for _, found in held[1:3]]
    return bool(said) and all(_reversed(held[0][1], found) for found in said)


def _reversed(first: Sequence[Word], second: Sequence[Word]) -> bool:
    """Whether in the lesson's sentences every ``second`` stands before every ``first``."""
    orders = [
        other.place < one.place
        for one in first
        for other in second
        if one.sentence == other.sentence
    ]
    return bool(orders) and all(orders)


def patches(alignment: Alignment) -> bool:
    """Whether one clause goes from one sentence of the lesson to another and back again."""
    clause, changes = -1, dict[int, int]()
    for word, found in alignment.matches:
        if not found or is_common(word):
            continue
        if word.clause != clause:
            clause, changes = word.clause, {}
        changes = {
            here: min((count + (here != before) for before, count in changes.items()), default=0)
            for here in {other.sentence for other in found}
        }
        if min(changes.values()) > 1:
            return True
    return False
