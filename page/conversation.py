"""One question on its way to a reply, as the page sees it: on its way, growing, done or failed.

Knows nothing of Gradio. A failure is told in Swedish and without details; the details are logged.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.question_log import QuestionLog, QuestionLogError
from assistant.reply import Draft, Question, Reply, Turn
from page.loading import Answering, AssistantMissing, Loading

# Turns that are sent along: the newest, for that is what a follow-up refers to.
REMEMBERED_TURNS = 20
_PATIENCE = 0.5  # seconds between two looks, so that a stopped question lets go of its thread
_LONGEST_START = 600.0

FAILED = "Något gick fel när svaret skulle visas. Försök gärna igen."
MISSING = "Assistenten kunde inte starta. Säg till den som sköter den här sidan."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Searching:
    """The assistant has the question."""


@dataclass(frozen=True, slots=True)
class Starting:
    """The assistant is still being opened."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """A language model is writing; the text is not proved yet and may be empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Growing:
    """The verified beginning of a reply that has more to come."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Done:
    """The whole reply, and, when they have been found, questions to go on with.

    ``logged`` is the id that the question log gave it, if it did.
    """

    reply: Reply
    go_on: tuple[str, ...] = ()
    logged: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """No reply; ``sentence`` says so in Swedish."""

    sentence: str


Step = Searching | Starting | Drafting | Growing | Done | Failed


def converse(
    question: str,
    turns: tuple[Turn, ...],
    loading: Loading,
    documents: tuple[str, ...] = (),
    log: QuestionLog | None = None,
) -> Iterator[Step]:
    """Every step on the way to the reply: it ends with Done or Failed.

    ``documents``: the names of those to ask, all if there are none.
    """
    try:
        assistant, waited = loading.wait(0), 0.0
        while assistant is None and waited < _LONGEST_START:
            yield Starting()
            assistant = loading.wait(_PATIENCE)
            waited += _PATIENCE
        if assistant is None:
            yield Failed(MISSING)
            return
        yield Searching()
        reply: Reply | None = None
        asked = Question(question, turns[-REMEMBERED_TURNS:], documents)
        for longer in assistant.stream(asked):
            if isinstance(longer, Draft):
                yield Drafting(longer.text)
                continue
            if reply is not None:  # every step costs, so the last one is not shown twice
                yield Growing(reply)
            reply = longer
        if reply is None:
            raise RuntimeError("the assistant ended without a reply")
        logged = _recorded(question, reply, log)
        yield Done(reply, logged=logged)
        if questions := _questions_after(reply, asked, assistant):
            yield Done(reply, questions, logged)
    except AssistantMissing as error:
        yield Failed(f"{MISSING} {_sentence(error.__cause__ or error)}")
    except Exception as error:  # the chat must stay usable, whatever failed
        _log.exception("no reply to a question")
        yield Failed(_sentence(error))


def _sentence(error: BaseException) -> str:
    from assistant.failures import sentence_for  # imported here: it brings the whole index along

    return sentence_for(error)


def _recorded(question: str, reply: Reply, log: QuestionLog | None) -> str:
    try:
        return log.record(question, reply) if log else ""
    except QuestionLogError:  # a full disk must not cost an answer
        _log.exception("a question could not be logged")
        return ""


def _questions_after(reply: Reply, asked: Question, assistant: Answering) -> tuple[str, ...]:
    try:
        return assistant.follow_ups(reply, asked=replace(asked, history=()))
    except Exception:  # the reply stands, with or without questions after it
        _log.exception("no questions to go on with")
        return ()
