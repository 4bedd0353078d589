"""txtai: a dense index, and its hybrid of that and BM25."""

from measured import FOUND, measure, measure_embedding, read_task, timed, write_result

task = read_task()

import numpy as np  # noqa: E402  # after the settings in measured
from txtai import Embeddings  # noqa: E402
from txtai.vectors.base import Vectors  # noqa: E402

vectors = dict(zip(task.passages, task.vectors, strict=True))
encode = Vectors.vectorize


def given(self, data, category=None):  # type: ignore[no-untyped-def]  # as the one it stands in for
    """The given vectors for passages; anything else is embedded as it always is."""
    if category == "data" and all(isinstance(text, str) and text in vectors for text in data):
        return np.asarray([vectors[text] for text in data], dtype=np.float32)
    return encode(self, data, category)


Vectors.vectorize = given


def build(**settings: bool) -> Embeddings:
    """An index over the passages."""
    embeddings = Embeddings(path=task.model, **settings)
    embeddings.index((number, text, None) for number, text in enumerate(task.passages))
    return embeddings


def ask(embeddings: Embeddings, text: str) -> list[int]:
    """The numbers of what is found."""
    return [int(number) for number, _ in embeddings.search(text, FOUND)]


dense, seconds = timed(build)
figures = measure(task, lambda text: ask(dense, text))
embed = measure_embedding(task, dense.transform)
hybrid, hybrid_seconds = timed(lambda: build(hybrid=True))
write_result(
    task,
    ["txtai", "faiss-cpu"],
    hybrid_seconds,
    embed=embed,
    dense=figures,
    hybrid=measure(task, lambda text: ask(hybrid, text)),
)
