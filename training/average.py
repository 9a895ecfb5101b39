"""Take the mean of the weights of several runs, each of which went on from the one before.

Runs of one line differ in what they learnt last; their mean reads better than each of them (docs/model.md).
"""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from training.train import write_checkpoint


def average_runs(runs: Sequence[tuple[Path, float]], folder: Path) -> None:
    """Write the checkpoint of the weighted mean of runs into a folder.

    Weights that only some runs have are those of the last run. Raises OSError if a run has no checkpoint,
    ValueError if the shares do not make 1.
    """
    if abs(sum(share for _, share in runs) - 1) > 1e-6:
        raise ValueError("the shares of the runs must make 1")
    states = [(torch.load(run / "checkpoint.pt", weights_only=True), share) for run, share in runs]
    last = states[-1][0]
    networks = [(state["network"], share) for state, share in states]
    mean = {name: _average(name, networks) for name in last["network"]}
    write_checkpoint(folder, {"config": last["config"], "step": last["step"], "network": mean})


def _average(name: str, networks: Sequence[tuple[dict[str, Any], float]]) -> Any:
    last = networks[-1][0][name]
    if not all(name in network and network[name].shape == last.shape for network, _ in networks):
        return last
    return sum(network[name] * share for network, share in networks)
