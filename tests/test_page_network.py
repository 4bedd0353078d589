"""The real page in a process of its own: start, load and ten questions, and nothing leaves it."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
from fakes import write_corpus

ROOT = Path(__file__).parent.parent
# Python tells of every connection and look-up, whichever thread or library asks for it.
GUARD = """
import os, sys

def note(line):
    with open(os.environ["LARDOM_TEST_ADDRESSES"], "a") as file:
        file.write(line + "\\n")

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        note(f"{event} {arguments}")

note("watching")
sys.addaudithook(watch)
"""
ASKED = [f"Hur många lägenheter ska byggas, fråga {number}?" for number in range(10)]


def _ask(client: httpx.Client, question: str, function: dict[str, int]) -> str:
    session = f"session-{hash(question)}"
    body = {"data": [question, None, []], "fn_index": function["id"], "session_hash": session}
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    return client.get(f"/gradio_api/queue/data?session_hash={session}").text


def test_the_page_reaches_for_no_address_at_start_load_or_ten_questions(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    addresses = tmp_path / "addresses"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LARDOM_")},
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "LARDOM_TEST_ADDRESSES": str(addresses),
        "LARDOM_CORPUS": str(write_corpus(tmp_path / "corpus")),
        "LARDOM_INDEX": str(tmp_path / "index"),
        "LARDOM_PORT": "0",
    }
    page = subprocess.Popen(
        [sys.executable, str(ROOT / "ui.py")], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert page.stdout
        served = re.search(r"http://\S+", page.stdout.readline())
        assert served, "the page did not start"
        with httpx.Client(base_url=served.group(), timeout=120) as client:
            while client.get("/readyz").status_code != 200:
                time.sleep(0.5)
            assert "Lärdomsassistenten" in client.get("/").text
            functions = json.loads(client.get("/config").text)["dependencies"]
            ask = next(each for each in functions if each["api_name"] == "ask")
            replies = [_ask(client, question, ask) for question in ASKED]
    finally:
        page.terminate()
        page.wait(30)
    assert all(r"data-state=\"done\"" in reply for reply in replies)
    reached = addresses.read_text(encoding="utf-8").splitlines()
    assert reached[0] == "watching"
    outside = [line for line in reached if line != "watching" and "127.0.0.1" not in line]
    assert outside == []
