"""A hundred thousand inputs; run by ``make test-slow``."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import WordEmbedder, write_corpus
from fuzz import (
    DOCUMENT_FILES,
    LINES,
    QUESTIONS,
    check_document,
    check_line,
    check_question,
    fuzz,
)

from assistant import Assistant, open_assistant
from index import LiveIndex

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def test_the_reader_raises_corpus_errors_only(tmp_path: Path) -> None:
    assert fuzz(check_document(tmp_path), DOCUMENT_FILES, 40_000, seed=101) >= 40_000


def test_the_question_parser_raises_nothing() -> None:
    assert fuzz(check_question, QUESTIONS, 40_000, seed=102) >= 40_000


def test_the_batch_door_answers_or_says_what_is_wrong_with_a_line(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    assistant = Assistant(LiveIndex(corpus, tmp_path / "store", WordEmbedder()))
    assert fuzz(check_line(assistant), LINES, 20_000, seed=103) >= 20_000


def test_the_batch_door_with_the_real_model_and_the_real_lessons(tmp_path: Path) -> None:
    assistant = open_assistant(store=tmp_path / "store")
    assert fuzz(check_line(assistant), LINES, 1_000, seed=104) >= 1_000


@pytest.mark.parametrize(("target", "runs"), [("document", 5_000), ("question", 20_000)])
def test_looking_for_new_branches_finds_no_other_exception(target: str, runs: int) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not published for this system")
    program = Path(__file__).with_name("guided_fuzz.py")
    done = subprocess.run(
        [sys.executable, str(program), target, f"-runs={runs}", "-seed=6", "-max_len=4000"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        cwd=program.parent.parent,
        env={**os.environ, "PYTHONPATH": str(program.parent.parent)},
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    print(f"\n{target}: {done.stderr.strip().splitlines()[-1]}")
