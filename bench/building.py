"""How long an index takes: built from nothing, with nothing changed, with one lesson changed."""

import shutil
from typing import Any

from bench.bare import given_vectors, texts_of
from bench.figures import timed
from bench.given import GivenVectors
from bench.task import Layout, change_one_lesson
from index import SentenceEmbedder, build_index

EMBEDDED_UP_TO = 10_000
"""Larger corpora are built from vectors that the bare encoder has made: once is enough."""
_NOTE = "Ändrad i efterhand."


def measure_builds(layout: Layout) -> dict[str, Any]:
    """Seconds of each build, after imports and with the model loaded.

    ``given`` is a build whose vectors exist already: all of it but the embedding. Leaves the index
    of the documents with their one change.
    """
    vectors = given_vectors(layout)
    given = GivenVectors(vectors)
    taken: dict[str, Any] = {"texts": len(texts_of(layout.documents))}
    if layout.size <= EMBEDDED_UP_TO:
        taken["whole_seconds"] = _built(layout, _loaded(SentenceEmbedder()))
    taken["given_seconds"] = _built(layout, given)
    taken["unchanged_seconds"] = _rebuilt(layout, GivenVectors(vectors), rebuilt=False)
    change_one_lesson(layout, _NOTE)
    embedder = _loaded(GivenVectors(vectors))
    taken["changed_seconds"] = _rebuilt(layout, embedder, rebuilt=True)
    taken["disk_mb"] = sum(f.stat().st_size for f in layout.store.rglob("*") if f.is_file()) / 1e6
    return taken


def _built(layout: Layout, embedder: SentenceEmbedder) -> float:
    shutil.rmtree(layout.store, ignore_errors=True)
    _, seconds = timed(build_index, layout.documents, embedder, layout.store)
    return seconds


def _rebuilt(layout: Layout, embedder: SentenceEmbedder, rebuilt: bool) -> float:
    report, seconds = timed(build_index, layout.documents, embedder, layout.store)
    if report.rebuilt is not rebuilt:
        raise AssertionError(f"expected rebuilt={rebuilt}, and the build said {report.rebuilt}")
    return seconds


def _loaded(embedder: SentenceEmbedder) -> SentenceEmbedder:
    embedder.embed_documents(["Vad säger lärdomarna?"])
    return embedder
