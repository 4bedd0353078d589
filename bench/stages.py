"""Where a question's time goes, stage by stage.

A stage is a function of the product, found by its name; while it is watched, it is replaced by
one that also looks at the clock. A stage inside another counts for itself only.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

STAGES: Mapping[str, str] = {
    "assistant.conversation:understand": "understand",
    "index.embedder:SentenceEmbedder.embed_query": "embed",
    "index.search:Index._cosines": "vector search",
    "index.words:CharacterNgrams.vector": "n-grams",
    "index.words:NgramRows.cosines": "n-grams",
    "index.search:Index.search": "fuse",
    "assistant.conversation:decide": "compose",
    "assistant.conversation:_Turn._compose": "compose",
}


class Watch:
    """Seconds by stage, of one thread, since the last ``take``."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def take(self) -> dict[str, float]:
        """The seconds of each stage; and begins anew."""
        taken = dict(self._seconds)
        self._seconds.clear()
        return taken

    def watched(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, its time counted for ``stage``."""

        def call(*arguments: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                whole = time.perf_counter() - started
                self._seconds[stage] += whole - self._inner.pop()
                if self._inner:
                    self._inner[-1] += whole

        return call


@contextmanager
def watching(stages: Mapping[str, str] = STAGES) -> Iterator[Watch]:
    """Watches ``stages`` (a function's place to its stage's name) while the block runs."""
    watch = Watch()
    before = []
    for place, stage in stages.items():
        holder, name = find(place)
        function = getattr(holder, name)
        before.append((holder, name, function))
        setattr(holder, name, watch.watched(stage, function))
    try:
        yield watch
    finally:
        for holder, name, function in before:
            setattr(holder, name, function)


def find(place: str) -> tuple[Any, str]:
    """What holds the function at ``module:Class.function``, and its name there.

    Raises AttributeError if it has gone: then STAGES has to follow the product.
    """
    module, path = place.split(":")
    holder: Any = import_module(module)
    *classes, name = path.split(".")
    for each in classes:
        holder = getattr(holder, each)
    getattr(holder, name)
    return holder, name
