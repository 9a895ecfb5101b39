"""Names heed lists and the other occurrences of a word."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.language.network.decoding import best_labels
from depesche.language.network.names import settle_names

CASES = yaml.safe_load(
    (pathlib.Path(__file__).parents[2] / "cases" / "network-names.yaml").read_text("utf-8")
)
LABELS = ["O", *(f"{part}-{kind}" for kind in ("PER", "ORG", "PLACE") for part in "BI")]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_names(case: dict[str, Any]) -> None:
    scores = np.zeros((len(case["words"]), len(LABELS)), dtype=np.float32)
    for at, (_, told) in enumerate(case["words"]):
        for label, score in told.items():
            scores[at, LABELS.index(label)] = score
    before = scores.copy()
    settled = settle_names(scores, [word for word, _ in case["words"]])
    assert [LABELS[label] for label in best_labels(settled)] == case["labels"]
    assert np.array_equal(scores, before)
    assert settled.dtype == scores.dtype


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Senat", "Kran", "von", "", "Vereinte", "Nationen", "\ud800", "ẞ", "1"])))
def test_any_words(words: list[str]) -> None:
    scores = np.random.default_rng(len(words)).normal(size=(len(words), len(LABELS))).astype(np.float32)
    settled = settle_names(scores, words)
    assert settled.shape == scores.shape
    assert np.isfinite(settled).all()
    assert np.array_equal(settled, settle_names(scores, words))
