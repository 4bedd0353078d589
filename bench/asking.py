"""A warm question: end to end, by stage, its memory, and whether the right lesson is found."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import psutil

from assistant.conversation import Assistant
from bench.bare import given_vectors
from bench.figures import Figures, figures_of, timed
from bench.given import GivenVectors
from bench.stages import watching
from bench.synthetic import KnownQuestion
from bench.task import Layout, read_questions
from index import Index, LiveIndex, SentenceEmbedder

_WARM_UP = 3
_NEAREST = 10
_COMPARED = 40  # questions
_ROUNDING = 1e-5


def measure_questions(layout: Layout) -> dict[str, Any]:
    """Everything about questions at one size, in a process that has imported the product only."""
    memory = {"imports_mb": _resident_mb()}
    embedder = SentenceEmbedder()
    _, loading = timed(embedder.load)
    memory["embedder_mb"] = _resident_mb()
    live = LiveIndex(layout.documents, layout.store, embedder)
    index, opening = timed(live.current)
    questions = read_questions(layout)
    _, first = timed(index.search, "Vad säger lärdomarna?")
    memory["opened_mb"] = _resident_mb()
    assistant = Assistant(live)
    for question in questions[-_WARM_UP:]:
        assistant.invoke(question.text)
    replies = _replies(assistant, index, questions)
    retrieval = _retrieval(layout, index, questions)
    memory["asked_mb"] = _resident_mb()
    return {
        "load_seconds": loading,
        "open_seconds": opening,
        "first_search_seconds": first,
        "memory": memory,
        "replies": replies,
        **retrieval,
        "recall_against_exact": _recall_against_exact(layout, index, embedder, questions),
    }


def _replies(
    assistant: Assistant, index: Index, questions: Sequence[KnownQuestion]
) -> dict[str, Figures]:
    """Whole replies, by stage and in all; no question's vector is remembered."""
    taken: dict[str, list[float]] = defaultdict(list)
    with watching() as watch:
        for question in questions:
            _forget(index)
            watch.take()
            _, whole = timed(assistant.invoke, question.text)
            stages = watch.take()
            for stage, seconds in stages.items():
                taken[stage].append(seconds)
            taken["reply"].append(whole)
            taken["reply without embedding"].append(whole - stages.get("embed", 0.0))
    return {stage: figures_of(seconds) for stage, seconds in taken.items()}


def _retrieval(layout: Layout, index: Index, questions: Sequence[KnownQuestion]) -> dict[str, Any]:
    """What the peers do as well: from the question's text to the lessons it is about."""
    fresh, remembered, found = [], [], []
    for question in questions:
        _forget(index)
        findings, seconds = timed(index.search, question.text)
        fresh.append(seconds)
        _, again = timed(index.search, question.text)
        remembered.append(again)
        lessons = [hit for hit in findings.hits if hit.number is not None][:3]
        numbers = {layout.number(hit.document, hit.number or 0) for hit in lessons}
        found.append(bool(numbers & set(question.right)))
    return {
        "retrieval": figures_of(fresh),
        "retrieval_without_embedding": figures_of(remembered),
        "recall_at_3": float(np.mean(found)),
    }


def _recall_against_exact(
    layout: Layout, index: Index, embedder: SentenceEmbedder, questions: Sequence[KnownQuestion]
) -> float:
    """How many of the nearest rows by an exact product are among those the index ranks first.

    Counted by cosine, since the same text in two documents has two rows and one vector.
    """
    given = GivenVectors(given_vectors(layout))
    texts = [entry.text for entry in index._entries]
    vectors = np.asarray(given.embed_documents(texts), dtype=np.float32)
    shares = []
    for question in questions[:_COMPARED]:
        vector = np.asarray(embedder.embed_query(question.text), dtype=np.float32)
        exact = vectors @ vector
        ranked = np.asarray(index._cosines(vector))
        nearest = np.argpartition(-ranked, _NEAREST)[:_NEAREST]
        farthest = np.partition(exact, -_NEAREST)[-_NEAREST]
        shares.append(float(np.mean(exact[nearest] >= farthest - _ROUNDING)))
    return float(np.mean(shares))


def _forget(index: Index) -> None:
    """The index remembers vectors of questions; each is to be embedded here."""
    index._vectors.clear()


def _resident_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6
