"""The measuring program: what it measures with has to be right, whatever the figures are."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import aims, rows
from bench.bare import exact_nearest, texts_of
from bench.documents import number_of, write_documents
from bench.figures import figures_of
from bench.given import GivenVectors
from bench.material import Material, read_material
from bench.plan import plan
from bench.report import machine, write_report
from bench.runner import Run, run_stages
from bench.stages import STAGES, find, watching
from bench.synthetic import questions_about, synthetic_lessons
from bench.table import figure, table
from bench.task import Layout, change_one_lesson, lay_out, read_questions
from corpus import read_corpus


@pytest.fixture(scope="module")
def material() -> Material:
    return read_material()


def test_the_same_seed_makes_the_same_lessons_and_another_seed_others(material: Material) -> None:
    lessons = synthetic_lessons(material, 200)
    assert lessons == synthetic_lessons(material, 200)
    assert lessons != synthetic_lessons(material, 200, seed=1)


def test_a_small_corpus_is_the_beginning_of_a_large_one(material: Material) -> None:
    assert synthetic_lessons(material, 300)[:100] == synthetic_lessons(material, 100)


def test_no_two_lessons_are_the_same(material: Material) -> None:
    texts = [lesson.text for lesson in synthetic_lessons(material, 5_000)]
    assert len(set(texts)) == len(texts)


def test_a_question_is_made_of_words_of_its_right_lesson(material: Material) -> None:
    lessons = synthetic_lessons(material, 1_000)
    for question in questions_about(lessons, 100):
        (right,) = question.right
        text = lessons[right].text
        # One of its three words may be misspelt.
        assert sum(word in text for word in _long_words(question.text)) >= 2, question


def test_documents_hold_the_lessons_in_their_order(material: Material, tmp_path: Path) -> None:
    lessons = synthetic_lessons(material, 95)
    write_documents(lessons, tmp_path / "documents")
    documents = read_corpus(tmp_path / "documents")
    assert [len(document.lessons) for document in documents] == [40, 40, 15]
    for document in documents:
        for lesson in document.lessons:
            assert lessons[number_of(document.name, lesson.number)].text == lesson.text


def test_every_size_is_asked_the_same_questions_and_smaller_ones_come_first(tmp_path: Path) -> None:
    large, small = lay_out(tmp_path, 1_200), lay_out(tmp_path, 1_000)
    assert read_questions(large) == read_questions(small)
    texts = texts_of(large.documents)
    assert texts[: len(texts_of(small.documents))] == texts_of(small.documents)


def test_the_real_lessons_are_asked_real_questions(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 30)
    passages = (layout.peers / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(passages) == 30
    questions = {question.text: question.right for question in read_questions(layout)}
    assert questions["Varför ska taxichaufförer utbildas?"] == (26,)
    assert "taxi" in json.loads(passages[26])["text"].lower()


def test_a_changed_lesson_is_one_changed_lesson(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, 120)
    before = _lessons(layout)
    change_one_lesson(layout, "Ändrad.")
    after = _lessons(layout)
    assert [one for one, other in zip(after, before, strict=True) if one != other] == [after[1]]
    assert after[1] == f"Ändrad. {before[1]}"


def test_the_exact_search_finds_the_nearest_first() -> None:
    vectors = np.eye(5, dtype=np.float32)
    asked = np.asarray([0.1, 0.5, 0.2, 0.9, 0.0], dtype=np.float32)
    assert exact_nearest(vectors, asked, 3) == [3, 1, 2]


def test_given_vectors_are_handed_out_and_nothing_is_embedded() -> None:
    vector = np.asarray([0.6, 0.8], dtype=np.float32)
    embedder = GivenVectors({"en text": vector})
    assert embedder.embed_documents(["en text"]) == [vector.tolist()]


def test_every_stage_of_a_question_is_found_under_its_name() -> None:
    for place in STAGES:
        find(place)


def test_a_stage_inside_another_counts_for_itself_only() -> None:
    inside = {"bench.table:table": "outer", "bench.table:figure": "inner"}
    with watching(inside) as watch:
        import bench.table

        bench.table.table(["a"], [[bench.table.figure(1.0)]])
        stages = watch.take()
    assert set(stages) == {"outer", "inner"}
    assert bench.table.table is table, "what was watched is as it was"


def test_figures_are_milliseconds() -> None:
    figures = figures_of([0.001, 0.002, 0.003])
    assert (figures.median_ms, figures.count) == (pytest.approx(2.0), 3)
    with pytest.raises(ValueError, match="nothing"):
        figures_of([])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123, "0,12"), (12.34, "12,3"), (1234.0, "1\u202f234"), (None, "–"), (30, "30")],
)
def test_figures_are_written_as_swedish_writes_them(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_a_plan_measures_small_sizes_first_and_each_peer_at_each_size() -> None:
    stages = plan((1_000, 30), ("txtai",))
    names = [stage.name for stage in stages]
    assert names[0] == "embed-30"
    assert names.index("questions-30") < names.index("questions-1000")
    assert {"peer-txtai-30", "peer-txtai-1000"} <= set(names)


def test_a_stage_without_time_is_reported_and_so_are_those_that_need_it(tmp_path: Path) -> None:
    run = Run(tmp_path, lambda line: None, ends=0.0)
    found = run_stages(run, plan((30,), ()))
    assert found["embed-30"] == {"failed": "no time left"}
    assert found["build-30"] == {"failed": "embed-30 is missing"}


def test_a_resumed_run_keeps_what_was_found(tmp_path: Path) -> None:
    run = Run(tmp_path, lambda line: None, ends=0.0, resume=True)
    run.file("embed-30").parent.mkdir(parents=True)
    run.file("embed-30").write_text('{"texts": 7}', encoding="utf-8")
    assert run_stages(run, plan((30,), ()))["embed-30"] == {"texts": 7}


def test_a_report_of_nothing_has_dashes_and_says_why(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    text = write_report(tmp_path, (30,), {"embed-30": {"failed": "no time left"}}, machine(60))
    assert "| första sidan | högst 2,50 s | – | – |" in text
    assert "- embed-30: no time left" in text
    assert (tmp_path / "results.png").stat().st_size > 1_000
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["found"]


def test_a_peer_stands_beside_the_product_with_its_ratio() -> None:
    found = {
        "questions-30": {
            "retrieval": {"median_ms": 2.0, "p95_ms": 3.0, "count": 9},
            "recall_at_3": 0.9,
        },
        "peer-txtai-30": {"hybrid": {"median_ms": 5.0, "p95_ms": 6.0, "recall_at_3": 0.5}},
    }
    assert [rows.OWN, "2,00 / 3,00 · 0,90"] in list(rows.retrieval_rows([30], found))
    assert ["txtai, hybrid", "2,50 ×"] in list(rows.ratio_rows([30], found))


def test_the_best_peer_is_what_the_aims_are_held_against() -> None:
    found = {
        "questions-30": {
            "retrieval": {"median_ms": 2.0, "p95_ms": 3.0, "count": 9},
            "recall_at_3": 0.9,
        },
        "peer-txtai-30": {"hybrid": {"median_ms": 5.0, "p95_ms": 6.0, "recall_at_3": 0.5}},
        "peer-haystack-30": {"hybrid": {"median_ms": 1.0, "p95_ms": 9.0, "recall_at_3": 0.95}},
        "peer-langchain-30": {"failed": "no time left"},
    }
    told = {row[0]: row[1:] for row in (aim.row(found) for aim in aims.AIMS)}
    assert told["snabbaste hybriden mot oss, median"] == ("minst 1,00 ×", "0,50 ×", "nej")
    assert told["snabbaste hybriden mot oss, p95"] == ("minst 1,00 ×", "2,00 ×", "ja")
    assert told["våra träffar minus bästa hybridens"] == ("minst 0,00", "-0,05", "nej")


def test_the_build_is_held_against_the_bare_encoder_over_the_same_texts() -> None:
    found = {
        "embed-30": {"real": True, "texts": 9, "seconds_after": [[9, 9.0]]},
        "embed-1000": {"real": False, "texts": 200, "seconds_after": [[100, 10.0], [200, 30.0]]},
        "build-500": {"texts": 100, "given_seconds": 2.0},
        "build-1000": {"texts": 200, "given_seconds": 3.0, "whole_seconds": 60.0},
    }
    assert aims.build_ratio(500, found) == pytest.approx(1.2)
    assert aims.build_ratio(1_000, found) == pytest.approx(2.0)


def _lessons(layout: Layout) -> list[str]:
    return [lesson.text for each in read_corpus(layout.documents) for lesson in each.lessons]


def _long_words(text: str) -> list[str]:
    return [word.strip("?.,") for word in text.split() if len(word.strip("?.,")) >= 6]
