"""The whole story on a page: from a question and its history to a verified reply."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant import compose
from assistant.comparison import compare
from assistant.decision import Decision, decide
from assistant.followup import more_of, search_with_history, step_from
from assistant.lookup import look_up, look_up_in
from assistant.naming import DocumentNames
from assistant.overview import overview
from assistant.quoting import Quotes
from assistant.reply import Answer, Question, Refusal, Reply, Statement
from assistant.scope import Scope, chosen_documents, scope_of
from assistant.smalltalk import small_talk
from assistant.understanding import (
    Comparison,
    Inquiry,
    Lookup,
    More,
    Overview,
    SmallTalk,
    Step,
    understand,
)
from corpus import Document
from index import CorpusState, Hit, Index, LiveIndex


class Assistant(Runnable[Question | str, Reply]):
    """Answers from the lessons with citations, or refuses. A LangChain Runnable.

    ``invoke`` gives the reply, ``stream`` a growing answer, statement by statement; each part is
    already verified. Keeps no state between questions: the history comes with the question.
    """

    def __init__(self, index: LiveIndex) -> None:
        self._index = index
        self._named: tuple[Index | None, DocumentNames] = (None, DocumentNames(()))

    def invoke(
        self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Reply:
        """The reply to a question. Raises StoreError, IndexBroken or CorpusError on a failure."""
        question = Question(input) if isinstance(input, str) else input
        index = self._index.current()
        named = self._named
        if named[0] is not index:
            self._named = named = (index, DocumentNames(index.documents))
        return _Turn(index, question, named[1]).reply()

    def stream(
        self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Reply]:
        """The same reply, an answer growing by one statement at a time."""
        reply = self.invoke(input, config)
        if isinstance(reply, Answer):
            for shown in range(1, len(reply.statements)):
                yield replace(reply, statements=reply.statements[:shown], source="", silent="")
        yield reply

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that answers come from now."""
        return self._index.current().documents

    def corpus_state(self) -> CorpusState:
        """How the documents in the folder stand to those that answers come from."""
        return self._index.corpus_state()

    def search(
        self, text: str, count: int = 10, documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """The lessons that ``text`` is about, best first; of the named ``documents`` only."""
        hits = self._index.current().search(text, documents).hits
        return tuple(hit for hit in hits if hit.number is not None)[:count]

    def starter_questions(self, count: int = 4) -> tuple[str, ...]:
        """Questions to begin with, other ones each time, that have an answer."""
        asked = [
            question
            for document in self.documents
            for lesson in document.lessons
            for question in document.questions.presentable(lesson.number)
        ]
        chosen = random.sample(asked, min(count * 4, len(asked)))
        answered = (text for text in chosen if self._answers(Question(text)))
        return tuple(itertools.islice(answered, count))

    def follow_ups(
        self, reply: Reply, count: int = 3, asked: Question | None = None
    ) -> tuple[str, ...]:
        """Questions that go on from ``reply`` to related lessons; only ones with an answer.

        They keep to the documents that ``asked``, the question before, keeps to.
        """
        asked = asked or Question("")
        documents = {each.name: each for each in chosen_documents(self.documents, asked)}
        if isinstance(reply, Refusal):
            related = list(reply.suggestions)
        else:
            cited = {(citation.document, citation.lesson) for citation in reply.citations}
            near = self.search(reply.statements[0].text, 6, frozenset(documents))
            related = [
                documents[hit.document].lessons[hit.number - 1]
                for hit in near
                if hit.number is not None and (hit.document, hit.number) not in cited
            ]
        found: list[str] = []
        for lesson in related:
            if document := documents.get(lesson.document):
                candidates = document.questions.presentable(lesson.number)[:4]
                found += [text for text in candidates if self._answers(replace(asked, text=text))][
                    :1
                ]
        return tuple(found[:count])

    def _answers(self, question: Question) -> bool:
        return isinstance(self.invoke(replace(question, history=())), Answer)


class _Turn:
    """One question on its way through one generation of the index."""

    def __init__(self, index: Index, question: Question, names: DocumentNames) -> None:
        self.index = index
        self.quotes = Quotes(index)
        self.question = question
        self.names = names

    def reply(self) -> Reply:
        scope = scope_of(self.question, self.index.documents, self.names)
        return scope if isinstance(scope, Refusal) else self._reply(scope)

    def _reply(self, scope: Scope) -> Reply:
        has_history = bool(self.question.history)
        count = max(len(document.lessons) for document in scope.documents)
        understood = understand(scope.text, count, has_history, len(scope.documents) > 1)
        match understood:
            case SmallTalk(kind):
                return small_talk(kind)
            case Lookup():
                return look_up(scope, self.quotes)
            case Step(forward):
                return self._step(forward)
            case Overview(subject):
                return overview(subject, scope.documents, self.quotes, self.index)
            case Comparison(text, subject):
                return compare(text, subject, scope.documents, self.quotes, self.index)
            case More() | Inquiry():
                return self._inquire(understood, scope)

    def _inquire(self, inquiry: Inquiry | More, scope: Scope) -> Reply:
        if isinstance(inquiry, More):
            documents = scope.before or scope.documents
            if more := more_of(self.question.history, documents, self.quotes, self.index):
                return more
            inquiry = Inquiry(self.question.text, True)
        if scope.named and len(scope.documents) > 1:
            return compare(inquiry.text, "", scope.documents, self.quotes, self.index)
        text = scope.typed if scope.weak else inquiry.text
        asked = self._names_of(scope.documents)
        findings = self.index.search(text, asked)
        if inquiry.leaning:
            before = self._names_of(scope.before) if scope.before else asked
            text, findings = search_with_history(
                text, findings, self.question.history, self.index, before
            )
        decision = decide(findings)
        if scope.weak and not decision.answers:
            decision = self._elsewhere(text, scope) or decision
        if decision.answers and decision.answers[0].number is None:
            return self._about_documents(text, decision, inquiry, scope)
        return self._compose(text, decision)

    def _about_documents(
        self, text: str, decision: Decision, inquiry: Inquiry, scope: Scope
    ) -> Reply:
        """What is asked of a document itself ("När var mötet?") each document has its answer to.

        Unless the turn leans on an answer from one of them.
        """
        documents = scope.documents
        last = self.question.history[-1].reply if self.question.history else None
        if inquiry.leaning and isinstance(last, Answer):
            cited = {citation.document for citation in last.citations}
            documents = tuple(each for each in documents if each.name in cited) or documents
        if len(documents) > 1:
            return compare(text, "", documents, self.quotes, self.index)
        if documents != scope.documents:
            decision = decide(self.index.search(text, self._names_of(documents)))
        return self._compose(text, decision)

    def _elsewhere(self, text: str, scope: Scope) -> Decision | None:
        """An answer from another document whose lesson uses the word that named this one."""
        chosen = self._names_of(chosen_documents(self.index.documents, self.question))
        decision = decide(self.index.search(text, chosen))
        words = [word.lower() for word in scope.weak]
        using = tuple(
            hit
            for hit in decision.answers
            if hit.number is not None
            and any(word in self.quotes.lesson(hit).text.lower() for word in words)
        )
        return Decision(using, ()) if using else None

    def _compose(self, text: str, decision: Decision) -> Reply:
        if decision.answers:
            statements: list[Statement] = []
            for hit in decision.answers:
                statements += self.quotes.found(hit, text)
            return compose.answer(statements, self.index.documents)
        if decision.nearest:
            return self.quotes.near_refusal([self.quotes.lesson(hit) for hit in decision.nearest])
        return compose.absent_refusal()

    def _step(self, forward: bool) -> Reply:
        place = step_from(self.question.history, forward)
        if place is None:
            return compose.absent_refusal()
        name, number = place
        return look_up_in((number,), self.quotes.document(name), self.quotes)

    def _names_of(self, documents: Sequence[Document]) -> frozenset[str]:
        return frozenset(document.name for document in documents)
