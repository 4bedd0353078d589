"""Writes the embedded model as an ONNX graph, so that a question needs no torch.

The graph holds no weights of its own: it points into ``model.safetensors`` beside it, and turns
them into 8-bit integers while it is loaded. Weights are rounded per output channel, activations
per text (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference").
"""

import json
import struct
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

from index.onnx_encoder import GRAPH

_WEIGHTS = "model.safetensors"
_FUSED = "com.microsoft"  # operators of onnxruntime that do several steps at once
_LARGEST = 127.0


def write_graph(folder: Path) -> None:
    """Writes the graph for the BERT in ``folder``: token numbers (1, n) to a vector (dimension,).

    Mean pooling and length 1 included. Raises ValueError for a model of another build.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config["model_type"] != "bert" or config["hidden_act"] != "gelu":
        raise ValueError("the graph is written for a BERT with GELU")
    graph = _Graph(folder / _WEIGHTS, config["layer_norm_eps"])
    states = graph.embeddings()
    for layer in range(config["num_hidden_layers"]):
        states = graph.layer(states, f"encoder.layer.{layer}.", config["num_attention_heads"])
    pooled = graph.node("ReduceMean", [states, graph.numbers([1])], keepdims=0)
    graph.node("LpNormalization", [pooled], to="vector", axis=-1, p=2)
    onnx.save(graph.finished(config["hidden_size"]), str(folder / GRAPH))


class _Graph:
    """Nodes and weights as they are added; every method gives the name of what it adds."""

    def __init__(self, weights: Path, epsilon: float) -> None:
        with weights.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            self._tensors: dict[str, Any] = json.loads(opened.read(length))
        self._start = 8 + length
        self._epsilon = epsilon
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}

    def embeddings(self) -> str:
        """Words, positions and the one token type, summed and normalised: (1, n, dimension)."""
        # Looked up before they are widened: only a few of the 32,000 rows are needed.
        words = self.widened(
            self.node("Gather", [self.stored("embeddings.word_embeddings.weight"), "tokens"])
        )
        length = self.node("Shape", ["tokens"], start=1, end=2)
        places = self.weight("embeddings.position_embeddings.weight")
        places = self.node("Slice", [places, self.numbers([0]), length, self.numbers([0])])
        types = self.weight("embeddings.token_type_embeddings.weight")
        first = self.node("Slice", [types, *(self.numbers([n]) for n in (0, 1, 0))])
        summed = self.node("Add", [self.node("Add", [words, places]), first])
        scale, shift = self._normalisation("embeddings.LayerNorm")
        return self.node("LayerNormalization", [summed, scale, shift], epsilon=self._epsilon)

    def layer(self, states: str, name: str, heads: int) -> str:
        """One transformer layer: attention, then the feed-forward part, each with its shortcut."""
        own = [
            self.linear(states, f"{name}attention.self.{part}")
            for part in ("query", "key", "value")
        ]
        context = self.node("MultiHeadAttention", own, domain=_FUSED, num_heads=heads)
        attended = self.linear(context, f"{name}attention.output.dense")
        states = self._joined(attended, states, f"{name}attention.output.LayerNorm")
        inner = self.linear(states, f"{name}intermediate.dense")
        inner = self.node("Gelu", [inner], domain=_FUSED)
        outer = self.linear(inner, f"{name}output.dense")
        return self._joined(outer, states, f"{name}output.LayerNorm")

    def linear(self, states: str, name: str) -> str:
        """A linear layer in 8-bit integers, its result in floats."""
        weight = self.node("Transpose", [self.weight(f"{name}.weight")], perm=[1, 0])
        peak = self.node("ReduceMax", [self.node("Abs", [weight]), self.numbers([0])], keepdims=0)
        step = self.node("Div", [peak, self.scalar(_LARGEST)])
        rounded = self.node("Round", [self.node("Div", [weight, step])])
        whole = self.node("Cast", [rounded], to_type=TensorProto.INT8)
        zero = self.node("Cast", [self.node("Sub", [step, step])], to_type=TensorProto.INT8)
        bias = self.weight(f"{name}.bias")
        return self.node("DynamicQuantizeMatMul", [states, whole, step, zero, bias], domain=_FUSED)

    def _joined(self, states: str, shortcut: str, name: str) -> str:
        return self.node(
            "SkipLayerNormalization",
            [states, shortcut, *self._normalisation(name)],
            domain=_FUSED,
            epsilon=self._epsilon,
        )

    def _normalisation(self, name: str) -> tuple[str, str]:
        return self.weight(f"{name}.weight"), self.weight(f"{name}.bias")

    def weight(self, name: str) -> str:
        """A weight in single precision."""
        return self.widened(self.stored(name))

    def widened(self, name: str) -> str:
        """Single precision for what is stored in half."""
        return self.node("Cast", [name], to_type=TensorProto.FLOAT)

    def stored(self, name: str) -> str:
        """A weight as it lies in the file beside the graph."""
        about = self._tensors[name]
        if about["dtype"] != "F16":
            raise ValueError(f"{name} is stored as {about['dtype']}, not in half precision")
        begin, end = about["data_offsets"]
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT16, dims=about["shape"])
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": _WEIGHTS, "offset": self._start + begin, "length": end - begin}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self._initializers[name] = tensor
        return name

    def numbers(self, values: list[int]) -> str:
        """A constant list of whole numbers."""
        name = f"numbers-{'-'.join(map(str, values))}"
        made = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        self._initializers[name] = made
        return name

    def scalar(self, value: float) -> str:
        """A constant."""
        name = f"scalar-{value}"
        self._initializers[name] = helper.make_tensor(name, TensorProto.FLOAT, [], [value])
        return name

    def node(
        self, kind: str, inputs: list[str], domain: str = "", to: str = "", **attributes: Any
    ) -> str:
        """One step; ``to`` names its result."""
        name = to or f"{kind}-{len(self._nodes)}"
        if "to_type" in attributes:
            attributes["to"] = attributes.pop("to_type")
        self._nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def finished(self, dimension: int) -> onnx.ModelProto:
        """The whole as a model."""
        tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "n"])
        vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, dimension])
        graph = helper.make_graph(
            self._nodes, "bert", [tokens], [vector], list(self._initializers.values())
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=9)
