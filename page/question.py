"""What a visitor typed, made fit to be a question: cleaned, and neither empty nor a novel."""

import unicodedata

LONGEST_QUESTION = 1000
# Marks that turn the direction of text: in a question they can only mislead its reader.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class QuestionError(ValueError):
    """The text cannot be asked as a question; the message is a Swedish sentence to show."""


def read_question(text: str) -> str:
    """``text`` as a question: no control characters, no lone surrogates, composed åäö.

    Raises QuestionError with what to tell the visitor.
    """
    kept = (letter for letter in text[: 20 * LONGEST_QUESTION] if _belongs(letter))
    question = unicodedata.normalize("NFC", "".join(kept)).strip()
    if not question:
        raise QuestionError("Skriv en fråga först, till exempel om mark, bostäder eller kompetens.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"Frågan är för lång: högst {LONGEST_QUESTION} tecken får plats. "
            "Korta den till det viktigaste och fråga igen."
        )
    return question


def _belongs(letter: str) -> bool:
    if letter in "\n\t":
        return True
    return unicodedata.category(letter) not in ("Cc", "Cs") and letter not in _DIRECTION_MARKS
