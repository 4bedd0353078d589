"""The question log: what was asked, whether it was answered, and what the asker thought of it.

A local file of JSON lines, kept only where somebody has named one. Nothing in it tells who asked,
and what looks like personal data never gets there.
"""

import datetime
import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from assistant.privacy import personal_data
from assistant.reply import Answer, Reply

DAYS = 90
LONGEST_REASON = 500
_HOUR = 3600.0

Verdict = Literal["up", "down"]

_VERDICTS = ("up", "down")

_log = logging.getLogger(__name__)


class QuestionLogError(Exception):
    """The log cannot be written or read."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that a reply cited or suggested; ``lesson`` is None for the summary."""

    document: str
    lesson: int | None


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """One question and its reply. ``id`` is made up, and known to the asker's page alone."""

    id: str
    time: str
    """ISO 8601, UTC, to the second."""
    question: str
    refused: bool
    citations: tuple[Cited, ...]
    suggestions: tuple[Cited, ...]
    verdict: Verdict | None = None
    reason: str = ""


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class QuestionLog:
    """The log in ``file``; what is older than ``days`` is taken out of it.

    Several processes may write to it. A verdict is a new line with the id of its question, so a
    line once written is never changed. Every method raises QuestionLogError.
    """

    def __init__(
        self, file: Path, days: int = DAYS, clock: Callable[[], datetime.datetime] = _now
    ) -> None:
        self.file = file
        self.days = days
        self._clock = clock
        self._lock = FileLock(f"{file}.lock")

    def record(self, question: str, reply: Reply) -> str:
        """Writes down a question; its id, or nothing if it was not written down."""
        if personal_data(question):
            return ""
        row = LoggedQuestion(
            id=secrets.token_urlsafe(12),
            time=self._clock().isoformat(timespec="seconds"),
            question=question,
            refused=not isinstance(reply, Answer),
            citations=_citations(reply),
            suggestions=_suggestions(reply),
        )
        self._append(row)
        return row.id

    def judge(self, id: str, verdict: Verdict, reason: str = "") -> bool:
        """Writes down what the asker thought; False if there is no such question (any more)."""
        found = next((row for row in self.rows() if row.id == id), None)
        if found is None:
            return False
        kept = "" if personal_data(reason) else reason.strip()[:LONGEST_REASON]
        self._append(replace(found, verdict=verdict, reason=kept))
        return True

    def rows(self) -> tuple[LoggedQuestion, ...]:
        """The questions of the last ``days`` days, oldest first, each with its last verdict."""
        found: dict[str, LoggedQuestion] = {}
        for line in self._lines():
            if (row := _read(line)) and row.time >= self._oldest():
                found[row.id] = row
        return tuple(found.values())

    def forget(self) -> int:
        """Takes out what is too old, for good; how many lines that were."""
        try:
            with self._lock:
                lines = self._lines()
                # A line that cannot be read cannot tell its age, so it goes as well.
                kept = [
                    line for line in lines if (row := _read(line)) and row.time >= self._oldest()
                ]
                if len(kept) < len(lines):
                    draft = self.file.with_name(f"{self.file.name}.new")
                    draft.touch(mode=0o600)
                    draft.write_text("".join(kept), encoding="utf-8")
                    draft.replace(self.file)
                return len(lines) - len(kept)
        except OSError as error:
            raise QuestionLogError(f"cannot write the question log {self.file}") from error

    def prepare(self) -> None:
        """Makes the file, for its owner's eyes only, and forgets what is too old."""
        try:
            self.file.touch(mode=0o600)
            with self.file.open("a", encoding="utf-8"):
                pass
        except OSError as error:
            raise QuestionLogError(f"cannot write the question log {self.file}") from error
        self.forget()

    def keep_forgetting(self, stop: threading.Event | None = None) -> None:
        """Forgets once an hour, until ``stop`` is set: also when nobody asks anything."""
        stop = stop or threading.Event()
        while not stop.wait(_HOUR):
            try:
                self.forget()
            except QuestionLogError:
                _log.exception("old questions could not be forgotten; trying again in an hour")

    def _append(self, row: LoggedQuestion) -> None:
        line = json.dumps(asdict(row), ensure_ascii=False)
        try:
            with self._lock:
                self.file.touch(mode=0o600)
                with self.file.open("a", encoding="utf-8", errors="replace") as opened:
                    opened.write(f"{line}\n")
        except OSError as error:
            raise QuestionLogError(f"cannot write the question log {self.file}") from error

    def _lines(self) -> list[str]:
        try:
            with self.file.open(encoding="utf-8", errors="replace") as opened:
                return opened.readlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise QuestionLogError(f"cannot read the question log {self.file}") from error

    def _oldest(self) -> str:
        oldest = self._clock() - datetime.timedelta(days=self.days)
        return oldest.isoformat(timespec="seconds")


def _citations(reply: Reply) -> tuple[Cited, ...]:
    citations = reply.citations if isinstance(reply, Answer) else ()
    return tuple(dict.fromkeys(Cited(each.document, each.lesson) for each in citations))


def _suggestions(reply: Reply) -> tuple[Cited, ...]:
    lessons = () if isinstance(reply, Answer) else reply.suggestions
    return tuple(Cited(lesson.document, lesson.number) for lesson in lessons)


def _read(line: str) -> LoggedQuestion | None:
    """The row in a line, or None for a line that is not as one was written."""
    try:
        fields = json.loads(line)
        datetime.datetime.fromisoformat(fields["time"])
        row = LoggedQuestion(
            id=str(fields["id"]),
            time=fields["time"],
            question=str(fields["question"]),
            refused=bool(fields["refused"]),
            citations=_passages(fields["citations"]),
            suggestions=_passages(fields["suggestions"]),
            verdict=fields["verdict"],
            reason=str(fields["reason"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return row if row.verdict in (None, *_VERDICTS) else None


def _passages(fields: list[dict[str, Any]]) -> tuple[Cited, ...]:
    return tuple(
        Cited(str(each["document"]), None if each["lesson"] is None else int(each["lesson"]))
        for each in fields
    )
