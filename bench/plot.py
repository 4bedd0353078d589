"""Draws latency and build time against the number of lessons."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.aims import Found
from bench.environments import PEERS


def draw(file: Path, sizes: Sequence[int], found: Found) -> None:
    """Two panels, both axes logarithmic: milliseconds a question, and seconds of a build."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, (questions, builds) = pyplot.subplots(1, 2, figsize=(12, 5), layout="constrained")
    _line(questions, sizes, "Lärdomsassistenten", found, "questions-{}", "retrieval", "median_ms")
    _line(questions, sizes, "kodaren + exakt produkt", found, "limits-{}", "both", "median_ms")
    _line(builds, sizes, "Lärdomsassistenten", found, "build-{}", "given_seconds")
    for peer in PEERS:
        place = f"peer-{peer}-{{}}"
        _line(questions, sizes, f"{peer}, hybrid", found, place, "hybrid", "median_ms")
        _line(questions, sizes, f"{peer}, vektorer", found, place, "dense", "median_ms", style="--")
        _line(builds, sizes, peer, found, place, "build_seconds")
    questions.set(title="En fråga, median", ylabel="ms")
    builds.set(title="Bygget, vektorerna givna", ylabel="s")
    for panel in (questions, builds):
        panel.set(xscale="log", yscale="log", xlabel="lärdomar")
        panel.grid(alpha=0.3)
        if panel.lines:
            panel.legend(fontsize=8)
    figure.savefig(file, dpi=130)
    pyplot.close(figure)


def _line(
    panel: Any,
    sizes: Sequence[int],
    label: str,
    found: Found,
    stage: str,
    *keys: str,
    style: str = "-",
) -> None:
    points = []
    for size in sorted(sizes):
        value: Any = found.get(stage.format(size), {})
        for key in keys:
            value = value.get(key, {})
        if isinstance(value, float):
            points.append((size, value))
    if points:
        panel.plot(*zip(*points, strict=True), style, marker="o", markersize=4, label=label)
