"""Reads documents: Markdown with front matter, first the summary, then the numbered lessons.

A document without numbered lessons is parted by its headings instead.
"""

import datetime
import re
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from ruamel.yaml.comments import CommentedMap

from corpus.document import Document, EditorQuestions, Lesson, Summary
from corpus.error import CorpusError
from corpus.questions import read_questions
from corpus.sections import read_sections
from corpus.yaml_text import line_of, load_yaml

_MARKER = re.compile(r"^\s*\d+[.)]")
_TEXT_FIELDS = ("title", "short_name", "event", "place", "organiser", "passages")
_BY_HEADINGS = "headings"
"""``passages: headings``: lists in the document are no lessons; its headings part it."""
_NO_LESSONS = "inga numrerade lärdomar; skriv dem som '1. …', '2. …'"


def read_document(file: Path) -> Document:
    """The document in ``file`` together with its ``.questions.yaml``, if it has one.

    Raises CorpusError, with file, line and what to mend.
    """
    text = read_text(file)
    tokens = MarkdownIt("commonmark").use(front_matter_plugin).parse(text)
    fields = _front_matter(file, tokens)
    name = file.stem
    lines = text.split("\n")
    if fields["passages"] == _BY_HEADINGS or not _is_numbered(tokens):
        sections = read_sections(name, lines, tokens)
        summary, lessons = sections.summary, sections.lessons
        if not lessons:
            raise CorpusError(file, None, _NO_LESSONS)
    else:
        summary, lessons = _numbered(file, name, lines, tokens)
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


def _is_numbered(tokens: list[Token]) -> bool:
    return any(token.type == "ordered_list_open" and token.level == 0 for token in tokens)


def _numbered(
    file: Path, name: str, lines: list[str], tokens: list[Token]
) -> tuple[str, tuple[Lesson, ...]]:
    """The summary and the numbered lessons after it."""
    items = _lesson_items(file, tokens)
    summary_start = tokens[0].map[1] if tokens[0].map else 0
    summary = "\n".join(lines[summary_start : items[0][1][0]]).strip()
    if not summary:
        raise CorpusError(file, items[0][1][0] + 1, "sammanfattningen saknas före lärdomarna")
    return summary, tuple(Lesson(name, number, _item_text(lines, span)) for number, span in items)


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, whatever its line ends."""
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CorpusError(file, line, "inte UTF-8; spara filen som UTF-8") from error
    except OSError as error:
        raise CorpusError(file, None, f"går inte att läsa: {error.strerror}") from error


def _front_matter(file: Path, tokens: list[Token]) -> dict[str, Any]:
    if not tokens or tokens[0].type != "front_matter":
        raise CorpusError(file, 1, "källan saknas; börja filen med --- title: … ---")
    loaded = load_yaml(file, tokens[0].content, first_line=2)
    if not isinstance(loaded, CommentedMap):
        raise CorpusError(file, 2, "uppgifterna om källan ska vara rader med 'namn: värde'")
    keys = {str(key).replace(" ", "_").replace("-", "_"): key for key in loaded}
    given = {name: loaded[key] for name, key in keys.items()}
    fields: dict[str, Any] = {key: str(given.get(key) or "").strip() for key in _TEXT_FIELDS}
    if not fields["title"]:
        raise CorpusError(file, 2, "uppgifterna om källan saknar 'title'")
    date_line = line_of(loaded, keys["date"], first_line=2) if "date" in keys else 2
    fields["date"] = _date(file, given.get("date"), date_line)
    return fields


def _date(file: Path, value: object, line: int) -> datetime.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    raise CorpusError(file, line, f"{value!r} är inget datum; skriv det som 2020-10-28")


def _lesson_items(file: Path, tokens: list[Token]) -> list[tuple[int, tuple[int, int]]]:
    """(number, span of lines) of every item of the outermost numbered lists, checked."""
    items: list[tuple[int, tuple[int, int]]] = []
    stray: int | None = None  # the line of something after a lesson that is no lesson
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1 and token.info and token.map:
            number, line = int(token.info), token.map[0] + 1
            if number != len(items) + 1:
                found = "står två gånger" if number <= len(items) else "kommer efter en lucka"
                raise CorpusError(
                    file, line, f"lärdom {number} {found}; här ska stå nummer {len(items) + 1}"
                )
            items.append((number, (token.map[0], token.map[1])))
            stray = None
        elif items and token.level == 0 and token.map and token.type != "ordered_list_open":
            stray = stray or token.map[0] + 1
            if token.type != "heading_open":  # a heading may part the lessons into groups
                break
    if stray:
        complaint = "texten hör inte till någon lärdom; gör indrag eller flytta upp den"
        if any(token.type == "heading_open" for token in tokens):
            complaint += f"; är det ett kapitel, skriv 'passages: {_BY_HEADINGS}' överst i filen"
        raise CorpusError(file, stray, complaint)
    for number, span in items:
        if not _has_text(tokens, span):
            raise CorpusError(file, span[0] + 1, f"lärdom {number} är tom")
    return items


def _has_text(tokens: list[Token], span: tuple[int, int]) -> bool:
    return any(
        token.type == "inline" and token.map and span[0] <= token.map[0] < span[1]
        for token in tokens
    )


def _item_text(lines: list[str], span: tuple[int, int]) -> str:
    """The item's own lines without its marker and its indentation."""
    first = _MARKER.sub("", lines[span[0]])
    rest = [line.strip() for line in lines[span[0] + 1 : span[1]]]
    return "\n".join([first.strip(), *rest]).strip()
