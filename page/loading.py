"""Opens the assistant in the background, so that the page is up before the index is."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.reply import Draft, Question, Reply
from corpus import Document

if TYPE_CHECKING:
    from index import CorpusState

_log = logging.getLogger(__name__)


class Found(Protocol):
    """A passage that a search found."""

    @property
    def document(self) -> str:
        """The name of its document."""

    @property
    def number(self) -> int | None:
        """The lesson's number, or None for a summary."""


class Origin(Protocol):
    """When an index was built, and with which model."""

    @property
    def built(self) -> str:
        """ISO 8601, with its zone."""

    @property
    def embedder(self) -> str:
        """The model's name."""


class Answering(Protocol):
    """What the page asks of an assistant."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """What it answers from now."""

    def stream(self, question: Question, /) -> Iterator[Reply | Draft]:
        """Drafts, if a language model writes; growing verified answers, the last one whole; or
        one refusal."""

    def search(self, text: str, /) -> Sequence[Found]:
        """The passages that ``text`` is about, best first."""

    def starter_questions(self, count: int, /) -> tuple[str, ...]:
        """Questions to begin with."""

    def follow_ups(self, reply: Reply, /, *, asked: Question | None = None) -> tuple[str, ...]:
        """Questions to go on with after ``reply``, within the documents of ``asked``."""

    def corpus_state(self) -> "CorpusState":
        """How the documents stand to what it answers from."""

    @property
    def origin(self) -> Origin:
        """Of the index that it answers from."""

    def rebuild(self, tell: Callable[[str], None], /) -> bool:
        """Brings the index up to the documents; False if there was nothing to do."""


class AssistantMissing(Exception):
    """The assistant could not be opened; the cause is chained and logged."""


class Loading:
    """An assistant that is on its way: ``wait`` for it, or ask whether it is ``ready``."""

    def __init__(self, open_assistant: Callable[[], Answering]) -> None:
        self._open = open_assistant
        self._settled = threading.Event()
        self._assistant: Answering | None = None
        self._failure: Exception | None = None

    def start(self) -> None:
        """Open the assistant in a thread of its own that does not hold up the process's end."""
        threading.Thread(target=self._run, name="open-assistant", daemon=True).start()

    def wait(self, seconds: float) -> Answering | None:
        """The assistant, or None if it is not ready within ``seconds``.

        Raises AssistantMissing if it could not be opened.
        """
        self._settled.wait(seconds)
        if self._failure is not None:
            raise AssistantMissing("the assistant could not be opened") from self._failure
        return self._assistant

    @property
    def ready(self) -> Answering | None:
        """The assistant if it is there already, else None."""
        return self._assistant

    def _run(self) -> None:
        try:
            self._assistant = self._open()
        except Exception as error:  # whatever it is, the page must live to say so
            _log.exception("the assistant could not be opened")
            self._failure = error
        finally:
            self._settled.set()
