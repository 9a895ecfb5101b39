"""Compare networks at equal training: layers, joint and single heads, whole numbers and floats.

Each is trained for as many steps from the encoder as it came, on the same batches of the same tasks; a
single one takes only the steps of its own tasks. They are short runs: what they say is how networks differ,
not how well the finished one reads. What is done is kept, so that a stopped comparison goes on.
"""

from __future__ import annotations

import shutil
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from depesche.language.network import Network
from depesche.language.network.files import FOLDER, NETWORK, PAIRS, SETTINGS, TOKENIZER
from training.corpora.shelf import Shelf
from training.cost import measure_speed, read_throughput
from training.evaluate import Row, evaluate
from training.export import export
from training.train import Config, Trainer, load_config, load_network

CONFIG = Path(__file__).with_name("ablation.toml")
TREES = ("german", "sisters")
NAMES = ("germeval", "varied", "named")
REPORTS = ("dfki", "reports")


class Variant(msgspec.Struct, frozen=True):
    """A network of the comparison: its layers, its tasks (all if none are named), what is measured of it."""

    name: str
    layers: int
    parts: tuple[str, ...]
    tasks: tuple[str, ...] = ()


ALL = ("syntax", "english", "names", "quotations", "reports")
VARIANTS = (
    Variant("12-joint", 12, ALL),
    Variant("7-joint", 7, ALL),
    Variant("6-joint", 6, ALL),
    Variant("7-trees", 7, ("syntax", "english"), TREES),
    Variant("7-names", 7, ("names",), NAMES),
    Variant("7-reports", 7, ("quotations", "reports"), REPORTS),
)
# Of these the speed is measured, in turn; the single ones have the network of seven layers too.
TIMED = ("12-joint", "7-joint", "6-joint", "7-joint-float32")


def ablate(corpora: Path, encoder: Path, folder: Path) -> str:
    """Train, measure and time all networks in a folder; return the table in Markdown."""
    figures = {v.name: _figures(corpora, encoder, folder, v) for v in VARIANTS}
    floats = folder / "7-joint-float32"
    if not (floats / NETWORK).exists():
        _take_floats(folder / "7-joint" / "model", floats)
    figures[floats.name] = list(evaluate(Shelf(corpora, "measure"), Network(floats, threads=2), ALL))
    models = {name: floats if name == floats.name else folder / name / "model" for name in TIMED}
    return _table(figures, _speeds(models, read_throughput(corpora, 60)))


def _figures(corpora: Path, encoder: Path, folder: Path, variant: Variant) -> list[Row]:
    """Return the figures of a variant; what of it is done already is not done again."""
    run = folder / variant.name
    done = run / "figures.json"
    if done.exists():
        return msgspec.json.decode(done.read_bytes(), type=list[Row])
    if not (run / "model" / SETTINGS).exists():
        shelf = Shelf(corpora, "train")
        trainer = Trainer(_config(shelf, encoder, run, variant), shelf, encoder, run)
        if (run / "checkpoint.pt").exists():
            trainer.resume()
        trainer.run()
        network, _ = load_network(run / "checkpoint.pt", encoder)
        export(network, encoder, shelf, run / "model")
        # The same thresholds for all: they are those of the network that ships.
        shutil.copy(FOLDER / SETTINGS, run / "model" / SETTINGS)
    rows = list(evaluate(Shelf(corpora, "measure"), Network(run / "model", threads=2), variant.parts))
    done.write_bytes(msgspec.json.encode(rows))
    return rows


def _config(shelf: Shelf, encoder: Path, run: Path, variant: Variant) -> Config:
    config = msgspec.structs.replace(load_config(CONFIG), layers=variant.layers)
    if not variant.tasks:
        return config
    joint = Trainer(config, shelf, encoder, run)
    drawn: Counter[str] = Counter()
    for joint.step in range(config.steps):
        drawn[joint.draw_task()] += 1
    return msgspec.structs.replace(
        config,
        tasks={name: task for name, task in config.tasks.items() if name in variant.tasks},
        steps=sum(drawn[name] for name in variant.tasks),
    )


def _take_floats(model: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in (PAIRS, TOKENIZER, SETTINGS):
        shutil.copy(model / name, folder / name)
    shutil.copy(model / "network-float32.onnx", folder / NETWORK)


def _speeds(models: dict[str, Path], texts: Sequence[str], rounds: int = 5) -> dict[str, float]:
    """Return subword tokens a second: the median of rounds in which each reads in turn."""
    taken: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(rounds):
        for name, folder in models.items():
            taken[name].append(measure_speed(folder, texts)[0])
    return {name: statistics.median(speeds) for name, speeds in taken.items()}


def _table(figures: dict[str, list[Row]], speeds: dict[str, float]) -> str:
    """Return a table with a row for each figure and a column for each network."""
    names = list(figures)
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for what, where in dict.fromkeys((r.what, r.where) for rows in figures.values() for r in rows):
        cells = [_cell(figures[name], what, where) for name in names]
        lines.append(f"| {what}, {where} | " + " | ".join(cells) + " |")
    shown = [f"{speeds[name]:.0f}" if name in speeds else "" for name in names]
    return "\n".join([*lines, "| subword tokens a second | " + " | ".join(shown) + " |"])


def _cell(rows: Sequence[Row], what: str, where: str) -> str:
    return next(_shown(rows, what, where), "")


def _shown(rows: Sequence[Row], what: str, where: str) -> Iterator[str]:
    for row in rows:
        if (row.what, row.where) == (what, where):
            yield f"{row.value:.1f}"
