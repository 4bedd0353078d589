"""The assistant: questions with their history in, verified replies out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answering import Answering
from assistant.naming import DocumentNames
from assistant.phrasing import Phrasing
from assistant.reply import Answer, Draft, Question, Reply
from assistant.suggestions import Suggestions
from corpus import Document
from index import CorpusState, Hit, Index, LiveIndex, Manifest, Progress


class Assistant(Runnable[Question | str, Reply]):
    """Answers from the lessons with citations, or refuses. A LangChain Runnable.

    ``invoke`` gives the reply, ``stream`` a growing answer, statement by statement; each part is
    already verified. Keeps no state between questions: the history comes with the question.
    """

    def __init__(self, index: LiveIndex, phrasing: Phrasing | None = None) -> None:
        """``phrasing``: a language model that words the answers, each sentence proved."""
        self._index = index
        self._phrasing = phrasing
        self._named: tuple[Index | None, DocumentNames] = (None, DocumentNames(()))
        self._suggestions = Suggestions(index, lambda asked: self._answering(asked).reply())

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
                    yield replace(
                        part, statements=part.statements[:shown], source="", silent="", note=""
                    )
            yield part

    def _replies(self, input: Question | str) -> Iterator[Reply | Draft]:
        """Drafts, if a model is asked, and then the reply."""
        answering = self._answering(input)
        reply = answering.reply()
        evidence = answering.evidence(reply)
        if self._phrasing is None or evidence is None:
            yield reply
        else:
            yield from self._phrasing.stream(evidence, answering.evidence_for)

    def _answering(self, input: Question | str) -> Answering:
        question = Question(input) if isinstance(input, str) else input
        index = self._index.current()
        named = self._named
        if named[0] is not index:
            self._named = named = (index, DocumentNames(index.documents))
        return Answering(index, question, named[1])

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that answers come from now."""
        return self._index.current().documents

    def corpus_state(self) -> CorpusState:
        """How the documents in the folder stand to those that answers come from."""
        return self._index.corpus_state()

    @property
    def origin(self) -> Manifest:
        """When the index that answers was built, and from what."""
        return self._index.current().manifest

    def rebuild(self, tell: Progress) -> bool:
        """Brings the index up to the documents while it answers; False if nothing had changed.

        Raises what ``build_index`` raises; then all is as it was.
        """
        return self._index.rebuild(tell).rebuilt

    def search(
        self, text: str, count: int = 10, documents: frozenset[str] | None = None
    ) -> tuple[Hit, ...]:
        """The lessons that ``text`` is about, best first; of the named ``documents`` only."""
        hits = self._index.current().search(text, documents).hits
        return tuple(hit for hit in hits if hit.number is not None)[:count]

    def starter_questions(self, count: int = 4) -> tuple[str, ...]:
        """Questions to begin with, other ones each time, that have an answer."""
        return self._suggestions.to_begin(count)

    def follow_ups(
        self, reply: Reply, count: int = 3, asked: Question | None = None
    ) -> tuple[str, ...]:
        """Questions that go on from ``reply`` to related lessons; only ones with an answer.

        They keep to the documents that ``asked``, the question before, keeps to.
        """
        return self._suggestions.to_go_on(reply, count, asked or Question(""))
