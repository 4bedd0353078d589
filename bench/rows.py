"""The rows of the report's tables; a dash stands for what was not measured."""

from collections.abc import Callable, Iterator, Sequence

from bench.aims import Found, bare_seconds, build_ratio
from bench.environments import PEERS
from bench.table import figure

OWN = "Lärdomsassistenten"
_STAGES = {
    "understand": "förstå frågan",
    "embed": "bädda in",
    "vector search": "vektorsökning",
    "n-grams": "teckengrupper",
    "fuse": "väga samman",
    "compose": "skriva svaret",
    "reply without embedding": "allt utom inbäddning",
    "reply": "hela svaret",
}


def _own(size: int, found: Found) -> dict[str, float] | None:
    own = found.get(f"questions-{size}", {})
    return {**own["retrieval"], "recall_at_3": own["recall_at_3"]} if "retrieval" in own else None


def peers_in(found: Found) -> list[str]:
    """The peers that this run was to measure."""
    return [peer for peer in PEERS if any(name.startswith(f"peer-{peer}-") for name in found)]


def ways(size: int, found: Found) -> Iterator[tuple[str, dict[str, float] | None]]:
    """Every way of retrieving with its figures, the product's own first."""
    limit = found.get(f"limits-{size}", {})
    yield OWN, _own(size, found)
    both = limit.get("both")
    yield (
        "gränsen: kodaren och exakt produkt",
        {**both, "recall_at_3": limit["recall_at_3"]} if both else None,
    )
    yield "gränsen: bara kodaren", limit.get("embed")
    yield "gränsen: bara exakt produkt", limit.get("search")
    for peer in peers_in(found):
        asked = found.get(f"peer-{peer}-{size}", {})
        yield f"{peer}, hybrid", asked.get("hybrid")
        yield f"{peer}, vektorer", asked.get("dense")


def retrieval_rows(sizes: Sequence[int], found: Found) -> Iterator[list[str]]:
    """Every way of retrieving: its times and how often it finds the right lesson."""
    columns = [dict(ways(size, found)) for size in sizes]
    for name in columns[0]:
        yield [name, *(_cell(column[name]) for column in columns)]


def ratio_rows(sizes: Sequence[int], found: Found) -> Iterator[list[str]]:
    """How many times longer each way takes than the product does."""
    columns = [dict(ways(size, found)) for size in sizes]
    for name in columns[0]:
        yield [name, *(_times(column[name], column[OWN]) for column in columns)]


def _times(other: dict[str, float] | None, own: dict[str, float] | None) -> str:
    return figure(other["median_ms"] / own["median_ms"], "×") if other and own else "–"


def stage_rows(sizes: Sequence[int], found: Found) -> Iterator[list[str]]:
    """Where a reply's time goes."""
    for stage, name in _STAGES.items():
        replies = [found.get(f"questions-{size}", {}).get("replies", {}) for size in sizes]
        yield [name, *(_cell(each.get(stage)) for each in replies)]


def build_rows(sizes: Sequence[int], found: Found) -> Iterator[list[str]]:
    """The index's builds, and the peers'."""
    builds = [found.get(f"build-{size}", {}) for size in sizes]
    names = {
        "whole_seconds": "från början, s",
        "given_seconds": "från början med givna vektorer, s",
        "unchanged_seconds": "inget ändrat, s",
        "changed_seconds": "en lärdom ändrad, s",
        "texts": "texter",
        "disk_mb": "på disk, MB",
    }
    yield ["bara kodaren, s", *(_tried(bare_seconds, size, found) for size in sizes)]
    for key, name in names.items():
        yield [name, *(figure(build.get(key)) for build in builds)]
    yield ["bygget / bara kodaren", *(_tried(build_ratio, size, found) for size in sizes)]
    for peer in peers_in(found):
        seconds = [found.get(f"peer-{peer}-{s}", {}).get("build_seconds") for s in sizes]
        yield [f"{peer}, givna vektorer, s", *map(figure, seconds)]


def memory_rows(sizes: Sequence[int], found: Found) -> Iterator[list[str]]:
    """Resident memory, opening, and what vector search loses against an exact one."""
    asked = [found.get(f"questions-{size}", {}) for size in sizes]
    for key, name in {
        "imports_mb": "efter importerna, MB",
        "embedder_mb": "med modellen, MB",
        "opened_mb": "med indexet, MB",
        "asked_mb": "efter frågorna, MB",
    }.items():
        yield [name, *(figure(each.get("memory", {}).get(key)) for each in asked)]
    yield ["MB för 1 000 lärdomar till", *_slopes(sizes, asked)]
    yield ["öppna indexet, s", *(figure(each.get("open_seconds")) for each in asked)]
    yield ["första frågan, s", *(figure(each.get("first_search_seconds")) for each in asked)]
    yield ["närmaste texter mot exakt", *(figure(e.get("recall_against_exact")) for e in asked)]
    for peer in peers_in(found):
        memory = [found.get(f"peer-{peer}-{s}", {}).get("memory_mb") for s in sizes]
        yield [f"{peer}, MB", *map(figure, memory)]


def _slopes(sizes: Sequence[int], asked: Sequence[Found]) -> Iterator[str]:
    """What 1,000 lessons more have cost in memory since the size before."""
    yield "–"
    for place in range(1, len(sizes)):
        ends = [one.get("memory", {}).get("asked_mb") for one in asked[place - 1 : place + 1]]
        if None in ends:
            yield "–"
        else:
            yield figure(1_000 * (ends[1] - ends[0]) / (sizes[place] - sizes[place - 1]))


def start_rows(size: int, found: Found) -> Iterator[list[str]]:
    """What a person waits for after the start of a process."""
    starts = found.get(f"starts-{size}", {})
    for key, name in {
        "nothing_seconds": "en tom Pythonprocess, s",
        "first_page_seconds": "första sidan, s",
        "first_answer_seconds": "första svaret, s",
        "ask_question_seconds": "python -m assistant ask, en fråga, s",
        "ask_number_seconds": "python -m assistant ask, ett nummer, s",
    }.items():
        yield [name, figure(starts.get(key))]
    for door, times in starts.get("imports_ms", {}).items():
        for part, milliseconds in times.items():
            yield [f"import i {door}: {part}, ms", figure(milliseconds)]


def load_rows(size: int, found: Found) -> Iterator[list[str]]:
    """Questions a second."""
    for way, one in found.get(f"load-{size}", {}).items():
        if way != "failed":
            each = one["each"]
            yield [way, *map(figure, (one["a_second"], each["median_ms"], each["p95_ms"]))]


def versions(sizes: Sequence[int], found: Found) -> Iterator[str]:
    """The peers' versions, a line each."""
    for peer in peers_in(found):
        asked = [found.get(f"peer-{peer}-{size}", {}) for size in sizes]
        versions: dict[str, str] = next((one["versions"] for one in asked if "versions" in one), {})
        told = ", ".join(f"{name} {version}" for name, version in versions.items())
        yield f"- {peer}: {told or 'ej uppmätt'}"


def _cell(one: dict[str, float] | None) -> str:
    if one is None:
        return "–"
    text = f"{figure(one['median_ms'])} / {figure(one['p95_ms'])}"
    return f"{text} · {figure(one['recall_at_3'])}" if "recall_at_3" in one else text


def _tried(value: Callable[[int, Found], float], size: int, found: Found) -> str:
    try:
        return figure(value(size, found))
    except (KeyError, StopIteration, ZeroDivisionError):
        return "–"
