"""An embedder whose vectors were made before, so that a build can be timed without embedding."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index import SentenceEmbedder


class GivenVectors(SentenceEmbedder):
    """The product's own embedder for questions; the given vectors, as far as they go, for texts."""

    def __init__(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self._given = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The given vector of each text, or what the embedder makes of it."""
        missing = [text for text in texts if text not in self._given]
        made = dict(zip(missing, super().embed_documents(missing), strict=True)) if missing else {}
        return [made[text] if text in made else self._given[text].tolist() for text in texts]
