"""What a run measures, stage by stage, each in a process of its own and within a time."""

from dataclasses import dataclass

from bench.task import REAL


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to measure at one size. A stage whose ``needs`` have failed is left out.

    ``limit`` is the most seconds that it may take in a run of half an hour; longer runs give more.
    """

    kind: str
    size: int
    limit: float
    peer: str = ""
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the stage's file is called."""
        return "-".join(part for part in (self.kind, self.peer, str(self.size)) if part)


def plan(sizes: tuple[int, ...], peers: tuple[str, ...]) -> tuple[Stage, ...]:
    """The stages in their order: first what others need, then small sizes before large ones."""
    synthetic = [size for size in sizes if size != REAL]
    bases = ([REAL] if REAL in sizes else []) + ([max(synthetic)] if synthetic else [])
    stages = [Stage("embed", size, _embedding_limit(size)) for size in bases]
    for size in sorted(sizes):
        base = f"embed-{REAL if size == REAL else max(synthetic)}"
        stages.append(Stage("build", size, 60 + size / 100, needs=(base,)))
        stages.append(Stage("questions", size, 120 + size / 1_000, needs=(f"build-{size}",)))
        stages.append(Stage("limits", size, 120, needs=(base,)))
        if size == min(sizes):
            stages.append(Stage("starts", size, 180, needs=(f"build-{size}",)))
            stages.append(Stage("load", size, 180, needs=(f"build-{size}",)))
        stages += [Stage("peer", size, 90 + size / 500, peer, (base,)) for peer in peers]
    return tuple(stages)


def _embedding_limit(size: int) -> float:
    return 60 + size / 80
