"""What a run measures, stage by stage, each in a process of its own and within a time."""

from dataclasses import dataclass


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
    """The stages in their order: small sizes before large ones, whose vectors begin with theirs."""
    stages: list[Stage] = []
    for size in sorted(sizes):
        embedded = (f"embed-{size}",)
        stages.append(Stage("embed", size, 180 + size / 60))
        stages.append(Stage("build", size, 120 + size / 120, needs=embedded))
        stages.append(Stage("questions", size, 120 + size / 1_000, needs=(f"build-{size}",)))
        stages.append(Stage("limits", size, 120, needs=embedded))
        if size == min(sizes):
            stages.append(Stage("starts", size, 180, needs=(f"build-{size}",)))
            stages.append(Stage("load", size, 180, needs=(f"build-{size}",)))
        stages += [Stage("peer", size, 90 + size / 500, peer, embedded) for peer in peers]
    return tuple(stages)
