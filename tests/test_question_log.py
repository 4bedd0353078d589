"""The question log: what is kept, what never is, for how long, and what the editor gets of it."""

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from page_fake import FakeAssistant
from ruamel.yaml import YAML
from starlette.testclient import TestClient

import ui
from assistant.question_log import QuestionLog, QuestionLogError
from assistant.reply import Answer, Citation, Refusal, Statement
from assistant.unanswered import as_yaml, unanswered
from corpus import DOCUMENTS, read_corpus
from page import Loading, page_application
from page.conversation import Done, Step, converse
from page.markup import footnote_markup, reply_markup
from page.sources import Sources

ROOT = Path(__file__).parent.parent
CORPUS = read_corpus(DOCUMENTS)
LESSONS = CORPUS[0].lessons
ANSWER = Answer((Statement("Mod.", Citation("skelleftea-2020", 7, "Mod.")),))
REFUSAL = Refusal("Lärdomarna svarar inte på det.", (LESSONS[13],))
NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> QuestionLog:
    kept = QuestionLog(tmp_path / "frågor.jsonl", days=90, clock=clock)
    kept.prepare()
    return kept


def test_a_question_its_reply_and_its_verdict_stand_in_the_log(log: QuestionLog) -> None:
    log.judge(log.record("Vad krävs av politiken?", ANSWER), "down", "Fel lärdom")
    log.record("Vem äger marken?", REFUSAL)
    answered, refused = log.rows()
    assert (answered.question, answered.refused) == ("Vad krävs av politiken?", False)
    assert (answered.verdict, answered.reason) == ("down", "Fel lärdom")
    assert [(each.document, each.lesson) for each in answered.citations] == [("skelleftea-2020", 7)]
    assert (refused.refused, refused.verdict) == (True, None)
    row = json.loads(log.file.read_text(encoding="utf-8").splitlines()[-1])
    assert {"time", "question", "refused", "citations", "suggestions", "verdict", "reason"} <= {
        *row
    }
    assert row["suggestions"] == [{"document": "skelleftea-2020", "lesson": 14}]


def test_only_its_owner_can_read_the_log(log: QuestionLog) -> None:
    log.record("Vem äger marken?", REFUSAL)
    assert log.file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "question", ["Jag heter 811218-9876", "ring 070-123 45 67", "svara till a.b@kommun.se"]
)
def test_what_looks_like_personal_data_is_never_written(log: QuestionLog, question: str) -> None:
    assert log.record(question, REFUSAL) == ""
    known = log.record("Vem äger marken?", REFUSAL)
    assert log.judge(known, "down", question)
    assert question not in log.file.read_text(encoding="utf-8")
    assert log.rows()[0].verdict == "down"


def test_what_is_older_than_its_time_is_gone_from_the_file(log: QuestionLog, clock: Clock) -> None:
    log.record("Gammal?", REFUSAL)
    clock.now += datetime.timedelta(days=89)
    log.record("Ny?", REFUSAL)
    assert len(log.rows()) == 2
    clock.now += datetime.timedelta(days=2)
    assert [row.question for row in log.rows()] == ["Ny?"]
    assert log.forget() == 1
    assert "Gammal?" not in log.file.read_text(encoding="utf-8")
    assert log.file.stat().st_mode & 0o077 == 0


def test_a_damaged_line_costs_no_other(log: QuestionLog) -> None:
    log.record("Vem äger marken?", REFUSAL)
    with log.file.open("a", encoding="utf-8") as file:
        file.write('{"half": \n[]\nnull\n{"id": 1}\n')
    log.record("Vad kostar en tomt?", REFUSAL)
    assert len(log.rows()) == 2


def test_a_verdict_on_an_unknown_question_is_not_kept(log: QuestionLog) -> None:
    assert not log.judge("påhittad", "up")
    assert log.rows() == ()


def test_a_log_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    loading = Loading(FakeAssistant)
    loading.start()
    loading.wait(30)
    (tmp_path / "fil").touch()
    gone = QuestionLog(tmp_path / "fil" / "frågor.jsonl")
    steps: list[Step] = list(converse("Hur många lägenheter?", (), loading, log=gone))
    assert isinstance(steps[-1], Done)
    with pytest.raises(QuestionLogError):
        gone.prepare()


# --- what the editor gets ---------------------------------------------------------------------


def test_the_unanswered_are_grouped_by_likeness_and_ready_for_the_editors_file(
    log: QuestionLog,
) -> None:
    for question in ("Vem äger marken?", "vem äger marken", "Vem ägde marken från början?"):
        log.record(question, REFUSAL)
    log.record("Blir det regn?", Refusal("Lärdomarna svarar inte på det."))
    for question in ("Hej!", "lärdom 31", ""):
        log.record(question, Refusal("Hej!"))
    log.judge(log.record('Vad är "mod"?', ANSWER), "down", "Fel: lärdom\n# 7")
    text = as_yaml(unanswered(log.rows()), log.rows(), 90)
    assert YAML(typ="safe").load(text) == {
        "unanswered": [
            {"questions": ["vem äger marken", "Vem ägde marken från början?"], "nearest": [14]},
            {"questions": ["Blir det regn?"], "nearest": []},
        ]
    }
    assert "frågad 3 gånger" in text
    assert '(lärdom 7): "Fel: lärdom\\n# 7"' in text


def test_the_pasted_groups_are_read_as_an_editors_file(log: QuestionLog, tmp_path: Path) -> None:
    log.record('Vem äger "marken": 7 # eller?', REFUSAL)
    text = as_yaml(unanswered(log.rows()), log.rows(), 90)
    (tmp_path / "skelleftea-2020.questions.yaml").write_text(text, encoding="utf-8")
    source = DOCUMENTS / "skelleftea-2020.md"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    (pasted,) = read_corpus(tmp_path)[0].questions.unanswered
    assert (pasted.text, pasted.nearest) == ('Vem äger "marken": 7 # eller?', (14,))


def test_the_door_summarises_the_log_that_the_setting_names(log: QuestionLog) -> None:
    fresh = QuestionLog(log.file)
    fresh.record("Vem äger marken?", REFUSAL)
    door = [sys.executable, "-m", "assistant", "log"]
    environment = {**os.environ, "LARDOM_QUESTION_LOG": str(log.file), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(door, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert "1 frågor, 1 utan svar" in done.stdout
    assert YAML(typ="safe").load(done.stdout)["unanswered"][0]["nearest"] == [14]
    environment["LARDOM_QUESTION_LOG"] = str(log.file) + "x"
    missing = subprocess.run(
        door, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert missing.returncode == 2
    assert "Ingen frågelogg" in missing.stderr


# --- on the page ------------------------------------------------------------------------------


def _client(log: QuestionLog | None) -> TestClient:
    application = page_application(CORPUS, Loading(FakeAssistant), question_log=log)
    return TestClient(application, base_url="http://127.0.0.1")


def test_the_page_says_that_questions_are_kept_and_for_how_long(log: QuestionLog) -> None:
    assert "sparas i 90 dagar" in footnote_markup(90)
    assert "sparas" not in footnote_markup(None)
    assert "sparas i 90 dagar" in _client(log).get("/panel/underlag").text
    assert "sparas inte" in _client(None).get("/panel/underlag").text


def test_without_a_log_nothing_is_asked_and_nothing_is_taken() -> None:
    shown = reply_markup("?", ANSWER, Sources(lambda: CORPUS))
    assert "data-verdict" not in shown
    sent = {"id": "x", "verdict": "up"}
    assert _client(None).post("/omdome", json=sent).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"verdict": "up"}, 200),
        ({"verdict": "down", "reason": "x" * 500}, 200),
        ({"verdict": "down", "reason": "x" * 501}, 422),
        ({"verdict": "kanske"}, 422),
        ({"verdict": "up", "id": "påhittad"}, 404),
    ],
)
def test_a_verdict_is_taken_if_it_fits(log: QuestionLog, sent: dict[str, Any], status: int) -> None:
    known = log.record("Vem äger marken?", REFUSAL)
    assert _client(log).post("/omdome", json={"id": known, **sent}).status_code == status


def test_a_form_on_another_site_cannot_leave_a_verdict(log: QuestionLog) -> None:
    known = log.record("Vem äger marken?", REFUSAL)
    body = json.dumps({"id": known, "verdict": "up"})
    reply = _client(log).post("/omdome", content=body, headers={"content-type": "text/plain"})
    assert reply.status_code == 422
    assert log.rows()[0].verdict is None


def test_the_page_does_not_start_with_a_log_that_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "borta" / "frågor.jsonl"
    assert ui.main(["--port", "0", "--question-log", str(log)]) == 1
    assert "Frågeloggen går inte att skriva" in capsys.readouterr().err
