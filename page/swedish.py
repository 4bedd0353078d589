"""Swedish: dates in words, and Gradio's own labels where its translation stops."""

import datetime

_MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]

# Dotted keys are Gradio's own names of its texts; these are missing or unfit in its Swedish.
GRADIO_TEXTS = {
    "blocks.long_requests_queue": "Många frågar just nu. Svaret kommer så snart det är din tur.",
    "blocks.connection_can_break": "Anslutningen kan brytas om du lämnar sidan.",
    "common.built_with_gradio": "Byggt med Gradio",
    "common.settings": "Inställningar",
    "common.stop_recording": "Stoppa",
}


def date_in_words(date: datetime.date) -> str:
    """``28 oktober 2020``."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def counted(count: int, one: str, several: str) -> str:
    """``1 lärdom``, ``30 lärdomar``."""
    return f"{count} {one if count == 1 else several}"
