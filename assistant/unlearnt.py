"""Asks the index an editor's questions as if it had never learnt them.

An index that has learnt a question finds its lesson; that says nothing of what people will meet.
So the questions are dealt into folds, an index is built without each fold in turn, by the same
build as ever, and the questions of the fold are asked of it: k-fold cross-validation.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.decision import Decision, decide
from corpus import Document, EditorQuestions
from index import Hit, Index, Progress, SentenceEmbedder, build_index

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One editor's question and what an index that had not learnt it made of it.

    ``lessons`` are those that the editor says answer it (or are nearest, if not ``answered``),
    ``hits`` what was found, best first, ``decision`` what would be replied, ``probability`` how
    likely an answer was held to be.
    """

    document: str
    question: str
    answered: bool
    lessons: frozenset[int]
    hits: tuple[Hit, ...]
    decision: Decision
    probability: float


def ask_unlearnt(
    documents: Sequence[Document],
    corpus: Path,
    embedder: SentenceEmbedder,
    progress: Progress = lambda line: None,
) -> Iterator[Asked]:
    """Every question of ``documents``, read from the folder ``corpus``, asked when held out.

    Raises CorpusError, EmbedderError, BuildError or StoreError if an index cannot be built.
    """
    total = sum(1 for document in documents for _ in _questions(document))
    done = 0
    with tempfile.TemporaryDirectory(prefix="lardom-check-") as work:
        store = Path(work, "store")  # one store, so that each build takes vectors from the last
        for fold in range(FOLDS):
            progress(f"Bygger index {fold + 1} av {FOLDS} utan var femte fråga …")
            folder = Path(work, f"corpus-{fold}")
            held_out = {document.name: _deal(document)[fold] for document in documents}
            _write(folder, documents, corpus, held_out)
            build_index(folder, embedder, store)
            index = Index.open(store, embedder)
            try:
                for asked in _ask(index, documents, held_out):
                    done += 1
                    if done % 50 == 0 or done == total:
                        progress(f"Ställer frågorna: {done} av {total}")
                    yield asked
            finally:
                index.close()
            shutil.rmtree(folder)


def _questions(document: Document) -> Iterator[tuple[str, bool]]:
    """(question, whether it is answered), each once, lesson by lesson; one on both sides as
    answered."""
    answered = dict.fromkeys(
        question for _, questions in document.questions.answered for question in questions
    )
    yield from ((question, True) for question in answered)
    unanswered = dict.fromkeys(one.text for one in document.questions.unanswered)
    yield from ((question, False) for question in unanswered if question not in answered)


def _deal(document: Document) -> list[frozenset[str]]:
    """The questions, dealt like cards, so that every lesson loses as many in every fold."""
    hands: list[set[str]] = [set() for _ in range(FOLDS)]
    for place, (question, _) in enumerate(_questions(document)):
        hands[place % FOLDS].add(question)
    return [frozenset(hand) for hand in hands]


def _ask(
    index: Index, documents: Iterable[Document], held_out: dict[str, frozenset[str]]
) -> Iterator[Asked]:
    for document in documents:
        for question, answered in _questions(document):
            if question not in held_out[document.name]:
                continue
            findings = index.search(question, document.name)
            yield Asked(
                document.name,
                question,
                answered,
                _lessons(document.questions, question, answered),
                findings.hits,
                decide(findings),
                findings.answered,
            )


def _lessons(questions: EditorQuestions, question: str, answered: bool) -> frozenset[int]:
    if answered:
        return frozenset(number for number, own in questions.answered if question in own)
    return frozenset(
        number for one in questions.unanswered if one.text == question for number in one.nearest
    )


def _write(
    folder: Path,
    documents: Iterable[Document],
    corpus: Path,
    held_out: dict[str, frozenset[str]],
) -> None:
    """The same documents with their editor's files less the questions that are held out."""
    folder.mkdir()
    for document in documents:
        shutil.copy(corpus / f"{document.name}.md", folder)
        left = _without(document.questions, held_out[document.name])
        (folder / f"{document.name}.questions.yaml").write_text(_as_yaml(left), encoding="utf-8")


def _without(questions: EditorQuestions, held_out: frozenset[str]) -> EditorQuestions:
    return replace(
        questions,
        answered=tuple(
            (number, tuple(question for question in own if question not in held_out))
            for number, own in questions.answered
        ),
        unanswered=tuple(one for one in questions.unanswered if one.text not in held_out),
    )


def _as_yaml(questions: EditorQuestions) -> str:
    """An editor's file; JSON's texts and lists are YAML too."""
    lines = ["answered:"] if questions.answered else []
    lines += [f"  {number}: {_json(own)}" for number, own in questions.answered]
    lines += ["summary:"] if questions.summary else []
    lines += [
        f"  - {{quote: {_json(one.quote)}, questions: {_json(one.questions)}}}"
        for one in questions.summary
    ]
    lines += ["unanswered:"] if questions.unanswered else []
    lines += [
        f"  - {{questions: [{_json(one.text)}], nearest: {_json(one.nearest)}}}"
        for one in questions.unanswered
    ]
    return "\n".join(lines) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
