"""The assistant: questions with their history in, verified replies out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answering import Answering
from assistant.naming import DocumentNames
from assistant.reply import Answer, Question, Reply
from assistant.suggestions import Suggestions
from corpus import Document
from index import CorpusState, Hit, Index, LiveIndex, Manifest, Progress


class Assistant(Runnable[Question | str, Reply]):
    """Answers from the lessons with citations, or refuses. A LangChain Runnable.

    ``invoke`` gives the reply, ``stream`` a growing answer, statement by statement; each part is
    already verified. Keeps no state between questions: the history comes with the question.
    """

    def __init__(self, index: LiveIndex) -> None:
        self._index = index
        self._named: tuple[Index | None, DocumentNames] = (None, DocumentNames(()))
        self._suggestions = Suggestions(index, self.invoke)

    def invoke(
        self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Reply:
        """The reply to a question. Raises StoreError, IndexBroken or CorpusError on a failure."""
        question = Question(input) if isinstance(input, str) else input
        index = self._index.current()
        named = self._named
        if named[0] is not index:
            self._named = named = (index, DocumentNames(index.documents))
        return Answering(index, question, named[1]).reply()

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
