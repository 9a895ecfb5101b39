"""Read texts with the network: windows with context, then everything decoded over the whole text."""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import torch

from training.batches import fill_batches, make_batch, make_queries
from training.decoding import best_heads, best_labels, runs_above, spans_of_labels
from training.labels import QUOTATION_TYPES, ROLES, SPAN_LAYERS, layer_sizes
from training.model import Network, role_range
from training.subwords import Subwords
from training.texts import Query, Span, Text, cut_text, window_spans

# Pieces of a window that are read for their own sake, and before them for the sake of context.
CORE, CONTEXT = 160, 90
# What is added to the score of no span, and above which score a word has a role: rare labels are learnt too
# rarely. Chosen on the written set ``we``; a longer training asks for less.
OUTSIDE = {"events": -2.0, "quotations": -0.5, "nested": -0.5}
ROLE_THRESHOLD = -1.0


class Window(msgspec.Struct, frozen=True):
    """Words ``first`` to ``last`` of a text; what is before ``core`` is context.

    ``vectors`` (words, hidden) are the states that the heads read.
    """

    first: int
    core: int
    last: int
    vectors: Any


class Read(msgspec.Struct, frozen=True):
    """What the network says of a text: scores (words, labels) of each layer, trees, and its windows."""

    text: Text
    scores: dict[str, Any]
    heads: list[int]
    relations: list[int]
    windows: list[Window]
    vector: Any

    def spans(self, layer: str, outside: float | None = None) -> list[tuple[int, int, str]]:
        """Return the spans of a layer; ``outside`` (see OUTSIDE) is added to the score of no span."""
        scores = self.scores[layer].copy()
        scores[:, 0] += OUTSIDE.get(layer, 0.0) if outside is None else outside
        types = SPAN_LAYERS[layer]
        return [(a, b, types[k]) for a, b, k in spans_of_labels(best_labels(scores))]


class Reader:
    """A network with its subwords, ready to read texts."""

    def __init__(self, network: Network, subwords: Subwords, budget: int = 4096) -> None:
        self.network = network
        self.subwords = subwords
        self.budget = budget

    def read(self, texts: Sequence[Text], core: int = CORE, context: int = CONTEXT) -> list[Read]:
        """Return the readings of texts, in their order."""
        spans = [(i, *span) for i, text in enumerate(texts) for span in self._windows(text, core, context)]
        cuts = {(i, a, c): cut_text(texts[i], a, c) for i, a, _, c in spans}
        sized = sorted(
            ((sum(self.subwords.lengths(w.words, w.spaced)), w, key) for key, w in cuts.items()),
            key=lambda entry: (entry[0], entry[2]),
        )
        keys = iter([key for _, _, key in sized])
        outputs: dict[tuple[int, int, int], dict[str, Any]] = {}
        for windows in fill_batches([(size, w) for size, w, _ in sized], self.budget):
            for output in self._pass(windows):
                outputs[next(keys)] = output
        return [
            _assemble(text, [(a, b, c, outputs[i, a, c]) for i, a, b, c in spans if i == number])
            for number, text in enumerate(texts)
        ]

    def _windows(self, text: Text, core: int, context: int) -> Iterator[tuple[int, int, int]]:
        lengths = self.subwords.lengths(text.words, text.spaced)
        for first, last in window_spans(text, lengths, (core, core), random.Random(0)):
            begin, total = first, 0
            while begin > 0 and total + lengths[begin - 1] <= context:
                begin -= 1
                total += lengths[begin]
            yield begin, first, last

    def _pass(self, windows: Sequence[Text]) -> Iterator[dict[str, Any]]:
        """Yield the outputs for each window, cut to its words."""
        bare = [msgspec.structs.replace(w, layers={}, queries=(), heads=(), relations=()) for w in windows]
        batch = make_batch(bare, self.subwords, self.network.sizes)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            words, pooled = self.network.encode(batch.pieces, batch.firsts)
            labels = self.network.label(words, list(layer_sizes()))
            arcs = self.network.score_heads(words, batch.sentences)
            vectors = self.network.vector(pooled)
        for row, window in enumerate(bare):
            size = len(window.words)
            yield {
                "labels": {name: scores[row, :size].float().numpy() for name, scores in labels.items()},
                **self._tree(arcs[row, :size, :size].float().numpy(), window, words[row : row + 1, :size]),
                "vectors": words[row, :size],
                "pooled": vectors[row].float().numpy(),
            }

    def _tree(self, arcs: Any, window: Text, words: torch.Tensor) -> dict[str, Any]:
        heads: list[int] = []
        for sentence, start in enumerate(window.starts):
            end = window.sentence_end(sentence)
            heads += [start + h for h in best_heads(arcs[start:end, start:end])]
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            scores = self.network.relations.chosen(words, torch.tensor([heads]))
        return {"heads": heads, "relations": scores[0].float().argmax(-1).tolist()}

    def roles(
        self, read: Read, queries: Sequence[Query], threshold: float = ROLE_THRESHOLD
    ) -> list[dict[str, list[Span]]]:
        """Return the words of each role of each query: of a role that is one only, the best run."""
        rows: dict[int, dict[str, list[Span]]] = {}
        places = [choose_window(read.windows, query.parts[-1][1] - 1) for query in queries]
        for place, window in enumerate(read.windows):
            asked = [i for i, chosen in enumerate(places) if chosen == place]
            scores = self._link(window, [queries[i] for i in asked])
            for i, each in zip(asked, scores, strict=True):
                rows[i] = _role_spans(queries[i].kind, each, window.first, threshold)
        return [rows[i] for i in range(len(queries))]

    def _link(self, window: Window, queries: Sequence[Query]) -> Any:
        """Return the scores (queries, roles, words) of a window's words."""
        size = window.last - window.first
        moved = [Query(q.kind, shift_spans(q.parts, window.first, size), {}) for q in queries]
        made = make_queries([moved], size, self.network.sizes)
        if made is None:
            return []
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            return self.network.links(window.vectors[None], made).float().numpy()

    def quotations(self, read: Read, outside: float | None = None) -> list[tuple[str, bool, Query]]:
        """Return the quotations: type, whether nested, and the words with those of their roles."""
        found = [
            (kind, layer == "nested", parts)
            for layer in ("quotations", "nested")
            for kind, parts in join_parts(read, read.spans(layer, outside))
        ]
        roles = self.roles(read, [Query("quotation", parts, {}) for _, _, parts in found])
        return [
            (kind, nested, Query("quotation", parts, {role: tuple(s) for role, s in each.items()}))
            for (kind, nested, parts), each in zip(found, roles, strict=True)
        ]


def _role_spans(kind: str, scores: Any, first: int, threshold: float) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for number in role_range(kind):
        runs = runs_above(scores[number], threshold)
        if ROLES[number] in {"speaker", "addressee", "place", "time"}:
            runs = sorted(runs, key=lambda run: -run[2])[:1]
        found[ROLES[number]] = [(a + first, b + first) for a, b, _ in runs]
    return found


def shift_spans(spans: Sequence[Span], first: int, size: int) -> tuple[Span, ...]:
    """Return spans of a text as spans of a window that begins at ``first`` and has ``size`` words."""
    moved = [(max(0, a - first), min(size, b - first)) for a, b in spans]
    return tuple((a, b) for a, b in moved if a < b)


def choose_window(windows: Sequence[Window], word: int) -> int:
    """Return the number of the window that has a word not only as context."""
    return next(i for i, w in enumerate(windows) if w.core <= word < w.last)


def join_parts(read: Read, spans: Sequence[tuple[int, int, str]]) -> list[tuple[str, tuple[Span, ...]]]:
    """Return quotations of one or more parts: parts with only a frame between are one."""
    frame = read.scores["frame"].argmax(-1) > 0
    joined: list[tuple[str, tuple[Span, ...]]] = []
    for first, last, kind in spans:
        if joined and joined[-1][0] == kind and kind in QUOTATION_TYPES[:2]:
            before = joined[-1][1][-1]
            between = frame[before[1] : first]
            same = read.text.sentence_of(before[1] - 1) == read.text.sentence_of(first)
            if same and 0 < len(between) <= 15 and between.all():
                joined[-1] = (kind, (*joined[-1][1], (first, last)))
                continue
        joined.append((kind, ((first, last),)))
    return joined


def _assemble(text: Text, parts: Sequence[tuple[int, int, int, dict[str, Any]]]) -> Read:
    scores = {
        name: np.concatenate([o["labels"][name][core - first :] for first, core, _, o in parts])
        if parts
        else np.zeros((0, size))
        for name, size in layer_sizes().items()
    }
    return Read(
        text=text,
        scores=scores,
        heads=[h + first for first, core, _, o in parts for h in o["heads"][core - first :]],
        relations=[r for first, core, _, o in parts for r in o["relations"][core - first :]],
        windows=[Window(first, core, last, o["vectors"]) for first, core, last, o in parts],
        vector=np.mean([o["pooled"] for *_, o in parts], axis=0) if parts else None,
    )
