"""The limits: what the bare encoder and an exact matrix product take for the same work."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
_DIMENSION = 384
_TEXTS, _VECTORS = "texts.json", "texts.npy"


@dataclass(frozen=True, slots=True)
class _Embedded:
    """Texts with their vectors, and after how many texts the encoder had taken how long."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    seconds_after: tuple[tuple[int, float], ...]


def embed_all(layout: Layout, tell: Callable[[str], None]) -> dict[str, Any]:
    """Embeds every text of the index once; writes the vectors for builds and for the peers.

    Texts come in the order of the documents, so a smaller corpus is the beginning of a larger one:
    what was embedded for it is kept, and ``seconds_after`` goes on from there.
    """
    texts = texts_of(layout.documents)
    known = _read_embedded(layout.peers)
    if known.texts != texts[: len(known.texts)]:
        raise ValueError("the texts that were embedded are not the beginning of these")
    model = _bare_encoder()
    model.encode(list(texts[: _CHUNK // 20]), show_progress_bar=False)
    parts, marks = [known.vectors], list(known.seconds_after)
    before, started = (marks[-1][1] if marks else 0.0), time.perf_counter()
    for start in range(len(known.texts), len(texts), _CHUNK):
        chunk = list(texts[start : start + _CHUNK])
        parts.append(model.encode(chunk, normalize_embeddings=True, show_progress_bar=False))
        marks.append((start + len(chunk), before + time.perf_counter() - started))
        tell(f"the bare encoder: {marks[-1][0]} of {len(texts)} texts")
    embedded = _Embedded(texts, np.concatenate(parts).astype(np.float32), tuple(marks))
    _write_embedded(layout.peers, embedded)
    _write_passage_vectors(layout, embedded)
    return {"real": layout.size == REAL, "texts": len(texts), "seconds_after": marks}


def texts_of(documents: Path) -> tuple[str, ...]:
    """Every text that the index over ``documents`` embeds, once, in the documents' order."""
    entries = (entry for each in read_corpus(documents) for entry in document_entries(each))
    return tuple(dict.fromkeys(entry.text for entry in entries))


def given_vectors(layout: Layout) -> dict[str, NDArray[np.float32]]:
    """What ``embed_all`` wrote: text to unit vector."""
    embedded = _read_embedded(layout.peers)
    return dict(zip(embedded.texts, embedded.vectors, strict=True))


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


def _read_embedded(folder: Path) -> _Embedded:
    """Nothing, if nothing has been embedded yet."""
    if not (folder / _TEXTS).exists():
        return _Embedded((), np.zeros((0, _DIMENSION), dtype=np.float32), ())
    fields = json.loads((folder / _TEXTS).read_text(encoding="utf-8"))
    marks = tuple((count, seconds) for count, seconds in fields["seconds_after"])
    return _Embedded(tuple(fields["texts"]), np.load(folder / _VECTORS, mmap_mode="r"), marks)


def _write_embedded(folder: Path, embedded: _Embedded) -> None:
    np.save(folder / _VECTORS, embedded.vectors)
    fields = {"texts": embedded.texts, "seconds_after": embedded.seconds_after}
    (folder / _TEXTS).write_text(json.dumps(fields), encoding="utf-8")


def _write_passage_vectors(layout: Layout, embedded: _Embedded) -> None:
    row_of = {text: row for row, text in enumerate(embedded.texts)}
    lines = (layout.peers / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row_of[json.loads(line)["text"]] for line in lines[: layout.size]]
    np.save(layout.peers / "vectors.npy", embedded.vectors[rows])


def _bare_encoder() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(MODEL), device="cpu")
