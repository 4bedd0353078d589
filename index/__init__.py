"""Where it is found: builds the index over a corpus and searches it."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import BuildReport, build_index
    from index.corpus_state import CorpusFault, CorpusState
    from index.document_file import indexed_documents
    from index.embedder import MODEL, EmbedderError, SentenceEmbedder
    from index.findings import Findings, Hit
    from index.generation import BuilderBusy, IndexMissing
    from index.live import LiveIndex
    from index.manifest import IndexBroken, IndexStale, Manifest
    from index.search import Index
    from index.server_address import StoreError
    from index.writer import BuildError, Progress

STORE = Path(__file__).parent / ".store"
"""Where the index is built unless told otherwise."""

_HOMES = {
    "build": ("BuildReport", "build_index"),
    "corpus_state": ("CorpusFault", "CorpusState"),
    "document_file": ("indexed_documents",),
    "embedder": ("MODEL", "EmbedderError", "SentenceEmbedder"),
    "findings": ("Findings", "Hit"),
    "generation": ("BuilderBusy", "IndexMissing"),
    "live": ("LiveIndex",),
    "manifest": ("IndexBroken", "IndexStale", "Manifest"),
    "search": ("Index",),
    "server_address": ("StoreError",),
    "writer": ("BuildError", "Progress"),
}

__all__ = [
    "MODEL",
    "STORE",
    "BuildError",
    "BuildReport",
    "BuilderBusy",
    "CorpusFault",
    "CorpusState",
    "EmbedderError",
    "Findings",
    "Hit",
    "Index",
    "IndexBroken",
    "IndexMissing",
    "IndexStale",
    "LiveIndex",
    "Manifest",
    "Progress",
    "SentenceEmbedder",
    "StoreError",
    "build_index",
    "indexed_documents",
]


def __getattr__(name: str) -> Any:
    """Loads a part when it is asked for: a lesson looked up by its number needs no Chroma."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"index.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
