"""Measure a trained network on what was kept back: the table of docs/model.md."""

# mypy: disable-error-code="import-not-found, no-any-return"

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.corpora.names import read_smartdata, read_uner, words_between
from training.corpora.reports import make_page, read_reports
from training.corpora.shelf import Shelf
from training.corpora.syntax import read_treebank
from training.decoding import spans_of_labels
from training.labels import FEATURES, RELATIONS, SPAN_LAYERS, UNKNOWN
from training.measures import (
    Count,
    count_arguments,
    count_overlaps,
    pearson,
    published_scores,
)
from training.predict import Read, Reader
from training.published import ROLES as SAID_ROLES
from training.published import Said, said_from_json
from training.subwords import Subwords
from training.texts import Query, Text
from training.train import load_network

Row = tuple[str, str, str]  # what, on what, figure


def evaluate(shelf: Shelf, encoder: Path, run: Path, parts: Sequence[str] | None = None) -> list[Row]:
    """Return the figures of a run's checkpoint; ``parts`` are names in ``PARTS``, all if None."""
    network, _ = load_network(run / "checkpoint.pt", encoder)
    reader = Reader(network, Subwords(encoder / "tokenizer.json"))
    return [row for part in parts or PARTS for row in PARTS[part](shelf, reader)]


def make_table(rows: Iterable[Row]) -> str:
    """Return figures as a table in Markdown."""
    lines = [f"| {what} | {where} | {figure} |" for what, where, figure in rows]
    return "\n".join(["| what | on | figure |", "|---|---|---|", *lines])


# --- syntax ---------------------------------------------------------------------------------------


def measure_syntax(shelf: Shelf, reader: Reader) -> list[Row]:
    """Return parts of speech, features and trees on GSD's test part, gold words and sentences."""
    texts = [t for path in shelf.paths("gsd") for t in read_treebank(shelf, "gsd", path)]
    pairs = [(read, read.text) for read in reader.read(texts, core=64, context=0)]
    layers = ["upos", *FEATURES]
    rows = [(name, "GSD test", f"{100 * _label_accuracy(pairs, name):.1f}") for name in layers]
    unlabelled, labelled, full = _attachment(pairs)
    rows.append(
        ("UAS / LAS / LAS with subtypes", "GSD test", f"{unlabelled:.1f} / {labelled:.1f} / {full:.1f}")
    )
    return [*rows, *_subjunctive(pairs)]


def _label_accuracy(pairs: Sequence[tuple[Read, Text]], layer: str) -> float:
    right = known = 0
    for read, text in pairs:
        gold = np.array(text.layers[layer])
        best = read.scores[layer].argmax(-1)
        right += int((best == gold)[gold != UNKNOWN].sum())
        known += int((gold != UNKNOWN).sum())
    return right / max(1, known)


def _attachment(pairs: Sequence[tuple[Read, Text]]) -> tuple[float, float, float]:
    """Return the shares of words with the right head, and the right main relation, and the right subtype."""
    plain = np.array([RELATIONS.index(r.split(":")[0]) for r in RELATIONS])
    counts = np.zeros(4)
    for read, text in pairs:
        head = np.array(read.heads) == np.array(text.heads)
        ours, gold = np.array(read.relations), np.array(text.relations)
        counts += [
            len(head),
            head.sum(),
            (head & (plain[ours] == plain[gold])).sum(),
            (head & (ours == gold)).sum(),
        ]
    shares = 100 * counts / max(1, counts[0])
    return float(shares[1]), float(shares[2]), float(shares[3])


def _subjunctive(pairs: Sequence[tuple[Read, Text]]) -> list[Row]:
    """Return how well Konjunktiv is told: rare, so that accuracy over all words says nothing of it."""
    value = FEATURES["Mood"].index("Sub")
    count = Count()
    for read, text in pairs:
        gold = np.array(text.layers["Mood"]) == value
        best = read.scores["Mood"].argmax(-1) == value
        count.add(int((gold & best).sum()), int(best.sum()), int(gold.sum()))
    return [("Mood=Sub, F1", "GSD test", str(count))]


# --- names ----------------------------------------------------------------------------------------


def measure_names(shelf: Shelf, reader: Reader) -> list[Row]:
    """Return F1 of exact names with PER, ORG and LOC, which GPE counts as: so the corpora have it."""
    rows: list[Row] = []
    for where, texts in (
        ("UNER German PUD", read_uner(shelf)),
        ("SmartData held-out", read_smartdata(shelf)),
    ):
        count = Count()
        for read in reader.read(texts):
            ours = {(a, b, _merge(kind)) for a, b, kind in read.spans("names")}
            gold = gold_names(read.text)
            count.add(len(ours & gold), len(ours), len(gold))
        rows.append(("names, F1 exact", where, str(count)))
    return rows


def gold_names(text: Text) -> set[tuple[int, int, str]]:
    """Return the names of a text whose labels are sets, GPE as LOC."""
    labels = [max(bits.bit_length() - 1, 0) for bits in text.layers["names"]]
    return {(a, b, _merge(SPAN_LAYERS["names"][k])) for a, b, k in spans_of_labels(labels)}


def _merge(kind: str) -> str:
    return "LOC" if kind == "GPE" else kind


# --- reports --------------------------------------------------------------------------------------


def measure_published(shelf: Shelf, reader: Reader) -> list[Row]:
    """Return quotations by the published measure on the published development part."""
    documents: list[dict[str, Any]] = []
    for path in shelf.paths("quotations"):
        lines = gzip.decompress(shelf.read("quotations", path)).decode("utf-8").splitlines()
        documents += [json.loads(line) for line in lines]
    pages = [make_page(d["originalText"]) for d in documents]
    texts = [_bare_text(page) for page in pages]
    pairs = []
    for read, page, document in zip(reader.read(texts), pages, documents, strict=True):
        tokens = [(t["charBegin"], t["charEnd"]) for t in document["tokens"]]
        said = [_to_tokens(kind, q, page, tokens) for kind, _, q in reader.quotations(read)]
        pairs.append((said, [said_from_json(a) for a in document["annotations"]]))
    return _published_rows(published_scores(pairs), "quotations-dev")


def _published_rows(scores: dict[str, float], where: str) -> list[Row]:
    three = " / ".join(f"{100 * scores[name]:.1f}" for name in ("quote", "roles", "joint"))
    each = ", ".join(f"{role} {100 * scores[role]:.1f}" for role in SAID_ROLES)
    return [("quotations: message / roles / joint", where, f"{three} ({each})")]


def _bare_text(page: Any) -> Text:
    tokens = page.tokens
    return Text(
        source="published",
        words=tuple(t.text for t in tokens),
        spaced=tuple(i == 0 or t.start > tokens[i - 1].end for i, t in enumerate(tokens)),
        starts=tuple(s.first for s in page.sentences),
    )


def _to_tokens(kind: str, query: Query, page: Any, tokens: Sequence[tuple[int, int]]) -> Said:
    starts, ends = [a for a, _ in tokens], [b for _, b in tokens]

    def positions(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        characters = [(page.starts[a], page.ends[b - 1]) for a, b in spans]
        return frozenset(i for a, b in characters for i in range(*words_between(starts, ends, a, b)))

    return Said(kind, positions(query.parts), {r: positions(query.roles[r]) for r in SAID_ROLES})


def measure_reports(shelf: Shelf, reader: Reader) -> list[Row]:
    """Return events, their arguments and status, and quotations, on dev.txt and on the written set ``we``."""
    texts = read_reports(shelf)
    rows: list[Row] = []
    for where, source in (("dev.txt", "articles"), ("we", "written")):
        reads = reader.read([t for t in texts if t.source == source])
        if reads:
            rows += [*_event_rows(reader, reads, where), *_layer_quotations(reader, reads, where)]
    return rows


def _event_rows(reader: Reader, reads: Sequence[Read], where: str) -> list[Row]:
    events, untyped, status, arguments, actors = (Count() for _ in range(5))
    for read in reads:
        asked = [query for query in read.text.queries if query.kind == "event"]
        gold = [(*query.parts[0], query.label) for query in asked]
        found = read.spans("events")
        count_overlaps(events, found, gold)
        count_overlaps(untyped, [(a, b, "") for a, b, _ in found], [(a, b, "") for a, b, _ in gold])
        count_overlaps(actors, read.spans("actors"), label_spans_of(read.text, "actors"))
        for query, roles in zip(asked, reader.roles(read, asked), strict=True):
            count_arguments(arguments, roles, query.arguments)
        known = np.array(read.text.layers["status"])
        same = read.scores["status"].argmax(-1) == known
        status.add(int(same[known >= 0].sum()), int((known >= 0).sum()), int((known >= 0).sum()))
    return [
        ("event triggers with type, F1", where, str(events)),
        ("event triggers of any type, F1", where, str(untyped)),
        ("status of gold triggers", where, str(status)),
        ("arguments given the trigger, F1", where, str(arguments)),
        ("actor mentions with type, F1 overlap", where, str(actors)),
    ]


def label_spans_of(text: Text, layer: str) -> list[tuple[int, int, str]]:
    """Return the gold spans of a layer."""
    types = SPAN_LAYERS[layer]
    return [(a, b, types[k]) for a, b, k in spans_of_labels(text.layers[layer])]


def _layer_quotations(reader: Reader, reads: Sequence[Read], where: str) -> list[Row]:
    pairs = []
    for read in reads:
        gold = [_to_words(q.label, q) for q in read.text.queries if q.kind == "quotation"]
        pairs.append(([_to_words(kind, q) for kind, _, q in reader.quotations(read)], gold))
    if not any(gold for _, gold in pairs):
        return []
    return _published_rows(published_scores(pairs), where)


def _to_words(kind: str, query: Query) -> Said:
    def words(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        return frozenset(i for a, b in spans for i in range(a, b))

    return Said(kind, words(query.parts), {role: words(query.roles[role]) for role in SAID_ROLES})


# --- stories --------------------------------------------------------------------------------------


def measure_stories(shelf: Shelf, reader: Reader) -> list[Row]:
    """Return the correlation of the cosine of two articles' mean vectors with people's judgement."""
    pairs: list[dict[str, Any]] = []
    for path in shelf.paths("stories"):
        lines = gzip.decompress(shelf.read("stories", path)).decode("utf-8").splitlines()
        pairs += [json.loads(line) for line in lines]
    texts = [_bare_text(make_page(pair[side])) for pair in pairs for side in ("text1", "text2")]
    vectors = [_unit(read.vector) for read in reader.read(texts, context=0)]
    cosines = [float(a @ b) for a, b in zip(vectors[::2], vectors[1::2], strict=True)]
    value = pearson(
        cosines, [-float(pair["overall"]) if "overall" in pair else -float(pair["Overall"]) for pair in pairs]
    )
    return [("sentence vectors, Pearson", "stories", f"{value:.3f}")]


def _unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


PARTS = {
    "syntax": measure_syntax,
    "names": measure_names,
    "quotations": measure_published,
    "reports": measure_reports,
    "stories": measure_stories,
}
