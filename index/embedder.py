"""Turns text into vectors with any sentence-transformers model, by default the embedded one."""

import hashlib
import os
import socket
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from index.onnx_encoder import GRAPH, OnnxEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODEL = Path(__file__).parent / "model"
_HUB = ("huggingface.co", 443)


class EmbedderError(Exception):
    """The embedding model cannot be loaded; says what to do."""


class SentenceEmbedder(Embeddings):
    """A sentence-transformers model behind LangChain's ``Embeddings``; loads when first used.

    A folder with an ONNX graph, such as the embedded model's, is run without torch. The prefixes
    that some other models want before a question or a passage come from the model's own prompt
    configuration.
    """

    def __init__(self, model: str | Path = MODEL) -> None:
        """``model``: a folder, or the name of a model on the hub. Does not load it yet."""
        self.name = str(model)
        self._loading = threading.Lock()

    @property
    def label(self) -> str:
        """The model's name as shown to people: no path of this machine in it."""
        folder = Path(self.name)
        return "index/model" if folder == MODEL else (folder.name if self._is_local else self.name)

    @property
    def _is_local(self) -> bool:
        return Path(self.name).is_dir()

    @cached_property
    def fingerprint(self) -> str:
        """Changes when the model does: a hash of its files, or of its name on the hub."""
        digest = hashlib.sha256()
        if not self._is_local:
            return hashlib.sha256(self.name.encode()).hexdigest()[:16]
        for file in sorted(Path(self.name).rglob("*")):
            if file.is_file() and file.suffix != ".md":
                digest.update(file.relative_to(self.name).as_posix().encode())
                digest.update(file.read_bytes())
        return digest.hexdigest()[:16]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text, in order."""
        texts = [_whole(text) for text in texts]
        if self._onnx:
            return [vector.tolist() for vector in self._onnx.encode_all(texts)]
        _use_threads(os.cpu_count() or 1)
        vectors = self._model.encode_document(
            texts, normalize_embeddings=True, batch_size=64, show_progress_bar=False
        )
        return [vector.tolist() for vector in vectors]

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of one question."""
        text = _whole(text)
        if self._onnx:
            return [float(part) for part in self._onnx.encode(text)]
        vector: list[float] = self._model.encode_query(
            text, normalize_embeddings=True, show_progress_bar=False
        ).tolist()
        return vector

    def load(self) -> None:
        """Loads the model now instead of at the first question."""
        self.embed_query("Vad säger lärdomarna?")

    @cached_property
    def _onnx(self) -> OnnxEncoder | None:
        with self._loading:
            return OnnxEncoder(Path(self.name)) if Path(self.name, GRAPH).is_file() else None

    @cached_property
    def _model(self) -> "SentenceTransformer":
        with self._loading:
            return self._load()

    def _load(self) -> "SentenceTransformer":
        if self._is_local:
            # Without this even a local folder is looked up on the hub: 70 s without a network.
            os.environ["HF_HUB_OFFLINE"] = "1"
        elif not _is_cached(self.name):
            _refuse_unreachable_hub(self.name)
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # not typed there
        try:
            model = SentenceTransformer(self.name, device="cpu")
        except (OSError, ValueError) as error:
            raise EmbedderError(f"cannot load the model {self.name!r}: {error}") from error
        return model.eval()


def _whole(text: str) -> str:
    """``text`` with a question mark for half a character, as JSON may hold; models want whole."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _use_threads(count: int) -> None:
    """Several threads halve the time of a batch, and double that of a single short question."""
    import torch

    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


def _is_cached(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    if isinstance(try_to_load_from_cache(name, "modules.json"), str):
        os.environ["HF_HUB_OFFLINE"] = "1"
        return True
    return False


def _refuse_unreachable_hub(name: str) -> None:
    """Asks for one connection: the hub's own client would try for over a minute."""
    try:
        socket.create_connection(_HUB, timeout=4).close()
    except OSError as error:
        raise EmbedderError(
            f"the model {name!r} is not on this machine and {_HUB[0]} cannot be reached; "
            "set LARDOM_EMBEDDER to a model folder, or unset it to use the embedded model"
        ) from error
