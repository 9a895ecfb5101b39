"""What training makes small: one loss for each layer that a batch knows."""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.batches import Batch
from training.labels import UNKNOWN
from training.model import Network


def batch_losses(network: Network, batch: Batch) -> dict[str, Tensor]:
    """Return the loss of each layer that the batch has labels for."""
    words = network.encode(batch.pieces, batch.firsts)
    scores = network.label(words, [*batch.labels, *batch.sets])
    losses = {name: label_loss(scores[name], gold) for name, gold in batch.labels.items()}
    losses |= {name: set_loss(scores[name], possible) for name, possible in batch.sets.items()}
    if batch.heads is not None and batch.relations is not None:
        losses["heads"] = label_loss(network.score_heads(words, batch.sentences), batch.heads)
        relations = batch.relations.masked_fill(batch.heads < 0, UNKNOWN)
        losses["relations"] = label_loss(network.relations.chosen(words, batch.heads), relations)
    if batch.queries is not None:
        losses["links"] = link_loss(network.links(words, batch.queries), batch.queries.targets, batch)
    return losses


def label_loss(scores: Tensor, gold: Tensor) -> Tensor:
    """Return the mean cross entropy of scores (..., labels) against labels; -1 does not count."""
    total = functional.cross_entropy(
        scores.float().flatten(0, -2), gold.flatten(), ignore_index=UNKNOWN, reduction="sum"
    )
    return total / (gold != UNKNOWN).sum().clamp(min=1)


def set_loss(scores: Tensor, possible: Tensor) -> Tensor:
    """Return the mean of how unlikely all possible labels are together; words without any do not count."""
    known = possible.any(-1)
    logs = functional.log_softmax(scores.float(), -1).masked_fill(~possible, -1e4)
    return -(torch.logsumexp(logs, -1) * known).sum() / known.sum().clamp(min=1)


def link_loss(scores: Tensor, targets: Tensor, batch: Batch) -> Tensor:
    """Return the cross entropy of roles (queries, roles, words): summed over words, mean of the queries."""
    assert batch.queries is not None
    real = (batch.sentences >= 0)[batch.queries.windows][:, None, :]
    known = (targets >= 0) & real
    each = functional.binary_cross_entropy_with_logits(scores, targets.clamp(min=0).float(), reduction="none")
    # Summed over words the loss grows with the window; a tenth keeps it beside the others.
    return (each * known).sum() / len(targets) / 10
