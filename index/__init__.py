"""Where it is found: builds the index over a corpus and searches it."""

from pathlib import Path

from index.build import BuildReport, build_index
from index.corpus_state import CorpusFault, CorpusState, corpus_state, indexed_documents
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
    "corpus_state",
    "indexed_documents",
]
