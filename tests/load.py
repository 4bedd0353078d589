"""How long a hundred visitors wait who all ask at once: ``python tests/load.py``.

Starts the page as its users do, warms it with one question, and lets each visitor speak to it as
the browser does: join the queue, and read the stream until the answer is whole; then the questions
to go on with. Prints figures and judges none of them, for they are the machine's as much as the
page's; ends with 1 if a visitor got no answer.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
_WHOLE = r"data-state=\"done\""
_PATIENCE = httpx.Timeout(120.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visitor met: seconds until the whole answer, and until the questions after it."""

    answered: float
    went_on: float
    messages: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="a page that is running already")
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.address:
        return asyncio.run(_measure(arguments.address, 0, arguments.visitors, arguments.rounds))
    environment = {**os.environ, "LARDOM_QUESTIONS_PER_MINUTE": "0"}
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "ui.py"), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert server.stdout
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the page did not start"
        return asyncio.run(
            _measure(found.group(), server.pid, arguments.visitors, arguments.rounds)
        )
    finally:
        server.terminate()
        server.wait(30)


async def _measure(address: str, process: int, visitors: int, rounds: int) -> int:
    questions = [
        json.loads(line)["question"]
        for line in (ROOT / "tests/dev_blind.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    limits = httpx.Limits(max_connections=None)
    failed = 0
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE, limits=limits) as client:
        while (await client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.5)
        config = (await client.get("/config")).json()
        functions = config["dependencies"]
        ask = next(each for each in functions if each["api_name"] == "ask")
        load = next(each for each in functions if each["targets"][0][1] == "load")
        for turn in range(rounds + 1):  # the first round warms
            sessions = [f"{turn}-{number}" for number in range(visitors if turn else 1)]
            for session in sessions:  # they have the page open before they ask
                await _visit(client, load, [], session)
            started, spent = time.perf_counter(), _processor_seconds(process)
            visits = await asyncio.gather(
                *(
                    _visit(client, ask, [questions[number % len(questions)], None, []], session)
                    for number, session in enumerate(sessions)
                ),
                return_exceptions=True,
            )
            spent = _processor_seconds(process) - spent
            good = [visit for visit in visits if isinstance(visit, Visit)]
            bad = [visit for visit in visits if not isinstance(visit, Visit)]
            failed += len(bad)
            print(_told(good, bad, time.perf_counter() - started, spent), flush=True)
    return 1 if failed else 0


def _told(good: list[Visit], bad: list[Any], seconds: float, spent: float) -> str:
    answered = sorted(visit.answered for visit in good) or [0.0]
    went_on = sorted(visit.went_on for visit in good) or [0.0]
    return (
        f"{len(good)} answered, {len(bad)} not ({bad[:1]}); answer p50 {_share(answered, 0.5)}, "
        f"p95 {_share(answered, 0.95)}, last {answered[-1]:.2f} s; with what follows p95 "
        f"{_share(went_on, 0.95)}; {sum(visit.messages for visit in good) / max(1, len(good)):.1f} "
        f"messages and "
        f"{1000 * spent / max(1, len(good)):.1f} ms of processor a visitor; all {seconds:.2f} s"
    )


def _processor_seconds(process: int) -> float:
    """What a process has used of the processor; 0 where the system does not tell so."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return 0.0
    fields = file.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _share(times: list[float], share: float) -> str:
    return f"{times[min(len(times) - 1, round(share * len(times)))]:.2f} s"


async def _visit(
    client: httpx.AsyncClient, function: dict[str, Any], data: list[Any], session: str
) -> Visit:
    started = time.perf_counter()
    body = {
        "data": data,
        "fn_index": function["id"],
        "session_hash": session,
        "trigger_id": function["targets"][0][0],
        "event_data": None,
    }
    joined = await client.post("/gradio_api/queue/join", json=body)
    joined.raise_for_status()
    answered, messages = 0.0, 0
    path = f"/gradio_api/queue/data?session_hash={session}"
    async with client.stream("GET", path) as stream:
        async for line in stream.aiter_lines():
            messages += line.startswith("data: ")
            if not answered and _WHOLE in line:
                answered = time.perf_counter() - started
            if '"msg":"close_stream"' in line:
                break
    if data and not answered:
        raise AssertionError(f"no whole answer to {data[0]!r}")
    return Visit(answered, time.perf_counter() - started, messages)


if __name__ == "__main__":
    sys.exit(main())
