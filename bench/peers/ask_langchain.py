"""LangChain's quick start: Chroma as a retriever, and an ensemble of it with BM25."""

import tempfile

from measured import FOUND, measure, measure_embedding, read_task, timed, write_result

task = read_task()

from langchain_chroma import Chroma  # noqa: E402  # after the settings in measured
from langchain_classic.retrievers import EnsembleRetriever  # noqa: E402
from langchain_community.retrievers import BM25Retriever  # noqa: E402
from langchain_huggingface import HuggingFaceEmbeddings  # noqa: E402

_BATCH = 5_000  # Chroma takes no more than 5,461 at once


class Given(HuggingFaceEmbeddings):
    """Hands out the given vectors for the passages; questions are embedded as they always are."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The given vector of each passage."""
        return [vectors[text].tolist() for text in texts]


vectors = dict(zip(task.passages, task.vectors, strict=True))
embeddings = Given(model_name=task.model)
numbers = [{"number": number} for number in range(len(task.passages))]


def build() -> Chroma:
    """The vector store in a folder of its own."""
    store = Chroma(
        collection_name="lessons",
        embedding_function=embeddings,
        persist_directory=tempfile.mkdtemp(prefix="bench-langchain-"),
    )
    for start in range(0, len(task.passages), _BATCH):
        end = start + _BATCH
        store.add_texts(list(task.passages[start:end]), metadatas=numbers[start:end])
    return store


store, seconds = timed(build)
dense = store.as_retriever(search_kwargs={"k": FOUND})
bm25, bm25_seconds = timed(
    lambda: BM25Retriever.from_texts(task.passages, metadatas=numbers, k=FOUND)
)
ensemble = EnsembleRetriever(retrievers=[bm25, dense], weights=[0.5, 0.5])
write_result(
    task,
    ["langchain-classic", "langchain-chroma", "langchain-community", "chromadb", "rank-bm25"],
    seconds + bm25_seconds,
    embed=measure_embedding(task, embeddings.embed_query),
    dense=measure(task, lambda text: [d.metadata["number"] for d in dense.invoke(text)]),
    hybrid=measure(task, lambda text: [d.metadata["number"] for d in ensemble.invoke(text)]),
)
