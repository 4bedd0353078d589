"""Opens the assistant and the retriever over a folder of documents."""

from pathlib import Path

from assistant.conversation import Assistant
from assistant.retriever import LessonRetriever
from corpus import DOCUMENTS
from index import MODEL, STORE, LiveIndex, Progress, SentenceEmbedder


def open_assistant(
    corpus: Path = DOCUMENTS,
    store: Path = STORE,
    embedder: str | Path = MODEL,
    progress: Progress = lambda line: None,
    server: str = "",
) -> Assistant:
    """The assistant over a folder of documents; builds its index at the first question.

    ``server``: the address of a Chroma server whose index it follows, like
    http://127.0.0.1:8000; with none, the index is in the folder ``store``.
    """
    return Assistant(LiveIndex(corpus, store, SentenceEmbedder(embedder), progress, server))


def open_retriever(
    corpus: Path = DOCUMENTS,
    store: Path = STORE,
    embedder: str | Path = MODEL,
    count: int = 4,
    documents: tuple[str, ...] = (),
    year: int | None = None,
    server: str = "",
) -> LessonRetriever:
    """The search over a folder of documents, ``count`` passages a question.

    ``documents`` (names or short names) and ``year`` limit it to some of them.
    """
    index = LiveIndex(corpus, store, SentenceEmbedder(embedder), server=server)
    return LessonRetriever(index=index, count=count, documents=documents, year=year)
