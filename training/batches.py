"""Windows of text as tensors, and the endless, repeatable stream of batches that training draws from."""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import torch
from torch import Tensor

from depesche.language.network.layout import ROLES, layer_sizes
from depesche.language.network.session import distance_buckets
from depesche.language.network.subwords import BEGIN, END, PADDING, Subwords
from training.labels import SET_LAYERS, UNKNOWN
from training.model import Queries, Sizes, role_range
from training.texts import Query, Text, draw_windows


class Batch(msgspec.Struct, frozen=True):
    """Windows with the labels that all of them have.

    ``pieces`` (windows, length), ``firsts`` and ``sentences`` (windows, words; 0 and -1 where no word is).
    ``labels`` (windows, words; -1 unknown); ``sets`` (windows, words, labels) are true where possible;
    ``heads`` and ``relations`` (windows, words; -1 unknown) or None.
    """

    pieces: Tensor
    firsts: Tensor
    sentences: Tensor
    labels: dict[str, Tensor]
    sets: dict[str, Tensor]
    heads: Tensor | None = None
    relations: Tensor | None = None
    queries: Queries | None = None


# Lengths that batches are padded to: matrices of few shapes, since each new one has to be compiled.
LENGTHS = (32, 64, 96, 128, 160, 192, 224, 256, 320, 384, 512)


def make_batch(windows: Sequence[Text], subwords: Subwords, sizes: Sizes) -> Batch:
    """Return windows as a batch. A layer that some window lacks is unknown there."""
    divided = [_divide(w, subwords) for w in windows]
    length = padded_length(max(len(pieces) for pieces, _ in divided))
    width = padded_length(max(len(w.words) for w in windows))
    names = sorted({name for w in windows for name in w.layers})
    has_trees = any(w.heads for w in windows)
    return Batch(
        pieces=_pad([pieces for pieces, _ in divided], PADDING, length),
        firsts=_pad([firsts for _, firsts in divided], 0, width),
        sentences=_pad([_sentence_numbers(w) for w in windows], -1, width),
        labels={n: _layer(windows, n, width) for n in names if n not in SET_LAYERS},
        sets={n: _set_layer(windows, n, width) for n in names if n in SET_LAYERS},
        heads=_pad([w.heads for w in windows], -1, width) if has_trees else None,
        relations=_pad([w.relations for w in windows], -1, width) if has_trees else None,
        queries=make_queries([w.queries for w in windows], width, sizes),
    )


def _divide(window: Text, subwords: Subwords) -> tuple[list[int], list[int]]:
    pieces, firsts = [BEGIN], []
    for word, spaced in zip(window.words, window.spaced, strict=True):
        firsts.append(len(pieces))
        pieces.extend(subwords.divide(word, spaced))
    return [*pieces, END], firsts


def padded_length(length: int) -> int:
    """Return the least of ``LENGTHS`` that holds a length; a longer one is left as it is."""
    return next((fit for fit in LENGTHS if fit >= length), length)


def _pad(rows: Sequence[Sequence[int]], value: int, width: int) -> Tensor:
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


def _sentence_numbers(window: Text) -> list[int]:
    starts = set(window.starts)
    numbers, number = [], -1
    for at in range(len(window.words)):
        number += at in starts
        numbers.append(number)
    return numbers


def _layer(windows: Sequence[Text], name: str, width: int) -> Tensor:
    return _pad([w.layers.get(name, ()) for w in windows], UNKNOWN, width)


def _set_layer(windows: Sequence[Text], name: str, width: int) -> Tensor:
    bits = torch.zeros(len(windows), width, dtype=torch.long)
    for row, window in enumerate(windows):
        known = window.layers.get(name)
        if known:
            bits[row, : len(known)] = torch.tensor(known)
    return (bits[:, :, None] >> torch.arange(layer_sizes()[name])) & 1 == 1


def make_queries(queries: Sequence[Sequence[Query]], width: int, sizes: Sizes) -> Queries | None:
    """Return the queries of windows of ``width`` words, or None if there are none."""
    rows = [(number, query) for number, found in enumerate(queries) for query in found]
    if not rows:
        return None
    inside = torch.zeros(len(rows), width)
    targets = torch.full((len(rows), len(ROLES), width), -1, dtype=torch.int8)
    distances = []
    for row, (_, query) in enumerate(rows):
        for first, last in query.parts:
            inside[row, first:last] = 1.0
        first, last = query.parts[0][0], query.parts[-1][1]
        distances.append(distance_buckets(first, last, width, sizes.distances))
        _fill_targets(targets[row], query)
    return Queries(
        windows=torch.tensor([number for number, _ in rows]),
        firsts=torch.tensor([q.parts[0][0] for _, q in rows]),
        lasts=torch.tensor([q.parts[-1][1] - 1 for _, q in rows]),
        inside=inside,
        distances=torch.tensor(np.stack(distances)),
        targets=targets,
    )


def _fill_targets(targets: Tensor, query: Query) -> None:
    for number in role_range(query.kind):
        targets[number] = 0
        for first, last in query.unsure.get(ROLES[number], ()):
            targets[number, first:last] = -1
        for first, last in query.roles.get(ROLES[number], ()):
            targets[number, first:last] = 1


class Stream:
    """Batches of a task without end, the same for the same seed; ``place`` says where it stands."""

    def __init__(
        self, texts: Sequence[Text], subwords: Subwords, sizes: tuple[int, int], budget: int, seed: str
    ) -> None:
        self._texts = texts
        self._subwords = subwords
        self._lengths = [subwords.lengths(t.words, t.spaced) for t in texts]
        self._sizes = sizes
        self._budget = budget
        self._seed = seed
        self.place = (0, 0)

    @property
    def size(self) -> int:
        """How many pieces one pass over the texts has."""
        return sum(map(sum, self._lengths))

    def windows(self) -> Iterator[list[Text]]:
        """Yield the windows of each batch from ``place`` on."""
        while True:
            epoch, done = self.place
            for batch in self._epoch(epoch)[done:]:
                done += 1
                self.place = (epoch, done)
                yield batch
            self.place = (epoch + 1, 0)

    def _epoch(self, epoch: int) -> list[list[Text]]:
        chance = random.Random(f"{self._seed}/{epoch}")
        windows = [
            (sum(self._subwords.lengths(w.words, w.spaced)), w)
            for text, lengths in zip(self._texts, self._lengths, strict=True)
            for w in draw_windows(text, lengths, self._sizes, chance)
        ]
        # Windows of one padded length go together; which ones is left to chance.
        chance.shuffle(windows)
        windows.sort(key=lambda pair: padded_length(pair[0] + 2))
        batches = list(fill_batches(windows, self._budget))
        chance.shuffle(batches)
        return batches


def fill_batches(windows: Sequence[tuple[int, Text]], budget: int) -> Iterator[list[Text]]:
    """Yield windows (with their pieces) in batches of one padded length, up to ``budget`` pieces."""
    batch: list[Text] = []
    longest = 0
    for pieces, window in windows:
        length = padded_length(pieces + 2)
        if batch and (length != longest or longest * (len(batch) + 1) > budget):
            yield batch
            batch = []
        batch.append(window)
        longest = length
    if batch:
        yield batch
