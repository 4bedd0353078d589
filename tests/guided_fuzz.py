"""Fuzzing that looks for new branches: ``python tests/guided_fuzz.py document -runs=20000``.

A program of its own, because atheris rewrites what is imported under it and ends its process.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(
    include=["corpus", "assistant.numbers", "assistant.understanding"], enable_loader_override=False
):
    from fuzz import check_document, check_question

    from corpus import DOCUMENTS

_BETWEEN = b"\x00\xff"
"""Parts a document's file from its editor's: no sound file holds it."""
_SOUND = "---\ntitle: Å\n---\n\nOm oss.\n\n1. Ett.\n2. Två.\n".encode()
_ASKED = ("Vad säger lärdom 9?", "näst sista lärdomen", "punkterna 4-6", "vilka lärdomar rör el?")


def main() -> None:
    target, *options = sys.argv[1:]
    with TemporaryDirectory() as folder:
        seeds, read = Path(folder) / "seeds", check_document(Path(folder))
        seeds.mkdir()
        for number, seed in enumerate(_seeds(target)):
            (seeds / str(number)).write_bytes(seed)

        def check(given: bytes) -> None:
            if target == "question":
                check_question(given.decode("utf-8", "surrogateescape"))
                return
            text, between, questions = given.partition(_BETWEEN)
            read((text, questions if between else None))

        atheris.Setup([sys.argv[0], *options, str(seeds)], check)
        atheris.Fuzz()


def _seeds(target: str) -> list[bytes]:
    if target == "question":
        return [question.encode() for question in _ASKED]
    document = (DOCUMENTS / "skelleftea-2020.md").read_bytes()[:1_500]
    questions = (DOCUMENTS / "skelleftea-2020.questions.yaml").read_bytes()[:1_500]
    kinds = b"answered: {1: [Va?]}\nunanswered: [{questions: [Va?], nearest: [1]}]\nthemes: []\n"
    return [_SOUND, document, _SOUND + _BETWEEN + kinds, _SOUND + _BETWEEN + questions]


if __name__ == "__main__":
    main()
