"""The page's own routes: style, script, icon, what the panel shows, and whether all is ready."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from corpus import Lesson
from page import panel
from page.loading import AssistantMissing, Found, Loading
from page.sources import Place, Sources

_FOLDER = Path(__file__).parent
_FILES = {
    "/style.css": ("style.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/favicon.ico": ("favicon.svg", "image/svg+xml"),
    "/source-serif-4.woff2": ("fonts/source-serif-4.woff2", "font/woff2"),
}
_MOST_HITS = 8
_MOST_RELATED = 3
_LONGEST_SEARCH = 200
_PATIENCE = 20.0

_log = logging.getLogger(__name__)


def page_routes(sources: Sources, loading: Loading) -> APIRouter:
    """Routes that need no Gradio; they must stand before it, which answers everything."""
    router = APIRouter(include_in_schema=False)
    for path, (name, kind) in _FILES.items():
        router.add_api_route(path, _file(name, kind), methods=["GET"])

    @router.get("/readyz")
    def ready() -> Response:
        if loading.ready is None:
            return PlainTextResponse("startar", 503)
        return PlainTextResponse("redo")

    @router.get("/panel/sok")
    def search(text: str = "") -> HTMLResponse:
        return HTMLResponse(_search(text.strip()[:_LONGEST_SEARCH], sources, loading))

    @router.get("/panel/{target}")
    def show(target: str, citat: str = "") -> HTMLResponse:
        fixed = {
            "lardomar": lambda: panel.browse_markup(sources),
            "lardomar-nummer": lambda: panel.browse_markup(sources, panel.BY_NUMBER),
        }
        if target in fixed:
            return HTMLResponse(fixed[target]())
        place = sources.find(target)
        if place is None:
            return HTMLResponse(panel.sentence_markup(panel.NOT_FOUND), 404)
        related = _related(place, sources, loading)
        return HTMLResponse(panel.lesson_markup(place, sources, citat, related))

    return router


def _file(name: str, kind: str) -> Callable[[], FileResponse]:
    def send() -> FileResponse:
        # Asked for anew each time, but sent only when it has changed.
        return FileResponse(_FOLDER / name, media_type=kind, headers={"cache-control": "no-cache"})

    return send


def _search(text: str, sources: Sources, loading: Loading) -> str:
    if not text:
        return panel.browse_markup(sources)
    try:
        assistant = loading.wait(_PATIENCE)
    except AssistantMissing:
        assistant = None
    if assistant is None:
        return panel.sentence_markup(panel.NOT_READY)
    try:
        found = _lessons(assistant.search(text), sources)
    except Exception:  # told in the panel; the details are for the log
        _log.exception("a search failed")
        return panel.sentence_markup(panel.SEARCH_FAILED)
    return panel.search_markup(text, found[:_MOST_HITS], sources)


def _related(place: Place, sources: Sources, loading: Loading) -> tuple[Lesson, ...]:
    """Lessons that a search for this one's text finds; none while the assistant is not there."""
    assistant = loading.ready
    if assistant is None:
        return ()
    try:
        found = _lessons(assistant.search(place.passage.text), sources)
    except Exception:  # a lesson must open even when the search behind it fails
        _log.exception("no related lessons")
        return ()
    return tuple(lesson for lesson in found if lesson != place.passage)[:_MOST_RELATED]


def _lessons(hits: Iterable[Found], sources: Sources) -> tuple[Lesson, ...]:
    """The lessons among the hits, best first."""
    return tuple(
        lesson
        for hit in hits
        if hit.number is not None
        and (lesson := sources.document(hit.document).lesson(hit.number)) is not None
    )
