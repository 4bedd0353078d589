"""Sentences about the lessons, true and false, for measuring what the verifier lets through.

``claims.jsonl`` holds what was written by hand before the verifier was: paraphrases, negations and
swapped actors. The rest is made here from the lessons, the same each time.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.agreement import align
from assistant.wording import read
from corpus import DOCUMENTS, Lesson, read_document, sentences

_HERE = Path(__file__).parent
TRUE_COUNT = FALSE_COUNT = 300
_OF_EACH_FALSEHOOD = 60
_FRAMES = ("Enligt lärdomen gäller detta: {}", "Lärdomen säger: {}", "Det viktiga är detta: {}")
_NUMBER = re.compile(
    r"\d+(?: \d{3})*|\b(?:två|tre|fyra|fem|åtta|nio|tio|elva|fjorton|nitton|trettio|fjärde)\b", re.I
)
_OTHER_NUMBERS = ("7", "sjutton", "3 000", "90", "tolv", "46")
_NAME = re.compile(r"(?<=[a-zåäö,] )[A-ZÅÄÖ][a-zåäö]{2,}(?: [A-ZÅÄÖ][a-zåäö]+)?")
_OTHER_NAMES = ("Boden", "Volvo", "Norrköping", "Almega", "Karin Berg", "Luleå", "Microsoft")
_FINITE = re.compile(
    r"\b(?:är|måste|bör|ska|kan|behöver|fick|har|gav|går|köpte|satt|lät|hölls|krävdes|finns|sitter)\b"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that is held against a lesson."""

    lesson: Lesson
    text: str
    true: bool
    kind: str


@cache
def lessons() -> tuple[Lesson, ...]:
    """Those of the shipped document and of the invented one."""
    files = (DOCUMENTS / "skelleftea-2020.md", _HERE / "documents" / "hamnsund-2023.md")
    return tuple(lesson for file in files for lesson in read_document(file).lessons)


def true_claims() -> list[Claim]:
    """Paraphrases by hand, and sentences of the lessons whole, framed, shortened or joined."""
    written = [claim for claim in _written() if claim.true]
    made = list(_verbatim())
    random.Random(4).shuffle(made)
    return written + made[: TRUE_COUNT - len(written)]


def false_claims() -> list[Claim]:
    """Sixty of each kind of falsehood."""
    by_kind: dict[str, list[Claim]] = {}
    for claim in (*_written(), *_numbers(), *_names(), *_negations(), *_other_lessons()):
        if not claim.true:
            by_kind.setdefault(claim.kind, []).append(claim)
    return [claim for kind in by_kind.values() for claim in kind[:_OF_EACH_FALSEHOOD]]


def texts_of(claims: Iterable[Claim]) -> set[str]:
    """All that a verifier may want to compare: claims, lessons, their sentences, single words."""
    texts: set[str] = set()
    for claim in claims:
        lesson = read(claim.lesson.text)
        missing = align(read(claim.text), lesson).missing
        words = (*missing, *(word for word in lesson if word.bears))
        texts |= {claim.text, claim.lesson.text, *sentences(claim.lesson.text)}
        texts |= {word.text.lower() for word in words}
    return texts


def _written() -> list[Claim]:
    known = {(lesson.document, lesson.number): lesson for lesson in lessons()}
    rows = (_HERE / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Claim(known[row["document"], row["lesson"]], row["text"], row["true"], row["kind"])
        for row in map(json.loads, rows)
    ]


def _paraphrases() -> list[Claim]:
    return [claim for claim in _written() if claim.true]


def _verbatim() -> Iterator[Claim]:
    for lesson in lessons():
        parts = sentences(lesson.text)
        for place, part in enumerate(parts):
            yield Claim(lesson, part, True, "verbatim")
            frame = _FRAMES[(lesson.number + place) % len(_FRAMES)]
            if place % 2 == 0:
                yield Claim(lesson, frame.format(part), True, "framed")
            head, comma, _ = part.partition(", ")
            if comma and len(head.split()) > 4:
                yield Claim(lesson, f"{head}.", True, "shortened")
            if place and len(parts[place - 1]) < 100:
                joined = f"{parts[place - 1].rstrip('.!')}, och {part[0].lower()}{part[1:]}"
                yield Claim(lesson, joined, True, "joined")


def _sources() -> list[Claim]:
    """Paraphrases and sentences of the lessons, to be made false."""
    verbatim = [claim for claim in _verbatim() if claim.kind == "verbatim"]
    mixed = _paraphrases() + verbatim
    random.Random(5).shuffle(mixed)
    return mixed


def _numbers() -> Iterator[Claim]:
    for place, claim in enumerate(_sources() * 2):
        found = list(_NUMBER.finditer(claim.text))
        if not found:
            continue
        first, last = found[0], found[-1]
        if place % 3 == 0 and first[0].lower() != last[0].lower():
            text = (
                claim.text[: first.start()] + last[0] + claim.text[first.end() : last.start()]
                + first[0] + claim.text[last.end() :]
            )  # fmt: skip
        else:
            other = _OTHER_NUMBERS[place % len(_OTHER_NUMBERS)]
            text = claim.text[: first.start()] + other + claim.text[first.end() :]
        yield Claim(claim.lesson, text, False, "number")


def _names() -> Iterator[Claim]:
    for place, claim in enumerate(_sources()):
        other = _OTHER_NAMES[place % len(_OTHER_NAMES)]
        found = _NAME.search(claim.text)
        if found:
            text = claim.text[: found.start()] + other + claim.text[found.end() :]
        elif place % 4 == 0:
            text = f"{claim.text.rstrip('.!')} i {other}."
        elif place % 4 == 1:
            text = f"{other} visar detta: {claim.text}"
        else:
            continue
        yield Claim(claim.lesson, text, False, "name")


def _negations() -> Iterator[Claim]:
    for claim in _sources():
        verb = _FINITE.search(claim.text)
        if verb and " inte " not in claim.text and "ing" not in claim.text.lower().split():
            text = f"{claim.text[: verb.end()]} inte{claim.text[verb.end() :]}"
            yield Claim(claim.lesson, text, False, "negation")


def _other_lessons() -> Iterator[Claim]:
    """Each paraphrase under the other lesson that shares most of its words: the hardest one."""
    for claim in _sources():
        own = set(re.findall(r"\w{5,}", claim.text.lower()))
        others = [
            lesson
            for lesson in lessons()
            if lesson.document == claim.lesson.document and lesson != claim.lesson
        ]
        nearest = max(
            others, key=lambda lesson: len(own & set(re.findall(r"\w{5,}", lesson.text.lower())))
        )
        yield Claim(nearest, claim.text, False, "another lesson's claim")
