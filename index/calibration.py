"""``python -m index.calibration``: fits the weights that turn evidence into probabilities.

Takes documents and, for each, labelled questions that stand in no editor's file: JSON lines with
``question``, ``kind``, ``gold`` and ``acceptable``, the kinds ``near`` and ``absent`` without an
answer. Every document is used twice, with and without its editor's questions. Prints how well
the fit tells answered from unanswered.
"""

import argparse
import dataclasses
import json
import logging
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from corpus import Document, read_document
from index.build import build_index
from index.embedder import SentenceEmbedder
from index.evidence import Evidence, answer_row
from index.fusion import Fusion, Logistic
from index.generation import current_generation
from index.search import Index

_UNANSWERED = ("near", "absent")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled question and the evidence that the index found for it."""

    row: dict[str, Any]
    evidence: Evidence


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m index.calibration", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="DOCUMENT.md QUESTIONS.jsonl, in pairs")
    parser.add_argument("--embedder", default=None, help="another model than the embedded one")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    embedder = SentenceEmbedder(*([arguments.embedder] if arguments.embedder else []))
    pairs = list(zip(arguments.files[::2], arguments.files[1::2], strict=True))
    in_place = _fit_in_place([read_document(document) for document, _ in pairs], embedder)
    fusion = dataclasses.replace(Fusion.load(), in_place=in_place)
    taught, untaught = (
        [found for pair in pairs for found in _collect(*pair, embedder, fusion, with_editor)]
        for with_editor in (True, False)
    )
    passage_taught, answer_taught = _fit(taught, "taught")
    passage_untaught, answer_untaught = _fit(untaught, "untaught")
    Fusion(passage_taught, passage_untaught, answer_taught, answer_untaught, in_place).save()


def _fit_in_place(documents: list[Document], embedder: SentenceEmbedder) -> Logistic:
    """Questions that a document answers or touches, against those that are beside its subject."""
    asked: list[tuple[str, bool]] = []
    for document in documents:
        answered = [text for _, own in document.questions.answered for text in own]
        asked += [(text, True) for text in answered]
        asked += [(one.text, bool(one.nearest)) for one in document.questions.unanswered]
    vectors = np.asarray(embedder.embed_documents([text for text, _ in asked]))
    labels = np.asarray([in_place for _, in_place in asked])
    fitted = LogisticRegression(C=3.0, max_iter=1000, class_weight="balanced").fit(vectors, labels)
    return Logistic(fitted.coef_[0], float(fitted.intercept_[0]))


def _collect(
    document: Path,
    questions: Path,
    embedder: SentenceEmbedder,
    fusion: Fusion,
    with_editor: bool,
) -> list[Labelled]:
    lines = questions.read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    with tempfile.TemporaryDirectory() as folder:
        corpus, store = Path(folder, "corpus"), Path(folder, "store")
        corpus.mkdir()
        shutil.copy(document, corpus)
        if with_editor:
            shutil.copy(document.with_suffix(".questions.yaml"), corpus)
        build_index(corpus, embedder, store)
        index = Index(current_generation(store), embedder, fusion)
        found = [Labelled(row, index.evidence(row["question"], document.stem)) for row in rows]
        index.close()
    return found


def _fit(labelled: list[Labelled], name: str) -> tuple[Logistic, Logistic]:
    features, wanted = [], []
    for found in labelled:
        rows = found.evidence.features
        for place, label in _passage_labels(found):
            features.append(rows[place])
            wanted.append(label)
    passage = _logistic(np.asarray(features), np.asarray(wanted))
    answers = np.concatenate([_answer_row(found, passage) for found in labelled])
    answered = np.asarray([found.row["kind"] not in _UNANSWERED for found in labelled])
    judged = cross_val_predict(
        LogisticRegression(C=1.0, max_iter=1000), answers, answered, cv=10, method="predict_proba"
    )[:, 1]
    _log.info(
        "%s: answered or not, cross-validated AUC %.3f", name, roc_auc_score(answered, judged)
    )
    _log.info("%s: %s", name, _first_hits(labelled, passage))
    return passage, _logistic(answers, answered)


def _passage_labels(found: Labelled) -> list[tuple[int, bool]]:
    """(place, whether it is what the question is about), doubtful passages left out.

    Which sentence of the summary a question about the document means is not labelled; the one
    that the most similar fact question points at is taken.
    """
    row, evidence = found.row, found.evidence
    right = set(row["gold"] or (row["acceptable"] if row["kind"] == "near" else []))
    doubtful = set(row["acceptable"]) - right
    if row["kind"] == "document":
        sentences = [place for place, to in enumerate(evidence.targets) if isinstance(to, str)]
        best = max(sentences, key=lambda place: evidence.cosines.asked[place])
        right.add(evidence.targets[best])
        doubtful |= {evidence.targets[place] for place in sentences if place != best}
    return [
        (place, target in right)
        for place, target in enumerate(evidence.targets)
        if target not in doubtful
    ]


def _answer_row(found: Labelled, passage: Logistic) -> NDArray[np.float64]:
    evidence = found.evidence
    return answer_row(evidence, passage.probability(evidence.features))


def _first_hits(labelled: list[Labelled], passage: Logistic) -> str:
    first, among_three, count = 0, 0, 0
    for found in labelled:
        if right := set(found.row["gold"] or found.row["acceptable"]):
            evidence = found.evidence
            scores = passage.probability(evidence.features)
            order = [evidence.targets[place] for place in np.argsort(-scores)]
            first += order[0] in right
            among_three += bool(right & set(order[:3]))
            count += 1
    return f"fitting passage first {first / count:.3f}, among three {among_three / count:.3f}"


def _logistic(features: NDArray[np.float64], wanted: NDArray[np.bool_]) -> Logistic:
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(features, wanted)
    return Logistic(fitted.coef_[0], float(fitted.intercept_[0]))


if __name__ == "__main__":
    main()
