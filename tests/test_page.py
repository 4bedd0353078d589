"""The page in a real browser: what a visitor sees, hears, and can reach by keyboard."""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from browsing import open_page
from docx import Document as WordDocument
from page_fake import FakeAssistant
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from served import served_application

from assistant.question_log import QuestionLog
from corpus import DOCUMENTS, read_corpus
from page import Loading, page_application

# One sentence of lesson 7, which the fake finds by its words.
GOAL = "Hur många lägenheter ska byggas till 2025?"
QUOTE = (
    "I vårt fall att vi ska bli 80 000 invånare och att vi ska bygga 5 000 lägenheter till 2025."
)
_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")

_PATIENCE_MS = 15_000


class Served:
    """A page that is served in a thread, the addresses that its process reached for, its log."""

    def __init__(self, address: str, outside: list[str], log: QuestionLog) -> None:
        self.address = address
        self.outside = outside
        self.log = log


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page with the fake assistant behind it and a question log, on a free port."""
    outside: list[str] = []
    log = QuestionLog(tmp_path_factory.mktemp("log") / "frågor.jsonl")
    with pytest.MonkeyPatch.context() as patch:
        _note_outside(patch, outside)
        loading = Loading(FakeAssistant)
        application = page_application(
            read_corpus(DOCUMENTS), loading, questions_a_minute=0, question_log=log
        )
        loading.start()
        with served_application(application) as address:
            yield Served(address, outside, log)


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


@pytest.fixture
def page(context: BrowserContext, served: Served) -> Iterator[Page]:
    """The page on a wide screen."""
    opened = open_page(context, served.address)
    yield opened
    opened.close()


@pytest.fixture
def phone(context: BrowserContext, served: Served) -> Iterator[Page]:
    """The page on the narrowest phone."""
    opened = open_page(context, served.address, 320, 640)
    yield opened
    opened.close()


def _ask(page: Page, question: str) -> Locator:
    """Ask by keyboard; the turn, when it is over."""
    turn, over = page.locator("#latest article"), page.locator("#past article")
    again = turn.locator(".asked").get_by_text(question.strip(), exact=True).count()
    before = over.count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    if again:  # the same words are no sign of a new turn
        expect(over).to_have_count(before + 1, timeout=_PATIENCE_MS)
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


def test_enter_pressed_twice_asks_once_and_the_box_is_free_at_once(page: Page) -> None:
    page.fill("#question textarea", GOAL)
    for _ in range(3):
        page.press("#question textarea", "Enter")
    assert page.input_value("#question textarea") == ""
    page.fill("#question textarea", "Vad gör energibolaget?")
    page.press("#question textarea", "Enter")
    expect(page.locator("#latest .asked")).to_have_text("Vad gör energibolaget?")
    expect(page.locator("#latest article")).to_have_attribute("data-state", "done")
    expect(page.locator("#past .asked")).to_have_text([GOAL])


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
    opened = open_page(
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


def _examine(page: Page, state: str) -> None:
    """No violation in this state; a picture of it too, where the setting names a folder."""
    if folder := os.environ.get("LARDOM_SCREENSHOTS"):
        scheme = page.evaluate(
            "matchMedia('(prefers-color-scheme: dark)').matches ? 'mörk' : 'ljus'"
        )
        width = page.viewport_size["width"] if page.viewport_size else 0
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{state} {scheme} {width}.png")
    assert _violations(page) == [], state


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_any_state(
    context: BrowserContext, served: Served, scheme: Any, width: int
) -> None:
    opened = open_page(context, served.address, width, 720)
    opened.emulate_media(color_scheme=scheme)
    expect(opened.locator("#start button").first).to_be_visible()
    _examine(opened, "1 start")
    _ask(opened, "fel")
    _examine(opened, "2 fel")
    opened.fill("#question textarea", "långsamt lägenheter politiken")
    opened.press("#question textarea", "Enter")
    expect(opened.locator("#latest article[aria-busy=true] .chip")).to_have_count(1)
    _examine(opened, "3 under svaret")
    expect(opened.locator("#latest article")).to_have_attribute("data-state", "done")
    _ask(opened, "närmast läkare höftled")
    _examine(opened, "4 närmast")
    _ask(opened, "zzz")
    _examine(opened, "5 inget svar")
    _ask(opened, GOAL)
    expect(opened.locator("#go-on button").first).to_be_visible()
    _examine(opened, "6 svar")
    opened.click("[data-verdict=down]")
    expect(opened.locator(".why")).to_be_visible()
    _examine(opened, "7 omdöme")
    opened.locator("#latest .chip").first.click()
    expect(opened.locator("#panel mark")).to_be_visible()
    _examine(opened, "8 lärdom")
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_the_panel_or_the_statements(
    context: BrowserContext, served: Served, scheme: Any, width: int
) -> None:
    opened = open_page(context, f"{served.address}#underlag", width, 720)
    opened.emulate_media(color_scheme=scheme)
    expect(opened.locator("#rebuild button")).to_be_visible()
    _examine(opened, "9 underlag")
    opened.click("#rebuild button")
    expect(opened.locator("#rebuild progress")).to_be_visible()
    _examine(opened, "10 ombyggnad")
    expect(opened.locator("#rebuild .rebuilt")).to_be_visible()
    opened.evaluate("location.hash = 'lardomar'")
    expect(opened.locator("#panel h2")).to_have_text("Alla lärdomar")
    _examine(opened, "11 lärdomarna")
    opened.close()
    for name in ("tillganglighet", "integritet"):
        statement = context.new_page()
        statement.set_viewport_size({"width": width, "height": 720})
        statement.emulate_media(color_scheme=scheme)
        statement.goto(f"{served.address}{name}")
        _examine(statement, f"12 {name}")
        assert statement.evaluate("document.documentElement.scrollWidth") <= width
        statement.close()


def _names(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that can be operated, as Chromium tells them to a screen reader."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    operable = {"button", "link", "textbox", "searchbox", "DisclosureTriangle", "progressbar"}
    return [
        (node["role"]["value"], node["name"]["value"])
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in operable
    ]


def test_every_control_has_a_swedish_name_in_the_accessibility_tree(page: Page) -> None:
    _ask(page, GOAL).locator(".chip").first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    page.click("[data-verdict=down]")
    named = _names(page)
    assert [role for role, name in named if not name.strip()] == []
    english = r"(?i)\b(submit|clear|copy|stop|textbox|share|retry|close|loading|search|feedback)\b"
    assert [name for _, name in named if re.search(english, name)] == []
    assert {"Din fråga", "Fråga", "Nytt samtal", "Ja", "Nej"} <= {name for _, name in named}


def test_an_error_is_announced(page: Page) -> None:
    _ask(page, "fel")
    expect(page.locator("#voice[role=status]")).to_contain_text("Något gick fel")


def test_with_text_of_twice_the_size_nothing_is_lost(
    context: BrowserContext, served: Served
) -> None:
    opened = open_page(context, served.address, 1280, 720)
    opened.add_style_tag(content="html { font-size: 200% !important; }")
    _ask(opened, GOAL)
    opened.wait_for_timeout(300)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 1280
    for place in ("#question textarea", "#latest .chip >> nth=0", "#go-on button >> nth=0"):
        opened.locator(place).scroll_into_view_if_needed()
        expect(opened.locator(place)).to_be_in_viewport()
    clipped = opened.evaluate(
        "[...document.querySelectorAll('button, .chip, h1, h2')].filter(e => e.offsetParent && "
        "e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow === 'hidden')"
        ".map(e => e.textContent)"
    )
    assert clipped == []
    opened.close()


def test_whoever_asked_for_less_motion_gets_none(page: Page) -> None:
    page.fill("#question textarea", "långsamt lägenheter politiken")
    page.press("#question textarea", "Enter")
    expect(page.locator("#latest .waiting, #latest .chip").first).to_be_visible()
    moving = page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length")
    assert moving == 0


def test_a_verdict_and_its_reason_reach_the_log(page: Page, served: Served) -> None:
    _ask(page, GOAL)
    page.click("[data-verdict=down]")
    page.fill("#why", "Jag ville veta vilket år")
    page.press("#why", "Enter")
    expect(page.locator(".thanks")).to_contain_text("Tack")
    assert _focused(page) != "BODY"
    last = served.log.rows()[-1]
    assert (last.question, last.verdict, last.reason) == (GOAL, "down", "Jag ville veta vilket år")


def test_the_source_page_tells_what_has_changed_and_rebuilds_while_answers_go_on(
    page: Page,
) -> None:
    page.locator("#top nav a", has_text="Underlag").click()
    expect(page.locator("#panel")).to_contain_text("ordräknaren")
    expect(page.locator("#panel")).to_contain_text("2 lärdomar ändrade, 1 ny")
    expect(page.locator("#panel .notice")).to_contain_text("norrbro.md, rad 7")
    page.click("#rebuild button")
    expect(page.locator("#rebuild progress")).to_be_visible()
    expect(_ask(page, GOAL).locator(".chip").first).to_be_visible()
    expect(page.locator("#rebuild .rebuilt")).to_contain_text("Indexet är ombyggt")


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
        ready.wait(120)
        return FakeAssistant()

    loading = Loading(open_late)
    loading.start()
    with served_application(page_application(read_corpus(DOCUMENTS), loading)) as address:
        opened = open_page(context, address)
        opened.fill("#question textarea", GOAL)
        opened.press("#question textarea", "Enter")
        expect(opened.locator("#latest .waiting")).to_contain_text("Assistenten startar")
        ready.set()
        expect(opened.locator("#latest .chip").first).to_be_visible()
        opened.close()


def test_an_assistant_that_cannot_start_is_told_of(context: BrowserContext) -> None:
    def fail() -> Any:
        raise OSError("/secret/path is missing")

    loading = Loading(fail)
    loading.start()
    with served_application(page_application(read_corpus(DOCUMENTS), loading)) as address:
        opened = open_page(context, address)
        turn = _ask(opened, GOAL)
        expect(turn.locator(".notice")).to_contain_text("Assistenten kunde inte starta")
        assert "secret" not in opened.content()
        opened.close()


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
