"""What has changed in a corpus since an index was built from it, passage by passage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of passages ("skelleftea-2020 7"), in the order of the corpus."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]

    @classmethod
    def between(cls, old: Mapping[str, str], new: Mapping[str, str]) -> "Changes":
        """From the ``passages`` of one corpus to those of another."""
        return cls(
            added=tuple(name for name in new if name not in old),
            changed=tuple(name for name in new if name in old and new[name] != old[name]),
            removed=tuple(name for name in old if name not in new),
            kept=tuple(name for name in new if new[name] == old.get(name)),
        )

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def document_names(passages: Iterable[str]) -> frozenset[str]:
    """The documents that passages of these names stand in."""
    return frozenset(passage.rsplit(" ", 1)[0] for passage in passages)
