"""The reader, the question parser and the batch door raise nothing but what they document.

In a short form; test_fuzz_slow.py has the long one.
"""

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

from assistant import Assistant
from index import LiveIndex


@pytest.fixture(scope="module")
def words_assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Over a small corpus, with an embedder that takes no time."""
    folder = tmp_path_factory.mktemp("fuzz")
    return Assistant(LiveIndex(write_corpus(folder / "corpus"), folder / "store", WordEmbedder()))


def test_the_reader_raises_corpus_errors_only(tmp_path: Path) -> None:
    assert fuzz(check_document(tmp_path), DOCUMENT_FILES, 400, seed=1) >= 400


def test_the_question_parser_raises_nothing() -> None:
    assert fuzz(check_question, QUESTIONS, 600, seed=2) >= 600


def test_the_batch_door_answers_or_says_what_is_wrong_with_a_line(
    words_assistant: Assistant,
) -> None:
    assert fuzz(check_line(words_assistant), LINES, 400, seed=3) >= 400
