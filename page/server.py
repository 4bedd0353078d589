"""Puts the page together: Gradio, our own routes, and the gates in front of them."""

import logging
from collections.abc import Callable, Iterable

import gradio as gr
from fastapi import FastAPI

from corpus import Document
from page.chat import chat_blocks
from page.limit import RateLimit
from page.loading import Loading
from page.login import Login
from page.routes import page_routes
from page.safety import Safety
from page.shell import Shell
from page.sources import Sources
from page.swedish import GRADIO_TEXTS
from page.theme import theme

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
    questions_a_minute: int = 60,
    disclosure: str = "",
) -> FastAPI:
    """The page as an ASGI application.

    ``hosts`` are the names that visitors may know it by; ``questions_a_minute`` is for each
    visitor's address, 0 for no limit; an empty ``password`` means no login.
    ``disclosure``: what a language model is told, and where, for those who ask.
    """
    sources = Sources(_current(tuple(documents), loading))
    blocks = chat_blocks(loading, sources, RateLimit(questions_a_minute), disclosure)
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.include_router(page_routes(sources, loading))
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
    application.add_middleware(Shell)
    if password:
        application.add_middleware(Login, password=password)
    posts = RateLimit(_POSTS_A_QUESTION * questions_a_minute)
    application.add_middleware(Safety, hosts=tuple(hosts), posts=posts)
    return application


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
