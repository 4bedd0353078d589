"""The batch interface: JSON lines of questions in, JSON lines of replies out."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.conversation import Assistant
from assistant.reply import Answer, Question, Reply, Turn


class RowError(Exception):
    """A row that holds no question."""


def reply_rows(assistant: Assistant, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One row a line, in order; ``error`` instead of an answer where a line cannot be read."""
    for line in lines:
        if text := line.strip("\ufeff \t\r\n"):  # some shells begin with a byte order mark
            yield _reply_row(assistant, text)


def reply_to_turns(assistant: Assistant, turns: Iterable[str]) -> Reply:
    """The reply to the last of ``turns``, each of the others asked before it."""
    history: tuple[Turn, ...] = ()
    for text in turns:
        reply = assistant.invoke(Question(text, history))
        history = (*history, Turn(text, reply))
    return history[-1].reply


def turns_of(row: dict[str, Any]) -> list[str]:
    """The turns of a row: its ``turns``, or its one ``question``. Raises RowError."""
    turns = row.get("turns", [row.get("question")])
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        raise RowError("a row needs 'question' (a text) or 'turns' (a list of texts)")
    return turns


def _reply_row(assistant: Assistant, line: str) -> dict[str, Any]:
    identity: Any = None
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise RowError("a row must be a JSON object")
        identity = row.get("id")
        turns = turns_of(row)
    except (ValueError, RecursionError, RowError) as error:
        return {"id": identity, "error": str(error)}
    started = time.perf_counter()
    reply = reply_to_turns(assistant, turns)
    seconds = time.perf_counter() - started
    return {"id": identity, **as_fields(reply), "seconds": round(seconds, 4)}


def as_fields(reply: Reply) -> dict[str, Any]:
    """A reply as the fields of a batch row."""
    answered = isinstance(reply, Answer)
    return {
        "answer": reply.text,
        "refused": not answered,
        "citations": [
            {"document": cited.document, "lesson": cited.lesson, "quote": cited.quote}
            for cited in (reply.citations if isinstance(reply, Answer) else ())
        ],
        "suggestions": [
            lesson.number for lesson in (() if isinstance(reply, Answer) else reply.suggestions)
        ],
        "mode": reply.mode if isinstance(reply, Answer) else "extractive",
    }
