"""Inputs that nobody thinks of, for the reader, the question parser and the batch door.

Each ``check_…`` takes one input and raises for anything that is not documented.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.batch import reply_rows
from assistant.numbers import read_numbers
from assistant.understanding import Inquiry, Lookup, Overview, clean, understand
from corpus import DOCUMENTS, CorpusError, read_document

T = TypeVar("T")
_CHUNK = 5_000  # hypothesis remembers all inputs of a run, so a long run is many short ones
_LESSON_COUNT = 30

_MARKDOWN = (
    *("---\n", "title: Å\n", "date: 2020-13-45\n", "date: 2020-10-28\n", "short name: [1]\n"),
    *("1. ", "2. ", "3) ", "10. ", "999999999. ", "- ", "   - ", "\t", "    ", "\n", "\n\n"),
    *("# ", "> ", "```\n", "---\n", "***\n", "[a]: b\n", "<div>\n", "&amp;", "|a|b|\n", "\\"),
    *("text", "åäö", "\x00", "\r", "\r\n", "\ufeff", "\u2028", "\u202e", "😀", "é", "﷽"),
)
_YAML = (
    *("answered:\n", "unanswered:\n", "summary:\n", "themes:\n", "  1: ", "  99: ", "  - "),
    *("{questions: [Va?], nearest: [1]}\n", "[Va?]\n", "questions: ", "nearest: ", "quote: "),
    *(
        "name: ",
        "lessons: [1]\n",
        "words: []\n",
        "&a ",
        "*a",
        "<<: *a\n",
        "!!python/object:os ",
        "? ",
    ),
    *(
        "!!timestamp x",
        "!!float x",
        "!!binary x",
        "!!set {a}",
        "!!omap [a: 1]",
        "2020-99-99",
        "1:60",
    ),
    *("|\n", ">-\n", "[", "]", "{", "}", ": ", ", ", "- ", "'", '"', "# ", "%YAML 9.9\n", "---\n"),
    *("...\n", "\n", "  ", "~", "null", "true", "0o7", "0x", ".inf", "1e999", "\x00", "åäö", "\t"),
)
_WORDS = (
    *("lärdom", "lärdomarna", "punkt", "nr", "lesson", "näst", "sista", "första", "de", "tre"),
    *(
        "fjorton",
        "tjugoandra",
        "hundra",
        "4–6",
        "3-",
        "1-999999999",
        "9" * 30,
        "²",
        "٣",
        "Ⅻ",
        "och",
    ),
    *("till", "samt", ",", "?", "!", "vilka", "handlar om", "alla", "visa", "mer", "nästa"),
    *(
        "hej",
        "tack",
        "vem är du",
        "skriv",
        "sammanfatta",
        "\x00",
        "\ud800",
        "\u202e",
        "\u200d",
        "😀",
        "ﬁ",
    ),
    *("\n", "\t", "<script>", "](javascript:", "{{", "%s", "a" * 300, "é", "İ", "ß"),
)
_KEYS = ("id", "question", "turns", "answer", "", "ID")


def _mixtures(pieces: tuple[str, ...], joint: str = "") -> st.SearchStrategy[str]:
    """Texts of such pieces and of anything else."""
    piece = st.one_of(st.sampled_from(pieces), st.sampled_from(pieces), st.text(max_size=8))
    return st.lists(piece, max_size=25).map(joint.join)


def _mutations(file: Path) -> st.SearchStrategy[bytes]:
    """The beginning of a real file with some bytes taken out and others put in."""
    sound = file.read_bytes()[:3_000]
    place = st.integers(0, len(sound))
    return st.builds(
        lambda start, length, new: sound[:start] + new + sound[start + length :],
        place,
        st.integers(0, 40),
        st.one_of(st.binary(max_size=8), _mixtures(_MARKDOWN + _YAML).map(_encoded)),
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_DOCUMENT = DOCUMENTS / "skelleftea-2020.md"
_SOUND = "---\ntitle: Å\n---\n\nOm oss.\n\n1. Ett.\n2. Två.\n".encode()
DOCUMENT_FILES = st.tuples(
    st.one_of(
        st.just(_SOUND),
        st.binary(max_size=200),
        _mixtures(_MARKDOWN).map(lambda text: _encoded(f"---\ntitle: Å\n{text}")),
        _mixtures(_MARKDOWN).map(lambda text: _SOUND + _encoded(text)),
        _mutations(_DOCUMENT),
    ),
    st.one_of(
        st.none(),
        st.binary(max_size=200),
        _mixtures(_YAML).map(_encoded),
        _mutations(_DOCUMENT.with_suffix(".questions.yaml")),
    ),
)
"""A document's file and its editor's, if any."""

QUESTIONS = st.one_of(_mixtures(_WORDS, " "), _mixtures(_WORDS), st.text(max_size=80))

_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), QUESTIONS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(_KEYS), st.text(max_size=4)), inner, max_size=4),
    ),
    max_leaves=8,
)
_ROWS = st.one_of(
    st.fixed_dictionaries({"id": _JSON, "question": QUESTIONS}),
    st.fixed_dictionaries({"turns": st.lists(QUESTIONS, max_size=4)}),
    st.fixed_dictionaries({}, optional={"question": _JSON, "turns": _JSON, "id": _JSON}),
)
LINES = st.one_of(
    _ROWS.map(json.dumps),
    _ROWS.map(lambda row: json.dumps(row, ensure_ascii=False)),
    _JSON.map(json.dumps),
    st.text(max_size=60),
    _ROWS.map(json.dumps).map(lambda line: line[: len(line) // 2]),
    st.sampled_from(
        ["[" * 100_000, '{"question": 1e999}', '{"turns": []}', '{"id": ' + "9" * 5000]
    ),
)


def check_document(folder: Path) -> Callable[[tuple[bytes, bytes | None]], None]:
    """Reads documents from ``folder``: what cannot be read says where and what, and no more."""
    file = folder / "fuzzed.md"

    def check(contents: tuple[bytes, bytes | None]) -> None:
        text, questions = contents
        file.write_bytes(text)
        beside = file.with_suffix(".questions.yaml")
        beside.unlink(missing_ok=True)
        if questions is not None:
            beside.write_bytes(questions)
        try:
            document = read_document(file)
        except CorpusError as error:
            assert error.file in (file, beside) and error.problem
            assert error.line is None or error.line >= 1
            str(error).encode()
        else:
            assert [each.number for each in document.lessons] == [
                *range(1, len(document.lessons) + 1)
            ]
            assert document.title and all(each.text for each in document.lessons)
            # What stands under headings may begin with the first of them.
            assert document.summary.text or document.lessons
            repr(document).encode()

    return check


def check_question(text: str) -> None:
    """Reads a question: it is understood as something, whose parts are within their limits."""
    for has_history in (False, True):
        understood = understand(text, _LESSON_COUNT, has_history)
        if isinstance(understood, Lookup):
            assert understood.numbers and all(number >= 0 for number in understood.numbers)
        elif isinstance(understood, Inquiry):
            understood.text.encode()
        elif isinstance(understood, Overview):
            understood.subject.encode()
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    read_numbers(cleaned, _LESSON_COUNT)


def check_line(assistant: Assistant) -> Callable[[str], None]:
    """Asks a line of the batch door: one row with an answer or an error, or none if it is blank."""

    def check(line: str) -> None:
        rows = list(reply_rows(assistant, [line]))
        assert len(rows) <= 1
        for row in rows:
            assert "id" in row and ("error" in row) != ("answer" in row)
            written = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")
            assert b"\n" not in written
            if "answer" in row:
                assert row["refused"] != bool(row["citations"])

    return check


def fuzz(check: Callable[[T], None], inputs: st.SearchStrategy[T], count: int, seed: int) -> int:
    """Checks ``count`` inputs; returns how many."""
    checked = 0

    def counted(value: T) -> None:
        nonlocal checked
        checked += 1
        check(value)

    while checked < count:
        chunk = settings(
            max_examples=min(_CHUNK, count - checked),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(inputs)(counted))
        hypothesis.seed(seed + checked)(chunk)()
    return checked
