"""A language model behind the page: its draft is shown as one, and stopping ends its call."""

import re
import threading
from collections.abc import Iterator

import pytest
from browsing import open_page
from chat_server import ChatServer, Hangs, Says, chat_server
from page_fake import FakeAssistant
from playwright.sync_api import BrowserContext, Page, expect
from served import served_application

from assistant.model import ChatModel, open_model
from assistant.model_settings import ModelSettings
from assistant.reply import Answer, Citation, Draft, Question, Reply, Statement
from corpus import DOCUMENTS, read_corpus
from page import Loading, markup, page_application
from page.sources import Sources

GOAL = "Hur många lägenheter ska byggas till 2025?"
DRAFT = "Vi ska bygga <b>bostäder</b> ![x](http://evil.example/x.png). "


class WritingAssistant(FakeAssistant):
    """Lets a model write a draft before it answers with the lessons' own words."""

    def __init__(self, model: ChatModel) -> None:
        super().__init__()
        self._model = model

    def stream(self, question: Question) -> Iterator[Reply | Draft]:  # type: ignore[override]  # drafts too
        for text in self._model.write([("human", question.text)]):  # type: ignore[list-item]  # LangChain takes pairs
            yield Draft(text)
        yield from super().stream(question)


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with chat_server() as served:
        yield served


@pytest.fixture(scope="module")
def address(server: ChatServer) -> Iterator[str]:
    model = open_model(ModelSettings("openai:scripted", server.url, seconds=60))
    loading = Loading(lambda: WritingAssistant(model))
    application = page_application(
        read_corpus(DOCUMENTS), loading, questions_a_minute=0, disclosure=model.disclosure
    )
    loading.start()
    with served_application(application) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    opened = open_page(context, address)
    yield opened
    opened.close()


def _ask(page: Page) -> None:
    page.fill("#question textarea", GOAL)
    page.press("#question textarea", "Enter")


def _hung_up(server: ChatServer, page: Page) -> bool:
    """Whether the call ended; two seconds for the page's part, the rest for a busy machine."""
    for _ in range(100):
        page.wait_for_timeout(100)
        if server.hung_up.is_set():
            return True
    return False


def test_the_page_says_what_goes_to_which_address(page: Page, server: ChatServer) -> None:
    host = server.url.removeprefix("http://").removesuffix("/v1")
    expect(page.locator("#footnote")).to_contain_text(f"på den här datorn ({host})")
    expect(page.locator("#footnote")).to_contain_text("Dit skickas frågan")


def test_a_draft_is_shown_as_a_draft_and_as_text_and_then_replaced(
    page: Page, server: ChatServer
) -> None:
    server.plays(Says(DRAFT * 6, pause=0.1))
    _ask(page)
    expect(page.locator("#latest .draft")).to_contain_text("<b>bostäder</b> ![x](http")
    expect(page.locator("#latest .waiting")).to_have_text(markup.DRAFT)
    assert page.locator("#latest .chip, #latest img, #latest b").count() == 0
    expect(page.locator("#latest .chip").first).to_be_visible(timeout=60_000)
    expect(page.locator("#latest .draft")).to_have_count(0)


@pytest.mark.parametrize("said", [Hangs(), Says(DRAFT * 99, pause=0.05)], ids=["hangs", "writes"])
def test_stopping_ends_the_call(page: Page, server: ChatServer, said: Hangs | Says) -> None:
    server.plays(said)
    _ask(page)
    expect(page.locator("#latest")).to_contain_text(re.compile("Språkmodellen skriver|Utkast"))
    page.click("#stop")
    assert _hung_up(server, page)
    expect(page.locator("#latest .notice")).to_contain_text("Du stoppade svaret")


def test_closing_the_tab_ends_the_call(
    context: BrowserContext,
    page: Page,
    address: str,
    server: ChatServer,
) -> None:
    server.plays(Hangs())
    leaving = open_page(context, address)
    _ask(leaving)
    expect(leaving.locator("#latest")).to_contain_text("Språkmodellen skriver")
    leaving.close()
    assert _hung_up(server, page)


def test_an_answer_s_note_stands_below_it_as_text() -> None:
    said = Statement("Förbered.", Citation("skelleftea-2020", 14, "Förbered"))
    answer = Answer((said,), mode="model", note="1 mening <b>utan</b> stöd togs bort.")
    sources = Sources(lambda: read_corpus(DOCUMENTS))
    shown = markup.reply_markup("Vad?", answer, sources)
    assert "1 mening &lt;b&gt;utan&lt;/b&gt; stöd togs bort." in shown


def test_no_thread_of_a_stopped_question_is_left(server: ChatServer) -> None:
    server.plays(Hangs())
    model = open_model(ModelSettings("openai:scripted", server.url, seconds=60))
    before = threading.active_count()
    for _ in range(5):
        writing = model.write([("human", "Hej")])  # type: ignore[list-item]  # LangChain takes pairs
        next(writing)
        writing.close()  # type: ignore[attr-defined]  # a generator
    assert threading.active_count() <= before + 5  # the server's own, one a call
