"""The statements on accessibility and privacy: Markdown that the municipality fills in."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt

# A wheel carries the templates inside the package; a working copy has them among its documents.
_TEMPLATES = (Path(__file__).parent / "statements", Path(__file__).parent.parent / "docs")
NAMES = ("tillganglighet", "integritet")
_UNFILLED = re.compile(r"\[[^\]]+\]")
_NOTICE = (
    '<p class="notice">Det här är en mall. Det som står inom [hakparenteser] fylls i av den som '
    "ansvarar för sidan.</p>"
)
_MISSING = "# Redogörelsen saknas\n\nDen som ansvarar för sidan har inte lagt dit den.\n"


def statement_routes(folder: Path | None) -> APIRouter:
    """``/tillganglighet`` and ``/integritet``, from ``folder`` if it holds them, else templates."""
    router = APIRouter(include_in_schema=False)
    for name in NAMES:
        router.add_api_route(f"/{name}", _shown(name, folder), methods=["GET"])
    return router


def _shown(name: str, folder: Path | None) -> Callable[[], HTMLResponse]:
    def show() -> HTMLResponse:
        return HTMLResponse(statement_markup(_text(name, folder)))

    return show


def _text(name: str, folder: Path | None) -> str:
    for place in _places(folder):
        file = place / f"{name}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8", errors="replace")
    return _MISSING


def _places(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
    yield from _TEMPLATES


def statement_markup(text: str) -> str:
    """A page of its own for a statement in Markdown; HTML in it is shown, not run."""
    title = text.lstrip().partition("\n")[0].lstrip("# ").strip()
    body = MarkdownIt("commonmark", {"html": False}).render(text)
    notice = _NOTICE if _UNFILLED.search(text) else ""
    return (
        '<!doctype html><html lang="sv"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)} – Lärdomsassistenten</title>"
        '<link rel="icon" href="favicon.ico" type="image/svg+xml">'
        '<link rel="stylesheet" href="style.css"></head><body class="statement"><main>'
        f'<p><a href="./">Till Lärdomsassistenten</a></p>{notice}{body}</main></body></html>'
    )
