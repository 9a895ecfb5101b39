"""Write a trained network for the package: ONNX (float32 and int8), a cut tokenizer, the small matrices.

What pairs words is not in the ONNX file: it puts out one row a word, and the products of rows are taken by
``numpy`` where they are asked for. ``pairs.npz`` holds their matrices. The same weights give the same bytes.
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from depesche.language.network.subwords import BEGIN, END, Subwords
from training.corpora import read_task
from training.corpora.shelf import Shelf
from training.graph import make_model
from training.model import Network
from training.quantize import find_scales
from training.texts import Text
from training.vocabulary import choose_pieces, cut_tokenizer

# Of the training texts every piece is among some 23,000; the rest is for words they do not have.
PIECES = 32_000
# Other languages than those that are read.
_SISTERS = frozenset({"lassysmall", "talbanken", "ddt", "afribooms"})


def export(network: Network, encoder: Path, shelf: Shelf, folder: Path, pieces: int = PIECES) -> None:
    """Write the files of a network into a folder; vocabulary and scales are chosen by the training texts."""
    tokenizer = encoder / "tokenizer.json"
    texts = read_texts(shelf)
    write_files(network, tokenizer, count_pieces(texts, Subwords(tokenizer)), texts, folder, pieces)


def write_files(
    network: Network, tokenizer: Path, counts: Counter[int], texts: Sequence[Text], folder: Path, pieces: int
) -> None:
    """Write the files by the pieces of the texts, counted, and the texts; cuts the network's embeddings."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = json.loads(tokenizer.read_text("utf-8"))
    vocabulary = [(str(piece), float(score)) for piece, score in whole["model"]["vocab"]]
    kept = choose_pieces(vocabulary, counts, pieces)
    small = json.dumps(cut_tokenizer(whole, kept), ensure_ascii=False)
    (folder / "tokenizer.json").write_text(small, "utf-8")
    cut_embeddings(network, kept)
    np.savez(folder / "pairs.npz", **pair_matrices(network))
    windows = choose_windows(texts, Subwords(folder / "tokenizer.json"))
    write_models(network, windows, folder)


def write_models(network: Network, windows: Sequence[Sequence[int]], folder: Path) -> None:
    """Write the network in floats and in whole numbers, whose scales are found on windows of pieces."""
    network.eval()
    for name, scales in (("network-float32", None), ("network", find_scales(network, windows))):
        (folder / f"{name}.onnx").write_bytes(make_model(network, scales).SerializeToString())


def read_texts(shelf: Shelf) -> list[Text]:
    """Return the German and English training texts."""
    tasks = ("german", "sisters", "names", "reports")
    return [text for task in tasks for text in read_task(shelf, task) if text.source not in _SISTERS]


def count_pieces(texts: Sequence[Text], subwords: Subwords) -> Counter[int]:
    """Return how often each piece stands in texts."""
    words = Counter(pair for text in texts for pair in zip(text.words, text.spaced, strict=True))
    counts: Counter[int] = Counter()
    for (word, spaced), number in words.items():
        for piece in subwords.divide(word, spaced):
            counts[piece] += number
    return counts


def choose_windows(
    texts: Sequence[Text], subwords: Subwords, number: int = 64, length: int = 128
) -> list[list[int]]:
    """Return windows of pieces out of texts that lie evenly among all."""
    windows = []
    for text in texts[:: max(1, len(texts) // number)][:number]:
        pieces = [
            piece
            for word, spaced in zip(text.words[:length], text.spaced[:length], strict=True)
            for piece in subwords.divide(word, spaced)
        ]
        windows.append([BEGIN, *pieces[: length - 2], END])
    return windows


def cut_embeddings(network: Network, kept: list[int]) -> None:
    """Leave of the network's embeddings the rows that are kept, in place."""
    rows = network.encoder.pieces.weight.detach()[torch.tensor(kept)]
    network.encoder.pieces = nn.Embedding.from_pretrained(rows)


def pair_matrices(network: Network) -> dict[str, Any]:
    """Return what is needed to score pairs of rows, as float16 arrays."""
    links = network.links
    parts = {
        "arcs": network.arcs.weights[0],
        "relations": network.relations.weights,
        "link_first": links.first.weight,
        "link_first_bias": links.first.bias,
        "link_last": links.last.weight,
        "link_mean": links.mean.weight,
        "link_key": links.key.weight,
        "link_key_bias": links.key.bias,
        "link_bias": links.bias.weight,
        "link_bias_bias": links.bias.bias,
        "link_distance": links.distance,
    }
    return {name: part.detach().numpy().astype(np.float16) for name, part in parts.items()}
