"""Turns that lean on the ones before, without a language model."""

from collections.abc import Sequence

from assistant import compose
from assistant.reply import Answer, Refusal, Reply, Turn
from corpus import Document
from index import Findings, Hit, Index

_STANDS_ALONE = 0.5
"""A short question that the lessons answer this surely by itself does not lean on history."""
_CARRIED = 0.35
"""What a lesson of the answer before gains as a candidate for a question that leans on it."""


def step_from(history: Sequence[Turn], forward: bool) -> int | None:
    """The number after (or before) the lesson last talked about; None if there was none."""
    for turn in reversed(history):
        numbers = _talked_about(turn.reply)
        if numbers:
            return numbers[-1] + 1 if forward else numbers[0] - 1
    return None


def search_with_history(
    text: str, alone: Findings, history: Sequence[Turn], index: Index
) -> tuple[str, Findings]:
    """The findings for a short turn, by itself or together with the question before.

    Returns the text that was searched for, and what was found. The lessons that the last answer
    cited count as candidates: "Hur många ska byggas?" after an answer on housing.
    """
    last = history[-1]
    together = f"{last.question} {text}"
    found = index.search(together)
    if alone.answered >= _STANDS_ALONE and alone.answered >= found.answered:
        return text, alone
    carried = _talked_about(last.reply)
    own = {(hit.document, hit.number, hit.quote): hit.score for hit in alone.hits}
    hits = [
        Hit(
            hit.document,
            hit.number,
            hit.quote,
            min(
                1.0,
                (hit.score + own.get((hit.document, hit.number, hit.quote), 0.0)) / 2
                + (_CARRIED if hit.number in carried and hit.number is not None else 0.0),
            ),
        )
        for hit in found.hits
    ]
    hits.sort(key=lambda hit: -hit.score)
    answered = max(alone.answered, found.answered)
    return together, Findings(tuple(hits), answered, found.taught)


def more_of(history: Sequence[Turn], documents: Sequence[Document], index: Index) -> Reply | None:
    """Further lessons on what was asked before, or the same again if there are no others."""
    asked = next((turn for turn in reversed(history) if isinstance(turn.reply, Answer)), None)
    if asked is None:
        return None
    shown = {number for turn in history for number in _talked_about(turn.reply)}
    hits = index.search(asked.question).hits
    further = [hit for hit in hits if hit.number is not None and hit.number not in shown][:3]
    further = [hit for hit in further if hit.score >= 0.2]
    by_name = {document.name: document for document in documents}
    if not further:
        assert isinstance(asked.reply, Answer)
        said = asked.reply
        return Answer(said.statements, "Lärdomarna säger inte mer om det än detta:", said.source)
    short = len(documents) > 1
    statements = [
        statement
        for hit in further
        if hit.number is not None
        for statement in compose.quote_lesson(
            by_name[hit.document].lessons[hit.number - 1],
            asked.question,
            by_name[hit.document].short_name if short else "",
        )
    ]
    return compose.answer(statements, documents)


def _talked_about(reply: Reply) -> list[int]:
    """The lessons that a reply cited or pointed at, in its order."""
    if isinstance(reply, Refusal):
        return [lesson.number for lesson in reply.suggestions]
    numbers = [citation.lesson for citation in reply.citations]
    return list(dict.fromkeys(number for number in numbers if number is not None))
