"""What the figures have to reach, and whether they do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.table import figure
from bench.task import REAL

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure of the run beside the most (or the least) that it may be."""

    what: str
    wanted: float
    unit: str
    value: Callable[[Found], float]
    least: bool = False

    def row(self, found: Found) -> tuple[str, str, str, str]:
        """What, wanted, measured, and a verdict; a dash where nothing was measured."""
        bound = f"{'minst' if self.least else 'högst'} {figure(self.wanted)} {self.unit}".strip()
        try:
            value = self.value(found)
        except (KeyError, StopIteration, ValueError, ZeroDivisionError):
            return self.what, bound, "–", "–"
        reached = value >= self.wanted if self.least else value <= self.wanted
        return self.what, bound, f"{figure(value)} {self.unit}".strip(), "ja" if reached else "nej"


def _reply(size: int) -> Callable[[Found], float]:
    return lambda found: found[f"questions-{size}"]["replies"]["reply without embedding"][
        "median_ms"
    ]


def _whole_reply_ratio(found: Found) -> float:
    return float(
        found["questions-30"]["replies"]["reply"]["median_ms"]
        / found["limits-30"]["embed"]["median_ms"]
    )


def _start(name: str) -> Callable[[Found], float]:
    return lambda found: float(found["starts-30"][name])


def _load(name: str) -> Callable[[Found], float]:
    return lambda found: max(
        figures["a_second"] for way, figures in found["load-30"].items() if way.startswith(name)
    )


def _memory(found: Found) -> float:
    memory = found["questions-30"]["memory"]
    return float(memory["asked_mb"] - memory["imports_mb"])


def build_ratio(size: int, found: Found) -> float:
    """Seconds of a build by those of the bare encoder over the same texts."""
    build = found[f"build-{size}"]
    bare = bare_seconds(size, found)
    whole = build.get("whole_seconds") or bare + build["given_seconds"]
    return float(whole / bare)


def bare_seconds(size: int, found: Found) -> float:
    """What the bare encoder took for the texts of a corpus of ``size`` lessons."""
    texts = found[f"build-{size}"]["texts"]
    embedded = [one for name, one in found.items() if name.startswith("embed-")]
    of = next(
        one
        for one in embedded
        if one.get("real") == (size == REAL) and one.get("texts", 0) >= texts
    )
    counts, seconds = zip(*of["seconds_after"], strict=True)
    return float(np.interp(texts, [0, *counts], [0.0, *seconds]))


def _against_peers(name: str) -> Callable[[Found], float]:
    """How many times longer the fastest hybrid takes, at the size where it is least."""
    return lambda found: min(
        hybrid[name] / own["retrieval"][name] for own, hybrid in _beside_peers(found)
    )


def _recall_gap(found: Found) -> float:
    return float(
        min(own["recall_at_3"] - hybrid["recall_at_3"] for own, hybrid in _beside_peers(found))
    )


def _beside_peers(found: Found) -> Iterator[tuple[Found, Found]]:
    """Every hybrid that was measured, beside the product at the same size."""
    for name, asked in found.items():
        own = found.get(f"questions-{name.rpartition('-')[2]}", {})
        if name.startswith("peer-") and "hybrid" in asked and "retrieval" in own:
            yield own, asked["hybrid"]


AIMS = (
    Aim("varm fråga utan inbäddning, 30 lärdomar", 1.0, "ms", _reply(30)),
    Aim("varm fråga utan inbäddning, 10 000 lärdomar", 2.0, "ms", _reply(10_000)),
    Aim("varm fråga utan inbäddning, 100 000 lärdomar", 10.0, "ms", _reply(100_000)),
    Aim("hela svaret mot bara kodaren, 30 lärdomar", 1.2, "×", _whole_reply_ratio),
    Aim(
        "frågans inbäddning",
        3.0,
        "ms",
        lambda found: found["questions-30"]["replies"]["embed"]["median_ms"],
    ),
    Aim("snabbaste hybriden mot oss, median", 1.0, "×", _against_peers("median_ms"), least=True),
    Aim("snabbaste hybriden mot oss, p95", 1.0, "×", _against_peers("p95_ms"), least=True),
    Aim("våra träffar minus bästa hybridens", 0.0, "", _recall_gap, least=True),
    Aim("bygget mot bara kodaren, 100 000", 1.2, "×", lambda found: build_ratio(100_000, found)),
    Aim(
        "bygge utan ändring, 10 000",
        1.0,
        "s",
        lambda found: found["build-10000"]["unchanged_seconds"],
    ),
    Aim(
        "bygge med en ändrad lärdom, 10 000",
        2.0,
        "s",
        lambda found: found["build-10000"]["changed_seconds"],
    ),
    Aim("första sidan", 2.5, "s", _start("first_page_seconds")),
    Aim("första svaret", 6.0, "s", _start("first_answer_seconds")),
    Aim('python -m assistant ask "lärdom 7"', 1.5, "s", _start("ask_number_seconds")),
    Aim("minne över importerna, 30 lärdomar", 250.0, "MB", _memory),
    Aim("frågor i sekunden, ihågkomna frågor", 200.0, "", _load("assistant, known"), least=True),
    Aim("frågor i sekunden, nya frågor", 50.0, "", _load("assistant, new"), least=True),
)
