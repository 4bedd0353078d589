"""A conversation as a link that carries its file with it: nothing is written to any disk."""

import base64
import datetime

from assistant.reply import Turn
from page.memo import conversation_as_markdown
from page.sources import Sources
from page.word import conversation_as_word

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_link(turns: tuple[Turn, ...], sources: Sources) -> str:
    """The conversation as a link to a Word document."""
    return _link("fragor.docx", _WORD, conversation_as_word(turns, sources, datetime.date.today()))


def markdown_link(turns: tuple[Turn, ...], sources: Sources) -> str:
    """The conversation as a link to a Markdown file."""
    text = conversation_as_markdown(turns, sources, datetime.date.today())
    return _link("fragor.md", "text/markdown;charset=utf-8", text.encode())


def _link(name: str, kind: str, content: bytes) -> str:
    data = base64.b64encode(content).decode()
    return (
        f'<p><a class="download" download="{name}" href="data:{kind};base64,{data}">'
        f"Spara {name}</a></p>"
    )
