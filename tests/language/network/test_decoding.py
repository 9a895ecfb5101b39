"""Decoding: the best structure, not the best pieces."""

import itertools
import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.language.network.decoding import (
    best_heads,
    best_labels,
    runs_above,
    spans_of_labels,
)
from depesche.language.network.session import distance_buckets
from timing import seconds_of


def is_legal(labels: list[int]) -> bool:
    before = [0, *labels]
    return all(b % 2 or not b or a in {b, b - 1} for a, b in itertools.pairwise(before))


@given(st.integers(1, 5), st.integers(0, 10_000))
@settings(deadline=None)
def test_labels_are_the_best_legal_ones(length: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, 5))
    best = max(
        (labels for labels in itertools.product(range(5), repeat=length) if is_legal(list(labels))),
        key=lambda labels: sum(scores[i, k] for i, k in enumerate(labels)),
    )
    assert best_labels(scores) == list(best)


def labels_in_one_search(scores: Any) -> list[int]:
    """Return the best legal labels by looking at every label that each may stand behind."""
    worth, paths = [-math.inf if k and k % 2 == 0 else float(s) for k, s in enumerate(scores[0])], []
    for row in scores[1:]:
        behind = [
            max((k - 1, k) if k and k % 2 == 0 else range(len(row)), key=worth.__getitem__)
            for k in range(len(row))
        ]
        paths.append(behind)
        worth = [worth[before] + float(s) for before, s in zip(behind, row, strict=True)]
    labels = [max(range(len(worth)), key=worth.__getitem__)]
    for behind in reversed(paths):
        labels.append(behind[labels[-1]])
    return labels[::-1]


@given(
    st.integers(1, 60), st.sampled_from([3, 9, 11]), st.floats(0, 3), st.floats(-1, 2), st.integers(0, 10_000)
)
@settings(deadline=None)
def test_stretches_searched_alone_give_what_one_search_gives(
    length: int, labels: int, outside: float, inside: float, seed: int
) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, labels))
    # Words outside of spans part stretches; spans that go on though none has begun make breaks.
    scores[:, 0] += outside
    scores[:, 2::2] += inside
    found = best_labels(scores)
    assert found == labels_in_one_search(scores)
    assert is_legal(found)


def test_time_is_linear_in_breaks() -> None:
    def seconds(length: int) -> float:
        scores = np.random.default_rng(1).normal(size=(length, 11))
        scores[:, 2::2] += 2
        return seconds_of(lambda: best_labels(scores))

    seconds(100)
    small, large = max(seconds(2_000), 0.005), seconds(16_000)
    assert large < 8 * 3 * small


def test_no_words_have_no_labels() -> None:
    assert best_labels(np.zeros((0, 5))) == []


def test_spans_follow_from_labels() -> None:
    assert spans_of_labels([0, 1, 2, 1, 0, 3, 4, 4]) == [(1, 3, 0), (3, 4, 0), (5, 8, 1)]


def is_tree(heads: list[int]) -> bool:
    if sum(i == h for i, h in enumerate(heads)) != 1:
        return False
    for start in range(len(heads)):
        at = start
        for _ in heads:
            at = heads[at]
        if heads[at] != at:
            return False
    return True


@given(st.integers(1, 4), st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_heads_are_the_best_tree(length: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, length))
    trees = (list(h) for h in itertools.product(range(length), repeat=length))
    best = max(
        (heads for heads in trees if is_tree(heads)), key=lambda t: sum(scores[i, h] for i, h in enumerate(t))
    )
    ours = best_heads(scores)
    assert is_tree(ours)
    assert (
        sum(scores[i, h] for i, h in enumerate(ours)) >= sum(scores[i, h] for i, h in enumerate(best)) - 1e-9
    )


@given(st.integers(5, 40), st.integers(0, 1000))
@settings(deadline=None)
def test_long_sentences_have_trees(length: int, seed: int) -> None:
    assert is_tree(best_heads(np.random.default_rng(seed).normal(size=(length, length))))


def test_runs_of_words() -> None:
    scores = np.array([1.0, 3.0, -1.0, 2.0])
    assert runs_above(scores) == [(0, 2, 2.0), (3, 4, 2.0)]
    assert runs_above(np.array([])) == []


def test_distances_are_told_in_powers_of_two() -> None:
    buckets = distance_buckets(4, 6, 31, 3)
    assert [buckets[at] for at in (0, 3, 4, 5, 6, 7, 30)] == [0, 2, 3, 3, 4, 5, 6]
