"""What went unanswered, out of the question log, in the form of the editor's file."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.question_log import Cited, LoggedQuestion
from assistant.understanding import Inquiry, Overview, understand
from index.words import CharacterNgrams

_ALIKE = 0.4  # cosine of character n-grams from which two questions ask the same thing,
_ALIKE_NEAR_ONE_LESSON = 0.28  # or if the same lesson is nearest to both
_MOST_NEAREST = 2
_ANY_NUMBER = 10**6  # "lärdom 31" is asked of a document, not of its content, whatever it has


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same thing, most frequent first, and the lessons nearest to them."""

    questions: tuple[str, ...]
    times: int
    latest: str
    """The day it was last asked, "2026-11-25"."""
    nearest: tuple[Cited, ...]


def unanswered(rows: Sequence[LoggedQuestion]) -> tuple[Group, ...]:
    """The questions that were refused, in groups of like ones, the largest first.

    Greetings and questions for a lesson's number are left out: no text could answer them.
    """
    wording: dict[str, list[LoggedQuestion]] = {}
    for row in rows:
        if row.refused and _is_about_content(row.question):
            wording.setdefault(_folded(row.question), []).append(row)
    asked = sorted(wording.values(), key=len, reverse=True)
    if not asked:
        return ()
    texts = [_folded(same[0].question) for same in asked]
    _, vectors = CharacterNgrams.learn(texts)
    alike = (vectors @ vectors.T).toarray()
    nearest = [same[-1].suggestions[:1] for same in asked]
    for place, lesson in enumerate(nearest):
        if lesson:
            alike[place, [other == lesson for other in nearest]] += _ALIKE - _ALIKE_NEAR_ONE_LESSON
    found = [_group([asked[place] for place in group]) for group in _grouped(alike)]
    return tuple(sorted(found, key=lambda group: -group.times))


def as_yaml(groups: Sequence[Group], rows: Sequence[LoggedQuestion], days: int) -> str:
    """A summary in comments, and the groups as ``unanswered`` of the editor's file.

    One YAML document for each of the corpus's documents, where the nearest lessons stand in
    several.
    """
    refused = sum(row.refused for row in rows)
    up, down = (sum(row.verdict == verdict for row in rows) for verdict in ("up", "down"))
    head = (
        f"# Frågeloggen, {days} dagar: {len(rows)} frågor, {refused} utan svar, "
        f"{up} nöjda, {down} missnöjda.\n"
    )
    if not groups:
        return f"{head}# Inga obesvarade frågor.\n{_complaints(rows)}"
    documents = sorted({_document(group) for group in groups} - {""})
    # What is near to no document can be told to the only one; with several, nobody knows which.
    homeless = documents[0] if len(documents) == 1 else ""
    parts = []
    for document in [*documents, *([] if homeless else [""])]:
        own = [_entry(group) for group in groups if (_document(group) or homeless) == document]
        about = f"# Till {document}.questions.yaml" if document else "# Inget dokument ligger nära"
        if own:
            parts.append("\n".join([about, "unanswered:", *own]) + "\n")
    return head + "---\n".join(parts) + _complaints(rows)


def _grouped(alike: NDArray[np.float64]) -> list[list[int]]:
    """Each place to the group that it is most like on average, or to one of its own."""
    groups: list[list[int]] = []
    for place in range(len(alike)):
        likest = max(groups, key=lambda group: alike[place, group].mean(), default=None)
        if likest is not None and alike[place, likest].mean() >= _ALIKE:
            likest.append(place)
        else:
            groups.append([place])
    return groups


def _is_about_content(question: str) -> bool:
    return isinstance(understand(question, _ANY_NUMBER, False), Inquiry | Overview)


def _folded(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))


def _group(wordings: Sequence[Sequence[LoggedQuestion]]) -> Group:
    rows = [row for same in wordings for row in same]
    counted = Counter(passage for row in rows for passage in row.suggestions[:_MOST_NEAREST])
    return Group(
        questions=tuple(same[-1].question for same in wordings),
        times=len(rows),
        latest=max(row.time for row in rows)[:10],
        nearest=tuple(passage for passage, _ in counted.most_common(_MOST_NEAREST)),
    )


def _document(group: Group) -> str:
    """The document that a group's nearest lesson stands in; empty if no lesson is near."""
    return group.nearest[0].document if group.nearest else ""


def _entry(group: Group) -> str:
    nearest = [each.lesson for each in group.nearest if each.document == _document(group)]
    times = "en gång" if group.times == 1 else f"{group.times} gånger"
    questions = ", ".join(json.dumps(text, ensure_ascii=False) for text in group.questions)
    return (
        f"  # frågad {times}, senast {group.latest}\n"
        f"  - questions: [{questions}]\n    nearest: {json.dumps(nearest)}"
    )


def _complaints(rows: Sequence[LoggedQuestion]) -> str:
    lines = [
        f"# - {json.dumps(row.question, ensure_ascii=False)} {_answered_with(row)}"
        f"{': ' + json.dumps(row.reason, ensure_ascii=False) if row.reason else ''}\n"
        for row in rows
        if row.verdict == "down"
    ]
    return "".join(["# Missnöjda med svaret:\n", *lines]) if lines else ""


def _answered_with(row: LoggedQuestion) -> str:
    if row.refused:
        return "(utan svar)"
    lessons = ", ".join(
        "sammanfattningen" if each.lesson is None else f"lärdom {each.lesson}"
        for each in row.citations
    )
    return f"({lessons})"
