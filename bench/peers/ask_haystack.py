"""Haystack: its store in memory with an embedding retriever, and joined with its BM25."""

from measured import FOUND, measure, measure_embedding, read_task, timed, write_result

task = read_task()

from haystack import Document, Pipeline  # noqa: E402  # after the settings in measured
from haystack.components.joiners import DocumentJoiner  # noqa: E402
from haystack.components.retrievers.in_memory import (  # noqa: E402
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: E402
from haystack_integrations.components.embedders.sentence_transformers import (  # noqa: E402
    SentenceTransformersTextEmbedder,
)


def build() -> InMemoryDocumentStore:
    """The passages with their given vectors."""
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(id=str(number), content=text, embedding=vector.tolist())
            for number, (text, vector) in enumerate(zip(task.passages, task.vectors, strict=True))
        ]
    )
    return store


def embedder() -> SentenceTransformersTextEmbedder:
    """One for each pipeline: a component belongs to one only."""
    return SentenceTransformersTextEmbedder(model=task.model, progress_bar=False)


store, seconds = timed(build)
dense = Pipeline()
dense.add_component("embedder", embedder())
dense.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=FOUND))
dense.connect("embedder.embedding", "retriever.query_embedding")

hybrid = Pipeline()
hybrid.add_component("embedder", embedder())
hybrid.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=FOUND))
hybrid.add_component("bm25", InMemoryBM25Retriever(store, top_k=FOUND))
hybrid.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=FOUND))
hybrid.connect("embedder.embedding", "retriever.query_embedding")
hybrid.connect("retriever", "joiner")
hybrid.connect("bm25", "joiner")

alone = embedder()
if hasattr(alone, "warm_up"):
    alone.warm_up()


def ask_dense(text: str) -> list[int]:
    """By the vectors alone."""
    found = dense.run({"embedder": {"text": text}})["retriever"]["documents"]
    return [int(document.id) for document in found]


def ask_hybrid(text: str) -> list[int]:
    """By vectors and BM25, joined by reciprocal ranks."""
    found = hybrid.run({"embedder": {"text": text}, "bm25": {"query": text}})["joiner"]["documents"]
    return [int(document.id) for document in found]


write_result(
    task,
    ["haystack-ai", "sentence-transformers-haystack"],
    seconds,
    embed=measure_embedding(task, alone.run),
    dense=measure(task, ask_dense),
    hybrid=measure(task, ask_hybrid),
)
