"""Steps of a reply at a pace that a reader can follow and a server can afford."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

PAUSE = 0.2  # seconds: a reply that comes sooner is shown whole, in one piece

_Step = TypeVar("_Step")


async def paced(
    steps: Iterator[_Step], threads: CapacityLimiter, pause: float = PAUSE
) -> AsyncIterator[_Step]:
    """The newest of ``steps`` every ``pause`` seconds, and the last one as soon as it is there.

    A thread of ``threads`` runs through the steps; it is let go, and asked to end at its next
    step, when the visitor stops or leaves. Each step that is shown costs a message to the browser
    and a turn through Gradio's queue, so those that nobody would see are left out.
    """
    loop = asyncio.get_running_loop()
    left = Event()
    newest: list[_Step] = []

    def run() -> None:
        for step in steps:
            if left.is_set():
                return
            loop.call_soon_threadsafe(newest.append, step)

    running = asyncio.ensure_future(
        to_thread.run_sync(run, abandon_on_cancel=True, limiter=threads)
    )
    try:
        while not running.done():
            await asyncio.wait([running], timeout=pause)
            if newest and not running.done():
                step = newest[-1]
                newest.clear()
                yield step
        running.result()  # raises what went wrong in the thread
        if newest:
            yield newest[-1]
    finally:
        left.set()
        running.cancel()
