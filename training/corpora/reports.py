"""Our own annotated reports: quotations with their roles, actors, events with their arguments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from depesche.language.network.layout import ACTOR_TYPES, EVENT_ROLES, QUOTATION_ROLES, STATUSES
from depesche.language.tokens import Sentence, Token, split_sentences, tokenize
from training.corpora.moods import label_moods
from training.corpora.names import words_between
from training.corpora.shelf import CORPORA, Shelf
from training.labels import UNKNOWN, label_spans
from training.texts import Query, Span, Text

_DATA = Path(__file__).parent.parent / "data"
_DATE_LINE = re.compile(r"^DATE: .*$", re.MULTILINE)


class Page(msgspec.Struct, frozen=True):
    """The text of a report with its words; ``starts`` and ``ends`` are the characters of each word."""

    text: str
    tokens: list[Token]
    sentences: list[Sentence]
    starts: list[int]
    ends: list[int]

    def words(self, span: Span) -> Span:
        """Return the words that overlap characters."""
        return words_between(self.starts, self.ends, *span)


def make_page(text: str) -> Page:
    """Return the page of a text. The line ``DATE:`` of the corpus keeps its place but has no words."""
    plain = _DATE_LINE.sub(lambda m: " " * len(m.group()), text, count=1)
    tokens = tokenize(plain)
    sentences = split_sentences(plain, tokens)
    return Page(text, tokens, sentences, [t.start for t in tokens], [t.end for t in tokens])


def read_reports(shelf: Shelf) -> list[Text]:
    """Return all reports that may be read, each with the layers that it has.

    To train come ours of ``training/data`` beside those of the shelf.
    """
    to_train = shelf.purpose == "train"
    added = read_added_articles() if to_train else {}
    articles = ((i, f"texts/{i}.txt") for i in shelf.article_ids())
    written = ((p.stem, f"texts/{p.name}") for p in shelf.paths("written") if p.parent.name == "texts")
    return [
        *(_read_report(shelf, "articles", name, path, added) for name, path in articles),
        *(_read_report(shelf, "written", name, path, added) for name, path in written),
        *(read_own_reports() if to_train else ()),
    ]


def _read_report(shelf: Shelf, corpus: str, name: str, path: str, added: dict[str, Added]) -> Text:
    page = make_page(shelf.read(corpus, path).decode("utf-8"))
    quotations = _read_layer(shelf, corpus, f"quotations/{name}.yaml")
    gold = _read_layer(shelf, corpus, f"gold/{name}.yaml")
    marked = locate_gold(page, gold) if gold is not None else None
    if marked is None and corpus == "articles" and name in added:
        marked = added[name].for_text(page.text)
    return annotate(corpus, page, quotations, marked)


def _read_layer(shelf: Shelf, corpus: str, path: str) -> dict[str, Any] | None:
    full = shelf.root / CORPORA[corpus].folder / path
    return yaml.load(shelf.read(corpus, path), yaml.CSafeLoader) if full.exists() else None


def annotate(source: str, page: Page, quotations: dict[str, Any] | None, marked: Marked | None) -> Text:
    """Return a page with the layers of its annotations; None says that a layer was not annotated."""
    words = tuple(t.text for t in page.tokens)
    starts = tuple(s.first for s in page.sentences)
    layers: dict[str, tuple[int, ...]] = {"Mood": label_moods(words, starts)}
    queries: list[Query] = []
    if quotations is not None:
        said = list(locate_quotations(page, quotations.get("quotations") or []))
        layers |= _quotation_layers(len(page.tokens), said)
        queries += [query for _, _, query in said]
    if marked is not None:
        events = list(locate_events(page, marked))
        layers |= _event_layers(page, marked, events)
        queries += [query for _, _, query in events]
    return Text(
        source=source,
        words=words,
        spaced=tuple(i == 0 or t.start > page.ends[i - 1] for i, t in enumerate(page.tokens)),
        starts=starts,
        layers=layers,
        queries=tuple(queries),
    )


# --- our own additions ----------------------------------------------------------------------------


class Added(msgspec.Struct, frozen=True):
    """Actors and events that we annotated in an article whose text is not ours: all in characters.

    ``digest`` is that of the text, which has to be had from the corpus.
    """

    id: str
    digest: str
    actors: tuple[tuple[str, tuple[Span, ...]], ...]
    events: tuple[Happened, ...]

    def for_text(self, text: str) -> Marked:
        """Return the annotation; raises ValueError if the text is not the one that was annotated."""
        if hashlib.sha256(text.encode()).hexdigest()[:16] != self.digest:
            raise ValueError(f"article {self.id} is not the text that training/data was made for")
        return Marked(self.actors, self.events, tuple(r for r in EVENT_ROLES if r != "time"))


def read_added_articles() -> dict[str, Added]:
    """Return what ``training/data/articles.jsonl`` adds to articles, by their ids."""
    lines = (_DATA / "articles.jsonl").read_bytes().splitlines()
    return {added.id: added for added in (msgspec.json.decode(line, type=Added) for line in lines)}


def read_own_reports() -> list[Text]:
    """Return the reports that were written and annotated for training, in ``training/data/reports``."""
    texts: list[Text] = []
    for path in sorted((_DATA / "reports" / "texts").glob("*.txt")):
        page = make_page(path.read_text("utf-8"))
        gold = yaml.load((_DATA / "reports" / "gold" / f"{path.stem}.yaml").read_bytes(), yaml.CSafeLoader)
        texts.append(annotate("own", page, None, locate_gold(page, gold)))
    return texts


# --- quotations -----------------------------------------------------------------------------------


def locate_quotations(page: Page, entries: Sequence[dict[str, Any]]) -> Iterator[tuple[str, bool, Query]]:
    """Yield the type of each quotation, whether it is nested, and its words with those of its roles.

    Quotations stand in the order of the text: each is looked for from the one before it on. The words of a
    role are those nearest to the quotation.
    """
    cursor = 0
    for entry in entries:
        found = [_find_from(page.text, part, cursor) for part in entry["text"]]
        spans = [span for span in found if span]
        if not spans:
            continue
        start = spans[0][0]
        if not entry.get("nested"):
            cursor = start
        roles = {role: _role_words(page, entry.get(role), start) for role in QUOTATION_ROLES}
        parts = tuple(page.words(span) for span in spans)
        yield entry["type"], bool(entry.get("nested")), Query("quotation", parts, roles, label=entry["type"])


def _role_words(page: Page, value: Any, start: int) -> tuple[Span, ...]:
    strings = value if isinstance(value, list) else [value] if value else []
    places = (_nearest(occurrences(page.text, str(s)), start) for s in strings)
    return tuple(page.words(place) for place in places if place)


def occurrences(text: str, words: str) -> list[Span]:
    """Return where words stand in a text as whole words, else wherever they do; white space is all one."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    if not pattern:
        return []
    whole = [m.span() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", text)]
    return whole or [m.span() for m in re.finditer(pattern, text)]


def _find_from(text: str, words: str, cursor: int) -> Span | None:
    places = occurrences(text, words)
    return next((p for p in places if p[0] >= cursor), places[-1] if places else None)


def _nearest(places: Iterable[Span], start: int) -> Span | None:
    return min(places, key=lambda place: abs(place[0] - start), default=None)


def _quotation_layers(length: int, said: Sequence[tuple[str, bool, Query]]) -> dict[str, tuple[int, ...]]:
    outer = [(*part, kind) for kind, nested, query in said if not nested for part in query.parts]
    inner = [(*part, kind) for kind, nested, query in said if nested for part in query.parts]
    roles = {
        role: label_spans(length, sorted({(*s, role) for _, _, q in said for s in q.roles[role]}), role)
        for role in QUOTATION_ROLES
    }
    return {
        "quotations": label_spans(length, outer, "quotations"),
        "nested": label_spans(length, inner, "nested"),
        **roles,
    }


# --- actors and events ----------------------------------------------------------------------------


class Happened(msgspec.Struct, frozen=True):
    """An event as it was annotated: spans are characters, arguments have every place where they are named."""

    type: str
    status: str
    trigger: Span
    arguments: tuple[tuple[str, tuple[Span, ...]], ...]


class Marked(msgspec.Struct, frozen=True):
    """Actors (type and places of their mentions) and events of a report, in characters.

    ``roles`` are the roles of events that were looked for: times were not in all reports.
    """

    actors: tuple[tuple[str, tuple[Span, ...]], ...]
    events: tuple[Happened, ...]
    roles: tuple[str, ...] = EVENT_ROLES


def locate_gold(page: Page, gold: dict[str, Any]) -> Marked:
    """Return the annotation of a report in the corpus's format, with its strings found in the text."""
    actors = {
        actor["id"]: (
            actor["type"],
            tuple(_longest(s for m in actor["mentions"] for s in occurrences(page.text, str(m)))),
        )
        for actor in gold.get("actors") or []
    }
    times = list(_locate_times(page, gold.get("times") or []))
    events: list[Happened] = []
    for event in gold.get("events") or []:
        trigger = _locate_trigger(page.text, event)
        if trigger:
            arguments = tuple(_arguments(page, event, actors, times))
            events.append(Happened(event["type"], event["status"], trigger, arguments))
    roles = EVENT_ROLES if "times" in gold else tuple(r for r in EVENT_ROLES if r != "time")
    return Marked(tuple(actors.values()), tuple(events), roles)


def _longest(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for a, b in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or a >= kept[-1][1]:
            kept.append((a, b))
    return kept


def _arguments(
    page: Page,
    event: dict[str, Any],
    actors: dict[str, tuple[str, tuple[Span, ...]]],
    times: Sequence[tuple[Span, str]],
) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """Yield the role of each argument and all characters that name it."""
    for role in ("actor", "recipient"):
        yield from ((role, actors[i][1]) for i in event.get(role) or [] if i in actors)
    yield "place", tuple(occurrences(page.text, str(event.get("place") or "")))
    date = event.get("date")
    yield "time", tuple(span for span, value in times if date and value.startswith(str(date)))


def locate_events(page: Page, marked: Marked) -> Iterator[tuple[str, str, Query]]:
    """Yield the type and status of each event, and its trigger with the words of its arguments."""
    for event in marked.events:
        words = page.words(event.trigger)
        if words[0] < words[1]:
            yield event.type, event.status, _link_arguments(page, words, event, marked.roles)


def _link_arguments(page: Page, words: Span, event: Happened, looked_for: Sequence[str]) -> Query:
    """Return a trigger with its arguments: the mention nearest to it is the right one, others are unsure."""
    roles: dict[str, list[Span]] = {role: [] for role in EVENT_ROLES}
    everything = [(0, len(page.tokens))]
    unsure = {role: [] if role in looked_for else everything for role in EVENT_ROLES}
    arguments = [(role, spans) for role, spans in event.arguments if spans]
    for role, spans in arguments:
        chosen = _choose(page, spans, event.trigger)
        roles[role] += [page.words(span) for span in spans if span == chosen]
        unsure[role] += [page.words(span) for span in spans if span != chosen]
    return Query(
        "event",
        (words,),
        {role: tuple(spans) for role, spans in roles.items()},
        {role: tuple(spans) for role, spans in unsure.items()},
        tuple((role, tuple(page.words(span) for span in spans)) for role, spans in arguments),
        event.type,
    )


def _locate_trigger(text: str, event: dict[str, Any]) -> Span | None:
    sentences = occurrences(text, str(event["sentence"]))
    start = sentences[0][0] if sentences else 0
    places = occurrences(text, str(event["trigger"]))
    return next((p for p in places if p[0] >= start), None)


def _locate_times(page: Page, times: Sequence[dict[str, Any]]) -> Iterator[tuple[Span, str]]:
    for time in times:
        places = occurrences(page.text, str(time["text"]))
        number = int(time.get("nth", 1)) - 1
        if number < len(places):
            yield places[number], str(time.get("value"))


def _choose(page: Page, spans: Sequence[Span], trigger: Span) -> Span | None:
    """Return the mention nearest to the trigger, in its sentence if one is there."""

    def distance(span: Span) -> tuple[bool, int]:
        return _sentence(page, span) != _sentence(page, trigger), abs(span[0] - trigger[0])

    return min(spans, key=distance, default=None)


def _sentence(page: Page, span: Span) -> int:
    return sum(s.start <= span[0] for s in page.sentences)


def _event_layers(
    page: Page, marked: Marked, events: Sequence[tuple[str, str, Query]]
) -> dict[str, tuple[int, ...]]:
    length = len(page.tokens)
    mentions = [
        (*page.words(span), kind) for kind, spans in marked.actors for span in spans if kind in ACTOR_TYPES
    ]
    mentions.sort(key=lambda m: m[0] - m[1])
    triggers = [(*query.parts[0], kind) for kind, _, query in events]
    status = [UNKNOWN] * length
    for _, state, query in events:
        for word in range(*query.parts[0]):
            status[word] = STATUSES.index(state)
    return {
        "actors": label_spans(length, mentions, "actors"),
        "events": label_spans(length, triggers, "events"),
        "status": tuple(status),
    }
