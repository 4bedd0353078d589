"""Reads the editor's file: how people ask, and which questions have no answer."""

from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from corpus.document import EditorQuestions, SummaryQuestions, Theme, UnansweredQuestion
from corpus.error import CorpusError
from corpus.yaml_text import line_of, load_yaml

_SECTIONS = ("answered", "summary", "unanswered", "themes")
_ENTRY_KEYS = ("quote", "questions", "nearest", "name", "lessons", "words")


def read_questions(file: Path, text: str, lesson_count: int, summary: str) -> EditorQuestions:
    """The editor's questions in ``text``, checked against the document that they belong to.

    Raises CorpusError for anything that does not fit: an okänd avdelning, a lesson that does not
    exist, a quote that is not in the summary, an empty question.
    """
    loaded = load_yaml(file, text)
    if loaded is None:
        return EditorQuestions()
    checker = _Checker(file, lesson_count)
    sections = checker.mapping(loaded, 1)
    for key in sections:
        if key not in _SECTIONS:
            line = line_of(sections, key)
            raise CorpusError(file, line, f"okänd avdelning {key!r}; använd {', '.join(_SECTIONS)}")
    lines = {key: line_of(sections, key) for key in sections}
    return EditorQuestions(
        answered=checker.answered(sections.get("answered"), lines.get("answered", 1)),
        summary=checker.summary(sections.get("summary"), lines.get("summary", 1), summary),
        unanswered=checker.unanswered(sections.get("unanswered"), lines.get("unanswered", 1)),
        themes=checker.themes(sections.get("themes"), lines.get("themes", 1)),
    )


class _Checker:
    """Turns YAML nodes into dataclasses; every complaint carries the line of its node."""

    def __init__(self, file: Path, lesson_count: int) -> None:
        self.file = file
        self.lesson_count = lesson_count

    def answered(self, node: Any, line: int) -> tuple[tuple[int, tuple[str, ...]], ...]:
        if node is None:
            return ()
        lessons = self.mapping(node, line)
        return tuple(
            (
                self.lesson(number, line_of(lessons, number)),
                self.texts(lessons[number], line_of(lessons, number)),
            )
            for number in lessons
        )

    def summary(self, node: Any, line: int, summary: str) -> tuple[SummaryQuestions, ...]:
        found = []
        for entry, at in self.entries(node, line):
            quote = self.text(entry.get("quote"), at)
            if quote not in summary:
                raise CorpusError(self.file, at, f"sammanfattningen saknar citatet {quote!r}")
            found.append(SummaryQuestions(quote, self.texts(entry.get("questions"), at)))
        return tuple(found)

    def unanswered(self, node: Any, line: int) -> tuple[UnansweredQuestion, ...]:
        found = []
        for entry, at in self.entries(node, line):
            nearest = self.lessons(entry.get("nearest"), at)
            questions = self.texts(entry.get("questions"), at)
            found += [UnansweredQuestion(question, nearest) for question in questions]
        return tuple(found)

    def themes(self, node: Any, line: int) -> tuple[Theme, ...]:
        return tuple(
            Theme(
                name=self.text(entry.get("name"), at),
                lessons=self.lessons(entry.get("lessons"), at),
                words=self.texts(entry.get("words") or CommentedSeq(), at),
            )
            for entry, at in self.entries(node, line)
        )

    def mapping(self, node: Any, line: int) -> CommentedMap:
        if not isinstance(node, CommentedMap):
            raise CorpusError(self.file, line, "här ska stå rader med 'namn: värde'")
        return node

    def entries(self, node: Any, line: int) -> list[tuple[CommentedMap, int]]:
        """The mappings in a list, each with its line."""
        if node is None:
            return []
        if not isinstance(node, CommentedSeq):
            raise CorpusError(self.file, line, "här ska stå en lista ('- …')")
        lines = [line_of(node, place) for place in range(len(node))]
        for place, entry in enumerate(node):
            for key in self.mapping(entry, lines[place]):
                if key not in _ENTRY_KEYS:
                    raise CorpusError(self.file, line_of(entry, key), f"okänt ord {key!r}")
        return [(self.mapping(entry, line), line) for entry, line in zip(node, lines, strict=True)]

    def texts(self, node: Any, line: int) -> tuple[str, ...]:
        if not isinstance(node, CommentedSeq):
            raise CorpusError(self.file, line, "här ska stå en lista med texter ('- …')")
        return tuple(self.text(text, line_of(node, place)) for place, text in enumerate(node))

    def text(self, node: Any, line: int) -> str:
        if not isinstance(node, str) or not node.strip():
            raise CorpusError(self.file, line, f"här ska stå en text i citattecken, inte {node!r}")
        return str(node).strip()

    def lessons(self, node: Any, line: int) -> tuple[int, ...]:
        if not isinstance(node, CommentedSeq):
            raise CorpusError(self.file, line, "här ska stå en lista med nummer ([7, 9])")
        return tuple(self.lesson(number, line) for number in node)

    def lesson(self, number: Any, line: int) -> int:
        if type(number) is not int or not 1 <= number <= self.lesson_count:
            raise CorpusError(
                self.file,
                line,
                f"lärdom {number!r} finns inte, bara 1 till {self.lesson_count}",
            )
        return number
