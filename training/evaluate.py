"""Measure a finished network on what was kept back: the table of docs/model.md.

What is measured is what the package runs: the ONNX file, decoded by the package. Texts whose words are given
(treebanks, names) are read with those words.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from depesche.language.analysis import Analysis, Happening, Words
from depesche.language.meanings import mean_vector
from depesche.language.network import Network
from depesche.language.network.decoding import spans_of_labels
from depesche.language.network.layout import FEATURES, RELATIONS, SPAN_LAYERS, STATUSES, UPOS
from training.corpora.names import read_smartdata, read_uner, words_between
from training.corpora.reports import Page, make_page, read_reports
from training.corpora.shelf import Shelf
from training.corpora.syntax import read_treebank
from training.labels import UNKNOWN
from training.measures import Count, count_arguments, count_overlaps, pearson, published_scores
from training.published import ROLES as SAID_ROLES
from training.published import Said, said_from_json
from training.texts import Query, Text


class Row(msgspec.Struct, frozen=True):
    """A figure: what was measured, on what, the figure as a number and with all that explains it."""

    what: str
    where: str
    value: float
    shown: str


class Read(msgspec.Struct, frozen=True):
    """A text with what the network says of it."""

    text: Text
    analysis: Analysis


def evaluate(shelf: Shelf, network: Network, parts: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the figures of a network; ``parts`` are names in ``PARTS``, if None all that a card has."""
    for part in parts or ON_CARD:
        yield from PARTS[part](shelf, network)


def make_table(rows: Iterable[Row]) -> str:
    """Return figures as a table in Markdown."""
    lines = [f"| {row.what} | {row.where} | {row.shown} |" for row in rows]
    return "\n".join(["| what | on | figure |", "|---|---|---|", *lines])


def read_texts(network: Network, texts: Sequence[Text]) -> list[Read]:
    """Return what the network says of texts as their words are given."""
    divided = [network.divide(t.words, t.spaced, t.starts) for t in texts]
    return [Read(t, a) for t, a in zip(texts, network.analyse_divided(divided), strict=True)]


def _counted(what: str, where: str, count: Count) -> Row:
    return Row(what, where, 100 * count.f1, str(count))


# --- syntax ---------------------------------------------------------------------------------------


def measure_syntax(shelf: Shelf, network: Network) -> Iterator[Row]:
    """Yield parts of speech, features and trees on GSD's test part, gold words and sentences."""
    texts = [t for path in shelf.paths("gsd") for t in read_treebank(shelf, "gsd", path)]
    yield from syntax_rows(read_texts(network, texts), "GSD test")


def measure_english(shelf: Shelf, network: Network) -> Iterator[Row]:
    """Yield the same on English news, which a finished network may have learnt from: see the shelf."""
    texts = [t for path in shelf.paths("gum") for t in read_treebank(shelf, "gum", path)]
    rows = syntax_rows(read_texts(network, texts), "GUM news, five texts")
    yield from (row for row in rows if row.what in {"upos", "UAS", "LAS"})


def syntax_rows(reads: Sequence[Read], where: str) -> Iterator[Row]:
    """Yield the figures of syntax: shares of words in per cent, F1 of Konjunktiv."""
    gold = {n: _gold(reads, n) for n in ("upos", *FEATURES)}
    ours = {"upos": np.array([UPOS.index(w.upos) for r in reads for w in r.analysis.words])}
    for name, values in FEATURES.items():
        ours[name] = np.array([values.index(w.feature(name) or "-") for r in reads for w in r.analysis.words])
    for name, labels in gold.items():
        known = labels != UNKNOWN
        share = 100 * float((ours[name] == labels)[known].mean())
        yield Row(name, where, share, f"{share:.1f}")
    unlabelled, labelled, full = _attachment(reads)
    yield Row("UAS", where, unlabelled, f"{unlabelled:.1f}")
    yield Row("LAS", where, labelled, f"{labelled:.1f} (with subtypes {full:.1f})")
    # Konjunktiv is rare, so that accuracy over all words says nothing of it.
    mood = FEATURES["Mood"].index("Sub")
    count = Count()
    count.add(
        int(((gold["Mood"] == mood) & (ours["Mood"] == mood)).sum()),
        int((ours["Mood"] == mood).sum()),
        int((gold["Mood"] == mood).sum()),
    )
    yield _counted("Mood=Sub, F1", where, count)


def _gold(reads: Sequence[Read], layer: str) -> Any:
    return np.concatenate([np.array(read.text.layers[layer]) for read in reads])


def _attachment(reads: Sequence[Read]) -> tuple[float, float, float]:
    """Return the shares of words with the right head, and the right main relation, and the right subtype."""
    plain = np.array([RELATIONS.index(r.split(":")[0]) for r in RELATIONS])
    heads = np.array([w.head for r in reads for w in r.analysis.words])
    right = heads == np.concatenate([np.array(r.text.heads) for r in reads])
    ours = np.array([RELATIONS.index(w.relation) for r in reads for w in r.analysis.words])
    gold = np.concatenate([np.array(r.text.relations) for r in reads])
    shares = (right, right & (plain[ours] == plain[gold]), right & (ours == gold))
    return 100 * float(shares[0].mean()), 100 * float(shares[1].mean()), 100 * float(shares[2].mean())


# --- names ----------------------------------------------------------------------------------------


def measure_names(shelf: Shelf, network: Network) -> Iterator[Row]:
    """Yield F1 of exact names with PER, ORG and LOC, which GPE counts as: so the corpora have it."""
    for where, texts in (
        ("UNER German PUD", read_uner(shelf)),
        ("SmartData held-out", read_smartdata(shelf)),
    ):
        count = Count()
        for read in read_texts(network, texts):
            ours = {(*name.words, _merge(name.kind)) for name in read.analysis.names}
            gold = gold_names(read.text)
            count.add(len(ours & gold), len(ours), len(gold))
        yield _counted("names, F1 exact", where, count)


def gold_names(text: Text) -> set[tuple[int, int, str]]:
    """Return the names of a text whose labels are sets, GPE as LOC."""
    labels = [max(bits.bit_length() - 1, 0) for bits in text.layers["names"]]
    return {(a, b, _merge(SPAN_LAYERS["names"][k])) for a, b, k in spans_of_labels(labels)}


def _merge(kind: str) -> str:
    return "LOC" if kind == "GPE" else kind


# --- quotations -----------------------------------------------------------------------------------


def measure_quotations(shelf: Shelf, network: Network) -> Iterator[Row]:
    """Yield quotations by the published measure on the published development part."""
    documents: list[dict[str, Any]] = []
    for path in shelf.paths("quotations"):
        lines = gzip.decompress(shelf.read("quotations", path)).decode("utf-8").splitlines()
        documents += [json.loads(line) for line in lines]
    pages = [make_page(d["originalText"]) for d in documents]
    pairs = []
    reads = read_texts(network, [bare_text(page) for page in pages])
    for read, page, document in zip(reads, pages, documents, strict=True):
        tokens = [(t["charBegin"], t["charEnd"]) for t in document["tokens"]]
        said = [_to_tokens(s, page, tokens) for s in said_by(read.analysis)]
        pairs.append((said, [said_from_json(a) for a in document["annotations"]]))
    yield from published_rows(published_scores(pairs), "quotations-dev")


def published_rows(scores: dict[str, float], where: str) -> Iterator[Row]:
    """Yield the three figures of the published measure."""
    for name, shown in (("quote", "message"), ("roles", "roles"), ("joint", "joint")):
        each = ", ".join(f"{role} {100 * scores[role]:.1f}" for role in SAID_ROLES)
        more = f" ({each})" if name == "roles" else ""
        yield Row(f"quotations, {shown}", where, 100 * scores[name], f"{100 * scores[name]:.1f}{more}")


def said_by(analysis: Analysis) -> list[Said]:
    """Return the quotations of an analysis as sets of words."""
    return [
        Said(
            q.kind, _words(q.parts), {r: _words(x.words for x in q.roles if x.role == r) for r in SAID_ROLES}
        )
        for q in analysis.quotations
    ]


def _words(spans: Iterable[Words]) -> frozenset[int]:
    return frozenset(i for a, b in spans for i in range(a, b))


def _to_tokens(said: Said, page: Page, tokens: Sequence[tuple[int, int]]) -> Said:
    starts, ends = [a for a, _ in tokens], [b for _, b in tokens]

    def positions(words: Iterable[int]) -> frozenset[int]:
        return frozenset(
            i for w in words for i in range(*words_between(starts, ends, page.starts[w], page.ends[w]))
        )

    return Said(said.type, positions(said.quote), {r: positions(w) for r, w in said.roles.items()})


def bare_text(page: Page) -> Text:
    """Return a page as a text of which nothing is known."""
    tokens = page.tokens
    return Text(
        source="published",
        words=tuple(t.text for t in tokens),
        spaced=tuple(i == 0 or t.start > tokens[i - 1].end for i, t in enumerate(tokens)),
        starts=tuple(s.first for s in page.sentences),
    )


# --- reports --------------------------------------------------------------------------------------


def measure_reports(shelf: Shelf, network: Network) -> Iterator[Row]:
    """Yield events, their arguments and status, and quotations, on dev.txt and on the written set ``we``."""
    texts = read_reports(shelf)
    for where, source in (("dev.txt", "articles"), ("we", "written")):
        reads = read_texts(network, [t for t in texts if t.source == source])
        if reads:
            yield from event_rows(network, reads, where)
            yield from quotation_rows(reads, where)


def event_rows(network: Network, reads: Sequence[Read], where: str) -> Iterator[Row]:
    """Yield the figures of events, of arguments and status given the trigger, and of actors' mentions."""
    events, untyped, status, arguments, actors = (Count() for _ in range(5))
    for read in reads:
        asked = [query for query in read.text.queries if query.kind == "event"]
        gold = [(*query.parts[0], query.label) for query in asked]
        found = [(*event.words, event.kind) for event in read.analysis.events]
        count_overlaps(events, found, gold)
        count_overlaps(untyped, [(a, b, "") for a, b, _ in found], [(a, b, "") for a, b, _ in gold])
        mentions = [(*actor.words, actor.kind) for actor in read.analysis.actors]
        count_overlaps(actors, mentions, label_spans_of(read.text, "actors"))
        for query, event in given_events(network, read.text):
            count_arguments(arguments, words_by_role(event), query.arguments)
            known = read.text.layers["status"][query.parts[0][0]]
            status.add(int(STATUSES.index(event.status) == known), 1, 1)
    yield _counted("event triggers with type, F1", where, events)
    yield _counted("event triggers of any type, F1", where, untyped)
    yield _counted("arguments given the trigger, F1", where, arguments)
    yield Row("status given the trigger, share right", where, 100 * status.f1, f"{100 * status.f1:.1f}")
    yield _counted("actor mentions with type, F1 overlap", where, actors)


def given_events(network: Network, text: Text) -> Iterator[tuple[Query, Happening]]:
    """Yield each gold event with what the network says of its trigger."""
    asked = [query for query in text.queries if query.kind == "event"]
    divided = network.divide(text.words, text.spaced, text.starts)
    yield from zip(asked, network.read_events(divided, [query.parts[0] for query in asked]), strict=True)


def words_by_role(event: Happening) -> dict[str, list[Words]]:
    """Return the words of each role of an event."""
    roles: dict[str, list[Words]] = {}
    for role in event.roles:
        roles.setdefault(role.role, []).append(role.words)
    return roles


def label_spans_of(text: Text, layer: str) -> list[tuple[int, int, str]]:
    """Return the gold spans of a layer."""
    types = SPAN_LAYERS[layer]
    return [(a, b, types[k]) for a, b, k in spans_of_labels(text.layers[layer])]


def quotation_rows(reads: Sequence[Read], where: str) -> Iterator[Row]:
    """Yield the figures of the published measure on reports of ours, in words."""
    pairs = [(said_by(read.analysis), gold_quotations(read.text)) for read in reads]
    if any(gold for _, gold in pairs):
        yield from published_rows(published_scores(pairs), where)


def gold_quotations(text: Text) -> list[Said]:
    """Return the gold quotations of a text as sets of words."""
    return [
        Said(q.label, _words(q.parts), {r: _words(q.roles[r]) for r in SAID_ROLES})
        for q in text.queries
        if q.kind == "quotation"
    ]


# --- stories --------------------------------------------------------------------------------------


def measure_stories(shelf: Shelf, network: Network) -> Iterator[Row]:
    """Yield the correlation of the cosine of two articles' vectors with people's judgement.

    The vector of an article is the weighted mean of its sentences' by which the package relates reports.
    """
    pairs: list[dict[str, Any]] = []
    for path in shelf.paths("stories"):
        lines = gzip.decompress(shelf.read("stories", path)).decode("utf-8").splitlines()
        pairs += [json.loads(line) for line in lines]
    pages = [make_page(pair[side]) for pair in pairs for side in ("text1", "text2")]
    reads = read_texts(network, [bare_text(page) for page in pages])
    vectors = [np.array(_article_vector(*both)) for both in zip(pages, reads, strict=True)]
    cosines = [float(a @ b) for a, b in zip(vectors[::2], vectors[1::2], strict=True)]
    judged = [-float(pair["overall" if "overall" in pair else "Overall"]) for pair in pairs]
    value = pearson(cosines, judged)
    yield Row("sentence vectors, Pearson", "stories", value, f"{value:.3f}")


def _article_vector(page: Page, read: Read) -> tuple[float, ...]:
    ends = [page.starts[first] for first in read.text.starts[1:]]
    starts = [page.starts[first] for first in read.text.starts]
    return mean_vector(list(zip(starts, [*ends, len(page.text)], strict=True)), read.analysis.vectors)


PARTS = {
    "syntax": measure_syntax,
    "names": measure_names,
    "quotations": measure_quotations,
    "reports": measure_reports,
    "stories": measure_stories,
    "english": measure_english,
}
ON_CARD = tuple(part for part in PARTS if part != "english")
