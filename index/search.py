"""Finds what a question is about, and how likely the corpus is to answer it."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from corpus import Document, read_corpus
from index.build import DOCUMENTS_COPY
from index.classifier import QuestionClassifier
from index.embedder import SentenceEmbedder
from index.entry import Entry, Target
from index.entry_file import read_entries
from index.evidence import DocumentRows, Evidence, answer_row
from index.expectation import expectation_features, vocabulary_of, words_outside
from index.fusion import Fusion
from index.generation import current_generation
from index.manifest import Manifest
from index.store import VectorStore
from index.words import CharacterNgrams
from index.writer import VECTORS

_NEAREST = 200
_EXACT_UP_TO = 20_000  # rows
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; ``score`` is the probability that the question is about it.

    ``quote`` is the sentence of the summary that was found; lessons are found whole.
    """

    document: str
    number: int | None
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a search found out: hits, best first, and how likely an answer is."""

    hits: tuple[Hit, ...]
    answered: float
    taught: bool
    """Whether the best hit's document has an editor's questions to tell by."""


def together(found: Iterable[Findings]) -> Findings:
    """The findings of several documents as one: all hits, and the answer of the best one's."""
    by_document = list(found)
    if not by_document:
        return Findings((), 0.0, False)
    best = max(by_document, key=lambda findings: findings.hits[0].score)
    hits = sorted((hit for each in by_document for hit in each.hits), key=lambda hit: -hit.score)
    return Findings(tuple(hits), best.answered, best.taught)


class Index:
    """One opened generation. Holds what it needs in memory; reads nothing while answering but
    the vector store."""

    def __init__(self, folder: Path, embedder: SentenceEmbedder, fusion: Fusion) -> None:
        """Raises IndexBroken or IndexStale if ``folder`` is damaged or does not fit."""
        self.manifest = Manifest.read(folder)
        self.manifest.check_embedder(embedder.fingerprint)
        self.manifest.check_files(folder)
        self.folder = folder
        # Idle BLAS threads spin and take the processor from the embedder: 27 against 12–16 ms.
        threadpool_limits(1, user_api="blas")
        self._embedder = embedder
        self._fusion = fusion
        self._store = VectorStore.reading(folder / VECTORS, embedder)
        self._words = CharacterNgrams.load(folder)
        entries = read_entries(folder)
        ngrams = sparse.load_npz(folder / "ngrams.npz").tocsr()
        self._entries = entries
        # By n-gram, so that a question touches only the rows that share one with it.
        self._by_ngram = ngrams.T.tocsr()
        self._exact: NDArray[np.float32] | None = (
            self._store.vectors([entry.key for entry in entries])
            if len(entries) <= _EXACT_UP_TO
            else None
        )
        self._row_of = {entry.key: row for row, entry in enumerate(entries)}
        self._documents = {
            name: DocumentRows(entries, name)
            for name in dict.fromkeys(entry.document for entry in entries)
        }
        self._vectors: OrderedDict[str, list[float]] = OrderedDict()
        self._classifiers = {
            file.name.removesuffix(".classifier.json"): QuestionClassifier.load(
                folder, file.name.removesuffix(".classifier.json")
            )
            for file in sorted(folder.glob("*.classifier.json"))
        }

    @classmethod
    def open(cls, store: Path, embedder: SentenceEmbedder) -> "Index":
        """The current generation in ``store``. Raises IndexMissing, IndexBroken, IndexStale."""
        return cls(current_generation(store), embedder, Fusion.load())

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents as they were when this generation was built."""
        return read_corpus(self.folder / DOCUMENTS_COPY)

    def search(self, question: str, documents: frozenset[str] | None = None) -> Findings:
        """What the corpus, or the named ``documents`` of it, hold on ``question``."""
        return together(self.search_each(question, documents).values())

    def search_each(
        self, question: str, documents: frozenset[str] | None = None
    ) -> dict[str, Findings]:
        """What each document, by its name, holds on ``question``."""
        found = {}
        for evidence in self.evidence(question, documents):
            passage = self._passage_scores(evidence)
            hits = sorted(_hits(evidence, passage), key=lambda hit: -hit.score)
            found[evidence.document] = Findings(
                tuple(hits), self._answered(evidence, passage), evidence.verdict is not None
            )
        return found

    def likeness(self, question: str, entries: Sequence[Entry]) -> list[float]:
        """How alike ``question`` and each of ``entries`` are; 0 for one that is not indexed."""
        alike = self._cosines(self._vector(question))
        alike += (self._words.vectors([question]) @ self._by_ngram).toarray()[0]
        rows = [self._row_of.get(entry.key) for entry in entries]
        return [0.0 if row is None else float(alike[row]) for row in rows]

    def evidence(self, question: str, documents: frozenset[str] | None = None) -> list[Evidence]:
        """The raw evidence of each document, before it is weighed."""
        vector = self._vector(question)
        ngrams = self._words.vectors([question])
        ngram = (ngrams @ self._by_ngram).toarray()[0].astype(np.float64)
        dense = self._cosines(vector)
        found = []
        for name, rows in self._documents.items():
            if documents is not None and name not in documents:
                continue
            classifier = self._classifiers.get(name)
            found.append(
                Evidence(
                    name,
                    rows.targets,
                    *rows.best_by_target(ngram, dense),
                    contrast=rows.contrast(ngram, dense),
                    verdict=classifier.judge(ngrams, np.asarray(vector)) if classifier else None,
                    expectation=partial(self._expectation, question, name),
                )
            )
        return found

    def _cosines(self, vector: list[float]) -> NDArray[np.float64]:
        """The cosine with every row.

        Up to some thousands of rows an exact product of all vectors is faster than an approximate
        search; beyond, rows that the store does not find get the cosine of the farthest it does.
        """
        if self._exact is not None:
            return (self._exact @ np.asarray(vector, dtype=np.float32)).astype(np.float64)
        near = self._store.nearest(vector, min(_NEAREST, len(self._entries)))
        cosines = np.full(len(self._entries), near[-1][1] if near else 0.0)
        for key, cosine in near:
            cosines[self._row_of[key]] = cosine
        return cosines

    def foreign_words(self, text: str) -> tuple[str, ...]:
        """The longer words of ``text`` that neither a document nor an editor's question uses."""
        known = frozenset[str]().union(*self._vocabularies.values())
        return words_outside(text, known)

    def holds_what_is_asked(self, question: str, hit: Hit) -> bool:
        """Whether the passage has the number, sum, time or name that ``question`` asks for."""
        wanted = self._expectation(question, hit.document, hit.number or hit.quote)
        return not any(wanted[:2])

    def close(self) -> None:
        """Lets go of the vector store."""
        self._store.close()

    def _vector(self, question: str) -> list[float]:
        vector = self._vectors.get(question) or self._embedder.embed_query(question)
        self._vectors[question] = vector
        if len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)
        return vector

    def _passage_scores(self, evidence: Evidence) -> NDArray[np.float64]:
        model = self._fusion.passage_taught if evidence.verdict else self._fusion.passage_untaught
        return model.probability(evidence.features)

    def _answered(self, evidence: Evidence, passage: NDArray[np.float64]) -> float:
        model = self._fusion.answer_taught if evidence.verdict else self._fusion.answer_untaught
        return float(model.probability(answer_row(evidence, passage))[0])

    def _expectation(self, question: str, document: str, target: Target) -> list[float]:
        text = self._longest_text[document, target]
        return expectation_features(question, text, self._vocabularies[document])

    @cached_property
    def _longest_text(self) -> dict[tuple[str, Target], str]:
        texts: dict[tuple[str, Target], str] = {}
        for entry in self._entries:
            if entry.kind != "text":
                continue
            place = (entry.document, entry.targets[0])
            texts[place] = max(texts.get(place, ""), entry.text, key=len)
        return texts

    @cached_property
    def _vocabularies(self) -> dict[str, frozenset[str]]:
        texts: dict[str, list[str]] = {}
        for entry in self._entries:
            if entry.kind != "unanswered":
                texts.setdefault(entry.document, []).append(entry.text)
        return {document: vocabulary_of(own) for document, own in texts.items()}


def _hits(evidence: Evidence, passage: NDArray[np.float64]) -> list[Hit]:
    return [
        Hit(
            evidence.document,
            target if isinstance(target, int) else None,
            target if isinstance(target, str) else "",
            float(score),
        )
        for target, score in zip(evidence.targets, passage, strict=True)
    ]
