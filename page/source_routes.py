"""The routes behind "Underlag": what it shows, a rebuild, and how that goes."""

import logging

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from page.caretaker import Caretaker
from page.loading import Loading
from page.source_page import (
    REBUILD_PATH,
    button_markup,
    index_markup,
    rebuild_markup,
    source_markup,
)
from page.sources import Sources
from page.upkeep import Upkeep

WRONG = "Fel lösenord, eller för många försök. Vänta en minut och försök igen."
_CLOSED = "Indexet byggs om vid datorn där sidan körs, eller med administratörens lösenord."
_log = logging.getLogger(__name__)


class RebuildOrder(BaseModel):
    """What the page sends to begin a rebuild."""

    password: str = Field("", max_length=200)


def source_routes(
    sources: Sources, loading: Loading, caretaker: Caretaker, days_logged: int | None
) -> APIRouter:
    """Must stand before the routes that open a lesson by its name."""
    router = APIRouter(include_in_schema=False)
    upkeep = Upkeep(loading)

    def button(request: Request, complaint: str = "") -> str:
        if not caretaker.may_ask(request):
            return ""
        return button_markup(caretaker.asks_password, complaint)

    def index(request: Request) -> str:
        assistant = loading.ready
        if assistant is None:
            return ""
        try:
            state = assistant.corpus_state()
            return index_markup(assistant.origin, state, upkeep.latest, button(request))
        except Exception:  # the rest of the page can be shown without
            _log.exception("the state of the index cannot be told")
            return ""

    @router.get("/panel/underlag")
    def show(request: Request) -> HTMLResponse:
        return HTMLResponse(source_markup(sources, index(request), days_logged))

    @router.get("/panel/bygge")
    def progress(request: Request) -> HTMLResponse:
        return HTMLResponse(rebuild_markup(upkeep.latest, button(request)))

    @router.post(REBUILD_PATH)
    def rebuild(request: Request, order: RebuildOrder) -> HTMLResponse:
        # A body in JSON is what no form on another site can send without asking first.
        if not caretaker.may_ask(request):
            return HTMLResponse(_CLOSED, 403)
        if not caretaker.knows(request, order.password):
            return HTMLResponse(button(request, WRONG), 403)
        upkeep.start()
        return HTMLResponse(rebuild_markup(upkeep.latest, button(request)))

    return router
