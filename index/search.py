"""Finds what a question is about, and how likely the corpus is to answer it."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from corpus import Document
from index.belonging import weigh_documents
from index.classifier import QuestionClassifier
from index.document_file import read_documents
from index.embedder import SentenceEmbedder
from index.entry import Entry, Target
from index.entry_file import read_entries
from index.evidence import Cosines, Evidence, Targets, answer_row, target_features
from index.findings import Findings, Hit
from index.fusion import Fusion
from index.generation import current_generation
from index.manifest import Manifest
from index.memory import keep_few_heaps
from index.store import VectorStore
from index.texts import Texts
from index.words import CharacterNgrams, NgramRows, NgramVector
from index.writer import VECTORS

_NEAREST = 200
_MOST_HITS = 100
_EXACT_UP_TO = 20_000  # rows
_REMEMBERED = 1_000
_Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question and how alike it is to every row of the index, and to every target."""

    text: str
    vector: NDArray[np.float32]
    words: NgramVector
    ngram: _Numbers
    dense: _Numbers
    cosines: Cosines


class Index:
    """One opened generation. Holds what it needs in memory; reads nothing while answering but
    the vector store."""

    def __init__(self, folder: Path, embedder: SentenceEmbedder, fusion: Fusion) -> None:
        """Raises IndexBroken or IndexStale if ``folder`` is damaged or does not fit."""
        self.manifest = Manifest.read(folder)
        self.manifest.check_embedder(embedder.fingerprint)
        self.manifest.check_files(folder)
        self.folder = folder
        # Idle BLAS threads spin and take the processor from the embedder.
        threadpool_limits(1, user_api="blas")
        keep_few_heaps()
        self._embedder = embedder
        self._fusion = fusion
        self._store = VectorStore.reading(folder / VECTORS)
        self._words = CharacterNgrams.load(folder)
        self._ngram_rows = NgramRows.load(folder)
        self._entries = entries = read_entries(folder)
        self._exact: NDArray[np.float32] | None = (
            self._store.vectors([entry.text_key for entry in entries])
            if len(entries) <= _EXACT_UP_TO
            else None
        )
        self._targets = Targets(entries)
        self._texts = Texts(entries)
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
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
        return read_documents(self.folder)

    def search(self, question: str, documents: Collection[str] | None = None) -> Findings:
        """What the corpus, or only the ``documents`` of those names, hold on ``question``."""
        asked = self._ask(question)
        scores, taught = self._scored(asked)
        targets, tops = self._targets, self._targets.tops(scores)
        places = np.arange(len(scores))
        if documents is not None and not targets.names <= frozenset(documents):
            chosen = np.asarray([name in documents for name in targets.documents])
            places = np.flatnonzero(chosen[targets.owners])
            tops[~chosen] = 0.0
        answered = partial(self._answered, asked, scores, taught)
        weighed = weigh_documents(
            scores, tops, targets.spans, lambda place: answered(targets.documents[place])
        )
        return self._findings(asked, weighed, taught, places)

    def search_each(
        self, question: str, documents: Collection[str] | None = None
    ) -> dict[str, Findings]:
        """What each document, by its name, holds on ``question``."""
        asked = self._ask(question)
        scores, taught = self._scored(asked)
        places = np.arange(len(scores))
        return {
            name: self._findings(asked, scores, taught, places[self._targets.span(name)])
            for name in (self._targets.documents if documents is None else documents)
        }

    def likeness(self, question: str, entries: Sequence[Entry]) -> list[float]:
        """How alike ``question`` and each of ``entries`` are; 0 for one that is not indexed."""
        asked = self._ask(question)
        rows = [self._row_of.get(entry.key) for entry in entries]
        return [0.0 if row is None else float(asked.dense[row] + asked.ngram[row]) for row in rows]

    def evidence(self, question: str, document: str) -> Evidence:
        """The raw evidence of one document, before it is weighed."""
        return self._evidence(self._ask(question), document)

    def _ask(self, question: str) -> _Asked:
        vector = self._vector(question)
        words = self._words.vector(question)
        ngram = self._ngram_rows.cosines(words)
        dense = self._cosines(vector)
        cosines = self._targets.cosines(ngram, dense)
        return _Asked(question, vector, words, ngram, dense, cosines)

    def _evidence(self, asked: _Asked, document: str) -> Evidence:
        span = self._targets.span(document)
        classifier = self._classifiers.get(document)
        return Evidence(
            document,
            self._targets.targets[span],
            asked.cosines.of(span),
            contrast=self._targets.contrast(document, asked.ngram, asked.dense),
            verdict=classifier.judge(asked.words, asked.vector) if classifier else None,
            out_of_place=self._fusion.out_of_place(asked.vector),
            expectation=partial(self._texts.expectation, asked.text, document),
        )

    def _scored(self, asked: _Asked) -> tuple[_Numbers, dict[str, Evidence]]:
        """How likely each target is what is asked about; and the evidence of taught documents."""
        scores = self._fusion.passage_untaught.probability(target_features(asked.cosines, None))
        taught = {name: self._evidence(asked, name) for name in self._classifiers}
        for name, evidence in taught.items():
            scores[self._targets.span(name)] = self._fusion.passage_taught.probability(
                evidence.features
            )
        return scores, taught

    def _findings(
        self,
        asked: _Asked,
        scores: _Numbers,
        taught: Mapping[str, Evidence],
        places: NDArray[np.intp],
    ) -> Findings:
        """The best of the targets at ``places``, and whether the document of the best answers."""
        if not len(places):
            return Findings((), 0.0, False)
        if len(places) > _MOST_HITS:
            places = places[np.argpartition(scores[places], -_MOST_HITS)[-_MOST_HITS:]]
        places = places[np.argsort(-scores[places], kind="stable")]
        named, chances = self._targets.named(places), scores[places].tolist()
        hits = tuple(map(_hit, named, chances))
        best = hits[0].document
        return Findings(hits, self._answered(asked, scores, taught, best), best in taught)

    def _cosines(self, vector: NDArray[np.float32]) -> _Numbers:
        """The cosine with every row.

        Up to some thousands of rows an exact product of all vectors is faster than an approximate
        search; beyond, rows that the store does not find get the cosine of the farthest it does.
        """
        if self._exact is not None:
            return (self._exact @ vector).astype(np.float64)
        keys, near = self._store.nearest(vector, min(_NEAREST, len(self._entries)))
        cosines = np.full(len(self._entries), near[-1] if len(near) else 0.0)
        for key, cosine in zip(keys, near.tolist(), strict=True):
            cosines[self._rows_of[key]] = cosine
        return cosines

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {entry.key: row for row, entry in enumerate(self._entries)}

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        """The rows of each text that has a vector."""
        rows: dict[str, list[int]] = {}
        for row, entry in enumerate(self._entries):
            rows.setdefault(entry.text_key, []).append(row)
        return rows

    def foreign_words(self, text: str) -> tuple[str, ...]:
        """The longer words of ``text`` that neither a document nor an editor's question uses."""
        return self._texts.foreign_words(text)

    def holds_what_is_asked(self, question: str, hit: Hit) -> bool:
        """Whether the passage has the number, sum, time or name that ``question`` asks for."""
        wanted = self._texts.expectation(question, hit.document, hit.number or hit.quote)
        return not any(wanted[:2])

    def close(self) -> None:
        """Lets go of the vector store."""
        self._store.close()

    def _vector(self, question: str) -> NDArray[np.float32]:
        known = self._vectors.get(question)
        vector = (
            np.asarray(self._embedder.embed_query(question), np.float32) if known is None else known
        )
        self._vectors[question] = vector
        if len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)
        return vector

    def _answered(
        self, asked: _Asked, scores: _Numbers, taught: Mapping[str, Evidence], document: str
    ) -> float:
        evidence = taught.get(document) or self._evidence(asked, document)
        passage = scores[self._targets.span(document)]
        model = self._fusion.answer_taught if evidence.verdict else self._fusion.answer_untaught
        return float(model.probability(answer_row(evidence, passage))[0])


def _hit(named: tuple[str, Target], score: float) -> Hit:
    document, target = named
    if isinstance(target, int):
        return Hit(document, target, "", score)
    return Hit(document, None, target, score)
