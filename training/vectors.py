"""The head of vectors, fitted when all else is trained: what it should say is linear in what it reads.

Training keeps the head near the encoder as it was; how near it comes depends on how long it is trained. The
best linear map from the trained network's states to the encoder's own vectors is found at once instead, by
least squares over windows of the training texts (German, its sisters, English).
"""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

from pathlib import Path

import msgspec
import torch

from training.batches import make_batch
from training.corpora.shelf import Shelf
from training.train import Task, Trainer, load_network

# Windows of each task, and how much the squares of the weights count against errors.
WINDOWS = 1200
RIDGE = 0.02
# As short as the package reads them.
_SIZES = (16, 96)


def fit_vectors(shelf: Shelf, encoder: Path, run: Path) -> float:
    """Fit the head of vectors of a run's checkpoint and write it there; return the mean cosine it reaches.

    The cosine is that with the encoder's vectors, seen from their middle, on windows not fitted to.
    """
    network, config = load_network(run / "checkpoint.pt", encoder)
    tasks = {name: Task(window=_SIZES) for name in config.tasks}
    trainer = Trainer(msgspec.structs.replace(config, tasks=tasks), shelf, encoder, run)
    seen, wanted = [], []
    with torch.no_grad():
        for stream in trainer.streams.values():
            drawn, count = stream.windows(), 0
            while count < WINDOWS:
                batch = make_batch(next(drawn), trainer.subwords, trainer.config.sizes)
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    _, pooled = network.encode(batch.pieces, batch.firsts)
                seen.append(pooled.float())
                wanted.append(trainer.teacher.vectors(batch))
                count += len(batch.pieces)
    inputs, targets = torch.cat(seen).double(), torch.cat(wanted).double()
    held = torch.arange(len(inputs)) % 10 == 0
    weight, bias = solve(inputs[~held], targets[~held])
    said = inputs[held] @ weight.T + bias
    cosine = float(torch.nn.functional.cosine_similarity(said, targets[held]).mean())
    _write(run / "checkpoint.pt", weight, bias)
    return cosine


def solve(
    inputs: torch.Tensor, targets: torch.Tensor, ridge: float = RIDGE
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights (hidden, inputs) and bias of the ridge regression of the targets on the inputs."""
    middle, wanted = inputs.mean(0), targets.mean(0)
    centred = inputs - middle
    spread = centred.std(0).clamp(min=1e-6)
    scaled = centred / spread
    square = scaled.T @ scaled + ridge * len(scaled) * torch.eye(scaled.shape[1], dtype=scaled.dtype)
    weight = torch.linalg.solve(square, scaled.T @ (targets - wanted)).T / spread
    return weight, wanted - weight @ middle


def _write(checkpoint: Path, weight: torch.Tensor, bias: torch.Tensor) -> None:
    state = torch.load(checkpoint, weights_only=True)
    state["network"]["vector.weight"] = weight.float()
    state["network"]["vector.bias"] = bias.float()
    unfinished = checkpoint.with_suffix(".unfinished")
    torch.save(state, unfinished)
    unfinished.rename(checkpoint)
