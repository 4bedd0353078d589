"""A real inference server on loopback, with a model that writes gibberish: none of it is shown."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from small_corpus import few_questions
from tiny_model import write_tiny_model

from assistant import Answer, open_assistant
from assistant.model import open_model
from assistant.model_settings import ModelSettings
from assistant.reply import Draft
from corpus import DOCUMENTS

ASKED = "Behöver kommunen lägga egna pengar?"
_STARTED_WITHIN = 300.0

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = (DOCUMENTS / "skelleftea-2020.md").read_text(encoding="utf-8")
    return write_tiny_model(tmp_path_factory.mktemp("tiny"), text.splitlines())


@pytest.fixture(scope="module")
def address(model_folder: Path) -> Iterator[str]:
    command = shutil.which("transformers", path=str(Path(sys.executable).parent))
    assert command, "transformers comes with sentence-transformers"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [command, "serve", str(model_folder), "--port", str(port), "--device", "cpu"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _wait_for(server, port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            assert server.stderr
            pytest.fail(f"the server ended: {server.stderr.read().decode()[-2000:]}")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    pytest.fail("the server did not start")


def test_the_gibberish_of_a_real_server_never_reaches_the_reader(
    address: str, model_folder: Path, tmp_path: Path
) -> None:
    settings = ModelSettings(f"openai:{model_folder}", address, seconds=60, most_tokens=40)
    model = open_model(settings)
    corpus = few_questions(tmp_path / "corpus", {11: [ASKED]})
    assistant = open_assistant(corpus, tmp_path / "store", model=model)
    *before, reply = assistant.stream(ASKED)
    assert any(isinstance(part, Draft) for part in before)
    assert isinstance(reply, Answer)
    assert reply.mode == "extractive"
    assert "Därför visas lärdomarnas egna ord." in reply.note
    # It was the gibberish that failed, not the call.
    assert not any(said in reply.note for said in ("nå", "i tid", "att göra")), reply.note
    assert all(said.text == said.citation.quote for said in reply.statements)
