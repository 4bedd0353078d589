"""Questions to begin and to go on with: the editor's own, and only ones that have an answer."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from assistant.reply import Answer, Question, Refusal, Reply
from assistant.scope import chosen_documents
from corpus import Document, Lesson
from index import LiveIndex

_MANY = 100
"""Answered questions from which it is no monotony to choose."""


class Suggestions:
    """Suggests questions; asks each of them once a generation to see that it has an answer."""

    def __init__(self, index: LiveIndex, ask: Callable[[Question], Reply]) -> None:
        self._index = index
        self._ask = ask
        self._tried_in: Path | None = None
        self._tried: dict[Question, bool] = {}

    def to_begin(self, count: int) -> tuple[str, ...]:
        """Other ones each time; from those that were tried before, once there are many."""
        tried = self._tried.copy().items()
        known = [each.text for each, yes in tried if yes and not each.documents and not each.year]
        if len(known) >= _MANY and self._tried_in == self._index.current().folder:
            return tuple(random.sample(known, count))
        asked = [
            question
            for document in self._index.current().documents
            for lesson in document.lessons
            for question in document.questions.presentable(lesson.number)
        ]
        chosen = random.sample(asked, min(count * 4, len(asked)))
        return tuple(islice((text for text in chosen if self._answers(Question(text))), count))

    def to_go_on(self, reply: Reply, count: int, asked: Question) -> tuple[str, ...]:
        """From ``reply`` to related lessons, of the documents that ``asked`` keeps to."""
        index = self._index.current()
        documents = {each.name: each for each in chosen_documents(index.documents, asked)}
        found: list[str] = []
        for lesson in self._related(reply, documents):
            if document := documents.get(lesson.document):
                candidates = document.questions.presentable(lesson.number)[:4]
                answered = (text for text in candidates if self._answers(_alone(asked, text)))
                found += islice(answered, 1)
            if len(found) == count:
                break
        return tuple(found)

    def _related(self, reply: Reply, documents: dict[str, Document]) -> list[Lesson]:
        if isinstance(reply, Refusal):
            return list(reply.suggestions)
        cited = {(citation.document, citation.lesson) for citation in reply.citations}
        hits = self._index.current().search(reply.statements[0].text, frozenset(documents)).hits
        return [
            documents[hit.document].lessons[hit.number - 1]
            for hit in hits[:6]
            if hit.number is not None and (hit.document, hit.number) not in cited
        ]

    def _answers(self, question: Question) -> bool:
        folder = self._index.current().folder
        if self._tried_in != folder:
            self._tried_in, self._tried = folder, {}
        tried = self._tried
        if question not in tried:
            tried[question] = isinstance(self._ask(question), Answer)
        return tried[question]


def _alone(asked: Question, text: str) -> Question:
    return replace(asked, text=text, history=())
