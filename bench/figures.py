"""Medians and 95th percentiles of what was timed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np

_Made = TypeVar("_Made")
_Given = ParamSpec("_Given")


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of ``count`` timings."""

    median_ms: float
    p95_ms: float
    count: int


def figures_of(seconds: Sequence[float]) -> Figures:
    """Raises ValueError if nothing was timed."""
    if not seconds:
        raise ValueError("nothing was timed")
    return Figures(
        float(np.median(seconds)) * 1000, float(np.quantile(seconds, 0.95)) * 1000, len(seconds)
    )


def timed(
    act: Callable[_Given, _Made], *arguments: _Given.args, **named: _Given.kwargs
) -> tuple[_Made, float]:
    """What ``act`` returns, and the seconds that it took."""
    started = time.perf_counter()
    made = act(*arguments, **named)
    return made, time.perf_counter() - started
