"""The files of the trained network, and what it must know of itself beside its weights."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from depesche.errors import LanguageModelError

FOLDER = Path(__file__).parents[2] / "model"
NETWORK, TOKENIZER, PAIRS, SETTINGS = "network.onnx", "tokenizer.json", "pairs.npz", "model.json"
CARD = "CARD.md"


class Curve(msgspec.Struct, frozen=True):
    """How a raw score between 0 and 1 becomes a confidence: its log-odds times ``slope`` plus ``shift``."""

    slope: float = 1.0
    shift: float = 0.0

    def bend(self, chance: float) -> float:
        """Return the confidence for a raw score."""
        odds = math.log(max(chance, 1e-6) / max(1 - chance, 1e-6))
        # Not above 700, where exp() has no value left.
        return 1 / (1 + math.exp(min(700.0, -(self.slope * odds + self.shift))))

    def bend_all(self, chances: Sequence[float]) -> list[float]:
        """Return the confidences for many raw scores."""
        raw = np.asarray(chances, np.float64)
        odds = np.log(np.maximum(raw, 1e-6) / np.maximum(1 - raw, 1e-6))
        bent = 1 / (1 + np.exp(np.minimum(700.0, -(self.slope * odds + self.shift))))
        found: list[float] = bent.tolist()
        return found


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was chosen for the network after it was trained.

    ``outside`` is added to the score of no span in a layer; ``thresholds`` are the scores above which a word
    has a role. ``curves`` are by head: ``upos``, ``features``, ``tree``, ``names``, ``actors``, ``events``,
    ``status``, ``quotations`` and each role.
    """

    version: str
    outside: dict[str, float] = {}
    thresholds: dict[str, float] = {}
    curves: dict[str, Curve] = {}

    def curve(self, head: str) -> Curve:
        """Return how the raw scores of a head become confidences."""
        return self.curves.get(head, Curve())


def check_files(folder: Path) -> None:
    """Raise LanguageModelError, saying which file is missing, unless all of the network's files are there."""
    missing = [n for n in (NETWORK, TOKENIZER, PAIRS, SETTINGS) if not (folder / n).is_file()]
    if missing:
        raise LanguageModelError(
            f"the language model is not complete: {', '.join(missing)} missing in {folder}; "
            "install depesche again, or make the model with `make model` (see training/README.md)"
        )


def load_settings(folder: Path) -> ModelSettings:
    """Return the settings in ``model.json``; raises LanguageModelError if they are not what they must be."""
    path = folder / SETTINGS
    try:
        return msgspec.json.decode(path.read_bytes(), type=ModelSettings)
    except (OSError, msgspec.DecodeError) as fault:
        raise LanguageModelError(f"{path}: {fault}") from fault


def files_digest(folder: Path) -> str:
    """Return a digest of all files of the network: two models with one digest say the same."""
    digest = hashlib.sha256()
    for name in (NETWORK, TOKENIZER, PAIRS, SETTINGS):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]
