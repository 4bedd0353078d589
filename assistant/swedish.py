"""Lists as Swedish text."""

from collections.abc import Sequence

_NAMED = 5


def listed(names: Sequence[str], joined: str = "och") -> str:
    """ "a, b och c"; of many names the first ones, and how many there are besides."""
    shown = list(names)
    if len(shown) > _NAMED + 1:
        rest = len(shown) - _NAMED
        shown = [*shown[:_NAMED], f"{rest} till"]
    return f" {joined} ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
