"""The whole story on a page: from a question and its history to a verified reply."""

import random
from collections.abc import Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant import compose
from assistant.decision import Decision, decide
from assistant.followup import more_of, search_with_history, step_from
from assistant.overview import overview
from assistant.phrasing import Evidence, Phrasing
from assistant.reply import Answer, Draft, Question, Refusal, Reply, Statement
from assistant.smalltalk import small_talk
from assistant.understanding import Inquiry, Lookup, More, Overview, SmallTalk, Step, understand
from corpus import Document, Lesson
from index import Hit, Index, LiveIndex


class Assistant(Runnable[Question | str, Reply]):
    """Answers from the lessons with citations, or refuses. A LangChain Runnable.

    ``invoke`` gives the reply, ``stream`` a growing answer, statement by statement; each part is
    already verified. Keeps no state between questions: the history comes with the question.
    """

    def __init__(self, index: LiveIndex, phrasing: Phrasing | None = None) -> None:
        """``phrasing``: a language model that words the answers, each sentence proved."""
        self._index = index
        self._phrasing = phrasing

    def invoke(
        self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Reply:
        """The reply to a question. Raises StoreError, IndexBroken or CorpusError on a failure."""
        for part in self._replies(input):
            reply = part
        assert not isinstance(reply, Draft)
        return reply

    def stream(  # type: ignore[override]  # drafts of a model come before a reply
        self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Reply | Draft]:
        """The same reply, an answer growing by one statement at a time.

        With a language model, drafts of its text come first; the last part is the reply.
        """
        for part in self._replies(input):
            if isinstance(part, Answer) and part.mode == "extractive":
                for shown in range(1, len(part.statements)):
                    yield Answer(part.statements[:shown], part.introduction)
            yield part

    def _replies(self, input: Question | str) -> Iterator[Reply | Draft]:
        """Drafts, if a model is asked, and then the reply."""
        turn = self._turn(input)
        reply = turn.reply()
        evidence = turn.evidence(reply)
        if self._phrasing is None or evidence is None:
            yield reply
        else:
            yield from self._phrasing.stream(evidence, turn.evidence_for)

    def _turn(self, input: Question | str) -> "_Turn":
        question = Question(input) if isinstance(input, str) else input
        return _Turn(self._index.current(), question)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that answers come from now."""
        return self._index.current().documents

    def search(self, text: str, count: int = 10) -> tuple[Hit, ...]:
        """The lessons that ``text`` is about, best first."""
        hits = self._index.current().search(text).hits
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
        return tuple(question for question in chosen if self._answers(question))[:count]

    def follow_ups(self, reply: Reply, count: int = 3) -> tuple[str, ...]:
        """Questions that go on from ``reply`` to related lessons; only ones with an answer."""
        if isinstance(reply, Refusal):
            related = list(reply.suggestions)
        else:
            cited = {citation.lesson for citation in reply.citations}
            near = self.search(reply.statements[0].text, 6)
            related = [
                lesson
                for hit in near
                if hit.number not in cited and (lesson := self._lesson(hit)) is not None
            ]
        found: list[str] = []
        for lesson in related:
            candidates = self._document(lesson.document).questions.presentable(lesson.number)
            found += [question for question in candidates[:4] if self._answers(question)][:1]
        return tuple(found[:count])

    def _answers(self, question: str) -> bool:
        return isinstance(self._turn(question).reply(), Answer)

    def _document(self, name: str) -> Document:
        return next(document for document in self.documents if document.name == name)

    def _lesson(self, hit: Hit) -> Lesson | None:
        return self._document(hit.document).lesson(hit.number) if hit.number else None


class _Turn:
    """One question on its way through one generation of the index."""

    def __init__(self, index: Index, question: Question) -> None:
        self.index = index
        self.documents = index.documents
        self.question = question
        self._sought = ""
        self._found: tuple[Lesson, ...] = ()

    def evidence(self, reply: Reply) -> Evidence | None:
        """What ``reply`` was found with, for a model; None if no lesson was searched out."""
        if not isinstance(reply, Answer) or not self._found:
            return None
        names = {document.name: self._short_name(document) for document in self.documents}
        return Evidence(self.question, self._sought, self._found, reply, names)

    def evidence_for(self, text: str) -> Evidence | None:
        """The same for another wording of the question."""
        self._sought = text
        return self.evidence(self._compose(text, decide(self.index.search(text))))

    def reply(self) -> Reply:
        history = self.question.history
        count = max(len(document.lessons) for document in self.documents)
        match understand(self.question.text, count, bool(history)):
            case SmallTalk(kind):
                return small_talk(kind)
            case Lookup(numbers):
                return self._lookup(numbers)
            case Step(forward):
                return self._step(forward)
            case Overview(subject):
                return overview(subject, self.documents, self.index)
            case More():
                return more_of(history, self.documents, self.index) or self._inquire(
                    Inquiry(self.question.text, True)
                )
            case Inquiry() as inquiry:
                return self._inquire(inquiry)

    def _inquire(self, inquiry: Inquiry) -> Reply:
        text, findings = inquiry.text, self.index.search(inquiry.text)
        if inquiry.leaning:
            text, findings = search_with_history(
                inquiry.text, findings, self.question.history, self.index
            )
            self._sought = text if text != inquiry.text else ""
        return self._compose(text, decide(findings))

    def _compose(self, text: str, decision: Decision) -> Reply:
        if decision.answers:
            self._found = tuple(self._lesson(hit) for hit in decision.answers if hit.number)
            statements: list[Statement] = []
            for hit in decision.answers:
                statements += self._quote(hit, text)
            return compose.answer(statements, self.documents)
        if decision.nearest:
            lessons = [self._lesson(hit) for hit in decision.nearest]
            return compose.near_refusal(lessons)
        return compose.absent_refusal()

    def _quote(self, hit: Hit, text: str) -> tuple[Statement, ...]:
        document = self._document(hit.document)
        if hit.number is None:
            return (compose.quote_summary(document, hit.quote, self._short_name(document)),)
        return compose.quote_lesson(
            document.lessons[hit.number - 1], text, self._short_name(document)
        )

    def _lookup(self, numbers: tuple[int, ...]) -> Reply:
        statements: list[Statement] = []
        for document in self.documents:
            for number in numbers:
                if lesson := document.lesson(number):
                    statements += compose.quote_lesson(lesson, "", self._short_name(document))
        count = max(len(document.lessons) for document in self.documents)
        missing = [number for number in numbers if not 1 <= number <= count]
        if not statements:
            return compose.missing_lessons(missing, count)
        note = compose.missing_lessons(missing, count).message if missing else ""
        return compose.answer(statements, self.documents, note)

    def _step(self, forward: bool) -> Reply:
        number = step_from(self.question.history, forward)
        return self._lookup((number,)) if number is not None else compose.absent_refusal()

    def _document(self, name: str) -> Document:
        return next(document for document in self.documents if document.name == name)

    def _lesson(self, hit: Hit) -> Lesson:
        assert hit.number is not None
        return self._document(hit.document).lessons[hit.number - 1]

    def _short_name(self, document: Document) -> str:
        return document.short_name if len(self.documents) > 1 else ""
