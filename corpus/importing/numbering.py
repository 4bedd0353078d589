"""Finds the numbered list that is the lessons among all numbers that paragraphs begin with."""

from dataclasses import dataclass
from itertools import pairwise

from corpus.importing.marks import Mark, careless_mark
from corpus.importing.source import Doubt, Paragraph

_LARGEST_GAP = 3
_WEIGHTS = {"lärdom": 2.0, "lardom": 2.0, "punkt": 1.5, "råd": 1.5, "lesson": 2.0, "bare": 0.5}
_LEAST_SHARE = 0.6
"""Of all numbers of one style: where the longest list has no more, no list is the one."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The marks that begin the lessons, in order.

    ``own``: the source's numbers do not run from 1 and on, so the lessons are numbered in order.
    """

    marks: tuple[Mark, ...]
    own: bool = False
    doubts: tuple[Doubt, ...] = ()


def find_numbering(marks: tuple[Mark, ...], paragraphs: tuple[Paragraph, ...]) -> Numbering | None:
    """The list that is most likely to be the lessons; None if there is none."""
    lists = [
        found
        for style in dict.fromkeys(mark.style for mark in marks)
        for found in _lists([mark for mark in marks if mark.style == style])
    ]
    lists = [found for found in lists if len(found) > 1 or _is_first_labelled(found[0])]
    if not lists:
        return None
    best = max(lists, key=_weight)
    alike = [found for found in lists if found[0].style == best[0].style]
    if best[0].number != 1 or sum(map(len, alike)) * _LEAST_SHARE >= len(best):
        return _numbered_in_order(alike, paragraphs)
    mended = _with_careless_marks(best, paragraphs)
    doubts = [
        *_gaps(mended, paragraphs),
        *_careless(best, mended, paragraphs),
        *_repeated(best, marks, paragraphs),
        *(_not_lessons(found, paragraphs) for found in alike if found is not best),
    ]
    return Numbering(tuple(mended), doubts=tuple(doubts))


def _lists(marks: list[Mark]) -> list[list[Mark]]:
    """The lists of one style, none of them nested in another."""
    lists: list[list[Mark]] = []
    remaining = marks
    while remaining:
        start = next((at for at, mark in enumerate(remaining) if mark.number == 1), 0)
        found, passed = _list_from(remaining[start:])
        lists.append(found)
        remaining = [*remaining[:start], *remaining[start + len(found) + len(passed) :]]
    return lists


def _list_from(marks: list[Mark]) -> tuple[list[Mark], list[Mark]]:
    """The list that begins with the first mark, and the nested numbers that were passed over."""
    found, passed = [marks[0]], []
    nested = 0  # the last number of a nested list, if we are in one
    for at, mark in enumerate(marks[1:], start=1):
        wanted = found[-1].number + 1
        if _is_deeper(mark, found[0]):
            passed.append(mark)
        elif mark.number == 1 and mark.place > marks[at - 1].place + 1:
            break  # something stands between: another list
        elif mark.number == nested + 1 and (
            mark.number != wanted or _comes_again(mark.number, marks[at + 1 :])
        ):
            nested = mark.number
            passed.append(mark)
        elif 0 <= mark.number - wanted <= _LARGEST_GAP:
            found.append(mark)
            nested = 0
        else:
            passed.append(mark)
    return found, passed


def _comes_again(number: int, later: list[Mark]) -> bool:
    return any(mark.number == number for mark in later)


def _is_deeper(mark: Mark, first: Mark) -> bool:
    return mark.indent > first.indent + 0.9 and mark.end > first.end + 0.5


def _is_first_labelled(mark: Mark) -> bool:
    """Whether one mark alone is enough: "Lärdom 1:"."""
    return mark.number == 1 and _WEIGHTS.get(mark.style.split("/")[0], 0) > 1


def _weight(found: list[Mark]) -> float:
    style, kind = found[0].style.split("/")
    begins_well = 1.0 if found[0].number == 1 else 0.5
    as_heading = 1.0 if kind == "0" else 2.0
    return len(found) * _WEIGHTS.get(style, 1.0) * begins_well * as_heading


def _numbered_in_order(lists: list[list[Mark]], paragraphs: tuple[Paragraph, ...]) -> Numbering:
    marks = sorted((mark for found in lists for mark in found), key=lambda mark: mark.place)
    doubts = [
        Doubt(
            paragraphs[found[0].place].place,
            f"numreringen börjar här på {found[0].number}; lärdomarna är numrerade i ordning, "
            "och källans egna nummer står kvar i texten",
        )
        for found in sorted(lists, key=lambda one: one[0].place)
    ]
    return Numbering(tuple(marks), own=True, doubts=tuple(doubts))


def _with_careless_marks(found: list[Mark], paragraphs: tuple[Paragraph, ...]) -> list[Mark]:
    """The list with the numbers that are missing in it, where a paragraph begins with one."""
    mended = [found[0]]
    for mark in found[1:]:
        for place in range(mended[-1].place + 1, mark.place):
            wanted = mended[-1].number + 1
            length = careless_mark(paragraphs[place].text, wanted)
            if wanted < mark.number and length:
                mended.append(Mark(place, wanted, mark.style, length, mark.indent, mark.end))
        mended.append(mark)
    return mended


def _gaps(found: list[Mark], paragraphs: tuple[Paragraph, ...]) -> list[Doubt]:
    return [
        Doubt(paragraphs[after.place].place, f"nummer {number} saknas före nummer {after.number}")
        for before, after in pairwise(found)
        for number in range(before.number + 1, after.number)
    ]


def _careless(
    best: list[Mark], mended: list[Mark], paragraphs: tuple[Paragraph, ...]
) -> list[Doubt]:
    return [
        Doubt(paragraphs[mark.place].place, f"nummer {mark.number} är skrivet på ett annat sätt")
        for mark in mended
        if mark not in best
    ]


def _repeated(
    best: list[Mark], marks: tuple[Mark, ...], paragraphs: tuple[Paragraph, ...]
) -> list[Doubt]:
    """Numbers between the lessons that are as far out as they are, and yet no lessons."""
    inside = {mark.place for mark in best}
    return [
        Doubt(
            paragraphs[mark.place].place,
            f"nummer {mark.number} passar inte i följden; raden hör till lärdomen före",
        )
        for mark in marks
        if mark.style == best[0].style
        and best[0].place < mark.place < best[-1].place
        and mark.place not in inside
        and not _is_deeper(mark, best[0])
    ]


def _not_lessons(found: list[Mark], paragraphs: tuple[Paragraph, ...]) -> Doubt:
    return Doubt(
        paragraphs[found[0].place].place,
        f"en lista till, med {len(found)} nummer, räknades inte som lärdomar",
    )
