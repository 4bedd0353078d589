"""The page in a real browser: what a visitor sees, hears, and can reach by keyboard."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import uvicorn
from docx import Document as WordDocument
from page_fake import FakeAssistant
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from corpus import DOCUMENTS, read_corpus
from page import Loading, page_application

# One sentence of lesson 7, which the fake finds by its words.
GOAL = "Hur många lägenheter ska byggas till 2025?"
QUOTE = (
    "I vårt fall att vi ska bli 80 000 invånare och att vi ska bygga 5 000 lägenheter till 2025."
)
_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
_QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
_PATIENCE_MS = 15_000


class Served:
    """A page that is served in a thread, and the addresses that its process reached for."""

    def __init__(self, address: str, outside: list[str]) -> None:
        self.address = address
        self.outside = outside


def _serve(application: Any) -> tuple[uvicorn.Server, str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    return server, f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The page with the fake assistant behind it, on a free port."""
    outside: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        _note_outside(patch, outside)
        loading = Loading(FakeAssistant)
        application = page_application(read_corpus(DOCUMENTS), loading, questions_a_minute=0)
        loading.start()
        server, address = _serve(application)
        yield Served(address, outside)
        server.should_exit = True


def _note_outside(patch: pytest.MonkeyPatch, outside: list[str]) -> None:
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def noted_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != "127.0.0.1":
            outside.append(str(address))
        connect(self, address)

    def noted_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", None):
            outside.append(str(host))
        return look_up(host, *rest, **more)

    patch.setattr(socket.socket, "connect", noted_connect)
    patch.setattr(socket, "getaddrinfo", noted_look_up)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the system's, else Playwright's own."""
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        found = next(filter(None, map(shutil.which, names)), None)
        if found is None and not Path(playwright.chromium.executable_path).exists():
            if os.environ.get("CI"):
                pytest.fail("no Chromium: install it, or run 'playwright install chromium'")
            pytest.skip("no Chromium: install it, or run 'playwright install chromium'")
        opened = playwright.chromium.launch(executable_path=found, args=_QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that prefers English. Pages share its cache, but no page shares a conversation."""
    opened = browser.new_context(locale="en-US", reduced_motion="reduce")
    opened.set_default_timeout(_PATIENCE_MS)
    yield opened
    opened.close()


def _open(context: BrowserContext, address: str, width: int = 1280, height: int = 800) -> Page:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector("#question textarea")
    return page


@pytest.fixture
def page(context: BrowserContext, served: Served) -> Iterator[Page]:
    """The page on a wide screen."""
    opened = _open(context, served.address)
    yield opened
    opened.close()


@pytest.fixture
def phone(context: BrowserContext, served: Served) -> Iterator[Page]:
    """The page on the narrowest phone."""
    opened = _open(context, served.address, 320, 640)
    yield opened
    opened.close()


def _ask(page: Page, question: str) -> Locator:
    """Ask by keyboard; the turn, when it is over."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    turn = page.locator("#latest article")
    expect(turn.locator(".asked")).to_have_text(question.strip(), timeout=_PATIENCE_MS)
    expect(turn).not_to_have_attribute("data-state", "streaming", timeout=_PATIENCE_MS)
    return turn


def _violations(page: Page) -> list[str]:
    page.evaluate(_AXE)
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']})"
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.className || document.activeElement.tagName"))


def test_a_citation_opens_its_lesson_with_the_quote_marked(page: Page) -> None:
    turn = _ask(page, GOAL)
    expect(turn.locator(".said").first).to_contain_text("80 000 invånare")
    turn.locator(".chip", has_text="Lärdom 7").click()
    expect(page.locator("#panel h2")).to_have_text("Lärdom 7")
    expect(page.locator("#panel mark")).to_contain_text(QUOTE)
    assert page.url.endswith("#skelleftea-2020-7")
    assert _focused(page) == "H2"


def test_closing_the_lesson_gives_the_focus_back_to_its_citation(page: Page) -> None:
    _ask(page, GOAL).locator(".chip").first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel h2")).to_have_text("Alla lärdomar")
    assert _focused(page) == "chip"


def test_a_near_refusal_shows_its_lessons_in_full_and_opens_them(page: Page) -> None:
    turn = _ask(page, "närmast läkare höftled")
    expect(turn).to_contain_text("Lärdomarna svarar inte på det.")
    expect(turn.locator(".near li").first).to_contain_text("Vi lät en läkare svara.")
    turn.locator(".chip").first.click()
    expect(page.locator("#panel h2")).to_have_text("Lärdom 21")


def test_a_plain_refusal_cites_nothing(page: Page) -> None:
    turn = _ask(page, "zzz")
    expect(turn.locator(".message")).to_have_text("Lärdomarna svarar inte på det.")
    expect(turn.locator(".chip")).to_have_count(0)


def test_an_exception_is_told_in_one_sentence_and_the_chat_goes_on(page: Page) -> None:
    turn = _ask(page, "fel")
    expect(turn.locator(".notice")).to_contain_text("Något gick fel")
    assert "secret" not in page.content()
    assert page.input_value("#question textarea") == "fel", "the question is there to try again"
    expect(_ask(page, GOAL).locator(".chip").first).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<img src=x onerror=alert(1)><b>taxi</b>", "<img src=x onerror=alert(1)><b>taxi</b>"),
        ("**fet** [länk](https://x.se) `kod` $x$", "**fet** [länk](https://x.se) `kod` $x$"),
        ("a\u0000b\u202ec", "abc"),
        ("🙂🙂", "🙂🙂"),
    ],
)
def test_a_question_is_shown_as_the_text_it_is(page: Page, typed: str, shown: str) -> None:
    page.fill("#question textarea", typed)
    page.press("#question textarea", "Enter")
    expect(page.locator("#latest .asked")).to_have_text(shown)
    expect(page.locator("#latest img, #latest b")).to_have_count(0)


def test_an_empty_or_endless_question_gets_a_polite_sentence(page: Page) -> None:
    page.click("#send")
    expect(page.locator("#latest .notice")).to_contain_text("Skriv en fråga först")
    page.fill("#question textarea", "a" * 20_000)
    page.click("#send")
    expect(page.locator("#latest .notice")).to_contain_text("för lång")
    expect(_ask(page, GOAL).locator(".chip").first).to_be_visible()


def test_the_latest_turn_comes_into_view_and_the_frame_stays_put(page: Page) -> None:
    for _ in range(3):
        turn = _ask(page, "Vad händer med nätverk, politiken, lägenheter och bostäder?")
    expect(page.locator("#go-on button").first).to_be_in_viewport()
    expect(turn.locator(".asked")).to_be_in_viewport()
    assert page.evaluate("[scrollY, document.querySelector('#top').offsetTop]") == [0, 0]


def test_turns_stay_and_a_new_conversation_clears_them(page: Page) -> None:
    _ask(page, GOAL)
    _ask(page, "Vad gör energibolaget?")
    expect(page.locator("#past article")).to_have_count(1)
    page.click("#new")
    expect(page.locator("article.turn")).to_have_count(0)
    expect(page.locator("#start")).to_be_visible()


def test_two_visitors_do_not_share_a_conversation(page: Page, phone: Page) -> None:
    _ask(page, GOAL)
    _ask(phone, "Vad gör energibolaget?")
    expect(phone.locator("#past article")).to_have_count(0)


def test_a_starter_question_is_asked_with_a_click_and_leads_on(page: Page) -> None:
    page.locator("#start button").first.click()
    expect(page.locator("#latest article")).to_have_attribute("data-state", "done")
    assert _focused(page) == "asked", "the focus goes to the new turn, not to nowhere"
    page.locator("#go-on button").first.click()
    expect(page.locator("#latest .asked")).to_have_text("Vilken roll har energibolaget?")


def test_an_answer_is_busy_while_it_grows_and_announced_once_when_whole(page: Page) -> None:
    page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push("
        "document.querySelector('#voice').textContent)).observe("
        "document.querySelector('#voice'), {childList: true, characterData: true, subtree: true})"
    )
    page.fill("#question textarea", "långsamt lägenheter politiken")
    page.press("#question textarea", "Enter")
    expect(page.locator("#latest article[aria-busy=true] .chip")).to_have_count(1)
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#latest article")).to_have_attribute("data-state", "done")
    page.wait_for_timeout(300)
    answers = [heard for heard in page.evaluate("heard") if "Lärdom" in heard]
    assert len(answers) == 1, answers
    assert "Kopiera" not in answers[0]


def test_a_stopped_answer_says_so_and_the_next_question_works(page: Page) -> None:
    page.fill("#question textarea", "långsamt lägenheter politiken")
    page.press("#question textarea", "Enter")
    page.click("#stop")
    expect(page.locator("#latest .notice")).to_contain_text("Du stoppade svaret")
    expect(_ask(page, GOAL).locator(".chip").first).to_be_visible()


def test_lessons_are_browsed_searched_and_paged(page: Page) -> None:
    page.click("#panel .orders a:not([aria-current])")
    expect(page.locator("#panel .lesson-list a")).to_have_count(30)
    page.fill("#search-text", "taxichaufförerna skolbänken")
    page.press("#search-text", "Enter")
    expect(page.locator("#panel h2")).to_have_text("Sökning")
    page.locator("#panel .lesson-list a").first.click()
    expect(page.locator("#panel h2")).to_have_text("Lärdom 27")
    page.locator("#panel .next a").click()
    expect(page.locator("#panel h2")).to_have_text("Lärdom 28")
    page.go_back()
    expect(page.locator("#panel h2")).to_have_text("Lärdom 27")
    page.locator("#top nav a", has_text="Underlag").click()
    expect(page.locator("#panel")).to_contain_text("28 oktober 2020")


def test_a_link_opens_a_lesson_or_asks_a_question(context: BrowserContext, served: Served) -> None:
    opened = _open(
        context, f"{served.address}?fraga=L%C3%A4genheter%20till%202025%3F#skelleftea-2020-5"
    )
    expect(opened.locator("#panel h2")).to_have_text("Lärdom 5")
    expect(opened.locator("#latest .asked")).to_have_text("Lägenheter till 2025?")
    expect(opened.locator("#latest .chip").first).to_be_visible()
    opened.close()


def test_a_conversation_is_taken_along_as_word_and_as_text(page: Page, tmp_path: Path) -> None:
    _ask(page, GOAL)
    with page.expect_download() as text:
        page.click("#text")
    text.value.save_as(tmp_path / "text.md")
    written = (tmp_path / "text.md").read_text(encoding="utf-8")
    assert GOAL in written
    assert "Kräver mod av politiken." in written, "the cited lesson in full"
    with page.expect_download() as word:
        page.click("#word")
    word.value.save_as(tmp_path / "word.docx")
    paragraphs = [each.text for each in WordDocument(str(tmp_path / "word.docx")).paragraphs]
    assert GOAL in paragraphs
    assert any("Kräver mod av politiken." in each for each in paragraphs)


def test_an_answer_is_copied_with_its_references(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _ask(page, GOAL).locator("[data-copy]").click()
    expect(page.locator("#latest [data-copy]")).to_have_text("Kopierat")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[Lärdom 7]" in copied
    assert "Kräver mod av politiken." in copied
    assert "28 oktober 2020" in copied


def test_the_page_is_swedish_whatever_the_browser_says(page: Page) -> None:
    assert page.get_attribute("html", "lang") == "sv"
    assert page.evaluate("navigator.language") == "sv"
    _ask(page, GOAL).locator(".chip").first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    named = page.locator("button:visible, input:visible, textarea:visible")
    names = [
        each.strip()
        for each in named.evaluate_all(
            "all => all.map(e => e.labels?.[0]?.textContent || e.ariaLabel || e.textContent)"
        )
    ]
    assert all(names)
    english = {"Submit", "Clear", "Copy", "Stop", "Textbox", "Share", "Retry"}
    assert not english & set(names)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(
    context: BrowserContext, served: Served, scheme: Any, width: int
) -> None:
    opened = _open(context, served.address, width, 700)
    opened.emulate_media(color_scheme=scheme)
    expect(opened.locator("#start button").first).to_be_visible()
    assert _violations(opened) == [], "at the start"
    _ask(opened, "fel")
    assert _violations(opened) == [], "after an error"
    _ask(opened, "närmast läkare höftled")
    _ask(opened, GOAL)
    expect(opened.locator("#go-on button").first).to_be_visible()
    assert _violations(opened) == [], "after an answer"
    opened.locator("#latest .chip").first.click()
    expect(opened.locator("#panel mark")).to_be_visible()
    assert _violations(opened) == [], "with the panel open"
    opened.close()


def test_on_a_phone_the_lesson_lies_over_the_chat_and_gives_way(phone: Page) -> None:
    expect(phone.locator("#panel")).not_to_be_visible()
    chip = _ask(phone, GOAL).locator(".chip").first
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    chip.click()
    expect(phone.locator("#lessons[role=dialog] mark")).to_be_visible()
    assert phone.locator("#chat").evaluate("e => e.inert")
    phone.click("#panel-close")
    expect(phone.locator("#panel")).not_to_be_visible()
    assert _focused(phone) == "chip"


def test_the_whole_way_goes_by_keyboard_alone(page: Page) -> None:
    page.focus("#question textarea")
    page.keyboard.type(GOAL)
    page.keyboard.press("Enter")
    expect(page.locator("#latest article")).to_have_attribute("data-state", "done")
    assert page.locator("#question textarea").evaluate("e => e === document.activeElement")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if _focused(page) == "chip":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert (_focused(page), outline) == ("chip", "solid")
    page.keyboard.press("Enter")
    expect(page.locator("#panel mark")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert _focused(page) == "chip"


def test_a_question_asked_before_the_assistant_is_ready_waits_for_it(
    context: BrowserContext,
) -> None:
    ready = threading.Event()

    def open_late() -> Any:
        ready.wait(20)
        return FakeAssistant()

    loading = Loading(open_late)
    server, address = _serve(page_application(read_corpus(DOCUMENTS), loading))
    loading.start()
    opened = _open(context, address)
    opened.fill("#question textarea", GOAL)
    opened.press("#question textarea", "Enter")
    expect(opened.locator("#latest .waiting")).to_contain_text("Assistenten startar")
    ready.set()
    expect(opened.locator("#latest .chip").first).to_be_visible()
    opened.close()
    server.should_exit = True


def test_an_assistant_that_cannot_start_is_told_of(context: BrowserContext) -> None:
    def fail() -> Any:
        raise OSError("/secret/path is missing")

    loading = Loading(fail)
    server, address = _serve(page_application(read_corpus(DOCUMENTS), loading))
    loading.start()
    opened = _open(context, address)
    turn = _ask(opened, GOAL)
    expect(turn.locator(".notice")).to_contain_text("Assistenten kunde inte starta")
    assert "secret" not in opened.content()
    opened.close()
    server.should_exit = True


def test_nothing_leaves_the_machine(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.goto(served.address)
    for _ in range(10):
        _ask(opened, GOAL)
    time.sleep(0.5)
    here = (served.address, "data:", "blob:")
    assert [url for url in asked if not url.startswith(here)] == []
    assert served.outside == []
    assert errors == [], "the content security policy stops nothing that the page needs"
    assert context.cookies() == []
    context.close()
