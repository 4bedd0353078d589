"""The embedded model without torch: an ONNX graph over the same weights, in 8-bit integers.

A question takes 2 ms instead of 12, and neither 6 seconds of import nor 450 MB
(docs/decisions.md).
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.memory import return_memory

GRAPH = "graph.onnx"
_LONGEST = 128  # sub-words; what follows is cut


class OnnxEncoder:
    """Texts to unit vectors. A text's vector depends on nothing but the text."""

    def __init__(self, folder: Path, longest: int = _LONGEST) -> None:
        """``folder``: a sentence-transformers model with a graph that the training wrote."""
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        # One thread a text: a short text gains nothing from two, and many texts run side by side.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        return_memory()

    def encode(self, text: str) -> NDArray[np.float32]:
        """The unit vector of one text, shape (dimension,)."""
        tokens = np.asarray([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: NDArray[np.float32] = self._session.run(["vector"], {"tokens": tokens})[0][0]
        return vector

    def encode_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The unit vectors of many texts, shape (texts, dimension), on all processors."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.asarray(list(threads.map(self.encode, texts)), dtype=np.float32)
