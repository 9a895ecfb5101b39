"""Choose what is left to choose when the weights are done: thresholds, and how sure the network may be.

Nothing here sees a measured corpus. Thresholds are those with the best F1 on the written set ``we``, of those
that are nearly as good the one nearest to none at all; the curves are fitted on it and on the last twentieth
of German syntax and names, which training left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from depesche.language.analysis import Analysis, Role
from depesche.language.network import Network
from depesche.language.network.files import SETTINGS, Curve, ModelSettings
from depesche.language.network.layout import EVENT_ROLES, FEATURES, QUOTATION_ROLES, RELATIONS, STATUSES, UPOS
from training.corpora import read_task
from training.corpora.shelf import Shelf
from training.evaluate import (
    Read,
    given_events,
    gold_names,
    gold_quotations,
    label_spans_of,
    read_texts,
    said_by,
    words_by_role,
)
from training.labels import UNKNOWN
from training.measures import Count, count_arguments, count_overlaps, overlaps, published_scores
from training.texts import Query, Text

Pairs = list[tuple[float, bool]]  # how sure a finding was, and whether it is right

_OUTSIDE = (-3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5)
_THRESHOLDS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5)
# So much of F1 is chance: ``we`` has 36 reports.
_NEARLY = 0.005


def calibrate(shelf: Shelf, folder: Path, version: str) -> list[Reliability]:
    """Write ``model.json`` into the folder of a network; return how reliable its confidence is.

    ``shelf`` is one to calibrate.
    """
    assert shelf.purpose == "calibrate"
    reports = read_task(shelf, "reports")
    settings = ModelSettings(version)
    for layer, score in (
        ("events", _event_score),
        ("quotations", _quotation_score),
        ("actors", _actor_score),
    ):
        layers = ("quotations", "nested") if layer == "quotations" else (layer,)
        settings = _choose(
            folder,
            {
                value: msgspec.structs.replace(
                    settings, outside=settings.outside | dict.fromkeys(layers, value)
                )
                for value in _OUTSIDE
            },
            reports,
            score,
        )
    for roles, role_score in ((EVENT_ROLES, _argument_score), (QUOTATION_ROLES, _quotation_score)):
        settings = _choose(
            folder,
            {
                value: msgspec.structs.replace(
                    settings, thresholds=settings.thresholds | dict.fromkeys(roles, value)
                )
                for value in _THRESHOLDS
            },
            reports,
            role_score,
        )
    network = _network(folder, settings)
    pairs = collect_pairs(
        network, [t for task in ("german", "names") for t in read_task(shelf, task)], reports
    )
    curves = {head: fit_curve(found) for head, found in sorted(pairs.items()) if len(found) >= 20}
    _write(folder, msgspec.structs.replace(settings, curves=curves))
    return list(measure_reliability({head: found for head, found in pairs.items() if head in curves}))


def _write(folder: Path, settings: ModelSettings) -> None:
    (folder / SETTINGS).write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=1) + b"\n")


def _network(folder: Path, settings: ModelSettings) -> Network:
    _write(folder, settings)
    return Network(folder, threads=2)


def _choose(
    folder: Path,
    choices: Mapping[float, ModelSettings],
    texts: Sequence[Text],
    score: Callable[[Network, Sequence[Text]], float],
) -> ModelSettings:
    """Return the settings with the value nearest to 0 of those whose scores are nearly the highest."""
    scores = {value: score(_network(folder, settings), texts) for value, settings in choices.items()}
    enough = max(scores.values()) - _NEARLY
    return choices[min((value for value in scores if scores[value] >= enough), key=abs)]


def _event_score(network: Network, texts: Sequence[Text]) -> float:
    count = Count()
    for read in read_texts(network, texts):
        gold = [(*q.parts[0], q.label) for q in read.text.queries if q.kind == "event"]
        count_overlaps(count, [(*e.words, e.kind) for e in read.analysis.events], gold)
    return count.f1


def _actor_score(network: Network, texts: Sequence[Text]) -> float:
    count = Count()
    for read in read_texts(network, texts):
        ours = [(*a.words, a.kind) for a in read.analysis.actors]
        count_overlaps(count, ours, label_spans_of(read.text, "actors"))
    return count.f1


def _argument_score(network: Network, texts: Sequence[Text]) -> float:
    count = Count()
    for text in texts:
        for query, event in given_events(network, text):
            count_arguments(count, words_by_role(event), query.arguments)
    return count.f1


def _quotation_score(network: Network, texts: Sequence[Text]) -> float:
    pairs = [(said_by(read.analysis), gold_quotations(read.text)) for read in read_texts(network, texts)]
    scores = published_scores(pairs)
    return scores["joint"]


# --- confidence -----------------------------------------------------------------------------------


def collect_pairs(network: Network, plain: Sequence[Text], reports: Sequence[Text]) -> dict[str, Pairs]:
    """Return for each head how sure its findings were and whether they are right."""
    pairs: dict[str, Pairs] = {}
    for read in read_texts(network, plain):
        for head, found in (("names", _name_pairs(read)), *_syntax_pairs(read)):
            pairs.setdefault(head, []).extend(found)
    for read in read_texts(network, reports):
        for head, found in _report_pairs(read):
            pairs.setdefault(head, []).extend(found)
    for text in reports:
        for query, event in given_events(network, text):
            for role in event.roles:
                pairs.setdefault(role.role, []).append((role.confidence, _is_named(role, query)))
    return pairs


def _name_pairs(read: Read) -> Pairs:
    if "names" not in read.text.layers:
        return []
    gold = {(a, b) for a, b, _ in gold_names(read.text)}
    return [(name.confidence, name.words in gold) for name in read.analysis.names]


def _syntax_pairs(read: Read) -> Iterator[tuple[str, Pairs]]:
    text, words = read.text, read.analysis.words
    if not text.heads:
        return
    tree = zip(words, text.heads, text.relations, strict=True)
    yield (
        "tree",
        [(w.confidence, w.head == h and RELATIONS.index(w.relation) == r) for w, h, r in tree if r >= 0],
    )
    tags = zip(words, text.layers["upos"], strict=True)
    yield "upos", [(w.upos_confidence, UPOS.index(w.upos) == gold) for w, gold in tags if gold != UNKNOWN]
    yield (
        "features",
        [
            (word.features_confidence, all(_has(word.feature(n), n, text.layers[n][i]) for n in FEATURES))
            for i, word in enumerate(words)
            if any(text.layers[n][i] != UNKNOWN for n in FEATURES)
        ],
    )


def _has(value: str, feature: str, gold: int) -> bool:
    return gold == UNKNOWN or FEATURES[feature].index(value or "-") == gold


def _report_pairs(read: Read) -> Iterator[tuple[str, Pairs]]:
    text, analysis = read.text, read.analysis
    asked = [q for q in text.queries if q.kind == "event"]
    events = [(q.parts[0], q.label) for q in asked]
    yield (
        "events",
        [
            (e.confidence, any(overlaps(e.words, words) and e.kind == kind for words, kind in events))
            for e in analysis.events
        ],
    )
    states = text.layers.get("status", ())
    yield (
        "status",
        [
            (e.status_confidence, STATUSES.index(e.status) == states[e.words[0]])
            for e in analysis.events
            if states and states[e.words[0]] != UNKNOWN
        ],
    )
    actors = label_spans_of(text, "actors") if "actors" in text.layers else []
    yield (
        "actors",
        [
            (a.confidence, any(overlaps(a.words, (x, y)) and a.kind == kind for x, y, kind in actors))
            for a in analysis.actors
        ],
    )
    yield from _quotation_pairs(text, analysis)


def _quotation_pairs(text: Text, analysis: Analysis) -> Iterator[tuple[str, Pairs]]:
    gold = gold_quotations(text)
    read = said_by(analysis)
    # The gold quotation that each one shares most words with.
    best = [max(gold, key=lambda g, q=q: len(g.quote & q.quote), default=None) for q in read]  # type: ignore[misc]
    right = [
        g is not None and 2 * len(g.quote & q.quote) > len(g.quote | q.quote)
        for g, q in zip(best, read, strict=True)
    ]
    yield "quotations", [(q.confidence, ok) for q, ok in zip(analysis.quotations, right, strict=True)]
    for role in QUOTATION_ROLES:
        yield (
            role,
            [
                (r.confidence, ok and g is not None and bool(g.roles[role] & set(range(*r.words))))
                for q, ok, g in zip(analysis.quotations, right, best, strict=True)
                for r in q.roles
                if r.role == role and ok
            ],
        )


def _is_named(role: Role, query: Query) -> bool:
    return any(role.role == r and any(overlaps(role.words, m) for m in spans) for r, spans in query.arguments)


def fit_curve(pairs: Pairs) -> Curve:
    """Return the curve that makes the findings most likely: a regression on their log-odds (Platt)."""
    chances = np.clip([chance for chance, _ in pairs], 1e-6, 1 - 1e-6)
    odds = np.log(chances / (1 - chances))
    # A little of both kinds is added, so that a head that was never wrong is not said to be always right.
    right = np.array([ok for _, ok in pairs], dtype=np.float64)
    targets = np.where(right > 0, (right.sum() + 1) / (right.sum() + 2), 1 / (len(right) - right.sum() + 2))
    rows = np.stack([odds, np.ones_like(odds)], 1)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        said = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (said - targets)
        bend = (rows * (said * (1 - said))[:, None]).T @ rows + 1e-6 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights -= np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return Curve(round(float(weights[0]), 4), round(float(weights[1]), 4))


class Reliability(msgspec.Struct, frozen=True):
    """How far the confidence of a head is from the share that is right, before and after its curve."""

    head: str
    findings: int
    before: float
    after: float


def measure_reliability(pairs: dict[str, Pairs]) -> Iterator[Reliability]:
    """Yield how reliable each head's confidence is; ``pairs`` are raw, every second one fits the others."""
    for head, found in sorted(pairs.items()):
        halves = found[::2], found[1::2]
        bent = [(fit_curve(fitted).bend(c), ok) for fitted, held in (halves, halves[::-1]) for c, ok in held]
        yield Reliability(head, len(found), calibration_error(found), calibration_error(bent))


def calibration_error(pairs: Pairs, bins: int = 10) -> float:
    """Return how far confidence is from the share that is right, on average over ten bins of equal size."""
    if not pairs:
        return 0.0
    ordered = sorted(pairs)
    parts = [ordered[i * len(ordered) // bins : (i + 1) * len(ordered) // bins] for i in range(bins)]
    return sum(
        len(part)
        / len(ordered)
        * abs(sum(c for c, _ in part) / len(part) - sum(ok for _, ok in part) / len(part))
        for part in parts
        if part
    )
