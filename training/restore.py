"""Read the weights of a network back out of the files of the package, so that training can go on from it.

For whoever has no checkpoint of the run. Matrices come as exact as 8 bits keep them, the others in halves
of floats. Embeddings and frozen layers are taken from the encoder, where they came from. What attention reads
was divided by the scales of the next matrix, and stays so: the product is the same.
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from depesche.language.network.layout import layer_sizes
from training.encoder import Layer
from training.model import Network
from training.train import Config, make_network, trained_weights, write_checkpoint

Array = Any  # numpy array of float32
# Weights (outputs, inputs) and biases, one after the other.
Matrices = Iterator[tuple[Array, Array]]


def restore(model: Path, encoder: Path, config: Config, folder: Path) -> None:
    """Write a checkpoint of the network in the folder ``model`` into ``folder``.

    Raises OSError if a file is missing, ValueError if the network is not built as ``config`` says.
    """
    network = make_network(config, encoder)
    fill(network, model)
    state = {"config": msgspec.to_builtins(config), "step": 0, "network": trained_weights(network)}
    write_checkpoint(folder, state)


def fill(network: Network, model: Path) -> None:
    """Give a network the weights of the files in a folder, in the order in which the graph was written.

    Raises OSError if a file is missing, ValueError if the network is built otherwise.
    """
    reader = _Reader(onnx.load(model / "network.onnx").graph)
    products, norms, plain = reader.products(), reader.norms(), reader.plain()
    try:
        _fill_graph(network, products, norms, plain)
    except StopIteration as error:
        raise ValueError("the file has fewer matrices than the network of this configuration") from error
    if any(True for rest in (products, norms, plain) for _ in rest):
        raise ValueError("the file has more matrices than the network of this configuration")
    _fill_pairs(network, dict(np.load(model / "pairs.npz")))


def _fill_graph(network: Network, products: Matrices, norms: Matrices, plain: Matrices) -> None:
    next(norms)  # the embeddings' own, which is the encoder's
    for number, layer in enumerate(network.encoder.layers, start=1):
        _fill_layer(layer, products, norms, kept=number <= network.encoder.frozen)
        if number == network.meaning.below:
            for own in network.meaning.layers:
                _fill_layer(own, products, norms, kept=False)
            _put(network.meaning.vector, *next(plain))
    weights, biases = next(plain)
    at = 0
    for name, size in layer_sizes().items():
        _put(network.labels[name], weights[at : at + size], biases[at : at + size])
        at += size
    for pair in (network.arcs, network.relations):
        for linear in (pair.lower, pair.upper):
            _put(linear, *next(products))
    _put(network.root, *next(plain))
    _put(network.links.inner, *next(products))


def _fill_pairs(network: Network, pairs: dict[str, Array]) -> None:
    links = network.links
    _set(network.arcs.weights, pairs["arcs"][None])
    _set(network.relations.weights, pairs["relations"])
    _put(links.first, pairs["link_first"], pairs["link_first_bias"])
    _set(links.last.weight, pairs["link_last"])
    _set(links.mean.weight, pairs["link_mean"])
    _put(links.key, pairs["link_key"], pairs["link_key_bias"])
    _put(links.bias, pairs["link_bias"], pairs["link_bias_bias"])
    _set(links.distance, pairs["link_distance"])


def _fill_layer(layer: Layer, products: Matrices, norms: Matrices, *, kept: bool) -> None:
    """Give a layer its weights; one that is ``kept`` stays as it came from the encoder."""
    read = [next(products) for _ in range(6)]
    scales = [next(norms) for _ in range(2)]
    if kept:
        return
    _put(layer.attention_in, *(np.concatenate(parts) for parts in zip(*read[:3], strict=True)))
    for linear, found in zip((layer.attention_out, layer.wide, layer.narrow), read[3:], strict=True):
        _put(linear, *found)
    for norm, (weights, biases) in zip((layer.attention_norm, layer.norm), scales, strict=True):
        _put(norm, weights, biases)


def _put(module: nn.Module, weights: Array, biases: Array) -> None:
    _set(module.weight, weights)
    _set(module.bias, biases)


def _set(parameter: torch.Tensor, array: Array) -> None:
    given = torch.tensor(np.asarray(array, dtype=np.float32))
    if parameter.shape != given.shape:
        raise ValueError(
            f"the network has a matrix of {tuple(parameter.shape)}, the file {tuple(given.shape)}"
        )
    with torch.no_grad():
        parameter.copy_(given)


class _Reader:
    """The constants of a graph, by the operators that use them."""

    def __init__(self, graph: Any) -> None:
        self.nodes = list(graph.node)
        self.constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
        self.makers = {node.output[0]: node for node in self.nodes}
        self.users = {name: node for node in self.nodes for name in node.input}

    def products(self) -> Matrices:
        """Yield weights (outputs, inputs) and biases of the matrices in 8 bits."""
        for node in self.nodes:
            if node.op_type == "MatMulIntegerToFloat":
                columns, steps = self.constants[node.input[1]], self.constants[node.input[3]]
                weights = (columns.astype(np.float32) * steps).T
                yield weights * self._multiplied(node.input[0]), self._biases(node)

    def _multiplied(self, given: str) -> Array:
        """Return what each channel was multiplied by before it became a whole number, or 1."""
        before = self.makers[self.makers[given].input[0]]
        return (
            self.constants.get(before.input[1], np.float32(1)) if before.op_type == "Mul" else np.float32(1)
        )

    def _biases(self, node: Any) -> Array:
        if len(node.input) > 6:  # it may be left out
            return self.constants[node.input[6]]
        scaled = self.users[node.output[0]]
        return self.constants[self.users[scaled.output[0]].input[1]]

    def norms(self) -> Matrices:
        """Yield scales and shifts of the layers that even out."""
        for node in self.nodes:
            if node.op_type == "LayerNormalization":
                yield self.constants[node.input[1]], self.constants[node.input[2]]

    def plain(self) -> Matrices:
        """Yield weights (outputs, inputs) and biases of the products that stayed ones of floats."""
        for node in self.nodes:
            kept = self.makers.get(node.input[1]) if node.op_type == "MatMul" else None
            if kept is not None and kept.op_type == "Cast" and kept.input[0] in self.constants:
                weights = self.constants[kept.input[0]].astype(np.float32).T
                yield weights, self.constants[self.users[node.output[0]].input[1]]
