"""From the start of a process to what a person waits for: the page, an answer, the prompt."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.chat_client import ask, asking_dependency, page_is_there
from bench.task import Layout

_REPEATS = 3
_PATIENCE = 120.0
_ADDRESS = re.compile(r"http://\S+")
_ROOT = Path(__file__).parent.parent
_QUESTION = "Hur många lägenheter ska byggas?"
_NUMBER = "lärdom 7"
_PARTS = (
    *("numpy", "chromadb", "langchain_core", "sklearn", "scipy.sparse", "onnxruntime", "torch"),
    *("gradio", "corpus", "index", "assistant", "page"),
)


def measure_starts(layout: Layout) -> dict[str, Any]:
    """Seconds of each, the median of three; the index is built already."""
    pages, answers = zip(*(_page_and_answer(layout) for _ in range(_REPEATS)), strict=True)
    return {
        "first_page_seconds": _middle(pages),
        "first_answer_seconds": _middle(answers),
        "ask_question_seconds": _middle([_ask(layout, _QUESTION) for _ in range(_REPEATS)]),
        "ask_number_seconds": _middle([_ask(layout, _NUMBER) for _ in range(_REPEATS)]),
        "nothing_seconds": _middle([_process("-c", "") for _ in range(_REPEATS)]),
        "imports_ms": {
            "python -m assistant": import_times("import assistant.conversation"),
            "python ui.py": import_times("import ui, page, uvicorn"),
        },
    }


@contextmanager
def served(layout: Layout, *flags: str) -> Iterator[str]:
    """The address of a chat server in a process of its own, as a user starts it."""
    command = [sys.executable, "ui.py", "--port", "0", "--questions-per-minute", "0", *flags]
    places = ["--corpus", str(layout.documents), "--index", str(layout.store)]
    process = subprocess.Popen(
        [*command, *places], cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        address = _ADDRESS.search(process.stdout.readline())
        if not address:
            raise RuntimeError("the chat server did not tell its address")
        yield address[0]
    finally:
        process.terminate()
        process.wait(20)


def import_times(statement: str) -> dict[str, float]:
    """Milliseconds that ``statement`` spends in importing each part, its own imports included."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    times: dict[str, float] = {}
    whole = 0.0
    for line in done.stderr.splitlines()[1:]:
        own, cumulative, name = line.removeprefix("import time:").split("|")
        whole += int(own) / 1000
        if name.strip() in _PARTS:
            times[name.strip()] = int(cumulative) / 1000
    return {"all": whole, **times}


def _page_and_answer(layout: Layout) -> tuple[float, float]:
    started = time.perf_counter()
    with served(layout) as address:
        page, answer = asyncio.run(_first_visit(address))
    return page - started, answer - started


async def _first_visit(address: str) -> tuple[float, float]:
    """When the page came, and when the answer to a question asked at once was whole."""
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as client:
        while not await page_is_there(client):
            await asyncio.sleep(0.02)
        page = time.perf_counter()
        await ask(client, await asking_dependency(client), _QUESTION)
        return page, time.perf_counter()


def _ask(layout: Layout, question: str) -> float:
    places = ["--corpus", str(layout.documents), "--index", str(layout.store)]
    return _process("-m", "assistant", *places, "ask", question)


def _process(*arguments: str) -> float:
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONUTF8": "1"}
    subprocess.run(
        [sys.executable, *arguments], cwd=_ROOT, check=True, capture_output=True, env=environment
    )
    return time.perf_counter() - started


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
