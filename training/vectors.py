"""The layers of vectors, learnt when all else is trained: they say what the whole encoder said.

They stand on the encoder's lowest layers, which training leaves as they are, and so depend on nothing else
that the network learns. What they should say are the vectors of the encoder with all its layers: the mean of
its last states over a sentence, seen from the middle of all sentences (E5's vectors all point much the same
way) and evened out: directions in which sentences differ much count less, by half, than they did. Tried
before: the mean of the lower layers' states with the best linear map (see docs/model.md).
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from depesche.language.network.subwords import PADDING, Subwords
from depesche.language.network.windows import (
    Batch,
    Divided,
    cut_windows,
    divide_words,
    make_batches,
    own_words,
)
from training.corpora.shelf import Shelf
from training.encoder import Encoder, load_encoder
from training.export import read_texts
from training.model import Meaning, Network, gather_rows
from training.texts import Text
from training.train import load_network

# The encoder's layers that the layers of vectors begin as.
BEGIN_AS = (3, 11)
PASSES = 12
BUDGET = 4096
RATE, LAST_RATE, HEAD_RATE = 4e-4, 0.02, 2e-3
# How far directions are evened out: 0 not at all, 1 wholly.
EVEN = 0.5


class Example(msgspec.Struct, frozen=True):
    """A batch of windows: what the layers are given, and what they should say.

    ``states`` (windows, words, hidden), ``mask`` (windows, words), ``shares`` (windows, sentences, words),
    ``targets`` (windows, sentences, hidden); ``real`` (windows, sentences) is false where no sentence is.
    """

    states: Tensor
    mask: Tensor
    shares: Tensor
    targets: Tensor
    real: Tensor


def fit_vectors(shelf: Shelf, encoder: Path, run: Path, passes: int = PASSES) -> float:
    """Learn the layers of vectors of a run's checkpoint and write them there; return the cosine they reach.

    The cosine is that with what they should say, on batches that they did not learn from.
    """
    network, config = load_network(run / "checkpoint.pt", encoder)
    torch.set_num_threads(config.threads)
    teacher = load_encoder(encoder).eval()
    subwords = Subwords(encoder / "tokenizer.json")
    examples = even_out(list(make_examples(read_texts(shelf), subwords, teacher, network.meaning.below)))
    held, learnt = examples[::20], [e for at, e in enumerate(examples) if at % 20]
    begin(network.meaning, teacher)
    learn(network.meaning, learnt, passes)
    with torch.no_grad():
        cosine = float(torch.cat([cosines(network.meaning.eval(), e) for e in held]).mean())
    _write(run / "checkpoint.pt", network)
    return cosine


def make_examples(
    texts: Sequence[Text], subwords: Subwords, teacher: Encoder, below: int
) -> Iterator[Example]:
    """Yield texts, cut into windows as the package cuts them, with what the teacher says of them."""
    divided = [divide_words(subwords, t.words, t.spaced, t.starts) for t in texts]
    windows = [window for number, text in enumerate(divided) for window in cut_windows(number, text)]
    for batch in make_batches(divided, windows, BUDGET):
        pieces, content = (torch.from_numpy(np.asarray(a)).long() for a in (batch.pieces, batch.content))
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            after = teacher.all_states(pieces, pieces != PADDING)
        whole = torch.from_numpy(_shares_of_pieces(batch, divided))
        yield Example(
            gather_rows(after[below - 1], content).bfloat16(),
            content != 0,
            torch.from_numpy(np.asarray(batch.shares, dtype=np.float32)),
            whole @ after[-1].float(),
            whole.sum(-1) > 0,
        )


def _shares_of_pieces(batch: Batch, texts: Sequence[Divided]) -> Any:
    """Return the weights (windows, sentences, length) of the mean of all pieces of each sentence."""
    shares = np.zeros((*batch.shares.shape[:2], batch.pieces.shape[1]), dtype=np.float32)
    for row, (window, sentences) in enumerate(zip(batch.windows, batch.sentences, strict=True)):
        text = texts[window.document]
        places = np.cumsum([1, *map(len, text.pieces[window.first : window.last])])
        for column, sentence in enumerate(sentences):
            words = own_words(text, window, sentence)
            first, last = places[words.start - window.first], places[words.stop - window.first]
            shares[row, column, first:last] = 1 / (last - first)
    return shares


def even_out(examples: Sequence[Example]) -> list[Example]:
    """Return examples whose targets are seen from their middle and evened out, each of length 1."""
    sample = torch.cat([e.targets[e.real] for e in examples])
    middle = sample.mean(0)
    _, sizes, directions = torch.linalg.svd(sample - middle, full_matrices=False)
    turned = directions.T / sizes**EVEN
    return [
        msgspec.structs.replace(e, targets=functional.normalize((e.targets - middle) @ turned, dim=-1))
        for e in examples
    ]


def begin(meaning: Meaning, teacher: Encoder) -> None:
    """Let the layers begin as some of the teacher's."""
    for layer, number in zip(meaning.layers, BEGIN_AS, strict=True):
        layer.load_state_dict(teacher.layers[number].state_dict())


def learn(meaning: Meaning, examples: Sequence[Example], passes: int) -> None:
    """Let the layers learn to say what they should, reading all examples so many times."""
    groups = [
        {"params": [*meaning.layers.parameters()], "lr": RATE, "peak": RATE},
        {"params": [*meaning.vector.parameters()], "lr": HEAD_RATE, "peak": HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps, step = passes * len(examples), 0
    meaning.train()
    for number in range(passes):
        total = 0.0
        for example in random.Random(number).sample(examples, len(examples)):
            torch.manual_seed(step)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * min(1, (step + 1) / 60) * max(LAST_RATE, 1 - step / steps)
            loss = 1 - cosines(meaning, example).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            total += float(loss.detach())
        print(f"pass {number + 1} of {passes}: loss {total / len(examples):.4f}", flush=True)


def cosines(meaning: Meaning, example: Example) -> Tensor:
    """Return the cosine of each sentence's vector with what it should be."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = meaning(example.states, example.mask, example.shares)
    return functional.cosine_similarity(said[example.real].float(), example.targets[example.real], dim=-1)


def _write(checkpoint: Path, network: Network) -> None:
    state = torch.load(checkpoint, weights_only=True)
    # Beside it, the head that earlier runs had in its place.
    kept = {name: w for name, w in state["network"].items() if not name.startswith(("vector.", "meaning."))}
    own = {f"meaning.{name}": w for name, w in network.meaning.state_dict().items()}
    state["network"] = kept | own
    unfinished = checkpoint.with_suffix(".unfinished")
    torch.save(state, unfinished)
    unfinished.rename(checkpoint)
