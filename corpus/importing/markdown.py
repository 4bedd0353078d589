"""Writes a document as corpus/reader.py wants it: front matter, summary, numbered lessons."""

import io
import re

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from corpus.importing.lessons import Found
from corpus.importing.particulars import Particulars

# In a summary these would begin a list of lessons, or swallow the text that follows.
_MISREAD = re.compile(r"\d{1,9}[.)](?:\s|$)|```|~~~|<(?:[!?]|script|pre|style|textarea)", re.I)


def markdown_of(found: Found, particulars: Particulars, origin: str) -> str:
    """The document as Markdown; ``origin`` is the name of the file that it was made from."""
    parts = [_front_matter(particulars, origin), summary_of(found, particulars)]
    items: list[str] = []
    for lesson in found.lessons:
        if lesson.headings:
            parts += ["\n".join(items)] if items else []
            parts += [f"## {heading}" for heading in lesson.headings]
            items = []
        mark = f"{lesson.number}. "
        indent = " " * len(mark)
        rest = [f"{indent}{line}".rstrip() for line in lesson.lines[1:]]
        items.append("\n".join([mark + lesson.lines[0], *rest]))
    return "\n\n".join([*parts, "\n".join(items)]) + "\n"


def summary_of(found: Found, particulars: Particulars) -> str:
    """The summary; where the source begins with its first lesson, its title."""
    texts = [paragraph.text for paragraph in found.summary] or [particulars.title]
    return "\n\n".join(
        "\n".join(f"    {line}" if _MISREAD.match(line) else line for line in text.split("\n"))
        for text in texts
    )


def _front_matter(particulars: Particulars, origin: str) -> str:
    texts = {
        "title": particulars.title,
        "short_name": particulars.short_name,
        "event": particulars.event,
        "date": particulars.date or "",
        "place": particulars.place,
        "organiser": particulars.organiser,
        "source": origin,
    }
    fields = {
        key: DoubleQuotedScalarString(value) if isinstance(value, str) else value
        for key, value in texts.items()
    }
    written = io.StringIO()
    yaml = YAML()
    yaml.width = 10_000
    yaml.dump(fields, written)
    return f"---\n{written.getvalue()}---"
