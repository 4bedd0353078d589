"""Which of the editor's questions have an answer; each is tried once a generation."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.reply import Answer, Question, Reply


class Answerable:
    """Remembers what ``reply`` made of a question, until the index is another one."""

    def __init__(self, reply: Callable[[Question], Reply]) -> None:
        self._reply = reply
        self._generation: Path | None = None
        self._tried: dict[Question, bool] = {}

    def has_answer(self, question: Question, generation: Path) -> bool:
        """Whether ``question``, asked without history, has an answer in that generation."""
        if self._generation != generation:
            self._generation, self._tried = generation, {}
        tried, alone = self._tried, replace(question, history=())
        if alone not in tried:
            tried[alone] = isinstance(self._reply(alone), Answer)
        return tried[alone]
