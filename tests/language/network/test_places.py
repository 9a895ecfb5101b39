"""A place is one name whether its words are told to be GPE or LOC."""

from __future__ import annotations

import numpy as np
import pytest

from depesche.language.network.decoding import best_labels
from depesche.language.network.heads import join_places, part_places
from depesche.language.network.layout import NAME_TYPES, layer_sizes

LABELS = ["O", *(f"{part}-{kind}" for kind in NAME_TYPES for part in "BI")]


def read(*words: dict[str, float]) -> list[str]:
    scores = np.zeros((len(words), layer_sizes()["names"]), dtype=np.float32)
    for at, told in enumerate(words):
        for label, score in told.items():
            scores[at, LABELS.index(label)] = score
    return [LABELS[label] for label in part_places(best_labels(join_places(scores)), scores)]


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        # The type differs from word to word: it is still one name, of the type that is surer.
        ([{"B-GPE": 5}, {"I-LOC": 6}], ["B-LOC", "I-LOC"]),
        ([{"B-GPE": 6}, {"I-LOC": 5}], ["B-GPE", "I-GPE"]),
        # Neither alone is likelier than no name; both together are.
        ([{"O": 2.5, "B-GPE": 2, "B-LOC": 2.2}], ["B-LOC"]),
        ([{"O": 3.5, "B-GPE": 2, "B-LOC": 2.2}], ["O"]),
        # Two places side by side stay two, other names are as they were.
        ([{"B-GPE": 5}, {"B-LOC": 5}], ["B-GPE", "B-LOC"]),
        ([{"B-PER": 5}, {"I-PER": 5}, {"B-ORG": 5}], ["B-PER", "I-PER", "B-ORG"]),
        ([], []),
    ],
)
def test_places(words: list[dict[str, float]], labels: list[str]) -> None:
    assert read(*words) == labels
