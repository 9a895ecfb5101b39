"""The network itself: one ONNX session, made once, and the small matrices that score pairs of words."""

from __future__ import annotations

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
        self._asked = np.ascontiguousarray(self.pairs["relations"].transpose(1, 0, 2)).reshape(lower, -1)
        self._asked_shape = (relations, upper)

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
            # Copied: a slice would keep the whole batch alive.
            own = {name: output[row, :size].copy() for name, output in outputs.items()}
            found.append(Rows(window, sentences, **own, vectors=vectors[row, : len(sentences)].copy()))
        return found

    def score_heads(self, rows: Rows, first: int, last: int) -> Array:
        """Return how well each word of a part of a window hangs on each (words, words).

        On the diagonal stands how well it is the root.
        """
        lower, upper = rows.arc_lower[first:last], rows.arc_upper[first:last]
        scores = lower @ self.pairs["arcs"] @ upper.T
        np.fill_diagonal(scores, rows.root[first:last])
        return scores

    def score_relations(self, rows: Rows, words: Sequence[int], heads: Sequence[int]) -> Array:
        """Return the scores (words, relations) of words with their heads, as numbers in the window."""
        asked = (rows.relation_lower[list(words)] @ self._asked).reshape(-1, *self._asked_shape)
        found: Array = np.einsum("nle,ne->nl", asked, rows.relation_upper[list(heads)])
        return found

    def score_links(self, rows: Rows, queries: Sequence[Sequence[tuple[int, int]]]) -> Array:
        """Return the scores (queries, roles, words) of a window's words for quotations or events.

        ``queries`` are their parts, as numbers in the window.
        """
        pairs, inner = self.pairs, rows.links
        roles, buckets = pairs["link_distance"].shape
        first = inner[[q[0][0] for q in queries]] @ pairs["link_first"].T
        last = inner[[q[-1][1] - 1 for q in queries]] @ pairs["link_last"].T
        means = np.stack([np.concatenate([inner[a:b] for a, b in q]).mean(0) for q in queries])
        asked = first + last + means @ pairs["link_mean"].T + pairs["link_first_bias"]
        keys = inner @ pairs["link_key"].T + pairs["link_key_bias"]
        scores: Array = np.einsum(
            "qrd,wrd->qrw",
            asked.reshape(len(queries), roles, -1),
            keys.reshape(len(inner), roles, -1),
            optimize=True,
        )
        distances = [distance_buckets(q[0][0], q[-1][1], len(inner), buckets // 2) for q in queries]
        near = pairs["link_distance"][:, np.stack(distances)].transpose(1, 0, 2)
        return scores + near + (inner @ pairs["link_bias"].T + pairs["link_bias_bias"]).T


def _gather(under_way: Sequence[Future[list[Rows]]]) -> list[Rows]:
    return [rows for batch in under_way for rows in batch.result()]


def distance_buckets(first: int, last: int, words: int, buckets: int) -> Array:
    """Return for each word how far it is from the words ``first`` to ``last`` (exclusive), in powers of two.

    The middle number is that of the words inside, lower ones stand before, higher ones after.
    """
    at = np.arange(words)
    gaps = np.where(at < first, first - at, np.maximum(at - last + 1, 0))
    steps = np.minimum(buckets, np.ceil(np.log2(gaps + 1)).astype(np.int64))
    return np.where(at < first, buckets - steps, buckets + steps)
