"""The shape of the code: which way imports point, how long things are, what may be printed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From left to right; a part imports itself and what stands left of it.
PARTS = ["corpus", "index", "assistant", "page", "ui", "bench"]
LONGEST_FILE = 250
LONGEST_FUNCTION = 50

MODULES = [
    ROOT / "ui.py",
    *(
        file
        for part in PARTS
        for file in sorted((ROOT / part).rglob("*.py"))
        # The peers' scripts run in environments of their own, which lie in a hidden folder.
        if not {"peers", ".environments", ".work"} & set(file.parts)
    ),
]


def _name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def _part(module: Path) -> str:
    return module.relative_to(ROOT).with_suffix("").parts[0]


def _nodes(module: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(module.read_text(encoding="utf-8")))


def _imported(module: Path) -> set[str]:
    """The first names of all that a module imports, also inside functions and for types only."""
    names: set[str] = set()
    for node in _nodes(module):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(_part(module) if node.level else str(node.module).split(".")[0])
    return names


def _run(*command: str) -> str:
    """What a command of this Python prints, failure or not; empty is the best that a check says."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_rules_look_at_every_part() -> None:
    assert {_part(module) for module in MODULES} == set(PARTS)


# Checking an editor's file asks the index, and the editor's one door is python -m corpus: it
# imports to its right inside the functions that need it. No other module may.
EDITORS_DOOR = "corpus/__main__.py"


def test_imports_point_left_only() -> None:
    wrong = {
        _name(module): to_the_right
        for module in MODULES
        if _name(module) != EDITORS_DOOR
        and (
            to_the_right := _imported(module) & {*PARTS[PARTS.index(_part(module)) + 1 :], "tests"}
        )
    }
    assert wrong == {}


def test_the_editors_door_reaches_to_its_right_only_when_asked_to() -> None:
    script = (
        "import sys; sys.argv = ['corpus', 'add', '--help']; import corpus.__main__ as door\n"
        "try: door.main()\n"
        "except SystemExit: sys.exit('index' in sys.modules or 'assistant' in sys.modules)"
    )
    assert _run("-c", script) == ""


def test_every_import_names_its_part_in_full() -> None:
    relative = [
        _name(module)
        for module in MODULES
        if any(isinstance(node, ast.ImportFrom) and node.level for node in _nodes(module))
    ]
    assert relative == []


@pytest.mark.parametrize(
    ("library", "parts"),
    [
        ("chromadb", {"index"}),
        ("torch", {"index"}),
        ("sentence_transformers", {"index", "bench"}),
        ("gradio", {"page", "ui"}),
    ],
)
def test_each_heavy_library_is_imported_in_its_own_place_only(
    library: str, parts: set[str]
) -> None:
    users = {_part(module) for module in MODULES if library in _imported(module)}
    assert users <= parts
    assert users


def test_the_vector_store_is_imported_in_one_module() -> None:
    users = [module for module in MODULES if "chromadb" in _imported(module)]
    assert [_name(module) for module in users] == ["index/store.py"]


def test_no_file_is_longer_than_a_reader_has_patience_for() -> None:
    lengths = {
        _name(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {
        f"{_name(module)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES
        for node in _nodes(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_only_the_doors_print() -> None:
    printing = [
        f"{_name(module)}:{node.lineno}"
        for module in MODULES
        if module.name not in ("ui.py", "__main__.py")
        for node in _nodes(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input")
    ]
    assert printing == []


def test_importing_all_but_the_page_loads_neither_torch_nor_gradio() -> None:
    script = (
        "import sys; from corpus import *; from index import *; from assistant import *; "
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'gradio'} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or 0)"
    )
    assert _run("-c", script) == ""


def test_the_corpus_is_read_without_the_index() -> None:
    script = (
        "import sys, corpus; corpus.read_corpus(corpus.DOCUMENTS); "
        "sys.exit(', '.join({'index', 'chromadb', 'sklearn', 'langchain_core'} & set(sys.modules)) "
        "or 0)"
    )
    assert _run("-c", script) == ""


def test_the_page_is_put_together_without_torch() -> None:
    assert _run("-c", "import sys, page, ui; sys.exit('torch' in sys.modules)") == ""


def test_ruff_has_nothing_to_say() -> None:
    assert _run("-m", "ruff", "check", ".") == ""


def test_mypy_has_nothing_to_say() -> None:
    assert _run("-m", "mypy") == ""
