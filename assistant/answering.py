"""One question on its way through one generation of the index, from its words to a reply."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import compose
from assistant.comparison import compare
from assistant.decision import Decision, decide
from assistant.followup import more_of, search_with_history, step_from
from assistant.lookup import look_up, look_up_in
from assistant.naming import DocumentNames
from assistant.overview import overview
from assistant.phrasing import Evidence
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
    Understanding,
    compared,
    understand,
)
from corpus import Document, Lesson

if TYPE_CHECKING:
    from index import Index


def reply_without_search(question: Question, documents: Sequence[Document]) -> Reply | None:
    """The reply to a question that needs no index: lessons by their numbers, a greeting.

    None for any other. A program that is asked one thing need not wait for an index to open.
    """
    scope = scope_of(question, documents, DocumentNames(documents))
    if isinstance(scope, Refusal):
        return scope
    understood = _understood(question, scope)
    if isinstance(understood, SmallTalk | Lookup):
        return _known(understood, scope, Quotes(documents))
    return None


def _understood(question: Question, scope: Scope) -> Understanding:
    count = max(len(document.lessons) for document in scope.documents)
    return understand(scope.text, count, bool(question.history), len(scope.documents) > 1)


def _known(understood: SmallTalk | Lookup, scope: Scope, quotes: Quotes) -> Reply:
    if isinstance(understood, SmallTalk):
        return small_talk(understood.kind)
    return look_up(scope, quotes)


class Answering:
    """One question on its way through one generation of the index."""

    def __init__(self, index: "Index", question: Question, names: DocumentNames) -> None:
        self.index = index
        self.quotes = Quotes(index.documents, index)
        self.question = question
        self.names = names
        self._sought = ""
        self._found: tuple[Lesson, ...] = ()

    def reply(self) -> Reply:
        """The reply, verified: every quote is a slice of its source."""
        scope = scope_of(self.question, self.index.documents, self.names)
        return scope if isinstance(scope, Refusal) else self._reply(scope)

    def evidence(self, reply: Reply) -> Evidence | None:
        """What ``reply`` was found with, for a model; None if no lesson was searched out."""
        if not isinstance(reply, Answer) or not self._found:
            return None
        names = {
            name: self.quotes.short_name(name) for name in {each.document for each in self._found}
        }
        return Evidence(self.question, self._sought, self._found, reply, names)

    def evidence_for(self, text: str) -> Evidence | None:
        """The same for another wording of the question, in the documents that it keeps to."""
        self._sought = text
        chosen = self._names_of(chosen_documents(self.index.documents, self.question))
        return self.evidence(self._compose(text, decide(self.index.search(text, chosen))))

    def _reply(self, scope: Scope) -> Reply:
        understood = _understood(self.question, scope)
        match understood:
            case SmallTalk() | Lookup():
                return _known(understood, scope, self.quotes)
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
            each = compared(inquiry.text)
            return compare(each.text, each.subject, scope.documents, self.quotes, self.index)
        text = scope.typed if scope.weak else inquiry.text
        asked = self._names_of(scope.documents)
        findings = self.index.search(text, asked)
        if inquiry.leaning:
            before = self._names_of(scope.before) if scope.before else asked
            text, findings = search_with_history(
                text, findings, self.question.history, self.index, before
            )
            self._sought = text if text != inquiry.text else ""
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
        self._found = tuple(self.quotes.lesson(hit) for hit in decision.answers if hit.number)
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
