"""Swedish: counted nouns, and Gradio's own labels where its translation stops."""

# Dotted keys are Gradio's own names of its texts; these are missing or unfit in its Swedish.
GRADIO_TEXTS = {
    "blocks.long_requests_queue": "Många frågar just nu. Svaret kommer så snart det är din tur.",
    "blocks.connection_can_break": "Anslutningen kan brytas om du lämnar sidan.",
    "common.built_with_gradio": "Byggt med Gradio",
    "common.settings": "Inställningar",
    "common.stop_recording": "Stoppa",
}


def counted(count: int, one: str, several: str) -> str:
    """``1 lärdom``, ``30 lärdomar``."""
    return f"{count} {one if count == 1 else several}"
