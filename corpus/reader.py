"""Reads documents: Markdown with front matter, first the summary, then the numbered lessons."""

import datetime
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from corpus.document import Document, EditorQuestions, Lesson, Summary
from corpus.error import CorpusError
from corpus.questions import read_questions

_TEXT_FIELDS = ("title", "short_name", "event", "place", "organiser")


def read_corpus(folder: Path) -> tuple[Document, ...]:
    """Every document in ``folder``, sorted by name.

    Raises CorpusError if the folder holds none, or if any of them cannot be read: a corpus is
    read whole or not at all.
    """
    files = sorted(folder.glob("*.md"))
    if not files:
        raise CorpusError(folder, None, "no documents (*.md) here; add one, or name another folder")
    return tuple(read_document(file) for file in files)


def read_document(file: Path) -> Document:
    """The document in ``file`` together with its ``.questions.yaml``, if it has one.

    Raises CorpusError, with file, line and what to mend.
    """
    text = read_text(file)
    tokens = MarkdownIt("commonmark").use(front_matter_plugin).parse(text)
    fields = _front_matter(file, tokens)
    name = file.stem
    lines = text.split("\n")
    items = _lesson_items(file, tokens)
    summary_start = tokens[0].map[1] if tokens[0].map else 0
    summary = "\n".join(lines[summary_start : items[0][1][0]]).strip()
    if not summary:
        raise CorpusError(file, items[0][1][0] + 1, "no summary before the first lesson")
    lessons = tuple(Lesson(name, number, _item_text(lines, span, number)) for number, span in items)
    questions_file = file.with_suffix(".questions.yaml")
    questions = EditorQuestions()
    if questions_file.exists():
        questions = read_questions(questions_file, read_text(questions_file), len(lessons), summary)
    return Document(
        name=name,
        title=fields["title"],
        short_name=fields["short_name"] or name,
        event=fields["event"],
        date=fields["date"],
        place=fields["place"],
        organiser=fields["organiser"],
        summary=Summary(name, summary),
        lessons=lessons,
        questions=questions,
    )


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, whatever its line ends."""
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CorpusError(file, line, "not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise CorpusError(file, None, f"cannot be read: {error.strerror}") from error


def _front_matter(file: Path, tokens: list[Token]) -> dict[str, Any]:
    if not tokens or tokens[0].type != "front_matter":
        raise CorpusError(file, 1, "no front matter; begin with --- title: … ---")
    try:
        loaded = YAML(typ="safe").load(tokens[0].content)
    except MarkedYAMLError as error:
        line = 2 + (error.problem_mark.line if error.problem_mark else 0)
        raise CorpusError(file, line, f"broken front matter: {error.problem}") from error
    if not isinstance(loaded, dict):
        raise CorpusError(file, 2, "the front matter must be lines of 'key: value'")
    given = {str(key).replace(" ", "_").replace("-", "_"): value for key, value in loaded.items()}
    fields: dict[str, Any] = {key: str(given.get(key) or "").strip() for key in _TEXT_FIELDS}
    if not fields["title"]:
        raise CorpusError(file, 2, "the front matter has no 'title'")
    fields["date"] = _date(file, given.get("date"))
    return fields


def _date(file: Path, value: object) -> datetime.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    raise CorpusError(file, 2, f"date {value!r} is not a date; write it as 2020-10-28")


def _lesson_items(file: Path, tokens: list[Token]) -> list[tuple[int, tuple[int, int]]]:
    """(number, span of lines) of every item of the outermost numbered lists, checked."""
    items: list[tuple[int, tuple[int, int]]] = []
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1 and token.info and token.map:
            number, line = int(token.info), token.map[0] + 1
            if number != len(items) + 1:
                found = "stands twice" if number <= len(items) else "follows a gap"
                raise CorpusError(
                    file, line, f"lesson {number} {found}; expected number {len(items) + 1} here"
                )
            items.append((number, (token.map[0], token.map[1])))
        elif token.type == "paragraph_open" and token.level == 0 and items and token.map:
            raise CorpusError(
                file,
                token.map[0] + 1,
                "text after the lessons belongs to none of them; indent it or move it up",
            )
    if not items:
        raise CorpusError(file, None, "no numbered lessons; write them as '1. …', '2. …'")
    for number, span in items:
        if not _item_text_or_none(tokens, span):
            raise CorpusError(file, span[0] + 1, f"lesson {number} is empty")
    return items


def _item_text_or_none(tokens: list[Token], span: tuple[int, int]) -> bool:
    return any(
        token.type == "inline" and token.map and span[0] <= token.map[0] < span[1]
        for token in tokens
    )


def _item_text(lines: list[str], span: tuple[int, int], number: int) -> str:
    """The item's own lines without its marker and its indentation."""
    first = lines[span[0]].lstrip()[len(str(number)) + 1 :]
    rest = [line.strip() for line in lines[span[0] + 1 : span[1]]]
    return "\n".join([first.strip(), *rest]).strip()
