"""The batch interface: JSON lines of questions in, JSON lines of replies out."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
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


def reply_to_turns(
    assistant: Assistant,
    turns: Iterable[str],
    documents: Sequence[str] = (),
    year: int | None = None,
) -> Reply:
    """The reply to the last of ``turns``, each of the others asked before it.

    ``documents`` and ``year`` limit which documents they are asked of.
    """
    history: tuple[Turn, ...] = ()
    for text in turns:
        reply = assistant.invoke(Question(text, history, tuple(documents), year))
        history = (*history, Turn(text, reply))
    return history[-1].reply


def turns_of(row: dict[str, Any]) -> list[str]:
    """The turns of a row: its ``turns``, or its one ``question``. Raises RowError."""
    turns = row.get("turns", [row.get("question")])
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        raise RowError("a row needs 'question' (a text) or 'turns' (a list of texts)")
    return turns


def filter_of(row: dict[str, Any]) -> tuple[tuple[str, ...], int | None]:
    """The names of a row's ``documents``, and its ``year``. Raises RowError."""
    documents, year = row.get("documents") or [], row.get("year")
    documents = [documents] if isinstance(documents, str) else documents
    if not isinstance(documents, list) or not all(isinstance(name, str) for name in documents):
        raise RowError("'documents' must be a list of names")
    if year is not None and type(year) is not int:
        raise RowError("'year' must be a number")
    return tuple(documents), year


def _reply_row(assistant: Assistant, line: str) -> dict[str, Any]:
    identity: Any = None
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise RowError("a row must be a JSON object")
        identity = row.get("id")
        turns, (documents, year) = turns_of(row), filter_of(row)
    except (ValueError, RecursionError, RowError) as error:
        return {"id": identity, "error": str(error)}
    started = time.perf_counter()
    reply = reply_to_turns(assistant, turns, documents, year)
    seconds = time.perf_counter() - started
    return {"id": identity, **as_fields(reply), "seconds": round(seconds, 4)}


def as_fields(reply: Reply) -> dict[str, Any]:
    """A reply as the fields of a batch row.

    Where several documents are loaded ``suggested`` says whose the ``suggestions`` are, and a
    citation of a long lesson has its ``paragraph``.
    """
    answered = isinstance(reply, Answer)
    suggested = () if isinstance(reply, Answer) else reply.suggestions
    named = not isinstance(reply, Answer) and bool(reply.short_names)
    places = [{"document": lesson.document, "lesson": lesson.number} for lesson in suggested]
    return {
        "answer": reply.text,
        "refused": not answered,
        "citations": [
            {
                "document": cited.document,
                "lesson": cited.lesson,
                "quote": cited.quote,
                **({"paragraph": cited.paragraph} if cited.paragraph is not None else {}),
            }
            for cited in (reply.citations if isinstance(reply, Answer) else ())
        ],
        "suggestions": [lesson.number for lesson in suggested],
        **({"suggested": places} if named else {}),
        "mode": reply.mode if isinstance(reply, Answer) else "extractive",
    }
