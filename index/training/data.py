"""Reads the open training data and mixes it: text pairs that mean the same."""

import json
import lzma
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Software makes up 80 % of the translations; municipal and everyday words matter more.
_MOST_TRANSLATIONS = {
    "ms-d365ops": 8_000,
    "ms-bc": 8_000,
    "ms-alchemy": 6_000,
    "ms-projops": 4_000,
    "debian-www": 20_000,
}
_MOST_PAIRS = {"ms-d365ops": 2_500, "ms-bc": 1_500, "ms-alchemy": 1_000, "ms-projops": 700}
_QUESTIONS = (
    "Vad gäller för {}?",
    "Hur fungerar {}?",
    "Vad står det om {}?",
    "Vilka regler finns det om {}?",
    "Jag undrar över {}",
    "{}?",
)
"""What a heading is asked as."""
_LONGEST_TEXT = 600  # characters; longer bodies only repeat their beginning

Pair = tuple[str, str]


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of one xz-compressed JSON-lines file, in order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_translations(data: Path, seed: int, share: float = 1.0) -> list[Pair]:
    """(Swedish, English) pairs of ``parallel_sv_en``, its largest sources sampled down."""
    rows = read_rows(data / "parallel_sv_en.jsonl.xz")
    sourced = [(row["src"], (row["sv"], row["en"])) for row in rows]
    return _sample(sourced, _MOST_TRANSLATIONS, seed, share)


def read_swedish_pairs(data: Path, seed: int, share: float = 1.0) -> list[Pair]:
    """Swedish pairs that belong together: heading and text, question and passage, synonyms.

    Some headings are turned into questions, and some misspelt, as people type them.
    """
    chooser = random.Random(seed)
    sourced = [
        (row["src"], (_as_asked(row["a"], row.get("type", ""), chooser), row["b"]))
        for name in ("pairs_sv", "synonyms_sv")
        for row in read_rows(data / f"{name}.jsonl.xz")
    ]
    sourced += [
        (row["src"], (row["a"], row["b"]))
        for row in read_rows(data / "sts_sv.jsonl.xz")
        if row["score"] >= 0.7
    ]
    return _sample(sourced, _MOST_PAIRS, seed, share)


def _as_asked(text: str, kind: str, chooser: random.Random) -> str:
    """A heading as a question, now and then; any text with slips, now and then."""
    if kind == "title-body" and chooser.random() < 0.5:
        heading = text[:1].lower() + text[1:]
        text = chooser.choice(_QUESTIONS).format(heading)
    return misspell(text, chooser) if chooser.random() < 0.1 else text


def _sample(
    sourced: list[tuple[str, Pair]], most: dict[str, int], seed: int, share: float
) -> list[Pair]:
    """``share`` of the pairs in random order, at most ``most[source]`` of a source."""
    chooser = random.Random(seed)
    by_source: dict[str, list[Pair]] = {}
    for source, (a, b) in sourced:
        by_source.setdefault(source, []).append((a[:_LONGEST_TEXT], b[:_LONGEST_TEXT]))
    pairs = []
    for source in sorted(by_source):
        rows = by_source[source]
        pairs += chooser.sample(rows, int(min(len(rows), most.get(source, len(rows))) * share))
    chooser.shuffle(pairs)
    return pairs


def read_texts(data: Path) -> Iterator[str]:
    """Running text in both languages, for learning the vocabulary."""
    for row in read_rows(data / "mono_sv.jsonl.xz"):
        yield row["text"]
    for swedish, english in read_translations(data, seed=0):
        yield swedish
        yield english


def without_diacritics(text: str) -> str:
    """``text`` as typed on a keyboard without å, ä and ö."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def misspell(text: str, chooser: random.Random) -> str:
    """``text`` with the slips that people make: no diacritics, or two letters swapped."""
    if chooser.random() < 0.5:
        return without_diacritics(text)
    if len(text) < 5:
        return text
    at = chooser.randrange(1, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
