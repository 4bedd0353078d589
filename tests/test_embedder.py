"""The embedder: the embedded model without torch, and the same model as sentence-transformers."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import MODEL, SentenceEmbedder
from index.onnx_encoder import OnnxEncoder

ROOT = Path(__file__).parent.parent
QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "tests" / "dev_blind.jsonl").read_text(encoding="utf-8").splitlines()
    if '"question"' in line
][:40]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(MODEL)


def test_the_graph_gives_what_sentence_transformers_gives(
    encoder: OnnxEncoder, tmp_path: Path
) -> None:
    """But for the rounding to 8 bits; a wrong weight or layer would show at once."""
    plain = tmp_path / "model"
    plain.mkdir()
    for file in MODEL.rglob("*"):
        if file.is_file() and file.suffix != ".onnx":
            (plain / file.relative_to(MODEL)).parent.mkdir(exist_ok=True)
            (plain / file.relative_to(MODEL)).hardlink_to(file)
    exact = np.asarray(SentenceEmbedder(plain).embed_documents(QUESTIONS))
    rounded = encoder.encode_all(QUESTIONS)
    alike = (exact * rounded).sum(axis=1)
    assert alike.min() > 0.97
    assert alike.mean() > 0.985


def test_a_vector_has_length_one(encoder: OnnxEncoder) -> None:
    for text in ("", "a", "Hur bygger man bostäder?", "ord " * 1000, "🎉 åäö \x00"):
        assert np.linalg.norm(encoder.encode(text)) == pytest.approx(1, abs=1e-5)


def test_a_vector_does_not_depend_on_the_texts_beside_it(encoder: OnnxEncoder) -> None:
    together = encoder.encode_all(["Kort.", "En mycket längre fråga om elnät och mark " * 4])
    assert (together[0] == encoder.encode("Kort.")).all()


def test_half_a_character_is_no_error() -> None:
    """JSON can hold one of the two halves of an emoji, and models want whole characters."""
    embedder = SentenceEmbedder()
    assert embedder.embed_query("\ud800 hej") == embedder.embed_query("? hej")
    assert embedder.embed_documents(["\ud800 hej"])[0] == embedder.embed_query("? hej")


def test_what_follows_the_longest_text_is_cut(encoder: OnnxEncoder) -> None:
    long = "kommunen bygger bostäder " * 200
    assert (encoder.encode(long) == encoder.encode(f"{long} och en skola")).all()


def test_meaning_is_found_without_a_shared_word(encoder: OnnxEncoder) -> None:
    asked, near, far = encoder.encode_all(
        ["Var ska folk bo?", "Bygg attraktiva bostäder.", "Fira varje delmål med tårta."]
    )
    assert asked @ near > asked @ far


def test_questions_and_documents_need_no_torch() -> None:
    script = (
        "import sys; from index import SentenceEmbedder; embedder = SentenceEmbedder(); "
        "embedder.embed_query('Hej'); embedder.embed_documents(['Hej', 'då']); "
        "sys.exit(', '.join({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)) "
        "or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_the_model_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) < 50e6
