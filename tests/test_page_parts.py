"""The parts of the page that need no browser: its markup, its gates, what is taken along."""

import datetime
import io
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordDocument
from page_fake import FakeAssistant
from starlette.testclient import TestClient

import ui
from assistant.reply import Answer, Citation, Refusal, Statement, Turn
from corpus import DOCUMENTS, read_corpus
from page import Loading, page_application
from page.limit import RateLimit
from page.markup import notice_markup, reply_markup, turns_markup
from page.memo import conversation_as_markdown, reply_as_memo
from page.panel import browse_markup, lesson_markup
from page.question import LONGEST_QUESTION, QuestionError, read_question
from page.shell import rewritten
from page.source_page import source_markup
from page.sources import Sources
from page.word import conversation_as_word

TODAY = datetime.date(2026, 11, 23)
CORPUS = read_corpus(DOCUMENTS)
SOURCES = Sources(lambda: CORPUS)
QUOTE = "Kräver mod av politiken."
ANSWER = Answer((Statement(QUOTE, Citation("skelleftea-2020", 7, QUOTE)),), source="Källan.")
NEAR = Refusal("Det framgår inte.", (CORPUS[0].lessons[20],))
HOSTILE = "<script>alert(1)</script>\n\n# *x* \" ' <img src=x>\r\n    kod"


def _client(**options: Any) -> TestClient:
    loading = Loading(FakeAssistant)
    loading.start()
    loading.wait(30)
    application = page_application(CORPUS, loading, **options)
    return TestClient(application, base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The page without a browser, with the fake assistant behind it."""
    return _client()


# --- questions --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00\x07", "\ud800", "\u202e\u200f"])
def test_a_text_with_nothing_to_read_is_no_question(text: str) -> None:
    with pytest.raises(QuestionError, match="Skriv en fråga"):
        read_question(text)


def test_a_question_is_cleaned_of_what_cannot_be_seen() -> None:
    assert read_question(" a\x00b\ud800\u202ec\n") == "abc"
    assert read_question("a\u030alder") == "ålder"


def test_a_question_has_an_upper_limit() -> None:
    assert read_question("å" * LONGEST_QUESTION)
    with pytest.raises(QuestionError, match="för lång"):
        read_question("å" * 20_000)


# --- markup -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        notice_markup(HOSTILE, HOSTILE),
        reply_markup(HOSTILE, Refusal(HOSTILE), SOURCES),
        turns_markup([Turn(HOSTILE, ANSWER), Turn(HOSTILE, NEAR)], SOURCES),
        reply_markup(
            "?",
            Answer((Statement(HOSTILE, Citation("skelleftea-2020", 7, HOSTILE)),), HOSTILE),
            SOURCES,
        ),
    ],
)
def test_every_text_is_escaped_and_on_one_line(markup: str) -> None:
    assert "\n" not in markup
    assert "\r" not in markup
    assert "<script" not in markup
    assert "<img" not in markup
    assert "&lt;script&gt;" in markup


def test_a_growing_answer_is_busy_and_offers_nothing_to_copy() -> None:
    markup = reply_markup("Vad?", ANSWER, SOURCES, complete=False)
    assert 'aria-busy="true"' in markup
    assert "data-copy" not in markup


def test_a_lesson_marks_the_quote_and_no_other_text() -> None:
    place = SOURCES.find("skelleftea-2020-7")
    assert place is not None
    assert f"<mark>{QUOTE}</mark>" in lesson_markup(place, SOURCES, QUOTE, ())
    assert "<mark>" not in lesson_markup(place, SOURCES, "står inte där", ())


def test_all_lessons_can_be_browsed_by_number_and_the_source_says_its_date() -> None:
    assert browse_markup(SOURCES, "nummer").count('class="number"') == len(CORPUS[0].lessons)
    assert "28 oktober 2020" in source_markup(SOURCES)


@pytest.mark.parametrize(
    "target", ["", "skelleftea-2020", "skelleftea-2020-31", "skelleftea-2020-0", "x-1", "-", "a-²"]
)
def test_a_link_to_nowhere_finds_nothing(target: str) -> None:
    assert SOURCES.find(target) is None


# --- taken along ------------------------------------------------------------------------------


def test_an_answer_is_copied_with_the_cited_lesson_in_full_and_the_source() -> None:
    memo = reply_as_memo(ANSWER, SOURCES)
    assert f"{QUOTE} [Lärdom 7]" in memo
    assert f"Lärdom 7: {CORPUS[0].lessons[6].text}" in memo
    assert "28 oktober 2020" in memo


def test_a_conversation_as_markdown_holds_questions_answers_lessons_and_dates() -> None:
    turns = (Turn("Vad *krävs*?", ANSWER), Turn("Vem är läkaren?", NEAR))
    text = conversation_as_markdown(turns, SOURCES, TODAY)
    assert r"## Vad \*krävs\*?" in text
    assert "**Lärdom 7.**" in text
    assert "**Lärdom 21.**" in text
    assert "Uttaget 23 november 2026" in text
    assert SOURCES.version() in text


def test_a_conversation_as_word_holds_the_same() -> None:
    file = conversation_as_word((Turn("Vad krävs?", ANSWER),), SOURCES, TODAY)
    paragraphs = [each.text for each in WordDocument(io.BytesIO(file)).paragraphs]
    assert "Vad krävs?" in paragraphs
    assert f"Lärdom 7. {CORPUS[0].lessons[6].text}" in paragraphs


# --- the gates --------------------------------------------------------------------------------


def test_the_page_carries_strict_headers_and_its_own_language(client: TestClient) -> None:
    reply = client.get("/", headers={"accept-encoding": "br, gzip"})
    policy = reply.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert '<html lang="sv"' in reply.text
    assert "githubusercontent" not in reply.text
    assert "gradio.app" not in reply.text.split("window.gradio_config")[0]


def test_a_script_without_the_nonce_of_the_page_does_not_exist() -> None:
    page = rewritten(b'<html lang="en"><head></head><script>1</script><script src="x">', "abc")
    assert page.count(b"<script") == page.count(b'<script nonce="abc"') == 2


def test_a_foreign_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "[::1]:7860"}).status_code == 200
    named = _client(hosts=("lardom.kommun.se",))
    assert named.get("/", headers={"host": "lardom.kommun.se:80"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("POST", "/upload"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/call/ask"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/api/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=http://example.com"),
        ("GET", "/gradio_api/vibe-code"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/login_check"),
        ("PUT", "/"),
        ("DELETE", "/config"),
    ],
)
def test_a_route_that_the_page_has_no_use_for_is_closed(
    client: TestClient, method: str, path: str
) -> None:
    assert client.request(method, path).status_code == 404


def test_a_large_body_is_refused(client: TestClient) -> None:
    reply = client.post("/gradio_api/queue/join", content=b"x" * 100_000)
    assert reply.status_code == 413


def test_a_flood_of_posts_is_told_to_wait() -> None:
    flooded = _client(questions_a_minute=1)
    codes = [flooded.post("/gradio_api/queue/join", content=b"{}").status_code for _ in range(22)]
    assert codes[-1] == 429
    assert codes[0] != 429


def test_a_rate_is_counted_for_each_client_in_a_sliding_minute() -> None:
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a")] == [True, True, False]
    assert limit.allows("b")
    now[0] = 60.1
    assert limit.allows("a")
    assert all(RateLimit(0).allows("a") for _ in range(1000))


def test_a_password_closes_everything_until_it_is_given() -> None:
    locked = _client(password="hemligt ord")
    assert locked.get("/", follow_redirects=False).headers["location"] == "/logga-in"
    assert locked.get("/config").status_code == 401
    assert locked.get("/panel/lardomar").status_code == 401
    assert locked.post("/gradio_api/queue/join", content=b"{}").status_code == 401
    assert locked.post("/logga-in", data={"losenord": "fel"}).status_code == 401
    opened = locked.post("/logga-in", data={"losenord": "hemligt ord"}, follow_redirects=False)
    assert opened.status_code == 303
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert locked.get("/panel/lardomar").status_code == 200


def test_guessing_the_password_is_slow() -> None:
    locked = _client(password="hemligt ord")
    guesses = [locked.post("/logga-in", data={"losenord": str(n)}).status_code for n in range(7)]
    assert guesses == [401] * 5 + [429] * 2
    late = locked.post("/logga-in", data={"losenord": "hemligt ord"})
    assert late.status_code == 429


# --- the door ---------------------------------------------------------------------------------


def test_the_door_explains_itself_and_says_when_its_port_is_taken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARDOM_PORT", "7999")
    with pytest.raises(SystemExit) as ended:
        ui.main(["--help"])
    assert ended.value.code == 0
    assert "LARDOM_HOST" in capsys.readouterr().out
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert ui.main(["--port", str(taken.getsockname()[1])]) == 1
    assert "redan igång" in capsys.readouterr().err


# --- the panel's routes -----------------------------------------------------------------------


def test_the_panel_gives_lessons_search_and_sentences(client: TestClient) -> None:
    lesson = client.get("/panel/skelleftea-2020-7", params={"citat": QUOTE})
    assert f"<mark>{QUOTE}</mark>" in lesson.text
    assert "Sammanfattningen" in client.get("/panel/skelleftea-2020-sammanfattning").text
    assert client.get("/panel/skelleftea-2020-99").status_code == 404
    assert "Lärdom 27" in client.get("/panel/sok", params={"text": "taxichaufförerna"}).text
    assert "<b>" not in client.get("/panel/sok", params={"text": "<b>x"}).text
    assert client.get("/readyz").status_code == 200


def test_the_page_does_not_wait_for_the_index_to_be_imported() -> None:
    heavy = ["torch", "chromadb", "sklearn", "sentence_transformers", "langchain_core"]
    code = f"import sys, page, ui; print([name for name in {heavy} if name in sys.modules])"
    folder = Path(__file__).parent.parent
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
