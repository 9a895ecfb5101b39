"""From scores to structure: spans that begin before they go on, sentences whose words hang on one root.

Needs numpy alone, so that the package can decode what ONNX puts out with the same functions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Scores = Any  # numpy array of float32; its shape is said where it is used
Span = tuple[int, int]


def best_labels(scores: Scores) -> list[int]:
    """Return the best BIO labels (words) for scores (words, labels): no span goes on that has not begun.

    Label 0 is O, ``1 + 2k`` begins type k, ``2 + 2k`` goes on with it.

    Where the best label of each word makes a row that may be, that row is the best one. Where it breaks, a
    stretch around the break is searched as if nothing stood beside it. If it fits to what does, nothing there
    has to give way; else a longer stretch is searched.
    """
    if not len(scores):
        return []
    tops = scores.argmax(1)
    labels: list[int] = tops.tolist()
    return _mend(scores, labels, _find_breaks(tops))


def _find_breaks(labels: Scores) -> list[int]:
    """Return the words that go on with a span that has not begun."""
    before = np.zeros_like(labels)
    before[1:] = labels[:-1]
    goes_on = (labels > 0) & (labels % 2 == 0)
    found: list[int] = np.flatnonzero(goes_on & (before != labels) & (before != labels - 1)).tolist()
    return found


def _mend(scores: Scores, labels: Sequence[int], breaks: Sequence[int]) -> list[int]:
    """Return labels with a stretch around each break searched alone."""
    mended = list(labels)
    searched: list[Span] = []
    for at in breaks:
        if _fits(mended, at):
            continue
        # The word before may begin the span that goes on here.
        first, last = max(0, at - 1), at + 1
        while True:
            while searched and searched[-1][1] > first:
                begin, end = searched.pop()
                # As far again: what is searched a second time is no more than what is searched a first time.
                first, last = min(first, begin), min(len(labels), last + end - begin)
            mended[first:last] = _search(scores[first:last], begins=not first)
            before, behind = _fits(mended, first), _fits(mended, last)
            if before and behind:
                break
            width = last - first
            first = first if before else max(0, first - width)
            last = last if behind else min(len(labels), last + width)
        searched.append((first, last))
    return mended


def _fits(labels: Sequence[int], at: int) -> bool:
    """Whether what stands at a word, or the end, may stand behind the label before it."""
    label = labels[at] if at < len(labels) else 0
    return not label or label % 2 == 1 or (at > 0 and labels[at - 1] in {label, label - 1})


def _search(scores: Scores, *, begins: bool = True) -> list[int]:
    """Return the best labels by Viterbi's way; ``begins`` if no word stands before the first.

    Only going on with a span asks for a certain label before it, so that each step needs but the best of all
    labels and, for each type, the better of beginning and going on. Lists: arrays so small cost more.
    """
    rows: list[list[float]] = scores.tolist()
    worth = rows[0]
    if begins:
        worth[2::2] = [-math.inf] * len(worth[2::2])
    best = [worth]
    for row in rows[1:]:
        top = max(worth)
        reached = [top + row[0]]
        for begun, on, beginning, going in zip(worth[1::2], worth[2::2], row[1::2], row[2::2], strict=True):
            reached += (top + beginning, max(begun, on) + going)
        worth = reached
        best.append(worth)
    return _trace(best)


def _trace(best: Sequence[Sequence[float]]) -> list[int]:
    """Return the labels followed back from the best last one, by what the best path to each is worth."""
    label = 0
    labels: list[int] = []
    for worth in reversed(best):
        if label and label % 2 == 0:
            label = label - 1 if worth[label - 1] >= worth[label] else label
        else:
            label = worth.index(max(worth))
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


def chances_of(scores: Scores, labels: Scores) -> list[float]:
    """Return how likely each word's label is; ``scores`` (labels, words) have a row for each label."""
    powers = np.exp(scores - scores.max(0))
    found: list[float] = (powers[labels, np.arange(len(labels))] / powers.sum(0)).tolist()
    return found
