"""From the network's numbers to what it says: trees, names, quotations, events."""

from __future__ import annotations

import bisect
import functools
import itertools
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from depesche.language.analysis import ActorMention, Analysis, Happening, Name, Role, Speech, Word, Words
from depesche.language.network.decoding import (
    best_heads,
    best_labels,
    chances_of,
    runs_above,
    softmax,
    spans_of_labels,
)
from depesche.language.network.files import ModelSettings
from depesche.language.network.layout import (
    EVENT_ROLES,
    FEATURES,
    NAME_TYPES,
    QUOTATION_ROLES,
    QUOTATION_TYPES,
    RELATIONS,
    ROLES,
    SPAN_LAYERS,
    STATUSES,
    UPOS,
    layer_columns,
)
from depesche.language.network.names import settle_names
from depesche.language.network.session import Rows, Session
from depesche.language.network.windows import Divided

Array = Any  # numpy array of float32; its shape is said where it is used
Parts = tuple[Words, ...]

# Of these roles a quotation or an event has one at most.
SINGLE = frozenset({"speaker", "addressee", "place", "time"})
# A longer break than this (in words) between two parts is no frame but something said by nobody.
_LONGEST_FRAME = 15


class Labels(msgspec.Struct, frozen=True):
    """The labels of a document's words, and how likely each is: by layer, one entry a word."""

    best: dict[str, list[int]]
    chances: dict[str, list[float]]


def read_outputs(
    session: Session, settings: ModelSettings, divided: Divided, rows: Sequence[Rows], model: str
) -> Analysis:
    """Return what the outputs of ``model`` for the windows of one document, in their order, say of it."""
    if not rows:
        return Analysis(model)
    scores = np.concatenate([r.labels[r.window.core - r.window.first :] for r in rows])
    labels = decode_labels(scores, settings, divided.words)
    parts = find_parts(divided, labels)
    happenings = spans_of(labels, "events")
    queries: list[tuple[str, Parts]] = [("quotation", spans) for *_, spans in parts]
    queries += [("event", (words,)) for words, _ in happenings]
    roles = find_roles(session, settings, rows, queries)
    return Analysis(
        model=model,
        words=tuple(find_words(session, settings, divided, rows, labels)),
        names=tuple(
            Name(words, kind, confidence(settings, "names", _worth(labels, "names", words)))  # type: ignore[arg-type]
            for words, kind in spans_of(labels, "names")
        ),
        actors=tuple(
            ActorMention(words, kind, confidence(settings, "actors", _worth(labels, "actors", words)))  # type: ignore[arg-type]
            for words, kind in spans_of(labels, "actors")
        ),
        quotations=tuple(
            Speech(kind, spans, found, nested, _sure_of_parts(settings, labels, nested, spans))
            for (kind, nested, spans), found in zip(parts, roles, strict=False)
        ),
        events=tuple(
            _happening(settings, labels, scores, words, kind, found)
            for (words, kind), found in zip(happenings, roles[len(parts) :], strict=True)
        ),
        vectors=tuple(_vectors(len(divided.starts), rows)),
    )


def confidence(settings: ModelSettings, head: str, chance: float) -> float:
    """Return the confidence of a finding of a head whose raw score is ``chance`` (0 to 1)."""
    return round(settings.curve(head).bend(chance), 4)


def confidences(settings: ModelSettings, head: str, chances: Sequence[float]) -> list[float]:
    """Return the confidence of each finding of a head."""
    return [round(sure, 4) for sure in settings.curve(head).bend_all(chances)]


# --- labels ---------------------------------------------------------------------------------------


def decode_labels(scores: Array, settings: ModelSettings, words: Sequence[str] = ()) -> Labels:
    """Return the best labels of all layers; ``scores`` (words, labels) hold the layers side by side.

    Without ``words`` names are what the network alone says.
    """
    columns = layer_columns()
    best: dict[str, list[int]] = {}
    chances: dict[str, list[float]] = {}
    # A row for each label: numpy is quick along words, slow along a few labels.
    rows = np.ascontiguousarray(scores.T)
    for name, where in columns.items():
        layer, told = scores[:, where], rows[where]
        if name not in SPAN_LAYERS:
            tops = layer.argmax(1)
            best[name], chances[name] = tops.tolist(), chances_of(told, tops)
            continue
        if name == "names":
            layer = settle_names(join_places(layer), words)
            told = layer.T
        found = best_labels(_weigh_outside(layer, settings.outside.get(name, 0.0)))
        chances[name] = chances_of(told, np.array(found))
        best[name] = part_places(found, scores[:, where]) if name == "names" else found
    return Labels(best, chances)


def _weigh_outside(scores: Array, bonus: float) -> Array:
    """Return the scores of a layer, that of ``O`` raised."""
    weighed = scores.copy()
    weighed[:, 0] += bonus
    return weighed


def join_places(scores: Array) -> Array:
    """Return the scores of names (words, labels) with one type, the last, for all places, governed or not.

    Whether a place is GPE or LOC each word says for itself; that it is one name is said by all together.
    """
    gpe, loc = (1 + 2 * NAME_TYPES.index(kind) for kind in ("GPE", "LOC"))
    return np.concatenate(
        [scores[:, :gpe], np.logaddexp(scores[:, gpe : gpe + 2], scores[:, loc : loc + 2])], 1
    )


def part_places(labels: Sequence[int], scores: Array) -> list[int]:
    """Return labels of ``join_places`` with the type that the words of each place have together."""
    gpe, loc = (1 + 2 * NAME_TYPES.index(kind) for kind in ("GPE", "LOC"))
    parted = list(labels)
    for first, last, kind in spans_of_labels(labels):
        if 1 + 2 * kind == gpe:
            begun, rest = scores[first], scores[first + 1 : last]
            lead = begun[loc] - begun[gpe] + float((rest[:, loc + 1] - rest[:, gpe + 1]).sum())
            if lead > 0:
                parted[first:last] = [loc, *[loc + 1] * (last - first - 1)]
    return parted


def spans_of(labels: Labels, layer: str) -> list[tuple[Words, str]]:
    """Return the spans of a layer with their types."""
    types = SPAN_LAYERS[layer]
    return [((a, b), types[k]) for a, b, k in spans_of_labels(labels.best[layer])]


def _worth(labels: Labels, layer: str, words: Words) -> float:
    """Return how likely a span is: as its least likely word."""
    return min(labels.chances[layer][words[0] : words[1]])


# --- syntax ---------------------------------------------------------------------------------------


def find_words(
    session: Session, settings: ModelSettings, divided: Divided, rows: Sequence[Rows], labels: Labels
) -> Iterator[Word]:
    """Return each word with its part of speech, features and place in the tree of its sentence."""
    heads, relations, sure = read_trees(session, divided, rows)
    best, chances = labels.best, labels.chances
    least = map(min, zip(*(chances[name] for name in FEATURES), strict=True))
    return map(
        Word,
        [UPOS[label] for label in best["upos"]],
        itertools.repeat(""),
        map(_features, zip(*(best[name] for name in FEATURES), strict=True)),
        heads,
        [RELATIONS[relation] for relation in relations],
        confidences(settings, "tree", sure),
        confidences(settings, "upos", chances["upos"]),
        confidences(settings, "features", list(least)),
    )


def sentence_parts(divided: Divided, row: Rows) -> Iterator[Words]:
    """Yield the sentences of a window's core, or what it has of them."""
    window = row.window
    bounds = [*divided.starts, len(divided.pieces)]
    for sentence in row.sentences:
        yield max(bounds[sentence], window.core), min(bounds[sentence + 1], window.last)


def read_trees(
    session: Session, divided: Divided, rows: Sequence[Rows]
) -> tuple[list[int], list[int], list[float]]:
    """Return of each word its head, the number of its relation, and how likely both are.

    The head of a root is the word itself.
    """
    heads: list[int] = []
    hung: list[float] = []
    scores: list[Array] = []
    for row in rows:
        begin = row.window.first
        parts = [(first - begin, last - begin) for first, last in sentence_parts(divided, row)]
        for (first, last), arcs in zip(parts, session.score_heads(row, parts), strict=True):
            inside = best_heads(arcs)
            hung += chances_of(arcs.T, np.array(inside))
            own = [first + head for head in inside]
            heads += [begin + head for head in own]
            scores.append(session.score_relations(row, range(first, last), own))
    chances = softmax(np.concatenate(scores))
    root = RELATIONS.index("root")
    # Only a root is one: the next best relation of another word.
    chances[:, root] = 0
    relations: list[int] = chances.argmax(1).tolist()
    sure: list[float] = (np.array(hung) * chances.max(1)).tolist()
    for at, head in enumerate(heads):
        if head == at:
            relations[at], sure[at] = root, hung[at]
    return heads, relations, sure


@functools.cache
def _features(labels: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """Return the features that the labels of a word say, one label for each feature."""
    told = ((name, FEATURES[name][label]) for name, label in zip(FEATURES, labels, strict=True))
    return tuple((name, value) for name, value in told if value != "-")


# --- quotations and events ------------------------------------------------------------------------


def find_parts(divided: Divided, labels: Labels) -> list[tuple[str, bool, Parts]]:
    """Return the type of each quotation, whether it is nested, and its parts."""
    return [
        (kind, layer == "nested", spans)
        for layer in ("quotations", "nested")
        for kind, spans in join_parts(divided, labels.best["frame"], spans_of(labels, layer))
    ]


def join_parts(
    divided: Divided, frame: Sequence[int], spans: Sequence[tuple[Words, str]]
) -> list[tuple[str, Parts]]:
    """Return quotations of one or more parts: parts with only a frame between are one."""
    joined: list[tuple[str, Parts]] = []
    for words, kind in spans:
        if joined and joined[-1][0] == kind and kind in QUOTATION_TYPES[:2]:
            before = joined[-1][1][-1]
            between = frame[before[1] : words[0]]
            same = _sentence(divided, before[1] - 1) == _sentence(divided, words[0])
            if same and 0 < len(between) <= _LONGEST_FRAME and all(between):
                joined[-1] = (kind, (*joined[-1][1], words))
                continue
        joined.append((kind, (words,)))
    return joined


def _sentence(divided: Divided, word: int) -> int:
    return bisect.bisect_right(divided.starts, word) - 1


def _sure_of_parts(settings: ModelSettings, labels: Labels, nested: bool, spans: Parts) -> float:
    worth = min(_worth(labels, "nested" if nested else "quotations", words) for words in spans)
    return confidence(settings, "quotations", worth)


def _happening(
    settings: ModelSettings, labels: Labels, scores: Array, words: Words, kind: str, roles: tuple[Role, ...]
) -> Happening:
    states = softmax(scores[words[0] : words[1], layer_columns()["status"]]).mean(0)
    best = int(states.argmax())
    return Happening(
        kind=kind,
        status=STATUSES[best],
        words=words,
        roles=roles,
        confidence=confidence(settings, "events", _worth(labels, "events", words)),
        status_confidence=confidence(settings, "status", float(states[best])),
    )


def read_given(
    session: Session, settings: ModelSettings, rows: Sequence[Rows], triggers: Sequence[Words]
) -> list[Happening]:
    """Return the events that given triggers name: the likeliest type, though none may be likelier."""
    if not rows:
        return []
    scores = np.concatenate([r.labels[r.window.core - r.window.first :] for r in rows])
    labels = decode_labels(scores, settings)
    events = scores[:, layer_columns()["events"]]
    roles = find_roles(session, settings, rows, [("event", (words,)) for words in triggers])
    kinds = [int(events[a:b, 1::2].max(0).argmax()) for a, b in triggers]
    return [
        _happening(settings, labels, scores, words, SPAN_LAYERS["events"][kind], found)
        for words, kind, found in zip(triggers, kinds, roles, strict=True)
    ]


def find_roles(
    session: Session, settings: ModelSettings, rows: Sequence[Rows], queries: Sequence[tuple[str, Parts]]
) -> list[tuple[Role, ...]]:
    """Return the roles of each quotation or event, given as ``quotation`` or ``event`` and its parts."""
    ends = [r.window.last for r in rows]
    places = [rows[bisect.bisect_right(ends, parts[-1][1] - 1)] for _, parts in queries]
    moved = [_move(parts, row) for (_, parts), row in zip(queries, places, strict=True)]
    scores = session.score_links(places, moved)
    return [
        tuple(_read_roles(settings, kind, each, row.window.first))
        for (kind, _), row, each in zip(queries, places, scores, strict=True)
    ]


def _move(parts: Parts, row: Rows) -> Parts:
    """Return the words of a quotation or event as numbers in a window, cut to what the window has."""
    first, size = row.window.first, row.window.last - row.window.first
    moved = ((max(0, a - first), min(size, b - first)) for a, b in parts)
    return tuple((a, b) for a, b in moved if a < b)


def _read_roles(settings: ModelSettings, kind: str, scores: Array, first: int) -> Iterator[Role]:
    """Yield the roles in the scores (roles, words) of one query; of a role that is one only, the best run."""
    roles = QUOTATION_ROLES if kind == "quotation" else EVENT_ROLES
    begin = ROLES.index(roles[0])
    own = scores[begin : begin + len(roles)]
    least = [settings.thresholds.get(role, 0.0) for role in roles]
    reached = (own.max(1) > np.array(least, own.dtype)).tolist()
    for role, told, threshold, some in zip(roles, own, least, reached, strict=True):
        runs = runs_above(told, threshold) if some else []
        if role in SINGLE:
            runs = sorted(runs, key=lambda run: -run[2])[:1]
        for start, end, score in runs:
            chance = float(1 / (1 + np.exp(-score)))
            yield Role(role, (first + start, first + end), confidence(settings, role, chance))


# --- sentences ------------------------------------------------------------------------------------


def _vectors(count: int, rows: Sequence[Rows]) -> Iterator[array[float]]:
    """Yield the vector of each sentence, of length 1; of a sentence that was cut, the mean of its parts."""
    sums: dict[int, Array] = {}
    for row in rows:
        for sentence, vector in zip(row.sentences, row.vectors, strict=True):
            sums[sentence] = sums.get(sentence, 0) + vector
    for sentence in range(count):
        vector = sums[sentence]
        unit = vector / max(float(np.linalg.norm(vector)), 1e-9)
        # Whoever asks for its numbers gets floats; to make all of them here took as long as a tree.
        yield array("f", unit.astype(np.float32).tobytes())
