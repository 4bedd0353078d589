"""Lets a language model phrase an answer that the lessons already gave, and proves what it wrote.

The extractive answer is there first and stands whenever the model's does not.
"""

import datetime
import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.allowance import Allowance
from assistant.model import ChatModel, ModelFailed
from assistant.privacy import personal_data
from assistant.reply import Answer, Citation, Draft, Question, Turn
from assistant.understanding import clean
from assistant.verification import Verifier, without_markers
from assistant.vocabulary import FOREIGN, SWEDISH
from assistant.wording import alike, read
from corpus import Lesson

_INSTEAD = "Därför visas lärdomarnas egna ord."
_REASONS = {
    "down": "Språkmodellen går inte att nå.",
    "busy": "Språkmodellen har för mycket att göra just nu.",
    "slow": "Språkmodellen svarade inte i tid.",
    "cut off": "Språkmodellens svar blev avbrutet.",
    "empty": "Språkmodellen gav inget svar.",
    "language": "Språkmodellen svarade inte på svenska.",
    "unsupported": "Inget i språkmodellens svar hade stöd i lärdomarna.",
    "allowance": "Språkmodellen har fått så många frågor som den får just nu.",
}
_NEWEST_TURNS = 3
_LONGEST_TURN = 600  # characters of an earlier reply that are sent along
_LONGEST_QUESTION = 200  # characters of a rewritten question
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one question was answered with before a model is asked."""

    question: Question
    sought: str
    """The text that was searched for, if the question leans on history; else empty."""
    lessons: tuple[Lesson, ...]
    answer: Answer
    short_names: Mapping[str, str]


class Phrasing:
    """A language model, its verifier, and how often it may be asked."""

    def __init__(
        self,
        model: ChatModel,
        verifier: Verifier,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime.date] = datetime.date.today,
    ) -> None:
        self._model = model
        self._verifier = verifier
        settings = model.settings
        self._allowance = Allowance(
            settings.questions_a_minute, settings.questions_a_day, clock, today
        )

    def stream(
        self, evidence: Evidence, search: Callable[[str], Evidence | None]
    ) -> Iterator[Draft | Answer]:
        """Drafts, then the answer: the model's as far as it holds, else the lessons' own words.

        ``search`` finds the evidence for a rewritten question; None if there is not enough.
        Closing the iterator ends the call to the model.
        """
        kind = personal_data(clean(evidence.question.text))
        if kind:
            yield replace(
                evidence.answer,
                note=f"Frågan innehåller {kind} och skickades därför inte till språkmodellen. "
                f"{_INSTEAD}",
            )
            return
        if not self._allowance.allows():
            yield _extractive(evidence, "allowance")
            return
        try:
            if evidence.sought:
                yield Draft("")
                evidence = yield from self._standalone(evidence, search)
            yield from self._phrase(evidence)
        except ModelFailed as failed:
            yield _extractive(evidence, failed.reason)

    def _standalone(
        self, evidence: Evidence, search: Callable[[str], Evidence | None]
    ) -> Generator[Draft, None, Evidence]:
        """Drafts while a follow-up is rewritten; returns the evidence for what it became."""
        from assistant import prompts  # LangChain's, which only a model's user need load

        question = evidence.question
        prompt = prompts.STANDALONE.format_messages(
            conversation=_conversation(question.history), question=_fenced(clean(question.text))
        )
        written = ""
        for text in self._model.write(prompt):
            written = text
            yield Draft("")
        rewritten = _one_question(_THOUGHTS.sub("", written), question)
        return (search(rewritten) if rewritten else None) or evidence

    def _phrase(self, evidence: Evidence) -> Iterator[Draft | Answer]:
        from assistant import prompts

        lessons = {_label(lesson, evidence.short_names): lesson for lesson in evidence.lessons}
        prompt = prompts.ANSWER.format_messages(
            lessons="\n\n".join(
                prompts.LESSON.format(label=f"[{label}]", text=_fenced(lesson.text))
                for label, lesson in lessons.items()
            ),
            conversation=_conversation(evidence.question.history),
            question=_fenced(clean(evidence.question.text)),
        )
        text = ""
        for text in self._model.write(prompt):
            yield Draft(self._presentable(_THOUGHTS.sub("", text), evidence.lessons))
        text = _THOUGHTS.sub("", text).strip()
        if not text:
            raise ModelFailed("empty")
        if _is_foreign(text):
            raise ModelFailed("language")
        verified = self._verifier.verify(text, lessons, evidence.short_names)
        if not verified.statements:
            raise ModelFailed("unsupported")
        yield Answer(
            verified.statements,
            _sought_line(evidence),
            evidence.answer.source,
            mode="model",
            note=_removed_line(verified.removed),
        )

    def _presentable(self, text: str, lessons: Sequence[Lesson]) -> str:
        """The draft as far as its words are the lessons' own: a prompt or a poem is not shown."""
        known = [word for lesson in lessons for word in read(lesson.text) if word.bears]
        shown = without_markers(text)
        words = [word for word in read(shown) if word.bears]
        strange = [word for word in words if not any(alike(word, other) for other in known)]
        return shown.strip() if 2 * len(strange) <= len(words) else ""


def _extractive(evidence: Evidence, reason: str) -> Answer:
    return replace(evidence.answer, note=f"{_REASONS[reason]} {_INSTEAD}")


def _label(lesson: Lesson, short_names: Mapping[str, str]) -> str:
    short_name = short_names.get(lesson.document, "")
    return Citation(lesson.document, lesson.number, "", short_name).label.strip("[]")


def _sought_line(evidence: Evidence) -> str:
    return f"Jag sökte efter: {evidence.sought}" if evidence.sought else ""


def _removed_line(count: int) -> str:
    if not count:
        return ""
    return f"{count} {'mening' if count == 1 else 'meningar'} utan stöd togs bort."


def _fenced(text: str) -> str:
    """``text`` so that it cannot close the fence that it stands in."""
    return text.replace("<", "‹").replace(">", "›")


def _conversation(history: Sequence[Turn]) -> str:
    """The newest turns; one that holds personal data stays here."""
    told = [
        f"Fråga: {turn.question}\nSvar: {turn.reply.text[:_LONGEST_TURN]}"
        for turn in history[-_NEWEST_TURNS:]
        if not personal_data(clean(turn.question))
    ]
    return _fenced("\n".join(told))


def _one_question(text: str, question: Question) -> str:
    """A rewritten question if it is one short line of words from the conversation, else empty."""
    line = text.strip().strip("”\"'")
    if not line or "\n" in line or len(line) > _LONGEST_QUESTION:
        return ""
    said = [question.text]
    for turn in question.history[-_NEWEST_TURNS:]:
        said += [turn.question, turn.reply.text]
    known = read("\n".join(said))
    new = [
        word
        for word in read(line)
        if word.bears and not any(alike(word, other) or alike(other, word) for other in known)
    ]
    return "" if new else line


def _is_foreign(text: str) -> bool:
    words = [word.text.lower() for word in read(without_markers(text))]
    swedish = sum(word in SWEDISH for word in words)
    foreign = sum(word in FOREIGN for word in words)
    return foreign > max(swedish, 1)
