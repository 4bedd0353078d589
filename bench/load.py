"""Questions a second: through the chat server over HTTP, and from the assistant itself."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from assistant.conversation import Assistant
from bench.chat_client import ask, asking_dependency
from bench.figures import figures_of
from bench.starting import served
from bench.task import Layout, read_questions
from index import LiveIndex, SentenceEmbedder

CLIENTS = (1, 8, 50)
_SECONDS = 5.0
_PATIENCE = 120.0
_COMMON = 20  # different questions that everybody asks, and whose vectors are remembered


def measure_load(layout: Layout) -> dict[str, Any]:
    """By way, and by number of clients: questions a second, and milliseconds a question.

    ``new``: every question is another one and has to be embedded. ``known``: people ask the same
    ones, and their vectors are remembered.
    """
    texts = [question.text for question in read_questions(layout)]
    figures: dict[str, Any] = {}
    with served(layout) as address:
        for clients in CLIENTS:
            asked = asyncio.run(_over_http(address, clients, _new_questions(texts)))
            figures[f"chat server, new, {clients}"] = asked
            known = itertools.cycle(texts[:_COMMON])
            figures[f"chat server, known, {clients}"] = asyncio.run(
                _over_http(address, clients, known)
            )
    live = LiveIndex(layout.documents, layout.store, SentenceEmbedder())
    assistant = Assistant(live)
    for clients in CLIENTS:
        new = _new_questions(texts)
        figures[f"assistant, new, {clients}"] = _from_threads(assistant.invoke, clients, new)
        known = itertools.cycle(texts[:_COMMON])
        figures[f"assistant, known, {clients}"] = _from_threads(assistant.invoke, clients, known)
    return figures


def _new_questions(texts: list[str]) -> Iterator[str]:
    """Endlessly many different questions of the usual length."""
    for number in itertools.count(1_000):
        yield f"{texts[number % len(texts)].rstrip(' ?.')} {number}?"


async def _over_http(address: str, clients: int, questions: Iterator[str]) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=2 * clients + 2)
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE, limits=limits) as client:
        dependency = await asking_dependency(client)
        await ask(client, dependency, next(questions))
        taken: list[float] = []
        ends = time.perf_counter() + _SECONDS

        async def one_client() -> None:
            while time.perf_counter() < ends:
                started = time.perf_counter()
                await ask(client, dependency, next(questions))
                taken.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(one_client() for _ in range(clients)))
        return _as_figures(taken, time.perf_counter() - started)


def _from_threads(
    answer: Callable[[str], Any], clients: int, questions: Iterator[str]
) -> dict[str, Any]:
    for _ in range(_COMMON):
        answer(next(questions))
    taken: list[float] = []
    ends = time.perf_counter() + _SECONDS

    def one_client() -> None:
        while time.perf_counter() < ends:
            started = time.perf_counter()
            answer(next(questions))
            taken.append(time.perf_counter() - started)

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for each in [pool.submit(one_client) for _ in range(clients)]:
            each.result()
    return _as_figures(taken, time.perf_counter() - started)


def _as_figures(taken: list[float], seconds: float) -> dict[str, Any]:
    return {"a_second": len(taken) / seconds, "each": figures_of(taken)}
