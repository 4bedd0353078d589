"""Lesson numbers as people write them: digits, words, ranges, lists, ordinals, from the end."""

import re

_ONES = "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton "
_ONES += "sjutton arton nitton"
_TENS = {"tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60}
_ORDINALS = [
    "nollte",
    "första",
    "andra",
    "tredje",
    "fjärde",
    "femte",
    "sjätte",
    "sjunde",
    "åttonde",
    "nionde",
    "tionde",
    "elfte",
    "tolfte",
    "trettonde",
    "fjortonde",
    "femtonde",
    "sextonde",
    "sjuttonde",
    "artonde",
    "nittonde",
]
_TENS_ORDINAL = {"tjugonde": 20, "trettionde": 30, "fyrtionde": 40, "femtionde": 50}


def _spelled() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_ONES.split())}
    words.update({"en": 1, "aderton": 18, **_TENS})
    words.update(
        {
            ten + one: value + unit
            for ten, value in _TENS.items()
            for unit, one in enumerate(_ONES.split()[:10])
            if unit
        }
    )
    return words


def _spelled_ordinals() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_ORDINALS)}
    words.update(_TENS_ORDINAL)
    words.update(
        {
            ten + one: value + unit
            for ten, value in _TENS.items()
            for unit, one in enumerate(_ORDINALS[:10])
            if unit
        }
    )
    return words


_CARDINAL = _spelled()
_ORDINAL = _spelled_ordinals()
_CARDINALS = "|".join(sorted(_CARDINAL, key=len, reverse=True))
_ORDINALS_PATTERN = "|".join(sorted(_ORDINAL, key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}|{_CARDINALS})"
_NOUN = (
    r"(?:lärdom|lardom|punkt|råd|avsnitt|lesson|lærdom|nr|nummer|number)"
    r"(?:arna|ar|en|erna|et|er|s|e)?\b"
)
_NUMBERED = re.compile(
    rf"\b{_NOUN}\.?\s*(?:(?:nr\.?|nummer|number)\s*)?(?P<list>{_NUMBER}"
    rf"(?:\s*(?:till och med|t\.?o\.?m\.?|till|–|-|,|och|samt|&|to|and)\s*(?:och\s+)?"
    rf"(?:{_NOUN}\s*)?{_NUMBER}\b(?!\s*%))*)(?![\w%])",
    re.I,
)
_FROM_END = re.compile(
    r"\b(?P<which>näst\s+näst\s+sista|näst\s+sista|nästsista|sista|last|second to last)"
    r"(?:\s+(?:lärdom|punkt|lesson|råd)\w*|\s*\??\s*$)",
    re.I,
)
_ORDERED = re.compile(
    rf"\b(?P<word>{_ORDINALS_PATTERN}|first|second|third|\d{{1,3}}:[ea])\s+"
    r"(?:lärdom|punkt|råd|avsnitt|lesson)\w*",
    re.I,
)
_SEVERAL = re.compile(
    rf"\b(?:(?P<count>{_NUMBER})\s+(?P<end>första|sista)"
    rf"|(?P<end2>första|sista)\s+(?P<count2>{_NUMBER}))\s+(?:lärdom|punkt|råd)\w*",
    re.I,
)
_ALONE = re.compile(
    rf"^\W*(?:visa|ge mig|läs|vad säger|show)?\s*(?:nr\.?|nummer|#)?\s*"
    rf"(?P<list>{_NUMBER}(?:\s*(?:-|–|till|och|,)\s*{_NUMBER})*)\W*$",
    re.I,
)
_ENGLISH = {"first": 1, "second": 2, "third": 3}


def read_numbers(text: str, count: int) -> tuple[int, ...]:
    """The lesson numbers that ``text`` names, in its order; empty if it names none.

    ``count`` is the number of lessons, for "the last". Numbers beyond it are returned too: the
    caller tells the reader that there is no such lesson.
    """
    if several := _SEVERAL.search(text):
        wanted = _value(several["count"] or several["count2"])
        from_start = (several["end"] or several["end2"]).lower() == "första"
        numbers = range(1, wanted + 1) if from_start else range(count - wanted + 1, count + 1)
        return tuple(number for number in numbers if number > 0)
    found: list[int] = []
    for match in _NUMBERED.finditer(text):
        found += _expand(match["list"])
    if from_end := _FROM_END.search(text):
        which = re.sub(r"\s+", "", from_end["which"].lower())
        back = {"nästnästsista": 2, "nästsista": 1, "secondtolast": 1}.get(which, 0)
        found.append(max(count - back, 1))
    elif ordered := _ORDERED.search(text):
        word = ordered["word"].lower()
        found.append(_ENGLISH.get(word) or _ORDINAL.get(word) or int(word.split(":")[0]))
    if not found and (alone := _ALONE.match(text)):
        found += _expand(alone["list"])
    return tuple(dict.fromkeys(number for number in found if 0 <= number < 1000))


def _expand(listed: str) -> list[int]:
    """ "7 till 9" to 7, 8, 9 and "3, 5 och 7" to 3, 5, 7."""
    parts = re.findall(rf"{_NUMBER}|till och med|t\.?o\.?m|till|to\b|–|-", listed, re.I)
    numbers: list[int] = []
    ranging = False
    for part in parts:
        if part.isdigit() or part.lower() in _CARDINAL:
            value = _value(part)
            if ranging and numbers and numbers[-1] < value <= numbers[-1] + 100:
                numbers += range(numbers[-1] + 1, value + 1)
            else:
                numbers.append(value)
            ranging = False
        else:
            ranging = True
    return numbers


def _value(number: str) -> int:
    return int(number) if number.isdigit() else _CARDINAL[number.lower()]
