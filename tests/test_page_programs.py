"""The page for programs: Gradio's API with its own client, the protocol with its own client."""

import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import Client as ToolClient
from page_fake import FakeAssistant
from served import run_apart, served_application

from assistant.question_log import QuestionLog
from corpus import DOCUMENTS, read_corpus
from page import Loading, page_application

GOAL = "Hur många lägenheter ska byggas till 2025?"
QUOTE = "5 000 lägenheter till 2025."


def _application(**options: Any) -> Any:
    loading = Loading(FakeAssistant)
    loading.start()
    loading.wait(30)
    return page_application(read_corpus(DOCUMENTS), loading, **options)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> QuestionLog:
    return QuestionLog(tmp_path_factory.mktemp("log") / "frågor.jsonl")


@pytest.fixture(scope="module")
def address(log: QuestionLog) -> Iterator[str]:
    application = _application(with_tools=True, question_log=log, questions_a_minute=0)
    with served_application(application) as served:
        yield served


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


def test_the_question_is_a_named_endpoint_with_a_typed_result(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert sorted(named) == ["/question", "/search"]
    takes = [each["parameter_name"] for each in named["/question"]["parameters"]]
    assert takes == ["question", "earlier"]
    (gives,) = named["/question"]["returns"]
    assert sorted(gives["type"]["properties"]) == ["answer", "citations", "refused", "suggestions"]
    assert gives["type"]["properties"]["refused"] == {"type": "boolean"}


def test_an_answer_comes_with_its_citations(client: Client, log: QuestionLog) -> None:
    reply = client.predict(GOAL, api_name="/question")
    assert reply["refused"] is False
    assert reply["citations"][0]["lesson"] == 7
    assert reply["citations"][0]["quote"].endswith(QUOTE)
    assert GOAL in [row.question for row in log.rows()]


def test_a_refusal_names_the_lessons_that_come_near(client: Client) -> None:
    reply = client.predict("närmast läkare höftled", [GOAL], api_name="/question")
    assert (reply["refused"], reply["citations"]) == (True, [])
    assert reply["suggestions"][0]["lesson"] == 21
    assert "Vi lät en läkare svara." in reply["suggestions"][0]["text"]


def test_the_search_gives_whole_lessons(client: Client) -> None:
    (found,) = client.predict("taxichaufförerna skolbänken", 1, api_name="/search")
    assert found["lesson"] == 27


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("", "Skriv en fråga"), ("a" * 2000, "för lång"), ("fel", "Något gick fel")],
)
def test_what_cannot_be_replied_to_is_told_in_swedish(
    client: Client, question: str, sentence: str
) -> None:
    with pytest.raises(AppError, match=sentence) as raised:
        client.predict(question, api_name="/question")
    assert "secret" not in str(raised.value)


def test_the_endpoint_is_asked_with_nothing_but_http(address: str) -> None:
    call = f"{address}gradio_api/call/v2/question"
    event = httpx.post(call, json={"question": GOAL}, timeout=30).json()["event_id"]
    told = httpx.get(f"{call}/{event}", timeout=30).text
    assert "event: complete" in told
    (reply,) = json.loads(told.partition("data: ")[2].splitlines()[0])
    assert reply["citations"][0]["lesson"] == 7


def test_programs_share_the_limit_on_questions_a_minute() -> None:
    with served_application(_application(questions_a_minute=2)) as address:
        hasty = Client(address, verbose=False, analytics_enabled=False)
        for _ in range(2):
            hasty.predict(GOAL, api_name="/question")
        with pytest.raises(AppError, match="Vänta en minut"):
            hasty.predict(GOAL, api_name="/question")


def test_a_program_brings_the_password_with_it() -> None:
    with served_application(_application(password="hemligt ord")) as address:
        bearer = {"Authorization": "Bearer hemligt ord"}
        known = Client(address, verbose=False, analytics_enabled=False, headers=bearer)
        assert known.predict(GOAL, api_name="/question")["refused"] is False
        guess = {"Authorization": "Bearer fel"}
        codes = [httpx.get(f"{address}config", headers=guess).status_code for _ in range(6)]
        assert set(codes) == {401}
        assert httpx.get(f"{address}config", headers=bearer).status_code == 401, "too many guesses"


# --- the Model Context Protocol ---------------------------------------------------------------


def _with_tools(address: str, use: Callable[[ToolClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with ToolClient(f"{address}mcp") as client:
            return await use(client)

    return run_apart(run())


def test_the_tools_are_listed_with_what_they_take_and_give(address: str) -> None:
    listed = _with_tools(address, lambda client: client.list_tools())
    tools = {tool.name: tool for tool in listed.tools}
    assert sorted(tools) == ["ask_lessons", "search_lessons"]
    asking = tools["ask_lessons"]
    assert sorted(asking.input_schema["properties"]) == ["earlier", "question"]
    assert "citations" in asking.output_schema["properties"]


def test_a_tool_answers_with_citations_and_refuses_without(address: str) -> None:
    called = _with_tools(address, lambda it: it.call_tool("ask_lessons", {"question": GOAL}))
    assert called.structured_content["citations"][0]["lesson"] == 7
    called = _with_tools(address, lambda it: it.call_tool("ask_lessons", {"question": "zzz"}))
    assert called.structured_content["refused"] is True


def test_a_tool_finds_lessons(address: str) -> None:
    asked = {"text": "taxichaufförerna skolbänken", "count": 1}
    called = _with_tools(address, lambda client: client.call_tool("search_lessons", asked))
    assert [each["lesson"] for each in called.structured_content["result"]] == [27]


def test_a_tool_that_cannot_reply_says_why(address: str) -> None:
    called = _with_tools(address, lambda it: it.call_tool("ask_lessons", {"question": "fel"}))
    assert called.is_error
    assert "Något gick fel" in called.content[0].text
    assert "secret" not in called.content[0].text


def test_tools_share_the_limit_on_questions_a_minute() -> None:
    async def ask_thrice(client: ToolClient) -> list[bool]:
        asked = [await client.call_tool("ask_lessons", {"question": GOAL}) for _ in range(3)]
        return [bool(each.is_error) for each in asked]

    application = _application(questions_a_minute=2, with_tools=True)
    with served_application(application) as address:
        assert _with_tools(address, ask_thrice) == [False, False, True]


def test_without_the_setting_there_are_no_tools(tmp_path: Path) -> None:
    with served_application(_application()) as address:
        assert httpx.post(f"{address}mcp", json={}).status_code == 404
