"""Finds what must not be sent to a language model: numbers and addresses of people."""

import datetime
import re
import unicodedata

_PERSONAL = re.compile(r"(?<!\d)(?:(?:18|19|20)[ ]?)?(\d{6})[ ]?[-+−–]?[ ]?(\d{4})(?!\d)")
_PHONE = re.compile(
    r"(?<![\d.,])(?:\+|00(?=[1-9])|0(?=[1-9]))[\d()](?:[ \-–/().]{0,2}\d){6,13}(?!\d)"
)
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.I)
_SHORTEST_PHONE, _LONGEST_PHONE = 8, 15  # digits
_COORDINATION = 60  # added to the day in a samordningsnummer


def personal_data(text: str) -> str:
    """What ``text`` holds of it, in Swedish: ``ett personnummer``; empty if nothing."""
    plain = unicodedata.normalize("NFKC", text)
    kinds = (
        ("ett personnummer", _has_personal_number(plain)),
        ("en e-postadress", bool(_EMAIL.search(plain))),
        ("ett telefonnummer", _has_phone_number(plain)),
    )
    return " och ".join(name for name, found in kinds if found)


def _has_personal_number(text: str) -> bool:
    return any(
        _is_date(birth) and _has_check_digit(birth + rest)
        for birth, rest in _PERSONAL.findall(text)
    )


def _is_date(digits: str) -> bool:
    """Whether six digits are a date, or one of a samordningsnummer."""
    year, month, day = (int(digits[at : at + 2]) for at in (0, 2, 4))
    if day > _COORDINATION:
        day -= _COORDINATION
    # Whether 29 February was depends on the century, which need not be written.
    for century in (1900, 2000):
        try:
            datetime.date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _has_check_digit(digits: str) -> bool:
    """Luhn's check: every other digit doubled, the digit sums add up to whole tens."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _has_phone_number(text: str) -> bool:
    lengths = (sum(letter.isdigit() for letter in found) for found in _PHONE.findall(text))
    return any(_SHORTEST_PHONE <= length <= _LONGEST_PHONE for length in lengths)
