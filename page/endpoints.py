"""Gradio's own API: the question and the search as named endpoints with typed results."""

import gradio as gr
from anyio import CapacityLimiter, to_thread
from gradio.events import api

from page.asking import Asking, AskingError, Found, Replied

QUESTION, SEARCH = "question", "search"
_AT_ONCE = 4


def add_endpoints(asking: Asking) -> None:
    """Adds ``/question`` and ``/search`` to the blocks that are being made."""
    threads = CapacityLimiter(_AT_ONCE)

    async def question(
        question: str,
        request: gr.Request,
        earlier: list[str] | None = None,
    ) -> Replied:
        """Svaret ur lärdomarna på en fråga, med citat och nummer; ``earlier`` är frågorna före."""
        client = _client(request)
        try:
            return await to_thread.run_sync(
                asking.ask, str(question), earlier or (), client, limiter=threads
            )
        except AskingError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def search(text: str, request: gr.Request, count: int = 4) -> list[Found]:
        """De lärdomar som en text handlar om, den närmaste först."""
        client = _client(request)
        try:
            return await to_thread.run_sync(
                asking.search, str(text), int(count), client, limiter=threads
            )
        except AskingError as error:
            raise gr.Error(str(error), print_exception=False) from error

    api(question, api_name=QUESTION, concurrency_limit=None)
    api(search, api_name=SEARCH, concurrency_limit=None)


def _client(request: gr.Request) -> str:
    return request.client.host if request.client else ""
