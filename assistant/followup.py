"""Turns that lean on the ones before, without a language model."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import compose
from assistant.quoting import Quotes
from assistant.reply import Answer, Refusal, Reply, Turn
from corpus import Document
from index import Findings, Hit

if TYPE_CHECKING:
    from index import Index

_STANDS_ALONE = 0.5
"""A short question that the lessons answer this surely by itself does not lean on history."""
_CLEAR, _CLEARLY_FIRST = 0.25, 3.0
"""A short question is clear by itself if its first hit is this likely, and this many times as
likely as its second."""
_MORE = re.compile(r"\b(?:mer|mera|fler|flera|vidare|ytterligare|annat|more)\b", re.I)

Place = tuple[str, int | None]
"""A document's name and a lesson's number in it."""


def step_from(history: Sequence[Turn], forward: bool) -> tuple[str, int] | None:
    """The document, and the number after (or before) the lesson last talked about, if any was."""
    for turn in reversed(history):
        if places := _talked_about(turn.reply):
            document, number = places[-1] if forward else places[0]
            return document, number + 1 if forward else number - 1
    return None


def search_with_history(
    text: str,
    alone: Findings,
    history: Sequence[Turn],
    index: "Index",
    documents: frozenset[str] | None = None,
) -> tuple[str, Findings]:
    """The findings for a short turn, by itself or together with the question before.

    Returns the text that was searched for, and what was found; ``documents`` are those that the
    two together are asked of. A turn with a word that no document knows is no follow-up ("Hur
    bakar man kanelbullar?"); one that finds its lesson clearly by itself keeps it; one that asks
    for more does not get the same lesson again. What it asks for must stand in the lesson that
    answers it.
    """
    last = history[-1]
    together = f"{last.question} {text}"
    if index.foreign_words(text):
        return text, alone
    found = index.search(together, documents)
    carried = _talked_about(last.reply)
    if _is_clear(alone.hits):
        goes_on = _place(alone.hits[0]) in carried
        answered = max(alone.answered, found.answered) if goes_on else alone.answered
        return text, Findings(alone.hits, answered, alone.taught)
    if alone.answered >= _STANDS_ALONE and alone.answered >= found.answered:
        return text, alone
    hits = found.hits
    if _MORE.search(text):
        hits = tuple(hit for hit in hits if _place(hit) not in carried) or hits
    holds = index.holds_what_is_asked(text, hits[0])
    answered = max(alone.answered, found.answered) if holds else alone.answered
    return together, Findings(hits, answered, found.taught)


def _is_clear(hits: Sequence[Hit]) -> bool:
    second = hits[1].score if len(hits) > 1 else 0.0
    return bool(hits) and hits[0].score >= max(_CLEAR, _CLEARLY_FIRST * second)


def more_of(
    history: Sequence[Turn], documents: Sequence[Document], quotes: Quotes, index: "Index"
) -> Reply | None:
    """Further lessons on what was asked before, or the same again if there are no others."""
    asked = next((turn for turn in reversed(history) if isinstance(turn.reply, Answer)), None)
    if asked is None:
        return None
    shown = {place for turn in history for place in _talked_about(turn.reply)}
    hits = index.search(asked.question, frozenset(document.name for document in documents)).hits
    further = [hit for hit in hits if hit.number is not None and _place(hit) not in shown][:3]
    further = [hit for hit in further if hit.score >= 0.2]
    if not further:
        assert isinstance(asked.reply, Answer)
        return replace(asked.reply, introduction="Lärdomarna säger inte mer om det än detta:")
    statements = [
        statement
        for hit in further
        for statement in quotes.answering(quotes.lesson(hit), asked.question)
    ]
    return compose.answer(statements, quotes.documents)


def _place(hit: Hit) -> Place:
    return hit.document, hit.number


def _talked_about(reply: Reply) -> list[tuple[str, int]]:
    """The lessons that a reply cited or pointed at, in its order, each with its document."""
    if isinstance(reply, Refusal):
        return [(lesson.document, lesson.number) for lesson in reply.suggestions]
    places = [
        (cited.document, cited.lesson) for cited in reply.citations if cited.lesson is not None
    ]
    return list(dict.fromkeys(places))
