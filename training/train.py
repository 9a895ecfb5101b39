"""Train the network: tasks in turn by chance, one step a batch, all of it repeatable from its seed."""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

import json
import random
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import torch

from depesche.language.network.subwords import Subwords
from training.batches import Batch, Stream, make_batch
from training.corpora import read_task
from training.corpora.shelf import Shelf
from training.encoder import load_encoder
from training.losses import batch_losses
from training.model import Network, Sizes
from training.texts import Text


class Task(msgspec.Struct, frozen=True):
    """The least and greatest pieces of a window, and how much more often than its size says it is drawn."""

    window: tuple[int, int]
    weight: float = 1.0


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to train: see first.toml."""

    seed: int
    layers: int
    frozen: int
    dropout: float
    head_dropout: float
    steps: int
    budget: int
    warm_up: int
    rate: float
    layer_decay: float
    head_rate: float
    last_rate: float
    weight_decay: float
    clip: float
    threads: int
    checkpoint_minutes: float
    temperature: float
    tasks: dict[str, Task]
    losses: dict[str, float] = {}
    sizes: Sizes = Sizes()


def load_config(path: Path) -> Config:
    """Return the configuration of a TOML file; raises msgspec.ValidationError naming what is wrong."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Config)


def make_network(config: Config, encoder: Path) -> Network:
    """Return an untrained network on the encoder of a folder."""
    torch.manual_seed(config.seed)
    loaded = load_encoder(encoder, config.layers, config.dropout, config.frozen)
    return Network(loaded, config.sizes, config.head_dropout)


class Trainer:
    """A training run in a folder: its log (JSON lines) and its last checkpoint, from which it goes on."""

    def __init__(self, config: Config, shelf: Shelf, encoder: Path, folder: Path) -> None:
        assert shelf.purpose == "train"
        torch.set_num_threads(config.threads)
        folder.mkdir(parents=True, exist_ok=True)
        self.config = config
        self.folder = folder
        self.subwords = Subwords(encoder / "tokenizer.json")
        self.network = make_network(config, encoder)
        self.optimizer = torch.optim.AdamW(parameter_groups(self.network, config))
        self.streams = {name: self._open_stream(shelf, name) for name in config.tasks}
        self.step = 0

    def _open_stream(self, shelf: Shelf, name: str) -> Stream:
        texts: list[Text] = read_task(shelf, name)
        seed = f"{self.config.seed}/{name}"
        return Stream(texts, self.subwords, self.config.tasks[name].window, self.config.budget, seed)

    def run(self) -> None:
        """Train to the last step, with a checkpoint every few minutes and at the end."""
        batches = {name: stream.windows() for name, stream in self.streams.items()}
        seen: dict[str, list[float]] = defaultdict(list)
        saved = logged = time.monotonic()
        pieces = 0
        self.network.train()
        while self.step < self.config.steps:
            name = self.draw_task()
            batch = make_batch(next(batches[name]), self.subwords, self.config.sizes)
            pieces += batch.pieces.numel()
            for part, loss in self.learn(batch).items():
                seen[part].append(loss)
            if self.step % 50 == 0:
                now = time.monotonic()
                self._log(seen, pieces / (now - logged))
                seen, pieces, logged = defaultdict(list), 0, now
            if time.monotonic() - saved > 60 * self.config.checkpoint_minutes:
                self.save()
                saved = time.monotonic()
        self.save()

    def draw_task(self) -> str:
        """Return the task of this step: by chance, but always the same at the same step."""
        config = self.config
        weights = [
            task.weight * self.streams[name].size ** (1 / config.temperature)
            for name, task in config.tasks.items()
        ]
        return random.Random(f"{config.seed}/{self.step}").choices(list(config.tasks), weights)[0]

    def learn(self, batch: Batch) -> dict[str, float]:
        """Take one step on a batch and return its losses."""
        torch.manual_seed(self.config.seed + self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate_at(self.step, self.config)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = batch_losses(self.network, batch)
        total = sum(self.config.losses.get(name, 1.0) * loss for name, loss in losses.items())
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[union-attr, unused-ignore]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self.optimizer.step()
        self.step += 1
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _log(self, seen: dict[str, list[float]], speed: float) -> None:
        row: dict[str, Any] = {
            "step": self.step,
            "rate": rate_at(self.step, self.config),
            "pieces_per_second": round(speed),
            "epochs": {name: stream.place[0] for name, stream in self.streams.items()},
            "losses": {name: round(sum(x) / len(x), 4) for name, x in sorted(seen.items())},
        }
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")

    def begin_with(self, checkpoint: Path) -> None:
        """Take the weights of an earlier run as the first ones; raises OSError if there is none."""
        state = torch.load(checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"], strict=False)

    def save(self) -> None:
        """Write the checkpoint; the one before it stays until the new one is whole."""
        state = {
            "config": msgspec.to_builtins(self.config),
            "step": self.step,
            "network": trained_weights(self.network),
            "optimizer": self.optimizer.state_dict(),
            "places": {name: stream.place for name, stream in self.streams.items()},
        }
        write_checkpoint(self.folder, state)

    def resume(self) -> None:
        """Go on from the checkpoint of the folder; raises OSError if there is none."""
        state = torch.load(self.folder / "checkpoint.pt", weights_only=True)
        self.step = state["step"]
        self.network.load_state_dict(state["network"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        for name, place in state["places"].items():
            self.streams[name].place = tuple(place)


def write_checkpoint(folder: Path, state: dict[str, Any]) -> None:
    """Write the checkpoint of a run into its folder; the one before it stays until the new one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "checkpoint.unfinished"
    torch.save(state, unfinished)
    unfinished.rename(folder / "checkpoint.pt")


def trained_weights(network: Network) -> dict[str, torch.Tensor]:
    """Return all weights but the encoder's frozen embeddings, which are where they came from."""
    frozen = ("encoder.pieces.", "encoder.places.")
    return {name: w for name, w in network.state_dict().items() if not name.startswith(frozen)}


def load_network(checkpoint: Path, encoder: Path) -> tuple[Network, Config]:
    """Return the network of a checkpoint, ready to read."""
    state = torch.load(checkpoint, weights_only=True)
    config = msgspec.convert(state["config"], Config)
    network = make_network(config, encoder)
    network.load_state_dict(state["network"], strict=False)
    return network.eval(), config


def parameter_groups(network: Network, config: Config) -> list[dict[str, Any]]:
    """Return the weights with the peaks of their learning rates: lower layers learn more slowly."""
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = defaultdict(list)
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            decay = config.weight_decay if weight.ndim > 1 else 0.0
            groups[_peak(name, config), decay].append(weight)
    return [
        {"params": weights, "lr": peak, "peak": peak, "weight_decay": decay}
        for (peak, decay), weights in groups.items()
    ]


def _peak(name: str, config: Config) -> float:
    if not name.startswith("encoder."):
        return config.head_rate
    parts = name.split(".")
    depth = int(parts[2]) + 1 if parts[1] == "layers" else 0
    return config.rate * config.layer_decay ** (config.layers - depth)


def rate_at(step: int, config: Config) -> float:
    """Return the share of the peak at a step: up over the warm-up, then down in a line to ``last_rate``."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    left = (config.steps - step) / max(1, config.steps - config.warm_up)
    return config.last_rate + (1 - config.last_rate) * left


def read_log(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a run's log."""
    for line in (folder / "log.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)
