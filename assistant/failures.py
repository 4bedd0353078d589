"""One Swedish sentence for each failure, without paths or names of libraries."""

from assistant.batch import RowError
from assistant.question_log import QuestionLogError
from corpus import CorpusError
from index import (
    BuilderBusy,
    BuildError,
    EmbedderError,
    IndexBroken,
    IndexMissing,
    IndexStale,
    StoreError,
)

_SENTENCES: dict[type[Exception], str] = {
    CorpusError: "Ett dokument går inte att läsa.",
    EmbedderError: "Språkmodellen går inte att ladda.",
    BuilderBusy: "Indexet byggs just nu av ett annat program. Försök igen om en stund.",
    BuildError: "Det nya indexet blev inte godkänt vid kontrollen.",
    IndexMissing: "Det finns inget index än.",
    IndexStale: "Indexet är byggt med en annan modell och behöver byggas om.",
    IndexBroken: "Indexet är skadat och behöver byggas om.",
    QuestionLogError: "Frågeloggen går inte att skriva eller läsa.",
    RowError: "En rad i filen går inte att läsa.",
    StoreError: "Sökningen fungerar inte just nu.",
}
FAILURES = tuple(_SENTENCES)


def sentence_for(error: BaseException) -> str:
    """What the reader is told of ``error``; a plain apology for the unexpected."""
    for kind, sentence in _SENTENCES.items():
        if isinstance(error, kind):
            return sentence
    return "Något gick fel. Försök gärna igen."
