"""Asks the chat server as the page in a browser does: over HTTP, through Gradio's queue."""

import json
import uuid
from typing import Any

import httpx


class NoReply(Exception):
    """The server did not answer a question."""


async def page_is_there(client: httpx.AsyncClient) -> bool:
    """Whether the page can be loaded by now."""
    try:
        return (await client.get("/")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


async def asking_dependency(client: httpx.AsyncClient) -> dict[str, Any]:
    """What the page's settings say of the event that asks a question."""
    settings = (await client.get("/config")).json()
    return next(each for each in settings["dependencies"] if each["api_name"] == "ask")


async def ask(client: httpx.AsyncClient, dependency: dict[str, Any], question: str) -> None:
    """Asks ``question`` in a conversation of its own and reads the reply to its end.

    Raises NoReply if there is none.
    """
    session = uuid.uuid4().hex
    asked = {
        "data": [question, None, []],  # the box, the conversation, the documents ticked
        "fn_index": dependency["id"],
        "session_hash": session,
        "trigger_id": dependency["targets"][0][0],
        "event_data": None,
    }
    (await client.post("/gradio_api/queue/join", json=asked)).raise_for_status()
    place = "/gradio_api/queue/data"
    async with client.stream("GET", place, params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line.removeprefix("data:"))
            if told["msg"] == "process_completed":
                if not told["success"]:
                    raise NoReply(question)
                return
    raise NoReply(question)
