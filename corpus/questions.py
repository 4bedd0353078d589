"""Reads the editor's file: how people ask, and which questions have no answer.

ruamel.yaml, because it tells the line of every entry and refuses a lesson that stands twice,
where others keep the second and drop the first without a word.
"""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from corpus.document import EditorQuestions, SummaryQuestions, Theme, UnansweredQuestion
from corpus.error import CorpusError

_SECTIONS = ("answered", "summary", "unanswered", "themes")


def read_questions(file: Path, text: str, lesson_count: int, summary: str) -> EditorQuestions:
    """The editor's questions in ``text``, checked against the document that they belong to.

    Raises CorpusError for anything that does not fit: an unknown section, a lesson that does not
    exist, a quote that is not in the summary, an empty question.
    """
    try:
        loaded = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise CorpusError(file, line, f"broken YAML: {error.problem}") from error
    if loaded is None:
        return EditorQuestions()
    checker = _Checker(file, lesson_count)
    sections = checker.mapping(loaded, 1)
    for key in sections:
        if key not in _SECTIONS:
            line = checker.line_of(sections, key)
            raise CorpusError(file, line, f"unknown section {key!r}; use {', '.join(_SECTIONS)}")
    return EditorQuestions(
        answered=checker.answered(sections.get("answered")),
        summary=checker.summary(sections.get("summary"), summary),
        unanswered=checker.unanswered(sections.get("unanswered")),
        themes=checker.themes(sections.get("themes")),
    )


class _Checker:
    """Turns YAML nodes into dataclasses; every complaint carries the line of its node."""

    def __init__(self, file: Path, lesson_count: int) -> None:
        self.file = file
        self.lesson_count = lesson_count

    def answered(self, node: Any) -> tuple[tuple[int, tuple[str, ...]], ...]:
        if node is None:
            return ()
        lessons = self.mapping(node, 1)
        return tuple(
            (
                self.lesson(number, self.line_of(lessons, number)),
                self.texts(lessons[number], self.line_of(lessons, number)),
            )
            for number in lessons
        )

    def summary(self, node: Any, summary: str) -> tuple[SummaryQuestions, ...]:
        found = []
        for entry, line in self.entries(node):
            quote = self.text(entry.get("quote"), line)
            if quote not in summary:
                raise CorpusError(self.file, line, f"the summary does not hold the quote {quote!r}")
            found.append(SummaryQuestions(quote, self.texts(entry.get("questions"), line)))
        return tuple(found)

    def unanswered(self, node: Any) -> tuple[UnansweredQuestion, ...]:
        found = []
        for entry, line in self.entries(node):
            nearest = self.lessons(entry.get("nearest"), line)
            questions = self.texts(entry.get("questions"), line)
            found += [UnansweredQuestion(question, nearest) for question in questions]
        return tuple(found)

    def themes(self, node: Any) -> tuple[Theme, ...]:
        return tuple(
            Theme(
                name=self.text(entry.get("name"), line),
                lessons=self.lessons(entry.get("lessons"), line),
                words=self.texts(entry.get("words") or CommentedSeq(), line),
            )
            for entry, line in self.entries(node)
        )

    def mapping(self, node: Any, line: int) -> CommentedMap:
        if not isinstance(node, CommentedMap):
            raise CorpusError(self.file, line, "expected lines of 'key: value' here")
        return node

    def entries(self, node: Any) -> list[tuple[CommentedMap, int]]:
        """The mappings in a list, each with its line."""
        if node is None:
            return []
        if not isinstance(node, CommentedSeq):
            raise CorpusError(self.file, None, "expected a list ('- …') here")
        lines = [node.lc.item(place)[0] + 1 for place in range(len(node))]
        return [(self.mapping(entry, line), line) for entry, line in zip(node, lines, strict=True)]

    def texts(self, node: Any, line: int) -> tuple[str, ...]:
        if not isinstance(node, CommentedSeq):
            raise CorpusError(self.file, line, "expected a list of texts ('- …') here")
        return tuple(self.text(text, node.lc.item(place)[0] + 1) for place, text in enumerate(node))

    def text(self, node: Any, line: int) -> str:
        if not isinstance(node, str) or not node.strip():
            raise CorpusError(self.file, line, f"expected a text in quotation marks, not {node!r}")
        return str(node).strip()

    def lessons(self, node: Any, line: int) -> tuple[int, ...]:
        if not isinstance(node, CommentedSeq):
            raise CorpusError(self.file, line, "expected a list of lesson numbers ([7, 9]) here")
        return tuple(self.lesson(number, line) for number in node)

    def lesson(self, number: Any, line: int) -> int:
        if type(number) is not int or not 1 <= number <= self.lesson_count:
            raise CorpusError(
                self.file, line, f"there is no lesson {number!r}, only 1 to {self.lesson_count}"
            )
        return number

    @staticmethod
    def line_of(mapping: CommentedMap, key: object) -> int:
        return int(mapping.lc.key(key)[0]) + 1
