"""The parts of the page that need no browser: its markup, its gates, what is taken along."""

import datetime
import io
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from anyio import CapacityLimiter
from docx import Document as WordDocument
from page_fake import FakeAssistant
from served import run_apart
from starlette.testclient import TestClient

import ui
from assistant.reply import Answer, Citation, Refusal, Statement, Turn
from corpus import DOCUMENTS, CorpusError, read_corpus
from index import CorpusState
from page import Loading, page_application
from page.limit import RateLimit
from page.markup import notice_markup, reply_markup, turns_markup
from page.memo import conversation_as_markdown, reply_as_memo
from page.pace import paced
from page.panel import browse_markup, lesson_markup
from page.question import LONGEST_QUESTION, QuestionError, read_question
from page.shell import rewritten
from page.source_page import changes_sentence, source_markup
from page.sources import Sources
from page.upkeep import DONE, Upkeep
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
        ("POST", "/gradio_api/call/v2/ask"),
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


# --- the source, and who may rebuild ----------------------------------------------------------

AT_THE_MACHINE = ("127.0.0.1", 50_000)


def _visitor(address: tuple[str, int] = AT_THE_MACHINE, **options: Any) -> TestClient:
    loading = Loading(FakeAssistant)
    loading.start()
    loading.wait(30)
    application = page_application(CORPUS, loading, **options)
    return TestClient(application, base_url="http://127.0.0.1", client=address)


def _rebuild(visitor: TestClient, password: str = "", **headers: str) -> int:
    sent = {"password": password}
    return visitor.post("/underlag/bygg", json=sent, headers=headers).status_code


def test_without_a_password_only_whoever_sits_at_the_machine_rebuilds() -> None:
    here = _visitor()
    assert "Bygg om indexet" in here.get("/panel/underlag").text
    assert _rebuild(here) == 200
    away = _visitor(("192.0.2.7", 50_000), hosts=("127.0.0.1", "lardom.kommun.se"))
    assert "Bygg om indexet" not in away.get("/panel/underlag").text
    assert _rebuild(away) == 403


def test_a_proxy_on_the_machine_is_nobody_who_sits_at_it() -> None:
    here = _visitor(hosts=("127.0.0.1", "lardom.kommun.se"))
    assert _rebuild(here, **{"x-forwarded-for": "192.0.2.7"}) == 403
    assert _rebuild(here, host="lardom.kommun.se") == 403


def test_with_a_password_it_is_asked_of_everyone_and_guessing_is_slow() -> None:
    here = _visitor(admin_password="nyckelord")
    assert "admin-password" in here.get("/panel/underlag").text
    assert [_rebuild(here, "fel") for _ in range(5)] == [403] * 5
    assert _rebuild(here, "nyckelord") == 403, "too many guesses"
    away = _visitor(("192.0.2.7", 50_000), admin_password="nyckelord")
    assert _rebuild(away, "nyckelord") == 200


def test_a_form_on_another_site_cannot_start_a_rebuild() -> None:
    here = _visitor()
    posted = here.post("/underlag/bygg", data={"password": ""})
    assert posted.status_code == 422


def test_a_rebuild_tells_how_far_it_has_come_and_how_it_ended() -> None:
    loading = Loading(FakeAssistant)
    upkeep = Upkeep(loading)
    assert not upkeep.start(), "there is no assistant yet"
    loading.start()
    loading.wait(30)
    seen: set[tuple[int, int]] = set()
    assert upkeep.start()
    assert not upkeep.start(), "one at a time"
    while upkeep.latest and upkeep.latest.going_on:
        seen.add((upkeep.latest.done, upkeep.latest.whole))
        time.sleep(0.05)
    assert {(0, 30), (10, 30), (20, 30)} <= seen
    assert upkeep.latest
    assert upkeep.latest.sentence == DONE


def test_a_rebuild_that_fails_says_why_and_can_be_tried_again() -> None:
    class Broken(FakeAssistant):
        def rebuild(self, tell: Any) -> bool:
            raise CorpusError(Path("/secret/norrbro.md"), 7, "lärdom 2 står två gånger")

    loading = Loading(Broken)
    loading.start()
    loading.wait(30)
    upkeep = Upkeep(loading)
    for _ in range(2):
        assert upkeep.start()
        while upkeep.latest and upkeep.latest.going_on:
            time.sleep(0.02)
        assert upkeep.latest
        assert upkeep.latest.failed
        assert "det gamla gäller" in upkeep.latest.sentence
        assert "secret" not in upkeep.latest.sentence


@pytest.mark.parametrize(
    ("added", "changed", "removed", "sentence"),
    [
        ((), (), (), "Inget i dokumenten har ändrats."),
        (("a 3",), ("a 1", "a 2"), (), "2 lärdomar ändrade, 1 ny."),
        ((), ("a 1",), ("a 2", "a 3"), "1 lärdom ändrad, 2 borttagna."),
        ((), ("a sammanfattning", "a uppgifter"), (), "Sammanfattningen ändrad, uppgifterna"),
    ],
)
def test_what_has_changed_since_the_index_was_built_is_told(
    added: tuple[str, ...], changed: tuple[str, ...], removed: tuple[str, ...], sentence: str
) -> None:
    state = CorpusState(1, 3, added, changed, removed, ())
    assert changes_sentence(state).startswith(sentence)


# --- statements -------------------------------------------------------------------------------


def test_the_statements_are_the_municipalitys_own_where_it_has_them(tmp_path: Path) -> None:
    own = "# Så här gör vi\n\n<script>alert(1)</script>\n"
    (tmp_path / "integritet.md").write_text(own, encoding="utf-8")
    visitor = _visitor(statements=tmp_path, password="hemligt")
    shown = visitor.get("/integritet").text
    assert "<h1>Så här gör vi</h1>" in shown
    assert "<script>" not in shown
    assert "Det här är en mall" not in shown
    template = visitor.get("/tillganglighet").text
    assert "EN 301 549" in template
    assert "Det här är en mall" in template


# --- the pace of a reply ----------------------------------------------------------------------


def _shown(steps: Any, pause: float) -> list[int]:
    async def collect() -> list[int]:
        return [step async for step in paced(steps, CapacityLimiter(1), pause)]

    return list(run_apart(collect()))


def test_a_quick_reply_is_shown_in_one_piece() -> None:
    assert _shown(iter(range(5)), pause=5) == [4]


def test_a_slow_reply_is_shown_as_it_grows() -> None:
    def growing() -> Any:
        for step in range(3):
            yield step
            time.sleep(0.4)

    assert _shown(growing(), pause=0.1) == [0, 1, 2]


def test_what_goes_wrong_on_the_way_is_raised() -> None:
    def failing() -> Any:
        yield 1
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        _shown(failing(), pause=5)
