"""Puts the page together: Gradio, our own routes, and the gates in front of them."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI

from assistant.question_log import QuestionLog
from corpus import Document
from page.asking import Asking
from page.caretaker import Caretaker
from page.chat import chat_blocks
from page.feedback import feedback_routes
from page.limit import RateLimit
from page.loading import Loading
from page.login import Login
from page.routes import page_routes
from page.safety import Safety
from page.shell import Shell
from page.source_routes import source_routes
from page.sources import Sources
from page.statements import statement_routes
from page.swedish import GRADIO_TEXTS
from page.theme import theme

if TYPE_CHECKING:
    from page.tools import Tools

_log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A page load and a question cost a few posts each; this only stops floods.
_POSTS_A_QUESTION = 20


def page_application(
    documents: Iterable[Document],
    loading: Loading,
    *,
    hosts: Iterable[str] = LOOPBACK,
    password: str = "",
    admin_password: str = "",
    questions_a_minute: int = 60,
    question_log: QuestionLog | None = None,
    with_tools: bool = False,
    statements: Path | None = None,
    disclosure: str = "",
) -> FastAPI:
    """The page as an ASGI application.

    ``hosts`` are the names that visitors may know it by; ``questions_a_minute`` is for each
    visitor's address, 0 for no limit; an empty ``password`` means no login. The index is rebuilt
    with the ``admin_password``, or without one at the machine itself. Without a ``question_log``
    no question is kept. ``with_tools`` opens the Model Context Protocol.
    ``statements`` is a folder with the municipality's own ``tillganglighet.md`` and
    ``integritet.md``. ``disclosure``: what a language model is told, and where, for those who ask.
    """
    sources = Sources(_current(tuple(documents), loading))
    limit = RateLimit(questions_a_minute)
    asking = Asking(loading, limit, question_log)
    blocks = chat_blocks(loading, sources, limit, asking, question_log, disclosure)
    tools = _tools(asking) if with_tools else None
    application = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=tools.lifespan if tools else None,
    )
    if tools:
        application.router.routes.extend(tools.routes)
    days_logged = question_log.days if question_log else None
    caretaker = Caretaker(admin_password)
    application.include_router(source_routes(sources, loading, caretaker, days_logged))
    application.include_router(statement_routes(statements))
    application.include_router(page_routes(sources, loading))
    if question_log:
        application.include_router(feedback_routes(question_log))
    _mount(blocks, application)
    application.add_middleware(Shell)
    if password:
        application.add_middleware(Login, password=password)
    posts = RateLimit(_POSTS_A_QUESTION * questions_a_minute)
    application.add_middleware(Safety, hosts=tuple(hosts), posts=posts, with_tools=with_tools)
    return application


def _mount(blocks: gr.Blocks, application: FastAPI) -> None:
    """Gradio behind our own routes, with all of its extras off."""
    gr.mount_gradio_app(
        application,
        blocks,
        path="/",
        server_name=LOOPBACK[0],
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=gr.I18n(sv=GRADIO_TEXTS),
        theme=theme(),
    )


def _tools(asking: Asking) -> "Tools":
    from page.tools import Tools  # imported here: its library is an extra

    return Tools(asking)


def _current(
    at_start: tuple[Document, ...], loading: Loading
) -> Callable[[], tuple[Document, ...]]:
    def documents() -> tuple[Document, ...]:
        assistant = loading.ready
        try:
            return assistant.documents if assistant else at_start
        except Exception:  # the lessons stay readable while the index is broken
            _log.exception("the assistant's documents cannot be had")
            return at_start

    return documents
