"""A stand-in for the assistant: it finds by shared words, so its answers can be foreseen."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.reply import Answer, Citation, Question, Refusal, Reply, Statement
from corpus import DOCUMENTS, Document, read_corpus
from index import CorpusFault, CorpusState

NO_ANSWER = "Lärdomarna svarar inte på det."
SOURCE = "Källan är från 28 oktober 2020."


@dataclass(frozen=True, slots=True)
class Hit:
    """A lesson and how many of its words the text shares."""

    document: str
    number: int
    score: float


@dataclass(frozen=True, slots=True)
class FakeOrigin:
    """When and with what the fake's index was built."""

    built: str = "2025-12-23T11:00:00+00:00"
    embedder: str = "ordräknaren"


class FakeAssistant:
    """Answers with the sentence that shares most words; some words make it misbehave.

    ``fel`` raises, ``långsamt`` takes its time between statements, ``närmast`` is a near refusal.
    """

    def __init__(self) -> None:
        self.documents: tuple[Document, ...] = read_corpus(DOCUMENTS)

    def stream(self, question: Question) -> Iterator[Reply]:
        """Growing answers, or one refusal."""
        words = _words(question.text)
        if "fel" in words:
            raise RuntimeError("broken store at /secret/path/index.bin")
        lessons = tuple(
            self.documents[0].lessons[hit.number - 1] for hit in self.search(question.text)
        )
        if not lessons:
            yield Refusal(NO_ANSWER)
            return
        if "närmast" in words:
            yield Refusal(f"{NO_ANSWER} Närmast kommer:", lessons[:2])
            return
        said: list[Statement] = []
        for lesson in lessons[:2]:
            quote = _best_sentence(lesson.text, words)
            said.append(Statement(quote, Citation(lesson.document, lesson.number, quote)))
            yield Answer(tuple(said), source=SOURCE)
            if "långsamt" in words:
                time.sleep(1.0)

    def corpus_state(self) -> CorpusState:
        """Two lessons have changed, one is new, and a file is broken."""
        fault = CorpusFault("norrbro.md", 7, "lärdom 2 står två gånger", answered_from=True)
        changed = ("skelleftea-2020 7", "skelleftea-2020 14")
        return CorpusState(1, 31, ("skelleftea-2020 31",), changed, (), (fault,))

    @property
    def origin(self) -> FakeOrigin:
        """Built before Christmas, with a model of its own."""
        return FakeOrigin()

    def rebuild(self, tell: Callable[[str], None]) -> bool:
        """Takes a while, and tells how far it has come."""
        for done in range(0, 30, 10):
            tell(f"Bäddar in texter: {done} av 30")
            time.sleep(0.5)
        return True

    def starter_questions(self, count: int) -> tuple[str, ...]:
        """Always the same ones."""
        return ("Hur många lägenheter ska byggas?", "Vad gör taxichaufförerna?")[:count]

    def follow_ups(self, reply: Reply, asked: Question | None = None) -> tuple[str, ...]:
        """One question after an answer, none after a refusal."""
        return ("Vilken roll har energibolaget?",) if isinstance(reply, Answer) else ()

    def search(self, text: str) -> tuple[Hit, ...]:
        """Lessons that share a word of four letters or more, most shared words first."""
        words = {word for word in _words(text) if len(word) > 3}
        hits = [
            Hit(document.name, lesson.number, float(len(words & _words(lesson.text))))
            for document in self.documents
            for lesson in document.lessons
        ]
        return tuple(sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _best_sentence(text: str, words: set[str]) -> str:
    sentences: list[str] = re.findall(r"[^.!?\n]+[.!?]?", text)
    return max((each.strip() for each in sentences), key=lambda each: len(words & _words(each)))
