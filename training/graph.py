"""The network as an ONNX graph, written operator by operator: float32, or with whole numbers of 8 bits.

Nothing in it looks across windows: inputs of matrices are made whole numbers by constant scales or by the
largest number of their own row, so that a window gives the same whatever it is run with. Which operators
to take was measured: what normalises and what adds stay two (fused they are slower), GELU goes by the error
function (by the hyperbolic tangent it is neither faster nor what was trained), attention is one operator
because that is shorter (written out it is as fast).
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from depesche.language.network.layout import layer_sizes
from depesche.language.network.subwords import PADDING
from training.encoder import Encoder, Layer
from training.model import Biaffine, Meaning, Network
from training.quantize import Scale, quantize_columns, quantize_rows

OUTPUTS = {
    "labels": ("windows", "words", sum(layer_sizes().values())),
    "arc_lower": ("windows", "words", "arc"),
    "arc_upper": ("windows", "words", "arc"),
    "root": ("windows", "words"),
    "relation_lower": ("windows", "words", "relation"),
    "relation_upper": ("windows", "words", "relation"),
    "links": ("windows", "words", "hidden"),
    "vectors": ("windows", "sentences", "hidden"),
}
_FUSED = "com.microsoft"
# Of a row of what GELU puts out none is below -0.17: as a share of the row's largest, which counts as 1 at
# least, numbers from -0.17 to 1 have room in 8 bits.
_ROW_SCALE, _ROW_ZERO = 1.17 / 255, 37


class Graph:
    """An ONNX graph as it grows. Values are known by their names; "" stands for an input left out."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any) -> str:
        """Add an operator with one output and return its name."""
        output = name or f"value{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(
                kind, inputs, [output], name=f"node{len(self.nodes)}", domain=domain, **attributes
            )
        )
        return output

    def keep(self, array: Any, name: str = "") -> str:
        """Add a constant and return its name."""
        given = name or f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), given))
        return given

    def keep_number(self, number: float, kind: Any = np.float32) -> str:
        """Add a single number and return its name."""
        return self.keep(np.asarray(number, kind))

    def finish(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
        """Return the model."""
        graph = helper.make_graph(self.nodes, "network", inputs, outputs, self.constants)
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10, producer_name="training")


def make_model(network: Network, scales: Mapping[str, Scale] | None) -> Any:
    """Return the network as an ONNX model.

    Inputs: ``pieces`` (windows, length), padded with 1; ``firsts`` (windows, words), the place of each word's
    first piece, 0 where there is none; ``content`` (windows, content words), the same of content words;
    ``shares`` (windows, sentences, content words), their weights in each sentence's vector. Outputs:
    ``OUTPUTS``, the scores of all layers of labels side by side. With ``scales`` the large matrices are kept
    in 8 bits.
    """
    writer = _Writer(network, scales)
    writer.write()
    kinds = dict.fromkeys(("pieces", "firsts", "content"), TensorProto.INT64) | {"shares": TensorProto.FLOAT}
    shapes = {
        "pieces": ("windows", "length"),
        "firsts": ("windows", "words"),
        "content": ("windows", "content words"),
        "shares": ("windows", "sentences", "content words"),
    }
    sizes = {
        "arc": network.sizes.arc + 1,
        "relation": network.sizes.relation + 1,
        "hidden": network.encoder.shape.hidden,
    }
    outputs = {name: [sizes.get(str(n), n) for n in shape] for name, shape in OUTPUTS.items()}
    model = writer.graph.finish(
        [helper.make_tensor_value_info(name, kind, shapes[name]) for name, kind in kinds.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
    )
    onnx.checker.check_model(model)
    return model


class _Writer:
    """Writes a network into a graph."""

    def __init__(self, network: Network, scales: Mapping[str, Scale] | None) -> None:
        self.network = network
        self.scales = scales
        self.graph = Graph()

    def write(self) -> None:
        """Write all of it."""
        graph, encoder = self.graph, self.network.encoder
        padded = graph.add("Equal", "pieces", graph.keep_number(PADDING, np.int64))
        mask = graph.add("Cast", graph.add("Not", padded), to=TensorProto.INT32)
        states = self._embed(encoder)
        for number, layer in enumerate(encoder.layers, start=1):
            states = self._layer(f"layer{number - 1}", layer, states, mask)
            if number == self.network.meaning.below:
                self._write_vectors(self.network.meaning, self._rows(states, "content"))
        self._write_heads(self._rows(states, "firsts"))

    def _rows(self, states: str, places: str) -> str:
        index = self.graph.add("Unsqueeze", places, self.graph.keep(np.array([2])))
        return self.graph.add("GatherND", states, index, batch_dims=1)

    def _write_vectors(self, meaning: Meaning, states: str) -> None:
        graph = self.graph
        none = graph.add("Equal", "content", graph.keep_number(0, np.int64))
        mask = graph.add("Cast", graph.add("Not", none), to=TensorProto.INT32)
        deep = states
        for number, layer in enumerate(meaning.layers):
            deep = self._layer(f"meaning{number}", layer, deep, mask)
        means = graph.add("MatMul", "shares", graph.add("Concat", deep, states, axis=-1))
        self._plain(means, meaning.vector, "vectors")

    def _embed(self, encoder: Encoder) -> str:
        graph = self.graph
        table = _array(encoder.pieces.weight)
        if self.scales is None:
            found = graph.add("Gather", graph.keep(table), "pieces")
        else:
            whole, scale = quantize_rows(table)
            rows = graph.add("Gather", graph.keep(whole), "pieces")
            rows = graph.add("Cast", rows, to=TensorProto.FLOAT)
            found = graph.add("Mul", rows, graph.add("Gather", graph.keep(scale), "pieces"))
        first, axis = graph.keep(np.array([0])), graph.keep(np.array([0]))
        length = graph.add("Shape", "pieces", start=1, end=2)
        places = graph.add("Slice", self._keep_floats(_array(encoder.places.weight)), first, length, axis)
        return self._norm(graph.add("Add", found, places), encoder.norm)

    def _layer(self, name: str, layer: Layer, states: str, mask: str) -> str:
        graph = self.graph
        read = self._attend(name, layer, states, mask)
        mixed = self._matrix(
            f"{name}.attention_out", self._whole(f"{name}.attention_out", read, False), layer
        )
        states = self._norm(graph.add("Add", mixed, states), layer.attention_norm)
        wide = self._matrix(f"{name}.wide", self._whole(f"{name}.wide", states), layer)
        inner = graph.add("Gelu", wide, domain=_FUSED)
        return self._norm(graph.add("Add", self._narrow(inner, layer), states), layer.norm)

    def _attend(self, name: str, layer: Layer, states: str, mask: str) -> str:
        """Return what attention reads.

        Without a mask it would be computed in another order, and what is equal but for the last bit becomes
        other whole numbers further on: so there is always a mask, though it takes some time.
        """
        hidden = self.network.encoder.shape.hidden
        weights, biases = _array(layer.attention_in.weight), _array(layer.attention_in.bias)
        if self.scales is not None:
            # What is read is divided by the scales of the next matrix here, where it costs nothing.
            channels = self.scales[f"{name}.attention_out"].channels
            divisor = np.concatenate([np.ones(2 * hidden, np.float32), channels])
            weights, biases = weights / divisor[:, None], biases / divisor
        given = self._whole(f"{name}.attention_in", states)
        parts = [
            self._product(f"{name}.attention_in", given, w, b)
            for w, b in zip(np.split(weights, 3), np.split(biases, 3), strict=True)
        ]
        size = hidden // layer.heads
        return self.graph.add(
            "MultiHeadAttention", *parts, "", mask, domain=_FUSED, num_heads=layer.heads, scale=size**-0.5
        )

    def _narrow(self, inner: str, layer: Layer) -> str:
        """Return the layer's last product: each row has its own scale.

        The first piece of a window has numbers in a few channels that are ten times those of all others.
        """
        graph = self.graph
        weights, biases = _array(layer.narrow.weight), _array(layer.narrow.bias)
        if self.scales is None:
            return self._product("", (inner,), weights, biases)
        largest = graph.add("ReduceMax", inner, graph.keep(np.array([-1])), keepdims=1)
        largest = graph.add("Max", largest, graph.keep_number(1.0))
        scale, zero = graph.keep_number(_ROW_SCALE), graph.keep_number(_ROW_ZERO, np.uint8)
        whole = graph.add("QuantizeLinear", graph.add("Div", inner, largest), scale, zero)
        columns, steps = quantize_columns(weights.T)
        product = graph.add(
            "MatMulIntegerToFloat",
            *(whole, graph.keep(columns), scale, graph.keep(steps), zero),
            domain=_FUSED,
        )
        return graph.add("Add", graph.add("Mul", product, largest), graph.keep(biases))

    def _write_heads(self, words: str) -> None:
        graph, network = self.graph, self.network
        weights = np.concatenate([_array(network.labels[name].weight) for name in layer_sizes()])
        biases = np.concatenate([_array(network.labels[name].bias) for name in layer_sizes()])
        scores = graph.add("MatMul", words, self._keep_floats(weights.T))
        graph.add("Add", scores, graph.keep(biases), name="labels")
        given = self._whole("heads", words)
        self._write_pairs("arc", network.arcs, given)
        self._write_pairs("relation", network.relations, given)
        root = self._plain(words, network.root)
        graph.add("Squeeze", root, graph.keep(np.array([2])), name="root")
        self._gelu(given, network.links.inner, "links")

    def _write_pairs(self, name: str, pairs: Biaffine, given: tuple[str, ...]) -> None:
        graph = self.graph
        ends, one = graph.keep(np.array([0, 0, 0, 0, 0, 1])), graph.keep_number(1.0)
        for part, linear in (("lower", pairs.lower), ("upper", pairs.upper)):
            graph.add("Pad", self._gelu(given, linear), ends, one, name=f"{name}_{part}")

    def _gelu(self, given: tuple[str, ...], linear: nn.Linear, name: str = "") -> str:
        product = self._product("heads", given, _array(linear.weight), _array(linear.bias))
        return self.graph.add("Gelu", product, name=name, domain=_FUSED)

    def _plain(self, values: str, linear: nn.Linear, name: str = "") -> str:
        """Return a product that is small enough to stay one of floats."""
        product = self.graph.add("MatMul", values, self._keep_floats(_array(linear.weight).T))
        return self.graph.add("Add", product, self.graph.keep(_array(linear.bias)), name=name)

    def _norm(self, values: str, norm: nn.LayerNorm) -> str:
        kept = [self.graph.keep(_array(part)) for part in (norm.weight, norm.bias)]
        return self.graph.add("LayerNormalization", values, *kept, axis=-1, epsilon=norm.eps)

    def _matrix(self, name: str, given: tuple[str, ...], layer: Layer) -> str:
        linear = getattr(layer, name.split(".")[1])
        return self._product(name, given, _array(linear.weight), _array(linear.bias))

    def _whole(self, name: str, values: str, divide: bool = True) -> tuple[str, ...]:
        """Return values as whole numbers with scale and zero, or as they are if there are no scales."""
        if self.scales is None:
            return (values,)
        graph, scale = self.graph, self.scales[name]
        if divide:
            values = graph.add("Mul", values, graph.keep(1 / scale.channels))
        step, zero = graph.keep_number(scale.step), graph.keep_number(scale.zero, np.uint8)
        return graph.add("QuantizeLinear", values, step, zero), step, zero

    def _product(self, name: str, given: tuple[str, ...], weights: Any, biases: Any) -> str:
        """Return the product with a matrix (outputs, inputs), its biases added."""
        graph = self.graph
        if self.scales is None:
            product = graph.add("MatMul", given[0], graph.keep(np.ascontiguousarray(weights.T)))
            return graph.add("Add", product, graph.keep(biases))
        values, step, zero = given
        columns, steps = quantize_columns(weights.T * self.scales[name].channels[:, None])
        inputs = (values, graph.keep(columns), step, graph.keep(steps), zero, "", graph.keep(biases))
        return graph.add("MatMulIntegerToFloat", *inputs, domain=_FUSED)

    def _keep_floats(self, array: Any) -> str:
        """Keep floats: beside whole numbers of 8 bits half a float is enough, widened when it is loaded."""
        array = np.ascontiguousarray(array)
        if self.scales is None:
            return self.graph.keep(array)
        return self.graph.add("Cast", self.graph.keep(array.astype(np.float16)), to=TensorProto.FLOAT)


def _array(weights: torch.Tensor) -> Any:
    return weights.detach().float().numpy()
