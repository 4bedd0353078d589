"""LlamaIndex: its vector index in memory, and its fusion of that with BM25."""

from measured import FOUND, measure, measure_embedding, read_task, timed, write_result

task = read_task()

import Stemmer  # noqa: E402  # after the settings in measured
from llama_index.core import Settings, VectorStoreIndex  # noqa: E402
from llama_index.core.llms import MockLLM  # noqa: E402
from llama_index.core.retrievers import QueryFusionRetriever  # noqa: E402
from llama_index.core.schema import TextNode  # noqa: E402
from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # noqa: E402
from llama_index.retrievers.bm25 import BM25Retriever  # noqa: E402

Settings.embed_model = HuggingFaceEmbedding(model_name=task.model)
Settings.llm = MockLLM()
nodes = [
    TextNode(id_=str(number), text=text, embedding=vector.tolist())
    for number, (text, vector) in enumerate(zip(task.passages, task.vectors, strict=True))
]
index, seconds = timed(lambda: VectorStoreIndex(nodes))
dense = index.as_retriever(similarity_top_k=FOUND)
bm25, bm25_seconds = timed(
    lambda: BM25Retriever.from_defaults(
        nodes=nodes,
        similarity_top_k=FOUND,
        stemmer=Stemmer.Stemmer("swedish"),
        language="sv",
    )
)
fusion = QueryFusionRetriever(
    [dense, bm25],
    similarity_top_k=FOUND,
    num_queries=1,  # no language model writes further questions
    mode="reciprocal_rerank",
    use_async=False,
)
write_result(
    task,
    ["llama-index-core", "llama-index-retrievers-bm25", "bm25s"],
    seconds + bm25_seconds,
    embed=measure_embedding(task, Settings.embed_model.get_query_embedding),
    dense=measure(task, lambda text: [int(found.node.node_id) for found in dense.retrieve(text)]),
    hybrid=measure(task, lambda text: [int(found.node.node_id) for found in fusion.retrieve(text)]),
)
