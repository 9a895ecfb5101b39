"""Write a trained network for the package: ONNX (float32 and int8), a cut tokenizer, the small matrices.

What pairs words is not in the ONNX file: it puts out one row a word, and the products of rows are taken by
``numpy`` where they are asked for. ``pairs.npz`` holds their matrices.
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.corpora import read_task
from training.corpora.shelf import Shelf
from training.labels import layer_sizes
from training.model import Network
from training.subwords import PADDING, Subwords
from training.texts import Text
from training.vocabulary import choose_pieces, cut_tokenizer

OUTPUTS = ("labels", "arc_lower", "arc_upper", "root", "relation_lower", "relation_upper", "links", "vectors")


class Rows(nn.Module):
    """A network as a function from pieces to one row a word for each of ``OUTPUTS``."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, pieces: torch.Tensor, firsts: torch.Tensor, shares: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Return the outputs: (windows, words, ...), the vectors (windows, sentences, hidden).

        ``labels`` are the scores of all layers side by side, in the order of ``layer_sizes``. ``shares``
        (windows, sentences, length) are the weights that average the pieces of each sentence.
        """
        network = self.network
        states = network.encoder(pieces, pieces != PADDING)
        words = states.gather(1, firsts[:, :, None].expand(-1, -1, states.shape[2]))
        labels = torch.cat([network.labels[name](words) for name in layer_sizes()], -1)
        arcs, relations = network.arcs.project(words), network.relations.project(words)
        links = nn.functional.gelu(network.links.inner(words))
        return (
            labels,
            *arcs,
            network.root(words)[..., 0],
            *relations,
            links,
            network.vector(shares @ states),
        )


def export(network: Network, encoder: Path, shelf: Shelf, folder: Path, pieces: int = 40_000) -> None:
    """Write the files of a network into a folder; the vocabulary is chosen by the training texts."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = json.loads((encoder / "tokenizer.json").read_text("utf-8"))
    vocabulary = [(str(piece), float(score)) for piece, score in tokenizer["model"]["vocab"]]
    kept = choose_pieces(vocabulary, count_pieces(shelf, Subwords(encoder / "tokenizer.json")), pieces)
    small = json.dumps(cut_tokenizer(tokenizer, kept), ensure_ascii=False)
    (folder / "tokenizer.json").write_text(small, "utf-8")
    cut_embeddings(network, kept)
    np.savez(folder / "pairs.npz", **pair_matrices(network))
    write_onnx(network, folder / "network-float32.onnx")
    quantize(folder / "network-float32.onnx", folder / "network.onnx")


def count_pieces(shelf: Shelf, subwords: Subwords) -> Counter[int]:
    """Return how often each piece stands in the German and English training texts."""
    texts: list[Text] = [
        t for task in ("german", "sisters", "names", "reports") for t in read_task(shelf, task)
    ]
    words = Counter(
        pair
        for text in texts
        if text.source not in {"lassysmall", "talbanken", "ddt", "afribooms"}
        for pair in zip(text.words, text.spaced, strict=True)
    )
    counts: Counter[int] = Counter()
    for (word, spaced), number in words.items():
        for piece in subwords.divide(word, spaced):
            counts[piece] += number
    return counts


def cut_embeddings(network: Network, kept: list[int]) -> None:
    """Leave of the network's embeddings the rows that are kept, in place."""
    rows = network.encoder.pieces.weight.detach()[torch.tensor(kept)]
    network.encoder.pieces = nn.Embedding.from_pretrained(rows)


def pair_matrices(network: Network) -> dict[str, Any]:
    """Return what is needed to score pairs of rows, as float32 arrays."""
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
    return {name: part.detach().float().numpy() for name, part in parts.items()}


def write_onnx(network: Network, path: Path) -> None:
    """Write the network as ONNX with free sizes of batch, pieces and words."""
    pieces = torch.tensor([[0, 4, 5, 6, 2], [0, 4, 5, 2, 1]])
    firsts = torch.tensor([[1, 2, 3], [1, 2, 0]])
    shares = torch.tensor([[[0, 0.5, 0.5, 0, 0], [0, 0, 0, 1, 0]]] * 2)
    axes = {name: {0: "windows", 1: "words"} for name in OUTPUTS if name != "vectors"}
    torch.onnx.export(
        Rows(network).eval(),
        (pieces, firsts, shares),
        str(path),
        input_names=["pieces", "firsts", "shares"],
        output_names=list(OUTPUTS),
        dynamic_axes=axes
        | {
            "pieces": {0: "windows", 1: "length"},
            "firsts": {0: "windows", 1: "words"},
            "shares": {0: "windows", 1: "sentences", 2: "length"},
            "vectors": {0: "windows", 1: "sentences"},
        },
        opset_version=17,
        dynamo=False,
    )


def quantize(source: Path, target: Path) -> None:
    """Write an ONNX file with weights of 8 bits; activations are quantised as it runs."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather", "Gemm"],
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
