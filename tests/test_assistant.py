"""The assistant over the real lessons, with the real model and a real Chroma."""

import json
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Question, Refusal, Reply, Turn, open_assistant
from assistant.batch import reply_to_turns
from assistant.evaluation import Scored, score_file
from assistant.retriever import LessonRetriever
from corpus import DOCUMENTS, Document, read_corpus

_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def assistant(store: Path) -> Assistant:
    return open_assistant(store=store)


@pytest.fixture(scope="module")
def document() -> Document:
    return read_corpus(DOCUMENTS)[0]


@pytest.fixture(scope="module")
def dev(assistant: Assistant) -> list[Scored]:
    return score_file(assistant, _HERE / "dev.jsonl")


@pytest.fixture(scope="module")
def blind(assistant: Assistant) -> list[Scored]:
    return score_file(assistant, _HERE / "dev_blind.jsonl")


def _ask(assistant: Assistant, *turns: str) -> Reply:
    return reply_to_turns(assistant, turns)


def _cited(reply: Reply) -> list[int | None]:
    assert isinstance(reply, Answer)
    return list(dict.fromkeys(citation.lesson for citation in reply.citations))


def test_every_quote_of_every_answer_is_a_slice_of_its_lesson(
    dev: list[Scored], blind: list[Scored], document: Document
) -> None:
    citations = [citation for one in dev + blind for citation in one.reply["citations"]]
    assert len(citations) > 100
    for citation in citations:
        assert citation["document"] == document.name
        assert citation["quote"] in document.passage(citation["lesson"]).text


def test_a_refusal_cites_nothing_and_an_answer_cites_something(
    dev: list[Scored], blind: list[Scored]
) -> None:
    for one in dev + blind:
        assert bool(one.reply["citations"]) != one.reply["refused"]


def test_questions_made_from_the_lessons_reach_the_demanded_figures(dev: list[Scored]) -> None:
    ranks = [one.reciprocal_rank for one in dev if one.reciprocal_rank is not None]
    paraphrases = [one.reciprocal_rank for one in dev if one.row["kind"] == "paraphrase"]
    absent = [one.reply["refused"] for one in dev if one.row["kind"] == "absent"]
    answerable = [
        one.reply["refused"]
        for one in dev
        if one.row["kind"] != "absent" and one.row["id"] != "dev-067"
    ]
    assert _share(rank == 1 for rank in ranks) >= 0.92
    assert _share(rank == 1 for rank in paraphrases) >= 0.88
    assert _share(absent) >= 0.95
    assert _share(answerable) <= 0.03
    assert all(one.right for one in dev if one.row["kind"] in ("lookup", "document"))


def test_questions_typed_blindly_reach_the_demanded_figures(blind: list[Scored]) -> None:
    by_kind = {
        kind: [one for one in blind if one.row["kind"] == kind]
        for kind in ("answerable", "near", "absent")
    }
    assert _share(one.reciprocal_rank == 1 for one in by_kind["answerable"]) >= 0.70
    assert _share(one.reply["refused"] for one in by_kind["answerable"]) <= 0.25
    assert _share(one.nearest_named for one in by_kind["near"]) >= 0.80
    assert _share(one.reply["refused"] for one in by_kind["near"]) >= 0.65
    assert _share(one.reply["refused"] for one in by_kind["absent"]) >= 0.90


def _share(values: object) -> float:
    listed = [bool(value) for value in values]  # type: ignore[attr-defined]  # any iterable
    return sum(listed) / len(listed)


def test_a_lookup_quotes_the_whole_lesson_under_its_number(
    assistant: Assistant, document: Document
) -> None:
    for lesson in document.lessons:
        reply = _ask(assistant, f"lärdom {lesson.number}")
        assert _cited(reply) == [lesson.number]
        for line in lesson.text.split("\n"):
            assert line.removeprefix("1. ") in reply.text


def test_a_lesson_that_does_not_exist_is_told_with_how_many_there_are(assistant: Assistant) -> None:
    reply = _ask(assistant, "Vad säger lärdom 47?")
    assert isinstance(reply, Refusal)
    assert "30" in reply.text


def test_an_overview_of_a_subject_is_exhaustive(assistant: Assistant) -> None:
    assert {7, 25} <= set(_cited(_ask(assistant, "Vilka lärdomar handlar om bostäder?")))
    assert {3, 26} <= set(_cited(_ask(assistant, "lista alla lärdomar om stolthet")))


def test_an_overview_of_all_names_every_lesson_once(assistant: Assistant) -> None:
    assert _cited(_ask(assistant, "lista alla")) == list(range(1, 31))


def test_next_and_previous_go_on_from_the_lesson_last_talked_about(assistant: Assistant) -> None:
    assert _cited(_ask(assistant, "lärdom 12", "nästa")) == [13]
    assert _cited(_ask(assistant, "lärdom 12", "nästa", "och nästa?")) == [14]
    assert _cited(_ask(assistant, "lärdom 12", "föregående")) == [11]


def test_after_the_last_lesson_comes_a_polite_end(assistant: Assistant) -> None:
    assert isinstance(_ask(assistant, "sista lärdomen", "nästa"), Refusal)


def test_a_topic_switch_is_not_taken_for_a_follow_up(assistant: Assistant) -> None:
    reply = _ask(assistant, "lärdom 12", "Vad sägs om taxichaufförer?")
    assert _cited(reply)[0] == 27


@pytest.mark.parametrize("text", ["Hur bakar man kanelbullar?", "Vad blir det för väder?"])
def test_a_refusal_on_a_later_turn_holds(assistant: Assistant, text: str) -> None:
    assert isinstance(_ask(assistant, "Vad sägs om taxichaufförer?", text), Refusal)


@pytest.mark.parametrize(
    ("before", "text", "lesson"),
    [
        ("Berätta om taxichaufförerna", "Varför det?", 27),
        ("Vad sägs om energibolaget?", "Vilken roll har det?", 12),
        ("Vilket mål sattes upp?", "Till vilket år?", 7),
        ("Hur hanterade man sjukvårdsfrågor?", "Vem svarade?", 21),
        ("Vad sägs om nätverk?", "Och universitetet?", 20),
    ],
)
def test_a_short_turn_is_understood_from_the_one_before(
    assistant: Assistant, before: str, text: str, lesson: int
) -> None:
    assert _cited(_ask(assistant, before, text))[0] == lesson


def test_an_answer_says_how_old_its_source_is(assistant: Assistant) -> None:
    assert "Källan är från 28 oktober 2020." in _ask(assistant, "lärdom 3").text


def test_a_stream_grows_and_ends_in_the_reply(assistant: Assistant) -> None:
    shown = list(assistant.stream(Question("lärdom 7 till 9")))
    assert all(isinstance(reply, Answer) for reply in shown)
    assert shown[-1] == assistant.invoke("lärdom 7 till 9")
    assert [len(reply.citations) for reply in shown] == [1, 2, 3]  # type: ignore[union-attr]


def test_the_assistant_is_a_runnable_that_batches(assistant: Assistant) -> None:
    one, other = assistant.batch(["lärdom 1", "lärdom 2"])
    assert (_cited(one), _cited(other)) == ([1], [2])


def test_the_retriever_gives_scored_lessons_to_langchain(assistant: Assistant) -> None:
    retriever = LessonRetriever(index=assistant._index, count=2)
    found = retriever.invoke("Vad ska taxichaufförerna lära sig?")
    assert found[0].metadata["lesson"] == 27
    assert 0 <= found[1].metadata["score"] <= found[0].metadata["score"] <= 1


def test_starter_questions_and_follow_ups_have_answers(assistant: Assistant) -> None:
    reply = assistant.invoke("Vad sägs om bostäder?")
    for question in (*assistant.starter_questions(4), *assistant.follow_ups(reply)):
        assert isinstance(assistant.invoke(question), Answer), question


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x00",
        "\ud800 hej",
        "🙂" * 50,
        "\u202elärdom 3\u202c",
        "<img src=x onerror=alert(1)>",
        "[x](http://example.com) **fet**",
        "ä" * 20_000,
        "lärdom " + "9" * 50,
        "?" * 500,
    ],
)
def test_bad_input_gets_a_polite_reply_and_the_talk_goes_on(
    assistant: Assistant, text: str
) -> None:
    reply = assistant.invoke(Question(text))
    assert reply.text
    assert _cited(assistant.invoke(Question("lärdom 5", (Turn(text, reply),)))) == [5]


def test_the_question_files_hold_the_rows_that_the_figures_speak_of() -> None:
    for name, count in (("dev.jsonl", 100), ("dev_blind.jsonl", 150)):
        rows = (_HERE / name).read_text(encoding="utf-8").strip().split("\n")
        assert len([json.loads(row) for row in rows]) == count
