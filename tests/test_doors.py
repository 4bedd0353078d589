"""The doors as their users open them: real processes over the real lessons, and a real wheel.

The editor's file is the shipped one cut short, so that the index is built in seconds; it is built
once, by the first question, with the network denied.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from assistant.__main__ import main
from corpus import DOCUMENTS, Document, read_document

ROOT = Path(__file__).parent.parent
FIELDS = ["id", "answer", "refused", "citations", "suggestions", "mode", "seconds"]
FOURTEEN = "Förbered ett betydande lager av byggbara tomter."
SOURCE = "Källan är från 28 oktober 2020."
# Writes down each address that Python asks for; what asks beneath Python has no network at all.
GUARD = """
import os, sys

def note(line):
    with open(os.environ["LARDOM_TEST_ADDRESSES"], "a") as file:
        file.write(line + "\\n")

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        note(f"{event} {arguments}")

note("watching")
sys.addaudithook(watch)
"""

# Rows that can be read, each with the lessons that its answer cites: none for a refusal, and None
# where it is the evidence that decides.
READABLE: list[tuple[dict[str, Any], list[int] | None]] = [
    ({"id": "lookup", "question": "lärdom 14"}, [14]),
    ({"id": "several", "question": "7 till 9"}, [7, 8, 9]),
    ({"id": "missing", "question": "lärdom 31"}, []),
    ({"id": "turns", "turns": ["lärdom 14", "och nästa?"]}, [15]),
    ({"id": "greeting", "question": "Hej!"}, []),
    ({"id": "empty", "question": ""}, []),
    ({"id": "blank", "question": " \n\t\u00a0"}, []),
    ({"id": "emoji", "question": "🎉🏭👩🏽‍🔧"}, []),
    ({"id": "NUL", "question": "\x00lär\x00dom 14\x00"}, [14]),
    ({"id": "NUL only", "question": "\x00"}, []),
    ({"id": "surrogates", "question": "\ud83dlärdom 14\udc00"}, [14]),
    ({"id": "surrogate only", "question": "\udfff"}, []),
    ({"id": "right to left", "question": "\u202elärdom\u200f 14\u202c"}, [14]),
    ({"id": "right to left only", "question": "\u202e\u200f\u202c"}, []),
    ({"id": "decomposed", "question": "la\u0308rdom 14"}, [14]),
    ({"id": "HTML", "question": "<b>lärdom 14</b><script>alert(1)</script>"}, [14]),
    ({"id": "script", "question": '<script>alert("hej")</script>'}, None),
    ({"id": "Markdown", "question": "**[lärdom 14](javascript:alert(1))**"}, [14]),
    ({"id": "one long word", "question": "a" * 20_000}, []),
    ({"id": "many words", "question": "hur gör man " * 1_667}, []),
    ({"id": 7, "question": "lärdom 14"}, [14]),
    ({"question": "lärdom 14"}, [14]),
    ({"id": "\ud800", "question": "lärdom 14"}, [14]),
    ({"id": "Ööland", "question": "lärdom 14", "kind": "lookup"}, [14]),
]
# Lines that cannot, each with the id that can still be made out.
UNREADABLE: list[tuple[str, Any]] = [
    ("lärdom 14", None),
    ('{"id": "broken", "question": "lärdom 14"', None),
    ('{"id": "raw NUL", "question": "\x00"}', None),
    ('["lärdom 14"]', None),
    ("null", None),
    ("[" * 100_000, None),
    ('{"id": "no question"}', "no question"),
    ('{"id": "no text", "question": 14}', "no text"),
    ('{"id": "no turns", "turns": []}', "no turns"),
    ('{"id": "turns of another kind", "turns": ["lärdom 14", 15]}', "turns of another kind"),
    ('{"id": "turns in a text", "turns": "lärdom 14"}', "turns in a text"),
]


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(DOCUMENTS / "skelleftea-2020.md")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped document, with a few of its editor's questions."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copy(DOCUMENTS / "skelleftea-2020.md", folder)
    name = "skelleftea-2020.questions.yaml"
    questions = YAML(typ="safe").load((DOCUMENTS / name).read_text(encoding="utf-8"))
    few = {
        "answered": {number: asked[:2] for number, asked in questions["answered"].items()},
        "unanswered": questions["unanswered"][:6],
        "themes": questions["themes"],
    }
    text = StringIO()
    YAML(typ="safe").dump(few, text)
    (folder / name).write_text(text.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a person with an index folder of their own, and no other settings."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("LARDOM_")}
    index = tmp_path_factory.mktemp("index") / "new"
    return {**others, "LARDOM_CORPUS": str(corpus), "LARDOM_INDEX": str(index)}


class Asked:
    """The first question, and the addresses that were reached for while it was answered."""

    def __init__(self, done: subprocess.CompletedProcess[str], addresses: str) -> None:
        self.done = done
        self.addresses = addresses


@pytest.fixture(scope="module")
def first(
    document: Document, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Asked:
    """One of the editor's questions about lesson 14, asked with no index and no network."""
    folder = tmp_path_factory.mktemp("guard")
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    addresses = folder / "addresses"
    addresses.touch()
    guarded = {
        **environment,
        "PYTHONPATH": str(folder),
        "LARDOM_TEST_ADDRESSES": str(addresses),
    }
    question = document.questions.for_lesson(14)[0]
    done = _assistant("ask", question, environment=guarded, before=_without_network())
    return Asked(done, addresses.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def indexed(first: Asked, environment: dict[str, str]) -> dict[str, str]:
    """The same settings, once the index is there."""
    assert first.done.returncode == 0, first.done.stderr
    return environment


@pytest.fixture(scope="module")
def batch(indexed: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Unreadable lines first and a readable one after each, then the other readable ones."""
    lines = [json.dumps(row) for row, _ in READABLE]
    mixed = [part for pair in zip(_unreadable(), lines, strict=False) for part in pair]
    rest = lines[len(UNREADABLE) :]
    return _assistant("batch", environment=indexed, given="\r\n\n".join([*mixed, *rest]) + "\n")


@pytest.fixture(scope="module")
def replies(batch: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in batch.stdout.split("\n") if line]


def _unreadable() -> Iterator[str]:
    yield from (line for line, _ in UNREADABLE)


@cache
def _without_network() -> tuple[str, ...]:
    """The words before a command that take the network from it, where that is permitted."""
    for unshare in (("unshare", "-rn"), ("unshare", "-n")):
        if not shutil.which(unshare[0]):
            continue
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
            return unshare
    return ()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _assistant(
    *arguments: str,
    environment: dict[str, str],
    given: str | None = None,
    before: Sequence[str] = (),
    python: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, *_command(*python, "-m", "assistant", *arguments)],
        cwd=ROOT,
        env=environment,
        input="" if given is None else given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _by_id(replies: list[dict[str, Any]], identity: object) -> dict[str, Any]:
    return next(reply for reply in replies if reply["id"] == identity and "error" not in reply)


def _loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    """What a process run with ``-X importtime`` imported, by first names."""
    return set(re.findall(r"^import time:.*\| +(\w+)", done.stderr, re.M))


# ask


def test_ask_prints_the_quote_its_lesson_and_the_age_of_the_source(first: Asked) -> None:
    assert first.done.returncode == 0
    assert f"{FOURTEEN} [Lärdom 14]" in first.done.stdout
    assert first.done.stdout.endswith(f"\n\n{SOURCE}\n")


def test_a_missing_index_is_built_by_the_first_question_and_a_line_says_so(first: Asked) -> None:
    assert re.search(r"^Bygger indexet", first.done.stderr, re.M)
    assert "Bygger" not in first.done.stdout


def test_building_and_asking_reach_for_no_address(first: Asked) -> None:
    assert first.done.returncode == 0
    assert set(first.addresses.splitlines()) == {"watching"}


def test_ask_takes_a_question_of_several_words_and_a_lookup_loads_no_index(
    indexed: dict[str, str],
) -> None:
    done = _assistant(
        "ask", "Vad", "säger", "lärdom", "14?", environment=indexed, python=["-X", "importtime"]
    )
    assert done.stdout == f"{FOURTEEN} [Lärdom 14]\n\n{SOURCE}\n"
    assert done.returncode == 0
    assert _loaded(done) & {"chromadb", "onnxruntime", "torch", "langchain_core", "gradio"} == set()


def test_a_lookup_is_not_answered_from_documents_that_were_altered_in_the_index(
    indexed: dict[str, str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(indexed["LARDOM_INDEX"], store)
    (kept,) = store.glob("gen-*/documents.json")
    kept.write_text(kept.read_text(encoding="utf-8").replace("5 000", "9 000"), encoding="utf-8")
    done = _assistant("ask", "lärdom 7", environment={**indexed, "LARDOM_INDEX": str(store)})
    assert "5 000" in done.stdout and "9 000" not in done.stdout


def test_a_corpus_that_cannot_be_read_is_told_in_swedish_and_the_status_is_two(
    environment: dict[str, str], tmp_path: Path
) -> None:
    broken = {**environment, "LARDOM_CORPUS": str(tmp_path), "LARDOM_INDEX": str(tmp_path / "x")}
    done = _assistant("ask", "lärdom 14", environment=broken)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Ett dokument går inte att läsa." in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_door_and_setting_and_loads_no_index(environment: dict[str, str]) -> None:
    done = _assistant("--help", environment=environment, python=["-X", "importtime"])
    assert done.returncode == 0
    for word in ("ask", "chat", "batch", "evaluate"):
        assert word in done.stdout
    for setting in ("LARDOM_CORPUS", "LARDOM_INDEX", "LARDOM_EMBEDDER"):
        assert setting in done.stdout
    assert _loaded(done) & {"torch", "chromadb", "sklearn", "gradio"} == set()


# chat


def test_chat_goes_on_from_the_turn_before_and_ends_at_an_empty_line(
    indexed: dict[str, str],
) -> None:
    done = _assistant("chat", environment=indexed, given="lärdom 14\noch nästa?\n\n")
    assert done.returncode == 0
    assert f"{FOURTEEN} [Lärdom 14]" in done.stdout
    assert "Spetsa gärna med oväntade extra värden." in done.stdout


# batch


def test_batch_replies_to_every_row_in_order(replies: list[dict[str, Any]]) -> None:
    readable = [row.get("id") for row, _ in READABLE]
    wanted = [
        identity
        for pair in zip((identity for _, identity in UNREADABLE), readable, strict=False)
        for identity in pair
    ] + readable[len(UNREADABLE) :]
    printable = ["?" if identity == "\ud800" else identity for identity in wanted]
    assert [reply["id"] for reply in replies] == printable


def test_a_row_that_cannot_be_read_gives_an_error_and_the_batch_goes_on(
    batch: subprocess.CompletedProcess[str], replies: list[dict[str, Any]]
) -> None:
    errors = [reply for reply in replies if "error" in reply]
    assert len(errors) == len(UNREADABLE)
    for error in errors:
        assert set(error) == {"id", "error"}
        assert error["error"]
    assert batch.returncode == 1
    assert "Traceback" not in batch.stderr


def test_every_reply_has_the_fields_of_the_batch_interface(
    replies: list[dict[str, Any]], document: Document
) -> None:
    answered = [reply for reply in replies if "error" not in reply]
    assert len(answered) == len(READABLE)
    for reply in answered:
        assert list(reply) == FIELDS
        assert reply["answer"].strip()
        assert reply["mode"] == "extractive"
        assert isinstance(reply["seconds"], float)
        assert reply["refused"] is (reply["citations"] == [])
        assert all(document.lesson(number) for number in reply["suggestions"])
        for citation in reply["citations"]:
            assert list(citation) == ["document", "lesson", "quote"]
            assert citation["document"] == document.name
            assert citation["quote"] in document.passage(citation["lesson"]).text


@pytest.mark.parametrize(
    ("row", "lessons"), READABLE, ids=[ascii(row.get("id")) for row, _ in READABLE]
)
def test_odd_questions_are_answered_or_refused_like_others(
    replies: list[dict[str, Any]], row: dict[str, Any], lessons: list[int] | None
) -> None:
    reply = _by_id(replies, "?" if row.get("id") == "\ud800" else row.get("id"))
    cited = list(dict.fromkeys(citation["lesson"] for citation in reply["citations"]))
    assert lessons is None or cited == lessons
    assert not re.search(r"<script|javascript|Traceback|[\x00\u202e]", reply["answer"])
    assert len(reply["answer"]) < 2_000


def test_a_lesson_that_does_not_exist_is_told_how_many_there_are(
    replies: list[dict[str, Any]],
) -> None:
    assert "30" in _by_id(replies, "missing")["answer"]


def test_a_reply_comes_before_the_next_row_is_sent_and_the_status_is_zero(
    indexed: dict[str, str],
) -> None:
    with subprocess.Popen(
        _command("-m", "assistant", "batch"),
        cwd=ROOT,
        env=indexed,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        # The second is Latin-1, as an old program might send it; its reader still gets a reply.
        for row in (b'{"id": 1, "question": "14"}', b'{"id": 2, "question": "nr 14, p\xe5"}'):
            process.stdin.write(row + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["answer"]
        process.stdin.close()
        assert process.wait() == 0


# evaluate


def test_evaluate_prints_a_line_for_each_kind_and_writes_the_misses(
    indexed: dict[str, str], tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "kind": "lookup", "question": "lärdom 14", "gold": [14]},
        {"id": "b", "kind": "lookup", "question": "lärdom 15", "gold": [14]},
        {"id": "c", "kind": "follow-up", "turns": ["lärdom 14", "och nästa?"], "gold": [15]},
        {"id": "d", "kind": "absent", "question": "Hej!", "gold": []},
    ]
    extra: dict[str, Any] = {"must_contain": [], "acceptable": []}
    labelled, misses = tmp_path / "labelled.jsonl", tmp_path / "misses.jsonl"
    labelled.write_text("\n".join(json.dumps(row | extra) for row in rows), encoding="utf-8")
    done = _assistant("evaluate", str(labelled), "--misses", str(misses), environment=indexed)
    assert done.returncode == 0, done.stderr
    table = {line.split("  ")[0]: line.split()[-9:] for line in done.stdout.split("\n") if line}
    assert table["lookup"] == ["2", "0.50", "0.50", "0.50", "0.50", "0.50", "–", "0.00", "–"]
    assert table["follow-up"] == ["1", "1.00", "1.00", "1.00", "1.00", "1.00", "–", "0.00", "–"]
    assert table["absent"] == ["1", "–", "–", "–", "–", "–", "–", "1.00", "–"]
    assert table["answerable kinds"][:2] == ["3", "0.67"]
    assert "refusals: precision 1.00, recall 1.00" in done.stdout
    missed = [json.loads(line) for line in misses.read_text(encoding="utf-8").splitlines()]
    assert [miss["row"]["id"] for miss in missed] == ["b"]
    assert missed[0]["reply"]["citations"][0]["lesson"] == 15


# An ordinary install


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel that pip builds from a copy of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(
        ".*", "build", "*.egg-info", "__pycache__", "tests", "venv", "results"
    )
    shutil.copytree(ROOT, folder / "checkout", ignore=left_out)
    pip = "-m pip --quiet --disable-pip-version-check wheel . --no-deps --no-build-isolation"
    done = subprocess.run(
        _command(*pip.split(), "--wheel-dir", str(folder)),
        cwd=folder / "checkout",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    shutil.rmtree(folder / "checkout")
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    built.unlink()
    return names


def test_the_wheel_holds_the_documents_the_model_and_the_page(wheel: set[str]) -> None:
    wanted = {
        "ui.py",
        "corpus/facts.yaml",
        "corpus/documents/skelleftea-2020.md",
        "corpus/documents/skelleftea-2020.questions.yaml",
        "index/calibration.json",
        "index/model/README.md",
        "index/model/modules.json",
        "page/style.css",
        "page/page.js",
    }
    assert wanted - wheel == set()
    assert any(name.startswith("index/model/") and "safetensors" in name for name in wheel)


@pytest.mark.parametrize("part", ["corpus", "index", "assistant", "page"])
def test_the_wheel_holds_every_file_of_each_part(wheel: set[str], part: str) -> None:
    files = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / part).rglob("*")
        if file.is_file() and not {"__pycache__", ".store"} & set(file.parts)
    }
    assert files - wheel == set()


def test_the_wheel_holds_nothing_of_the_tests_and_no_index(wheel: set[str]) -> None:
    assert [name for name in wheel if ".store" in name or name.startswith("tests/")] == []


# Bugs, still open: these tests say how it should be


@pytest.fixture
def door(indexed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Opens a door in this process and gives its exit status."""

    def opened(*arguments: str, given: bytes = b"") -> int:
        for setting in ("LARDOM_CORPUS", "LARDOM_INDEX"):
            monkeypatch.setenv(setting, indexed[setting])
        monkeypatch.setattr(sys, "argv", ["assistant", *arguments])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given), encoding="utf-8"))
        return main()

    return opened


def test_chat_ends_at_the_end_of_its_input(door: Callable[..., int]) -> None:
    assert door("chat") == 0


def test_a_byte_order_mark_before_the_first_row_changes_nothing(
    door: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert door("batch", given=b'\xef\xbb\xbf{"id": 1, "question": "nr 14"}\n') == 0
    assert json.loads(capsys.readouterr().out)["citations"][0]["lesson"] == 14


@pytest.mark.parametrize("row", ["lärdom 14", '{"id": 1, "kind": "lookup", "question": "nr 14"}'])
def test_a_labelled_file_that_cannot_be_read_is_told_and_the_status_is_two(
    door: Callable[..., int], tmp_path: Path, row: str
) -> None:
    (tmp_path / "labelled.jsonl").write_text(row, encoding="utf-8")
    assert door("evaluate", str(tmp_path / "labelled.jsonl")) == 2
