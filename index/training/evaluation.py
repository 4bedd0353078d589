"""``python -m index.training.evaluation DATA``: what the embedded model is worth.

Dense alone, the n-grams alone, and the two fused as the index fuses them for a document without
an editor's questions: SweFAQ (find the answer among all answers), the lessons alone, STS-B.
"""

import argparse
import json
import logging
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from corpus import DOCUMENTS, Document, read_corpus, sentences
from index.embedder import MODEL, SentenceEmbedder
from index.fusion import Fusion, passage_features
from index.training.data import read_rows
from index.words import CharacterNgrams, NgramRows

_log = logging.getLogger(__name__)
_DEV = Path(__file__).parent.parent.parent / "tests" / "dev.jsonl"
Scores = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.training.evaluation")
    parser.add_argument("data", type=Path, help="folder with the open data")
    parser.add_argument("--embedder", default=str(MODEL), help="a model folder [index/model]")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
    _log.setLevel(logging.INFO)
    embedder = SentenceEmbedder(arguments.embedder)
    _swefaq(embedder, arguments.data)
    _lessons_alone(embedder, read_corpus(DOCUMENTS)[0])
    _sts(embedder, arguments.data)
    _speed(embedder)


def _swefaq(embedder: SentenceEmbedder, data: Path) -> None:
    rows = list(read_rows(data / "eval_swefaq_dev.jsonl.xz"))
    kinds = _score(embedder, [r["question"] for r in rows], [[r["answer"]] for r in rows])
    for name, scores in kinds.items():
        ranks = (scores > np.diag(scores)[:, None]).sum(axis=1)
        gain = np.where(ranks < 10, 1 / np.log2(ranks + 2), 0).mean()
        _log.info("SweFAQ dev        %-8s nDCG@10 %.3f", name, gain)


def _lessons_alone(embedder: SentenceEmbedder, document: Document) -> None:
    rows = [json.loads(line) for line in _DEV.read_text(encoding="utf-8").split("\n") if line]
    texts = [[lesson.text, *sentences(lesson.text)] for lesson in document.lessons]
    for kind in ("keyword", "paraphrase", "english"):
        asked = [row for row in rows if row["kind"] == kind]
        for name, scores in _score(embedder, [r["question"] for r in asked], texts).items():
            order = np.argsort(-scores, axis=1) + 1
            first = np.mean([o[0] in row["gold"] for o, row in zip(order, asked, strict=True)])
            three = np.mean(
                [bool(set(o[:3]) & set(row["gold"])) for o, row in zip(order, asked, strict=True)]
            )
            _log.info("lessons, %-10s %-7s recall@1 %.2f  @3 %.2f", kind, name, first, three)


def _sts(embedder: SentenceEmbedder, data: Path) -> None:
    rows = list(read_rows(data / "eval_stsb_sv.jsonl.xz"))
    one = np.asarray(embedder.embed_documents([row["a"] for row in rows]))
    other = np.asarray(embedder.embed_documents([row["b"] for row in rows]))
    agreement = spearmanr((one * other).sum(axis=1), [row["score"] for row in rows])[0]
    _log.info("STS-B Swedish     dense    Spearman %.3f", agreement)


def _speed(embedder: SentenceEmbedder) -> None:
    times = []
    for number in range(60):
        started = time.perf_counter()
        embedder.embed_query(f"Hur många lägenheter ska byggas i kommunen till år {2000 + number}?")
        times.append(time.perf_counter() - started)
    _log.info("one question embedded in %.1f ms (median of 60)", 1000 * np.median(times))


def _score(
    embedder: SentenceEmbedder, questions: list[str], passages: list[list[str]]
) -> dict[str, Scores]:
    """Dense, n-gram and fused scores, each (questions, passages); a passage has several texts."""
    owner = np.asarray([place for place, texts in enumerate(passages) for _ in texts])
    texts = [text for own in passages for text in own]
    vectors = np.asarray([embedder.embed_query(question) for question in questions])
    dense = _best(vectors @ np.asarray(embedder.embed_documents(texts)).T, owner)
    words, matrix = CharacterNgrams.learn(texts)
    rows = NgramRows.of(matrix)
    ngram = _best(np.asarray([rows.cosines(words.vector(asked)) for asked in questions]), owner)
    weigh = Fusion.load().passage_untaught.probability
    unasked = np.zeros(len(passages))
    pairs = zip(ngram, dense, strict=True)
    fused = np.asarray(
        [
            weigh(passage_features(one, other, (other - other.mean()) / other.std(), unasked, None))
            for one, other in pairs
        ]
    )
    return {"dense": dense, "n-grams": ngram, "fused": fused}


def _best(scores: Scores, owner: NDArray[np.int64]) -> Scores:
    """The best score of each owner's texts."""
    return np.stack([scores[:, owner == place].max(axis=1) for place in range(owner[-1] + 1)], 1)


if __name__ == "__main__":
    main()
