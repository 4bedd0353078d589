"""A Swedish sentence as words that can be held against another: stems, numbers, negations."""

import re
from dataclasses import dataclass, field

from assistant.vocabulary import (
    ACTORS,
    COMMON,
    FRAMING,
    FUNCTION,
    MAGNITUDES,
    NEGATIONS,
    OPPOSITES,
    ORDINALS,
    PRONOUNS,
    UNITS,
    VALUES,
)

OURSELVES = "vi"
"""The stem that "vi", "oss", "våra" and "kommunen" share: the lessons speak as a municipality."""

_TOKEN = re.compile(
    r"\d+(?:[ \u00a0]\d{3})+\b|\d+(?:[.,]\d+)?|[^\W\d_]+(?:[-/][^\W\d_]+)*|[.!?]+|[,;:()–]"
)
_ENDINGS = re.compile(
    r"(?:arnas|ornas|ernas|arna|orna|erna|aren|aste|ande|ende|ades|ats|ens|ets|ars|ers|ors|nas"
    r"|ade|are|ast|des|tes|det|dde|tts|en|et|ar|er|or|as|es|ad|at|na|de|te|ts|a|e|n|t|s)$"
)
_REST = re.compile(rf"{_ENDINGS.pattern}|r|re|ren|rna|rnas|ns|d|dd|ddes")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as written, its stem, where it stands, and what it counts for."""

    text: str
    stem: str
    place: int
    sentence: int
    clause: int
    number: float | None = None
    """The value of a number, in digits or in letters, its "miljoner" included."""
    negates: bool = False
    bears: bool = False
    """Whether it bears content, rather than holds the sentence together."""
    capital: bool = False
    """Whether it is written as a name: a capital that is not the sentence's first letter."""


@dataclass(slots=True)
class _Reading:
    words: list[Word] = field(default_factory=list)
    sentence: int = 0
    clause: int = 0
    fresh: bool = True
    comma: bool = False


def read(text: str) -> tuple[Word, ...]:
    """The words of ``text``, in order."""
    reading = _Reading()
    for token in _TOKEN.findall(text):
        comma, reading.comma = reading.comma, token == ","
        if token[0] in ".!?":
            reading.sentence, reading.clause, reading.fresh = (
                reading.sentence + 1,
                reading.clause + 1,
                True,
            )
        elif token in ",;:()–" or token.lower() in ("och", "men", "eller", "samt"):
            reading.clause += 1
            if token == ":":
                reading.fresh = True
        elif (magnitude := MAGNITUDES.get(token.lower())) and _multiply(reading, magnitude):
            continue
        else:
            _add(reading, token, comma)
    return tuple(reading.words)


def _multiply(reading: _Reading, magnitude: float) -> bool:
    if not reading.words or reading.words[-1].number is None:
        return False
    last = reading.words[-1]
    assert last.number is not None
    reading.words[-1] = Word(
        last.text, f"#{last.number * magnitude:g}", last.place, last.sentence, last.clause,
        last.number * magnitude, bears=True,
    )  # fmt: skip
    return True


def _add(reading: _Reading, token: str, comma: bool) -> None:
    low = token.lower()
    number = value_of(low)
    # "en" and "ett" are articles more often than numbers.
    if low == "ett":
        number = None
    stem = f"#{number:g}" if number is not None else stem_of(low)
    if low in PRONOUNS:
        stem = OURSELVES
    negates = low in NEGATIONS
    if (
        low == "utan"
        and comma
        and any(word.negates and word.sentence == reading.sentence for word in reading.words)
    ):
        negates = False  # "inte X, utan Y"
    reading.words.append(
        Word(
            token, stem, len(reading.words), reading.sentence, reading.clause, number, negates,
            bears=number is not None or low in PRONOUNS or not (low in FUNCTION or negates),
            capital=token[0].isupper() and not reading.fresh,
        )
    )  # fmt: skip
    reading.fresh = False


def value_of(token: str) -> float | None:
    """The number that ``token`` writes, or None: ``80 000``, ``28,5``, ``fjorton``, ``fjärde``."""
    plain = re.sub(r"[ \u00a0]", "", token)
    if plain[0].isdigit():
        return float(plain.replace(",", "."))
    if token in VALUES:
        return float(VALUES[token])
    if token in ORDINALS:
        return float(ORDINALS[token])
    for tens in range(20, 100, 10):
        word = next(word for word, value in VALUES.items() if value == tens)
        if token.startswith(word) and token[len(word) :] in UNITS:
            return float(tens + VALUES[token[len(word) :]])
    for word, value in VALUES.items():
        if token == f"{word}hundra":
            return value * 100.0
    return None


def stem_of(word: str) -> str:
    """``word`` without its inflection, never shorter than three letters."""
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= 3 else word


def is_common(word: Word) -> bool:
    """Whether ``word`` is one that any retelling may use without saying anything new."""
    return word.text.lower() in COMMON


def is_actor(word: Word) -> bool:
    """Whether ``word`` names who may do something: a person, a body, "we"."""
    return word.bears and (word.stem == OURSELVES or bool(ACTORS.search(word.text.lower())))


def opposite(one: Word, other: Word) -> bool:
    """Whether the two words are known as each other's opposite."""
    return frozenset((one.text.lower(), other.text.lower())) in OPPOSITES


def is_framing(word: Word) -> bool:
    """Whether ``word`` only introduces what is said: "enligt lärdomen", "det är viktigt"."""
    return word.text.lower() in FRAMING


def alike(one: Word, other: Word) -> bool:
    """Whether two words are forms of one word, or the second a compound that holds the first."""
    a, b = one.stem, other.stem
    if a == b:
        return True
    if one.number is not None or other.number is not None or OURSELVES in (a, b):
        return False
    if other.capital and not one.capital:
        return False  # "företagets" is not "Företagsamma Skellefteå"
    shared, shorter, longer = _shared(a, b), min(len(a), len(b)), max(len(a), len(b))
    return (
        _inflected(one.text.lower(), other.text.lower())
        or (shared >= 4 and shared >= shorter - 1 and longer - shared <= 4)
        or (shared >= 6 and longer - shared <= 6)
        or (len(a) >= 4 and a in b and not turned(one, other))
    )


def turned(one: Word, other: Word) -> bool:
    """Whether one word is the other with a negating prefix: "byggbar" and "obyggbar"."""
    a, b = sorted((one.stem, other.stem), key=len)
    return len(a) >= 4 and one.bears and other.bears and b in (f"o{a}", f"miss{a}", f"in{a}")


def _inflected(a: str, b: str) -> bool:
    """Whether two words part only in their endings."""
    shared = _shared(a, b)
    rests = (a[shared:], b[shared:])
    return shared >= 4 and all(not rest or _REST.fullmatch(rest) for rest in rests)


def _shared(a: str, b: str) -> int:
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
