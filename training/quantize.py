"""Matrices and what they are given as whole numbers of 8 bits, by scales found on texts.

Some channels hold numbers many times larger than others. Before what a matrix is given becomes whole numbers,
each channel is divided by a number of its own and the matrix multiplied by it: the matrix takes over part of
the difference. How much of it is tried out for each matrix on what it is given in training texts.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import torch
from torch import nn

from depesche.language.network.subwords import PADDING
from training.model import Network

Array = Any  # numpy array of float32

# How much of a channel's size its divisor takes over; the matrix takes the rest.
EXPONENTS = (0.5, 0.6, 0.7, 0.8, 0.9)
# Rows of each matrix's inputs that scales are tried out on.
ROWS = 768


class Scale(msgspec.Struct, frozen=True):
    """How values become whole numbers from 0 to 255: ``values / channels / step + zero``."""

    channels: Array
    step: float
    zero: int


def find_scales(network: Network, windows: Sequence[Sequence[int]]) -> dict[str, Scale]:
    """Return the scales of all matrices in 8 bits, by what they are given for windows of pieces."""
    groups = matrix_groups(network)
    inputs = _record_inputs(network, windows, {name: group[0] for name, group in groups.items()})
    return {
        name: choose_scale(inputs[name], np.concatenate([m.weight.detach().float().numpy() for m in group]))
        for name, group in groups.items()
    }


def matrix_groups(network: Network) -> dict[str, list[Any]]:
    """Return the matrices that are given the same, by name."""
    stacks = {"layer": network.encoder.layers, "meaning": network.meaning.layers}
    groups = {
        f"{name}{number}.{part}": [getattr(layer, part)]
        for name, layers in stacks.items()
        for number, layer in enumerate(layers)
        for part in ("attention_in", "attention_out", "wide")
    }
    pairs = (network.arcs, network.relations)
    heads = [linear for pair in pairs for linear in (pair.lower, pair.upper)]
    return groups | {"heads": [*heads, network.links.inner]}


def _record_inputs(
    network: Network, windows: Sequence[Sequence[int]], matrices: dict[str, nn.Module]
) -> dict[str, Array]:
    """Return what each matrix is given (pieces, inputs).

    The heads may be given any piece's state, and so may the layers of vectors.
    """
    seen: dict[str, list[Array]] = defaultdict(list)

    def record(name: str) -> Any:
        return lambda _, given: seen[name].append(given[0][0].float().numpy())

    hooks = [matrix.register_forward_pre_hook(record(name)) for name, matrix in matrices.items()]
    with torch.no_grad():
        for window in windows:
            pieces = torch.tensor([window])
            mask = pieces != PADDING
            after = network.encoder.all_states(pieces, mask)
            network.arcs.lower(after[-1])
            network.meaning(after[network.meaning.below - 1], mask, torch.zeros(1, 1, len(window)))
    for hook in hooks:
        hook.remove()
    return {name: np.concatenate(rows) for name, rows in seen.items()}


def choose_scale(inputs: Array, weights: Array) -> Scale:
    """Return the scale that changes the product of inputs (rows, n) and weights (m, n) least.

    Every input counts for the range, some for the choice.
    """
    largest = np.maximum(np.abs(inputs).max(0), 1e-4)
    heaviest = np.maximum(np.abs(weights).max(0), 1e-4)
    sample = inputs[:: max(1, len(inputs) // ROWS)]
    product = sample @ weights.T
    # As shares of each row, so that the few rows with the largest numbers do not decide alone.
    size = np.maximum(np.linalg.norm(product, axis=1), 1e-6)
    scales = [_scale(inputs, largest**e / heaviest ** (1 - e)) for e in EXPONENTS]
    scales.append(_scale(inputs, np.ones_like(largest)))
    errors = [
        float((np.linalg.norm(_rounded_product(sample, weights, scale) - product, axis=1) / size).mean())
        for scale in scales
    ]
    return scales[int(np.argmin(errors))]


def _scale(inputs: Array, channels: Array) -> Scale:
    channels = np.clip(channels / np.exp(np.log(channels).mean()), 1e-3, 1e3).astype(np.float32)
    divided = inputs / channels
    low, high = min(float(divided.min()), 0.0), max(float(divided.max()), 1e-6)
    step = float(np.float32((high - low) / 255))
    return Scale(channels, step, round(-low / step))


def _rounded_product(inputs: Array, weights: Array, scale: Scale) -> Array:
    whole = np.clip(np.rint(inputs / scale.channels / scale.step) + scale.zero, 0, 255) - scale.zero
    columns, steps = quantize_columns(weights.T * scale.channels[:, None])
    return (whole * np.float32(scale.step)) @ (columns * steps)


def quantize_columns(matrix: Array) -> tuple[Array, Array]:
    """Return a matrix (inputs, outputs) as int8, and the step of each column."""
    steps = (np.maximum(np.abs(matrix).max(0), 1e-9) / 127).astype(np.float32)
    return np.ascontiguousarray(np.rint(matrix / steps).astype(np.int8)), steps


def quantize_rows(matrix: Array) -> tuple[Array, Array]:
    """Return a table as int8, and the step of each row (rows, 1)."""
    columns, steps = quantize_columns(matrix.T)
    return np.ascontiguousarray(columns.T), steps[:, None]
