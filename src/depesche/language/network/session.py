"""The network itself: one ONNX session, made once, and the small matrices that score pairs of words."""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from threadpoolctl import ThreadpoolController

from depesche.errors import LanguageModelError
from depesche.language.analysis import Words
from depesche.language.network.files import NETWORK, PAIRS
from depesche.language.network.windows import Batch, Window

Array = Any  # numpy array of float32; its shape is said where it is used


def _load_runtime() -> Any:
    """Return onnxruntime, kept from telling its makers that it is used.

    Its builds do so by themselves since 2026, and keep a number of the machine in the user's cache; only
    this variable keeps them from both, and only where it is set before the library is loaded.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # noqa: PLC0415

    return onnxruntime


class Rows(msgspec.Struct, frozen=True):
    """What the network says of one window: arrays with one row a word, context included.

    They are slices of what it says of a batch, which is held as long as one of them is.
    ``vectors`` has one row for each of ``sentences``.
    """

    window: Window
    sentences: tuple[int, ...]
    labels: Array
    arc_lower: Array
    arc_upper: Array
    root: Array
    relation_lower: Array
    relation_upper: Array
    links: Array
    vectors: Array


class Session:
    """The network of a folder, made once.

    Each of ``threads`` reads a batch of its own: that wastes less than several working on one, and what the
    network says does not depend on it.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        onnxruntime = _load_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / NETWORK), options, providers=["CPUExecutionProvider"]
            )
            with np.load(folder / PAIRS, allow_pickle=False) as stored:
                self.pairs = {name: stored[name].astype(np.float32) for name in stored.files}
        except Exception as fault:  # onnxruntime has a dozen kinds of its own
            raise LanguageModelError(f"the language model in {folder} cannot be loaded: {fault}") from fault
        self._names = [output.name for output in self._session.get_outputs()]
        self._threads = threads
        self._libraries = ThreadpoolController()
        relations, lower, upper = self.pairs["relations"].shape
        self._asked = np.ascontiguousarray(self.pairs["relations"].transpose(2, 0, 1)).reshape(upper, -1)
        self._asked_shape = (relations, lower)
        roles, words = self.pairs["link_bias"].shape
        self._keys = self.pairs["link_key"].reshape(roles, -1, words)
        self._key_biases = self.pairs["link_key_bias"].reshape(roles, -1, 1)

    def run(self, groups: Iterable[Iterable[Batch]]) -> Iterator[list[Rows]]:
        """Yield what the network says of the windows of each group of batches.

        With several threads it reads the next group while the caller works on this one.
        """
        if self._threads == 1:
            for batches in groups:
                yield [rows for batch in batches for rows in self._run(batch)]
            return
        with ThreadPoolExecutor(self._threads) as pool:
            under_way: deque[list[Future[list[Rows]]]] = deque()
            for batches in groups:
                under_way.append([pool.submit(self._run, batch) for batch in batches])
                if len(under_way) > 1:
                    yield _gather(under_way.popleft())
            while under_way:
                yield _gather(under_way.popleft())

    def alone(self) -> AbstractContextManager[object]:
        """Return a context in which numpy's products take no threads of their own.

        They are too small to gain by them, and on a busy machine their threads wait for each other: with
        a training beside it on two cores, a report took twice as long.
        """
        limits: AbstractContextManager[object] = self._libraries.limit(limits=1, user_api="blas")
        return limits

    def _run(self, batch: Batch) -> list[Rows]:
        inputs = {name: getattr(batch, name) for name in ("pieces", "firsts", "content", "shares")}
        outputs = dict(zip(self._names, self._session.run(None, inputs), strict=True))
        vectors = outputs.pop("vectors")
        found: list[Rows] = []
        for row, (window, sentences) in enumerate(zip(batch.windows, batch.sentences, strict=True)):
            size = window.last - window.first
            own = {name: output[row, :size] for name, output in outputs.items()}
            found.append(Rows(window, sentences, **own, vectors=vectors[row, : len(sentences)]))
        return found

    def score_heads(self, rows: Rows, parts: Iterable[Words]) -> Iterator[Array]:
        """Yield how well each word of each part of a window hangs on each other of it (words, words).

        On the diagonal stands how well it is the root.
        """
        hanging = rows.arc_lower @ self.pairs["arcs"]
        for first, last in parts:
            scores = hanging[first:last] @ rows.arc_upper[first:last].T
            np.fill_diagonal(scores, rows.root[first:last])
            yield scores

    def score_relations(self, rows: Rows, words: Sequence[int], heads: Sequence[int]) -> Array:
        """Return the scores (words, relations) of words with their heads, as numbers in the window."""
        # A third of all words are heads: what a head asks of its words is made once.
        asking = sorted(set(heads))
        asked = (rows.relation_upper[asking] @ self._asked).reshape(-1, *self._asked_shape)
        places = {head: at for at, head in enumerate(asking)}
        each = asked[[places[head] for head in heads]]
        found: Array = np.einsum("nle,ne->nl", each, rows.relation_lower[list(words)])
        return found

    def score_links(
        self, rows: Sequence[Rows], queries: Sequence[Sequence[tuple[int, int]]]
    ) -> Iterator[Array]:
        """Yield the scores (roles, words) of a window's words for each of some quotations or events.

        ``rows`` are the windows that they stand in, ``queries`` their parts, as numbers in these.
        """
        if not queries:
            return
        pairs = self.pairs
        roles, buckets = pairs["link_distance"].shape
        first = np.stack([row.links[q[0][0]] for row, q in zip(rows, queries, strict=True)])
        last = np.stack([row.links[q[-1][1] - 1] for row, q in zip(rows, queries, strict=True)])
        means = np.stack(
            [
                np.concatenate([row.links[a:b] for a, b in q]).mean(0)
                for row, q in zip(rows, queries, strict=True)
            ]
        )
        asked = first @ pairs["link_first"].T + last @ pairs["link_last"].T + means @ pairs["link_mean"].T
        asked = (asked + pairs["link_first_bias"]).reshape(len(queries), roles, -1).transpose(1, 0, 2)
        # What a role of a query asks is multiplied with each word's key. Queries are fewer than words: rather
        # than the words, they are multiplied with the matrix that makes the keys.
        sought = asked @ self._keys + pairs["link_bias"][:, None]
        alike = asked @ self._key_biases + pairs["link_bias_bias"][:, None, None]
        for at, (row, q) in enumerate(zip(rows, queries, strict=True)):
            distances = distance_buckets(q[0][0], q[-1][1], len(row.links), buckets // 2)
            yield sought[:, at] @ row.links.T + alike[:, at] + pairs["link_distance"][:, distances]


def _gather(under_way: Sequence[Future[list[Rows]]]) -> list[Rows]:
    return [rows for batch in under_way for rows in batch.result()]


def distance_buckets(first: int, last: int, words: int, buckets: int) -> Array:
    """Return for each word how far it is from the words ``first`` to ``last`` (exclusive), in powers of two.

    The middle number is that of the words inside, lower ones stand before, higher ones after.
    """
    steps = _steps(words, buckets)
    inside = np.full(last - first, buckets)
    return np.concatenate((buckets - steps[:first][::-1], inside, buckets + steps[: words - last]))


@functools.lru_cache(maxsize=1024)
def _steps(most: int, buckets: int) -> Array:
    """Return in which bucket words are that are so far away, from one word up to ``most``."""
    gaps = np.arange(1, most + 1)
    return np.minimum(buckets, np.ceil(np.log2(gaps + 1)).astype(np.int64))
