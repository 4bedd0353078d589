"""Holds an editor's file against its document, and says what to mend first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from assistant.unlearnt import Asked, ask_unlearnt
from corpus import Document, Lesson
from index import Progress, SentenceEmbedder
from index.words import CharacterNgrams

ENOUGH_QUESTIONS = 20
"""Fewer questions than this for a lesson find it too seldom."""
_ALIKE = 0.95
"""Cosine of vectors plus cosine of n-grams: rewordings of a lesson reach 1.09 and more, different
lessons of two documents 0.75 at most."""
_AT_A_TIME = 1000

Kind = Literal["contradiction", "no questions", "answers", "elsewhere", "few questions", "alike"]
KINDS: tuple[Kind, ...] = (
    "contradiction",
    "no questions",
    "answers",
    "elsewhere",
    "few questions",
    "alike",
)
"""What to mend first comes first."""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One thing to mend: of what ``kind``, in which document, and a Swedish sentence about it.

    ``question`` is the one that it is about, if any, and ``line`` where that stands in the
    editor's file. Of one kind, the greatest ``urgency`` comes first.
    """

    kind: Kind
    document: str
    text: str
    urgency: float
    question: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, what to mend first first, and how the questions fared.

    ``answered`` questions were asked as if they had never been learnt, and ``found`` their lesson
    first; of ``unanswered`` ones, ``refused`` were.
    """

    shortcomings: tuple[Shortcoming, ...]
    answered: int = 0
    found: int = 0
    unanswered: int = 0
    refused: int = 0


def check_documents(
    documents: Sequence[Document],
    corpus: Path,
    embedder: SentenceEmbedder,
    progress: Progress = lambda line: None,
) -> Check:
    """Checks ``documents``, read from the folder ``corpus``.

    Raises CorpusError, EmbedderError, BuildError or StoreError if the questions cannot be asked.
    """
    taught = [document for document in documents if _question_count(document)]
    found = [shortcoming for document in documents for shortcoming in _by_reading(document)]
    asked = list(ask_unlearnt(taught, corpus, embedder, progress)) if taught else []
    found += [shortcoming for one in asked if (shortcoming := _by_asking(one))]
    progress("Jämför lärdomarna med varandra …")
    found += _alike([lesson for document in documents for lesson in document.lessons], embedder)
    lines = {document.name: _file_lines(corpus, document.name) for document in documents}
    ordered = sorted(found, key=lambda one: (KINDS.index(one.kind), -one.urgency))
    answered = [one for one in asked if one.answered]
    unanswered = [one for one in asked if not one.answered]
    return Check(
        tuple(_with_line(one, lines[one.document]) for one in ordered),
        len(answered),
        sum(_finds_its_own(one) for one in answered),
        len(unanswered),
        sum(not one.decision.answers for one in unanswered),
    )


def _question_count(document: Document) -> int:
    return sum(len(questions) for _, questions in document.questions.answered)


def _by_reading(document: Document) -> list[Shortcoming]:
    """What the editor's file itself shows."""
    questions = document.questions
    if not _question_count(document):
        text = (
            f"har inga frågor i {document.name}.questions.yaml; dokumentet besvarar frågor ändå, "
            "men svaren är osäkrare"
        )
        return [Shortcoming("no questions", document.name, text, len(document.lessons))]
    found = []
    for lesson in document.lessons:
        count = len(questions.for_lesson(lesson.number))
        if count < ENOUGH_QUESTIONS:
            word = "fråga" if count == 1 else "frågor"
            text = f"lärdom {lesson.number} har {count} {word}; {ENOUGH_QUESTIONS} är lagom"
            found.append(Shortcoming("few questions", document.name, text, -count))
    unanswered = Counter(_plain(one.text) for one in questions.unanswered)
    for number, own in questions.answered:
        found += [
            Shortcoming(
                "contradiction",
                document.name,
                f"”{question}” besvaras av lärdom {number} och står ändå bland de obesvarade",
                unanswered[_plain(question)],
                question,
            )
            for question in own
            if _plain(question) in unanswered
        ]
    return found


def _plain(question: str) -> str:
    return " ".join(question.lower().strip(" ?.!").split())


def _by_asking(asked: Asked) -> Shortcoming | None:
    """What the index makes of a question that it has not learnt."""
    if not asked.hits:
        return None
    if not asked.answered:
        if not asked.decision.answers:
            return None
        by = _named(asked.decision.answers[0].number)
        text = f"”{asked.question}” ska inte besvaras men skulle besvaras med {by}"
        return Shortcoming("answers", asked.document, text, asked.probability, asked.question)
    if _finds_its_own(asked):
        return None
    own = [hit.score for hit in asked.hits if hit.number in asked.lessons]
    behind = asked.hits[0].score - max(own, default=0.0)
    wanted = " eller ".join(str(number) for number in sorted(asked.lessons))
    text = f"”{asked.question}” hittar {_named(asked.hits[0].number)}, inte {wanted}"
    return Shortcoming("elsewhere", asked.document, text, behind, asked.question)


def _finds_its_own(asked: Asked) -> bool:
    return bool(asked.hits) and asked.hits[0].number in asked.lessons


def _named(number: int | None) -> str:
    return "sammanfattningen" if number is None else f"lärdom {number}"


def _alike(lessons: Sequence[Lesson], embedder: SentenceEmbedder) -> list[Shortcoming]:
    """Pairs of lessons that say nearly the same, in one document or two."""
    texts = [lesson.text for lesson in lessons]
    vectors = np.asarray(embedder.embed_documents(texts), dtype=np.float32)
    _, ngrams = CharacterNgrams.learn(texts)
    found = []
    for start in range(0, len(texts), _AT_A_TIME):
        rows = slice(start, start + _AT_A_TIME)
        alike = vectors[rows] @ vectors.T + (ngrams[rows] @ ngrams.T).toarray()
        for one, other in zip(*np.nonzero(alike > _ALIKE), strict=True):
            if start + one < other:
                pair = lessons[start + one], lessons[other]
                found.append(_alike_pair(*pair, float(alike[one, other])))
    return found


def _alike_pair(one: Lesson, other: Lesson, likeness: float) -> Shortcoming:
    where = "" if one.document == other.document else f" i {other.document}"
    text = f"lärdom {one.number} och lärdom {other.number}{where} säger nästan samma sak"
    return Shortcoming("alike", one.document, text, likeness)


def _file_lines(corpus: Path, name: str) -> list[str]:
    file = corpus / f"{name}.questions.yaml"
    return file.read_text(encoding="utf-8-sig").split("\n") if file.exists() else []


def _with_line(shortcoming: Shortcoming, lines: Iterable[str]) -> Shortcoming:
    """The same, with the line of its question."""
    found = (
        number
        for number, line in enumerate(lines, start=1)
        if shortcoming.question and shortcoming.question in line
    )
    return replace(shortcoming, line=next(found, None))
