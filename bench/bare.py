"""The limits: what the bare encoder and an exact matrix product take for the same work."""

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures, figures_of
from bench.task import REAL, Layout, read_questions
from corpus import read_corpus
from index import MODEL
from index.entry import document_entries

_CHUNK = 2_000  # texts between two lines of progress
_FOUND = 10


def embed_all(layout: Layout, tell: Callable[[str], None]) -> dict[str, Any]:
    """Embeds every text of the index once; writes the vectors for builds and for the peers.

    Texts come in the order of the documents, so a smaller corpus is the beginning of a larger one
    and ``seconds_after`` tells what the encoder took for it.
    """
    model = _bare_encoder()
    texts = texts_of(layout.documents)
    model.encode(list(texts[: _CHUNK // 20]), show_progress_bar=False)
    parts: list[NDArray[np.float32]] = []
    marks: list[tuple[int, float]] = []
    started = time.perf_counter()
    for start in range(0, len(texts), _CHUNK):
        chunk = list(texts[start : start + _CHUNK])
        parts.append(model.encode(chunk, normalize_embeddings=True, show_progress_bar=False))
        marks.append((start + len(chunk), time.perf_counter() - started))
        tell(f"the bare encoder: {marks[-1][0]} of {len(texts)} texts")
    vectors = np.concatenate(parts).astype(np.float32)
    np.save(layout.peers / "texts.npy", vectors)
    (layout.peers / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    _write_passage_vectors(layout, texts, vectors)
    return {"real": layout.size == REAL, "texts": len(texts), "seconds_after": marks}


def texts_of(documents: Path) -> tuple[str, ...]:
    """Every text that the index over ``documents`` embeds, once, in the documents' order."""
    entries = (entry for each in read_corpus(documents) for entry in document_entries(each))
    return tuple(dict.fromkeys(entry.text for entry in entries))


def given_vectors(layout: Layout) -> dict[str, NDArray[np.float32]]:
    """What ``embed_all`` wrote: text to unit vector."""
    texts = json.loads((layout.peers / "texts.json").read_text(encoding="utf-8"))
    vectors = np.load(layout.peers / "texts.npy", mmap_mode="r")
    return dict(zip(texts, vectors, strict=True))


def limits(layout: Layout) -> dict[str, Any]:
    """A question's time in the bare encoder, and in an exact product over the passages."""
    model = _bare_encoder()
    passages = np.array(np.load(layout.peers / "vectors.npy", mmap_mode="r")[: layout.size])
    questions = read_questions(layout)
    model.encode(questions[0].text, show_progress_bar=False)
    embed, search, found = [], [], []
    for question in questions:
        started = time.perf_counter()
        vector = model.encode(question.text, normalize_embeddings=True, show_progress_bar=False)
        embedded = time.perf_counter()
        best = exact_nearest(passages, vector, _FOUND)
        search.append(time.perf_counter() - embedded)
        embed.append(embedded - started)
        found.append(bool(set(question.right) & set(best[:3])))
    return {
        "embed": figures_of(embed),
        "search": figures_of(search),
        "both": _sum_of(embed, search),
        "recall_at_3": float(np.mean(found)),
    }


def exact_nearest(
    vectors: NDArray[np.float32], vector: NDArray[np.float32], count: int
) -> list[int]:
    """The rows of the ``count`` largest cosines, best first: one product and a partial sort."""
    cosines = vectors @ vector
    count = min(count, len(cosines))
    best = np.argpartition(-cosines, count - 1)[:count]
    return [int(row) for row in best[np.argsort(-cosines[best])]]


def _sum_of(embed: Sequence[float], search: Sequence[float]) -> Figures:
    return figures_of([one + other for one, other in zip(embed, search, strict=True)])


def _write_passage_vectors(
    layout: Layout, texts: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    row_of = {text: row for row, text in enumerate(texts)}
    lines = (layout.peers / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    np.save(layout.peers / "vectors.npy", vectors[[row_of[json.loads(x)["text"]] for x in lines]])


def _bare_encoder() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(MODEL), device="cpu")
