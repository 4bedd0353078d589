"""Opens the assistant and the retriever over a folder of documents."""

from pathlib import Path

from assistant.conversation import Assistant
from assistant.model import ChatModel
from assistant.phrasing import Phrasing
from assistant.retriever import LessonRetriever
from assistant.verification import Verifier
from corpus import DOCUMENTS
from index import MODEL, STORE, LiveIndex, Progress, SentenceEmbedder


def open_assistant(
    corpus: Path = DOCUMENTS,
    store: Path = STORE,
    embedder: str | Path = MODEL,
    progress: Progress = lambda line: None,
    model: ChatModel | None = None,
) -> Assistant:
    """The assistant over a folder of documents; builds its index at the first question.

    ``model``: a language model that phrases the answers; without one the lessons speak.
    """
    meaning = SentenceEmbedder(embedder)
    phrasing = Phrasing(model, Verifier(meaning.embed_documents)) if model else None
    return Assistant(LiveIndex(corpus, store, meaning, progress), phrasing)


def open_retriever(
    corpus: Path = DOCUMENTS,
    store: Path = STORE,
    embedder: str | Path = MODEL,
    count: int = 4,
) -> LessonRetriever:
    """The search over a folder of documents, ``count`` passages a question."""
    return LessonRetriever(index=LiveIndex(corpus, store, SentenceEmbedder(embedder)), count=count)
