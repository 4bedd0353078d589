"""Drafts questions for the editor's file, from the question log and from a language model.

Nothing here is indexed: what comes out is text for an editor to read, strike out and paste.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage

from assistant.model import ChatModel
from corpus import Document, Lesson

_INSTRUCTIONS = """Du hjälper redaktören för en samling lärdomar från svenska kommuner.
Skriv frågor som människor ställer när lärdomen nedan är svaret.
Skriv som olika människor skriver: en politiker, en tjänsteman, en företagare, en journalist.
Använd deras ord och inte lärdomens. Några frågor är korta sökord, någon är på engelska.
Varje fråga ska besvaras av lärdomens text. Skriv en fråga på varje rad och ingenting annat."""
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_LONGEST = 200
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Logged:
    """A question from the log: how often it was asked, and what the last reply to it was.

    ``lessons`` are those that were cited, or suggested where the question was refused.
    """

    question: str
    times: int
    refused: bool
    lessons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A question for an editor to accept; ``source`` says where it comes from, in Swedish."""

    question: str
    source: str


@dataclass(frozen=True, slots=True)
class Drafts:
    """Questions that a document may answer, by lesson, and those that it may not."""

    document: str
    answered: tuple[tuple[int, tuple[Draft, ...]], ...]
    unanswered: tuple[tuple[tuple[int, ...], tuple[Draft, ...]], ...]


class LogError(Exception):
    """The question log cannot be read."""


def read_log(file: Path, document: Document) -> tuple[Logged, ...]:
    """The questions that were answered from ``document`` or refused, most asked first.

    The log is JSON lines with ``question``, ``refused``, ``citations`` and ``suggestions``; a line
    that cannot be read is passed over, and one ``id`` counts once. Raises LogError.
    """
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise LogError(f"{file}: {error.strerror}") from error
    counts: Counter[str] = Counter()
    last: dict[str, Logged] = {}
    seen: set[str] = set()
    for row in filter(None, map(_row, lines)):
        question = " ".join(str(row.get("question") or "").split())
        identity = str(row.get("id") or f"{row.get('time')} {question}")
        if not _SHORTEST <= len(question) <= _LONGEST or identity in seen:
            continue
        seen.add(identity)
        refused = bool(row.get("refused"))
        named = row.get("suggestions" if refused else "citations") or row.get("lessons") or []
        lessons = _lessons(named, document)
        if (named or not refused) and not lessons:
            continue  # it concerns another document, or only the summary
        counts[plain(question)] += 1
        last[plain(question)] = Logged(question, counts[plain(question)], refused, lessons)
    return tuple(sorted(last.values(), key=lambda one: -one.times))


def plain(question: str) -> str:
    """The question without what does not tell questions apart: capitals, spaces, full stops."""
    return " ".join(question.lower().strip(" ?.!").split())


def draft_from_log(logged: Iterable[Logged], document: Document, lesson: int | None) -> Drafts:
    """What the log holds that the editor's file does not; for one ``lesson``, or for all.

    A question that was refused stands under the lessons that were suggested, as unanswered: it is
    for the editor to say that it is answered after all.
    """
    known = _known(document)
    answered: dict[int, list[Draft]] = {}
    unanswered: dict[tuple[int, ...], list[Draft]] = {}
    for one in logged:
        if plain(one.question) in known or (lesson is not None and lesson not in one.lessons):
            continue
        times = "en gång" if one.times == 1 else f"{one.times} gånger"
        if one.refused:
            draft = Draft(one.question, f"frågad {times}, avvisad")
            unanswered.setdefault(one.lessons, []).append(draft)
        else:
            draft = Draft(one.question, f"frågad {times}, besvarad med lärdomen")
            answered.setdefault(one.lessons[0] if lesson is None else lesson, []).append(draft)
    return Drafts(
        document.name,
        tuple((number, tuple(drafts)) for number, drafts in sorted(answered.items())),
        tuple((nearest, tuple(drafts)) for nearest, drafts in unanswered.items()),
    )


def draft_with_model(
    model: ChatModel, document: Document, lesson: Lesson, count: int = 20
) -> tuple[Draft, ...]:
    """Up to ``count`` questions that ``model`` writes for ``lesson``, none of them known already.

    Raises ModelFailed.
    """
    known = _known(document)
    asked = f"Lärdom {lesson.number}:\n{lesson.text}\n\nSkriv {count} frågor."
    already = document.questions.for_lesson(lesson.number)[:10]
    if already:
        asked += "\n\nDe här finns redan; skriv andra:\n" + "\n".join(already)
    *_, written = model.write([SystemMessage(_INSTRUCTIONS), HumanMessage(asked)])
    found: dict[str, Draft] = {}
    for line in written.split("\n"):
        question = _LIST_MARK.sub("", line).strip(" \"”'*")
        is_new = plain(question) not in known and plain(question) not in found
        if is_new and _SHORTEST <= len(question) <= _LONGEST and not question.endswith(":"):
            found[plain(question)] = Draft(question, "förslag från språkmodellen")
    return tuple(found.values())[:count]


def as_yaml(drafts: Drafts, model_drafts: Sequence[tuple[int, Sequence[Draft]]] = ()) -> str:
    """Lines to paste into the editor's file."""
    by_lesson: dict[int, list[Draft]] = {number: [*own] for number, own in drafts.answered}
    for number, own in model_drafts:
        by_lesson.setdefault(number, []).extend(own)
    lines = [f"# Förslag till {drafts.document}.questions.yaml. Läs, stryk och flytta in resten."]
    if by_lesson:
        lines.append("answered:")
    for number, own in sorted(by_lesson.items()):
        lines += [f"  {number}:", *(_line("    ", draft) for draft in own)]
    if drafts.unanswered:
        lines += [
            "# Avvisade. Besvaras någon ändå, flytta den till rätt lärdom ovan.",
            "unanswered:",
        ]
    for nearest, own in drafts.unanswered:
        lines += [f"  - nearest: {list(nearest)}", "    questions:"]
        lines += [_line("      ", draft) for draft in own]
    return "\n".join(lines) + "\n"


def _line(indent: str, draft: Draft) -> str:
    return f"{indent}- {json.dumps(draft.question, ensure_ascii=False)}  # {draft.source}"


def _known(document: Document) -> set[str]:
    questions = document.questions
    return {
        *(plain(question) for _, own in questions.answered for question in own),
        *(plain(question) for one in questions.summary for question in one.questions),
        *(plain(one.text) for one in questions.unanswered),
    }


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _lessons(named: Any, document: Document) -> tuple[int, ...]:
    """The lessons of ``document`` among citations or suggestions, which are numbers or rows."""
    numbers = []
    for one in named if isinstance(named, list) else []:
        row = one if isinstance(one, dict) else {"lesson": one}
        number = row.get("lesson")
        its_own = row.get("document", document.name) == document.name
        if its_own and isinstance(number, int) and document.lesson(number):
            numbers.append(number)
    return tuple(dict.fromkeys(numbers))
