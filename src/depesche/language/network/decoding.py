"""From scores to structure: spans that begin before they go on, sentences whose words hang on one root.

Needs numpy alone, so that the package can decode what ONNX puts out with the same functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Scores = Any  # numpy array of float32; its shape is said where it is used
Span = tuple[int, int]


def best_labels(scores: Scores) -> list[int]:
    """Return the best BIO labels (words) for scores (words, labels): no span goes on that has not begun.

    Label 0 is O, ``1 + 2k`` begins type k, ``2 + 2k`` goes on with it.
    """
    return best_layers(scores, [scores.shape[1]])[0]


def best_layers(scores: Scores, sizes: Sequence[int]) -> list[list[int]]:
    """Return the best BIO labels of several layers, whose scores (words, labels) stand side by side.

    Where the best label of each word makes a row that may be, that row is the best one; only the other layers
    are searched.
    """
    if not len(scores):
        return [[] for _ in sizes]
    ends = np.cumsum(sizes)
    parts = [scores[:, end - size : end] for end, size in zip(ends, sizes, strict=True)]
    found: list[list[int]] = [part.argmax(1).tolist() for part in parts]
    broken = [i for i, labels in enumerate(found) if not may_be(labels)]
    if broken:
        searched = _search(np.concatenate([parts[i] for i in broken], 1), [sizes[i] for i in broken])
        for i, labels in zip(broken, searched, strict=True):
            found[i] = labels
    return found


def may_be(labels: Sequence[int]) -> bool:
    """Whether no span goes on that has not begun."""
    before = 0
    for label in labels:
        if label and label % 2 == 0 and before not in {label - 1, label}:
            return False
        before = label
    return True


def _search(scores: Scores, sizes: Sequence[int]) -> list[list[int]]:
    """Return the best labels of layers by Viterbi's way.

    Only going on with a span asks for a certain label before it, so that each step needs but the best of all
    labels and, for each type, the better of beginning and going on.
    """
    length, width = scores.shape
    ends = np.cumsum(sizes)
    offsets = ends - np.asarray(sizes)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(width) - offsets[owner]
    inside = np.flatnonzero((within > 0) & (within % 2 == 0))
    best = np.array(scores, dtype=np.float64)
    best[0, inside] = -np.inf
    for at in range(1, length):
        before = best[at - 1]
        paths = np.maximum.reduceat(before, offsets)[owner]
        paths[inside] = np.maximum(before[inside - 1], before[inside])
        best[at] += paths
    return [_trace(best[:, first:last]) for first, last in zip(offsets, ends, strict=True)]


def _trace(best: Scores) -> list[int]:
    """Return the labels of one layer, followed back from the best last one.

    ``best`` (words, labels) is the worth of the best path to each label.
    """
    tops: list[int] = best.argmax(1).tolist()
    label = tops[-1]
    labels = [label]
    for at in range(len(tops) - 2, -1, -1):
        if label and label % 2 == 0:
            label = label - 1 if best[at, label - 1] >= best[at, label] else label
        else:
            label = tops[at]
        labels.append(label)
    return labels[::-1]


def spans_of_labels(labels: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the spans (first, last exclusive, type) of BIO labels."""
    spans: list[tuple[int, int, int]] = []
    for at, label in enumerate(labels):
        if label and label % 2 == 0 and spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1, spans[-1][2])
        elif label:
            spans.append((at, at + 1, (label - 1) // 2))
    return spans


def best_heads(scores: Scores) -> list[int]:
    """Return the head of each word of a sentence, its own index for the one root.

    ``scores[i, j]`` says how well word j is the head of word i, ``scores[i, i]`` how well i is the root.
    Where the best heads make no tree, the best spanning tree is found (Chu and Liu, Edmonds).
    """
    length = len(scores)
    if length <= 1:
        return [0] * length
    greedy = [int(h) for h in scores.argmax(1)]
    roots = [i for i, h in enumerate(greedy) if i == h]
    if len(roots) == 1 and not _find_cycle(greedy, roots[0]):
        return greedy
    # No tree with a root can be worth more than its bound, the root's own score and the best of all others.
    others = scores.astype(np.float64)
    np.fill_diagonal(others, -np.inf)
    bounds = np.diag(scores) + others.max(1).sum() - others.max(1)
    heads, best = greedy, -np.inf
    for root in np.argsort(-bounds, kind="stable"):
        if bounds[root] <= best:
            break
        tree = _tree(others, int(root))
        total = float(sum(scores[i, h] for i, h in enumerate(tree)))
        if total > best:
            heads, best = tree, total
    return heads


def _tree(scores: Scores, root: int) -> list[int]:
    """Return the best tree with a given root: a cycle is joined to one word, the smaller problem solved."""
    weights = scores.copy()
    np.fill_diagonal(weights, -np.inf)
    heads = [int(h) for h in weights.argmax(1)]
    heads[root] = root
    cycle = _find_cycle(heads, root)
    if not cycle:
        return heads
    outside = [i for i in range(len(heads)) if i not in set(cycle)]
    inner = len(outside)
    small, entries, exits = _contract(weights, heads, cycle, outside)
    solved = _tree(small, outside.index(root))
    for i, head in enumerate(solved[:inner]):
        heads[outside[i]] = exits[i] if head == inner else outside[head]
    heads[root] = root
    above = solved[inner]
    heads[entries[above]] = outside[above]
    return heads


def _contract(
    weights: Scores, heads: list[int], cycle: list[int], outside: list[int]
) -> tuple[Scores, list[int], list[int]]:
    """Return the scores with the cycle as the last word; for each outer word the word of the cycle
    that it would enter at as a head, and the one that it would hang on.
    """
    size = len(outside) + 1
    small = np.full((size, size), -np.inf)
    small[:-1, :-1] = weights[np.ix_(outside, outside)]
    kept = np.array([weights[i, heads[i]] for i in cycle])
    gains = weights[np.ix_(cycle, outside)] - kept[:, None]
    small[-1, :-1] = gains.max(0) + kept.sum()
    leaving = weights[np.ix_(outside, cycle)]
    small[:-1, -1] = leaving.max(1)
    return small, [cycle[int(k)] for k in gains.argmax(0)], [cycle[int(k)] for k in leaving.argmax(1)]


def _find_cycle(heads: Sequence[int], root: int) -> list[int]:
    """Return the words of a cycle among heads, or nothing."""
    state = [0] * len(heads)
    state[root] = 2
    for start in range(len(heads)):
        path, at = [], start
        while state[at] == 0:
            state[at] = 1
            path.append(at)
            at = heads[at]
        if state[at] == 1:
            return path[path.index(at) :]
        for word in path:
            state[word] = 2
    return []


def runs_above(scores: Scores, threshold: float = 0.0) -> list[tuple[int, int, float]]:
    """Return the runs of words whose score is above a threshold: first, last exclusive, mean score."""
    above = np.concatenate([[False], scores > threshold, [False]])
    ends = np.flatnonzero(above[1:] != above[:-1]).reshape(-1, 2).tolist()
    return [(first, last, float(np.mean(scores[first:last]))) for first, last in ends]


def softmax(scores: Scores) -> Scores:
    """Return probabilities over the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
