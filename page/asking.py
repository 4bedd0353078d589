"""The question without the page: for programs, through Gradio's API or the Model Context Protocol.

What goes out is JSON, so it is typed as the dictionaries that it becomes.
"""

from collections.abc import Sequence

from typing_extensions import TypedDict  # the standard one is unknown to pydantic before 3.12

from assistant.question_log import QuestionLog
from assistant.reply import Answer, Reply, Turn
from page.conversation import Done, Failed, converse
from page.limit import RateLimit
from page.loading import Loading
from page.question import QuestionError, read_question

TOO_OFTEN = "Du har ställt många frågor på kort tid. Vänta en minut och fråga igen."
_TOO_MANY_TURNS = "Högst {} tidigare frågor får följa med."
_MOST_EARLIER = 20
_MOST_FOUND = 10
_PATIENCE = 20.0


class AskingError(Exception):
    """There is no reply; the message is a Swedish sentence for whoever asked."""


class Quoted(TypedDict):
    """Where a sentence of the answer stands; ``lesson`` is null for the summary."""

    document: str
    lesson: int | None
    quote: str


class Found(TypedDict):
    """A whole lesson."""

    document: str
    lesson: int
    text: str


class Replied(TypedDict):
    """A reply. ``refused``: the lessons do not answer; ``suggestions`` may come near."""

    answer: str
    refused: bool
    citations: list[Quoted]
    suggestions: list[Found]


class Asking:
    """Replies to programs under the same limits as to the page's visitors."""

    def __init__(self, loading: Loading, limit: RateLimit, log: QuestionLog | None) -> None:
        self._loading = loading
        self._limit = limit
        self._log = log

    def ask(self, question: str, earlier: Sequence[str], client: str) -> Replied:
        """The reply to ``question`` after the ``earlier`` ones. Raises AskingError."""
        self._count(client)
        if len(earlier) > _MOST_EARLIER:
            raise AskingError(_TOO_MANY_TURNS.format(_MOST_EARLIER))
        turns: tuple[Turn, ...] = ()
        for text in earlier:
            turns = (*turns, Turn(text, self._reply(text, turns, None)))
        return _replied(self._reply(question, turns, self._log))

    def search(self, text: str, count: int, client: str) -> list[Found]:
        """The lessons that ``text`` is about, best first. Raises AskingError."""
        self._count(client)
        try:
            asked = read_question(text)
        except QuestionError as error:
            raise AskingError(str(error)) from error
        assistant = self._loading.wait(_PATIENCE)
        if assistant is None:
            raise AskingError("Assistenten startar. Försök igen om en liten stund.")
        lessons = {
            (lesson.document, lesson.number): lesson
            for document in assistant.documents
            for lesson in document.lessons
        }
        found = [
            lessons[hit.document, hit.number]
            for hit in assistant.search(asked)
            if hit.number is not None and (hit.document, hit.number) in lessons
        ]
        return [
            Found(document=lesson.document, lesson=lesson.number, text=lesson.text)
            for lesson in found[: max(1, min(count, _MOST_FOUND))]
        ]

    def _count(self, client: str) -> None:
        if not self._limit.allows(client):
            raise AskingError(TOO_OFTEN)

    def _reply(self, text: str, turns: tuple[Turn, ...], log: QuestionLog | None) -> Reply:
        try:
            question = read_question(text)
        except QuestionError as error:
            raise AskingError(str(error)) from error
        for step in converse(question, turns, self._loading, log=log):
            match step:
                case Done(reply=reply):
                    return reply
                case Failed(sentence=sentence):
                    raise AskingError(sentence)
        raise AssertionError("a conversation ends with Done or Failed")


def _replied(reply: Reply) -> Replied:
    answered = isinstance(reply, Answer)
    return Replied(
        answer=reply.text,
        refused=not answered,
        citations=[
            Quoted(document=cited.document, lesson=cited.lesson, quote=cited.quote)
            for cited in (reply.citations if isinstance(reply, Answer) else ())
        ],
        suggestions=[
            Found(document=lesson.document, lesson=lesson.number, text=lesson.text)
            for lesson in (() if isinstance(reply, Answer) else reply.suggestions)
        ],
    )
