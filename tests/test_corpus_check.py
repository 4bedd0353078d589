"""``python -m corpus check`` and ``suggest``: the editor's file against document and log."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from chat_server import Says, chat_server
from fakes import LESSONS, WordEmbedder, write_corpus, write_document

from assistant.check import Check, Kind, check_documents
from assistant.check_report import check_report
from assistant.model import open_model
from assistant.model_settings import ModelSettings
from assistant.suggest import LogError, as_yaml, draft_from_log, draft_with_model, read_log
from assistant.unlearnt import ask_unlearnt
from corpus import Document, read_corpus, read_document

ROOT = Path(__file__).parent.parent

QUESTIONS = """answered:
  1: ["Vem ska med från början?", "När ska elen planeras?", "Ska energibolaget med tidigt?",
      "Är elnätet viktigt för fabriken?", "När ska energibolaget vara med?"]
  2: ["Behöver marken vara klar?", "Hur skaffar man tomter?", "Ska tomter förberedas i god tid?",
      "Behövs byggbara tomter?", "Lockar engelska skolan familjer från andra länder?"]
  6: ["Vad lockar familjer från andra länder?", "Behövs en engelsk skola?",
      "Lockar engelska skolan familjer?", "Varför engelska skolan?"]
unanswered:
  - {questions: ["Vad kostar elen?", "Behövs byggbara tomter i god tid?"], nearest: [1]}
  - {questions: ["Vad blir det för väder?", "Vem vann matchen?", "Behövs en engelsk skola?"],
     nearest: []}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("underlag")
    write_document(folder, [*LESSONS, "I god tid: förbered byggbara tomter."])
    (folder / "smastad.questions.yaml").write_text(QUESTIONS, encoding="utf-8")
    write_document(folder, LESSONS[4:6], "storstad")
    return folder


@pytest.fixture(scope="module")
def check(folder: Path) -> Check:
    return check_documents(read_corpus(folder), folder, WordEmbedder())


def _texts(check: Check, kind: Kind) -> list[str]:
    return [one.text for one in check.shortcomings if one.kind == kind]


def test_every_question_is_asked_once_of_an_index_that_has_not_learnt_it(folder: Path) -> None:
    documents = [document for document in read_corpus(folder) if document.name == "smastad"]
    asked = list(ask_unlearnt(documents, folder, WordEmbedder()))
    written = documents[0].questions
    answered = {question for _, own in written.answered for question in own}
    assert len(asked) == len({one.question for one in asked})
    assert {one.question for one in asked if one.answered} == answered
    assert len(asked) == len(answered | {one.text for one in written.unanswered})
    # Had it been learnt, lesson 2 would have had it for its own.
    misplaced = next(
        one for one in asked if one.question.startswith("Lockar engelska skolan familjer från")
    )
    assert misplaced.lessons == {2}
    assert misplaced.hits[0].number == 6


def test_a_question_under_the_wrong_lesson_is_told_with_its_line(check: Check) -> None:
    wrong = next(
        one for one in check.shortcomings if one.kind == "elsewhere" and "skolan" in one.text
    )
    expected = "”Lockar engelska skolan familjer från andra länder?” hittar lärdom 6, inte 2"
    assert wrong.text == expected
    assert wrong.line == 5


def test_an_unanswered_question_that_would_be_answered_is_told(check: Check) -> None:
    told = _texts(check, "answers")
    assert any("byggbara tomter" in text and "skulle besvaras med lärdom" in text for text in told)
    assert not any("engelsk skola" in text for text in told)


def test_a_question_on_both_sides_is_a_contradiction(check: Check) -> None:
    assert len(_texts(check, "contradiction")) == 1
    assert "”Behövs en engelsk skola?” besvaras av lärdom 6" in _texts(check, "contradiction")[0]


def test_lessons_with_the_fewest_questions_come_first(check: Check) -> None:
    told = _texts(check, "few questions")
    assert told[0] == "lärdom 3 har 0 frågor; 20 är lagom"
    assert told[-1] == "lärdom 2 har 5 frågor; 20 är lagom"


def test_lessons_that_say_the_same_are_told_within_and_between_documents(check: Check) -> None:
    told = " ".join(_texts(check, "alike"))
    assert "lärdom 2 och lärdom 9 säger nästan samma sak" in told
    assert "i smastad säger nästan samma sak" in told or "i storstad säger" in told
    assert len(_texts(check, "alike")) == 3


def test_a_document_without_an_editors_file_is_told(check: Check) -> None:
    found = [one for one in check.shortcomings if one.kind == "no questions"]
    assert [one.document for one in found] == ["storstad"]
    assert "osäkrare" in found[0].text


def test_the_report_begins_with_what_to_mend_first(check: Check) -> None:
    told = check_report(check, everything=True)
    titles = [line for line in told.split("\n") if line and not line.startswith(" ")]
    assert [title.split(":")[0] for title in titles][:3] == [
        "Frågor som både besvaras och inte besvaras",
        "Dokument utan redaktörens frågor",
        "Obesvarade frågor som skulle besvaras",
    ]
    assert f"av {check.answered} besvarade frågor" in told


def test_the_report_shows_the_most_urgent_and_counts_the_rest(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path, [*LESSONS, *(f"Unik{n} sak{n} här{n}." for n in range(20))])
    check = check_documents(read_corpus(folder), folder, WordEmbedder())
    told = check_report(check, everything=False)
    assert "Lärdomar med få frågor: 28" in told
    assert "… och 13 till, visa alla med --all" in told
    assert "till, visa alla" not in check_report(check, everything=True)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    write_corpus(tmp_path / "underlag")
    return read_document(tmp_path / "underlag" / "smastad.md")


def _log(tmp_path: Path) -> Path:
    rows: list[object] = [
        {"id": "1", "question": "Får vi bygga höghus?", "refused": True, "suggestions": [2, 3]},
        {"id": "2", "question": "får vi  bygga höghus", "refused": True, "suggestions": [2]},
        {"id": "3", "question": "Hur många bostäder?", "refused": False, "lessons": [3]},
        {
            "id": "4",
            "question": "Vem kör turisterna?",
            "refused": False,
            "citations": [{"document": "smastad", "lesson": 5, "quote": "…"}],
        },
        {"id": "4", "question": "Vem kör turisterna?", "refused": False, "citations": [5]},
        {
            "id": "5",
            "question": "Vad gör en annan stad?",
            "refused": False,
            "citations": [{"document": "annat", "lesson": 1}],
        },
        {"id": "6", "question": "Vad kostar elen?", "refused": True, "suggestions": [1]},
        {"id": "7", "question": "Bakar ni bullar?", "refused": True, "suggestions": []},
        "ingen rad",
    ]
    file = tmp_path / "frågor.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("\n".join([*lines, "{trasig", ""]), encoding="utf-8")
    return file


def test_the_log_gives_questions_that_the_editors_file_lacks(
    tmp_path: Path, document: Document
) -> None:
    drafts = draft_from_log(read_log(_log(tmp_path), document), document, None)
    answered = {number: [one.question for one in own] for number, own in drafts.answered}
    assert answered == {3: ["Hur många bostäder?"], 5: ["Vem kör turisterna?"]}
    unanswered = {nearest: [one.question for one in own] for nearest, own in drafts.unanswered}
    assert unanswered == {(2,): ["får vi bygga höghus"], (): ["Bakar ni bullar?"]}
    assert drafts.unanswered[0][1][0].source == "frågad 2 gånger, avvisad"


def test_one_lesson_gets_only_its_own(tmp_path: Path, document: Document) -> None:
    drafts = draft_from_log(read_log(_log(tmp_path), document), document, 5)
    assert [number for number, _ in drafts.answered] == [5]
    assert drafts.unanswered == ()


def test_what_is_pasted_is_read_by_the_corpus(tmp_path: Path, document: Document) -> None:
    drafts = draft_from_log(read_log(_log(tmp_path), document), document, None)
    file = tmp_path / "underlag" / "smastad.questions.yaml"
    file.write_text(as_yaml(drafts), encoding="utf-8")
    questions = read_document(tmp_path / "underlag" / "smastad.md").questions
    assert questions.for_lesson(5) == ("Vem kör turisterna?",)
    assert [one.text for one in questions.unanswered] == ["får vi bygga höghus", "Bakar ni bullar?"]


def test_a_language_model_drafts_only_new_questions(document: Document) -> None:
    written = (
        '1. Hur får man tag i tomter?\n- "Finns mark?"\nHär är frågorna:\n\nHur skaffar man mark?'
    )
    with chat_server() as server:
        server.plays(Says(written))
        model = open_model(ModelSettings("openai:scripted", server.url))
        drafts = draft_with_model(model, document, document.lessons[1])
    assert [one.question for one in drafts] == ["Hur får man tag i tomter?", "Finns mark?"]


def test_a_missing_log_is_a_failure(tmp_path: Path, document: Document) -> None:
    with pytest.raises(LogError):
        read_log(tmp_path / "saknas.jsonl", document)


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corpus", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_door_suggests_from_the_log_and_changes_nothing(
    tmp_path: Path, document: Document
) -> None:
    folder = tmp_path / "underlag"
    before = (folder / "smastad.questions.yaml").read_bytes()
    done = _run("suggest", "5", "--corpus", folder, "--log", _log(tmp_path))
    assert done.returncode == 0
    assert '- "Vem kör turisterna?"  # frågad en gång, besvarad med lärdomen' in done.stdout
    assert (folder / "smastad.questions.yaml").read_bytes() == before
    assert _run("suggest", "6", "--corpus", folder, "--log", _log(tmp_path)).returncode == 1


def test_the_door_says_what_it_needs_without_a_log(tmp_path: Path, document: Document) -> None:
    done = _run("suggest", "5", "--corpus", tmp_path / "underlag")
    assert done.returncode == 2
    assert "LARDOM_QUESTION_LOG" in done.stderr


def test_the_door_refuses_a_lesson_or_a_document_that_does_not_exist(
    tmp_path: Path, document: Document
) -> None:
    folder = tmp_path / "underlag"
    done = _run("suggest", "31", "--corpus", folder, "--log", _log(tmp_path))
    assert done.returncode == 2
    assert "8 lärdomar" in done.stderr
    assert "bara smastad" in _run("check", "--corpus", folder, "--document", "x").stderr
