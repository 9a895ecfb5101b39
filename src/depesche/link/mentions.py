"""The events of reports as they are compared with those of other reports of a story."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from depesche.language.document import find_sentences
from depesche.language.lexicon import load_entries
from depesche.language.namelike import WORD, looks_like_name
from depesche.language.rarity import rarity
from depesche.language.spelling import fold_word
from depesche.language.states import (
    countries_of_adjective,
    country_of_compound,
    country_of_name,
    state_names,
)
from depesche.link.actors import ActorKey, Actors, find_actors, has_name, settle_countries
from depesche.link.happenings import Stage, kind_of, stage_of
from depesche.link.matters import compile_words, plain
from depesche.link.order import by_day
from depesche.link.profiles import day_number, family_of, name_key, profile_of
from depesche.link.records import EventKey, Record, Vector
from depesche.reading import Actor, Event, Span
from depesche.stems import find_stems

# Persons of these offices speak for others and are no party themselves.
_VOICES = frozenset({"spokesperson", "journalist"})
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Behind these a state is a place.
_WHERE = frozenset("in im nach bei".split())


Way = Literal["phone", "presence"]


class MeetingWay(msgspec.Struct, frozen=True):
    """An entry of ways.yaml; ``id`` is the way."""

    id: Way
    words: str
    yes: str
    no: str


class Mention(msgspec.Struct, frozen=True):
    """An event of a report with what tells it from others.

    ``kind`` is what it is of, ``stage`` how far it has come. ``states`` are the parties' countries (also
    those that only the sentence names, if the event names fewer than two), ``bodies`` those of no state,
    ``by`` the countries of who does it, ``persons`` the families of the parties by country. ``first`` and
    ``last`` enclose its day, counted from year 1, None if none; ``known`` is the report's. ``place`` is
    smaller than a state; ``way`` is how people meet, if the event's own words tell; ``named`` are all names
    and states of the report. ``words`` are the stems of its sentence with their weights, ``nouns`` those of
    capitalised words, ``vector`` its meaning.
    """

    key: EventKey
    type: str
    mode: str | None
    status: str
    kind: str
    stage: Stage | None
    states: frozenset[str]
    bodies: frozenset[str]
    by: frozenset[str]
    persons: Mapping[str, frozenset[str]]
    first: int | None
    last: int | None
    known: int | None
    place: str | None
    way: Way | None
    named: frozenset[str]
    start: int
    sentence: int
    words: Mapping[str, float]
    nouns: frozenset[str]
    vector: Vector

    @property
    def exact(self) -> bool:
        """Whether its day is known."""
        return self.first is not None and self.first == self.last

    @property
    def held(self) -> bool:
        """Whether it has happened, as its report says."""
        return self.stage == "held" or (self.stage == "agreed" and self.kind == "deal")


def find_mentions(
    records: Iterable[Record], actors: Actors | None = None, keys: Container[EventKey] | None = None
) -> tuple[Mention, ...]:
    """Return the events of the reports of one story, by day and id of the report and then by the text.

    What one report guesses of an actor's country the others put right, so the mentions depend on the set of
    reports, not on their order. ``actors`` are those of the reports, if they are known already. ``keys``:
    only these events, and without what they are compared by (``named``, ``words``, ``nouns``).
    """
    ordered = by_day(records)
    known = settle_countries(actors or find_actors(ordered))
    return tuple(m for record in ordered for m in _mentions(record, known, keys))


def _mentions(
    record: Record, known: Mapping[ActorKey, str | None], keys: Container[EventKey] | None
) -> Iterable[Mention]:
    bounds = sentences_of(record)
    actors = {a.id: a for a in record.reading.actors}
    named = _named(record) if keys is None and record.reading.events else None
    for event in sorted(record.reading.events, key=lambda e: (e.start, e.end, e.id)):
        if keys is not None and EventKey(record.id, event.id) not in keys:
            continue
        index = max(0, bisect.bisect_right(bounds, event.start, key=lambda s: s.start) - 1)
        bound = bounds[index] if bounds else Span(0, len(record.report.text))
        yield _mention(record, event, index, bound, actors, known, named)


def sentences_of(record: Record) -> tuple[Span, ...]:
    """Return the sentences of a report; they are found anew if the record has none."""
    return record.sentences or find_sentences(record.report.text)


def _mention(
    record: Record,
    event: Event,
    index: int,
    bound: Span,
    actors: Mapping[str, Actor],
    known: Mapping[ActorKey, str | None],
    named: frozenset[str] | None,
) -> Mention:
    """Return an event as it is compared with others, but for words and names if there are no ``named``."""
    text = record.report.text
    sentence = text[bound.start : bound.end]
    kind = kind_of(event, text[bound.start : event.start], text[event.end : bound.end])
    parties = [actors[i] for i in (*event.actor, *event.recipient) if i in actors]
    country = {a.id: known.get(ActorKey(record.id, a.id), a.country) for a in parties}
    states = frozenset(c for c in country.values() if c)
    bodies = frozenset(fold_word(a.name) for a in parties if a.type == "ORG" and not country[a.id])
    if len(states) + len(bodies) < 2 and not bodies:
        states |= states_in(sentence)
    first, last = day_number(event.earliest), day_number(event.latest)
    return Mention(
        key=EventKey(record.id, event.id),
        type=event.type,
        mode=event.mode,
        status=event.status,
        kind=kind,
        stage=stage_of(event, sentence, kind),
        states=states,
        bodies=bodies,
        by=frozenset(c for i in event.actor if (c := country.get(i))),
        persons=_persons(parties, country),
        first=first if last is not None else None,
        last=last if first is not None else None,
        known=day_number(record.day),
        place=_place(event.place, record),
        way=way_told_by(event.text),
        named=named or frozenset(),
        start=event.start,
        sentence=index,
        words={} if named is None else _words(sentence),
        nouns=frozenset() if named is None else _nouns(sentence),
        vector=record.vectors[index] if index < len(record.vectors) else (),
    )


def _named(record: Record) -> frozenset[str]:
    profile = profile_of(record)
    return frozenset({*profile.all_names, *profile.names})


def _persons(parties: Sequence[Actor], country: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    """Return the families of the parties by country; who merely speaks for others is none."""
    found: dict[str, set[str]] = {}
    for actor in parties:
        if actor.type == "PER" and actor.office not in _VOICES and actor.name.strip() and has_name(actor):
            found.setdefault(country[actor.id] or "", set()).add(family_of(actor))
    return {state: frozenset(names) for state, names in found.items()}


def _place(place: str | None, record: Record) -> str | None:
    """Return the key of a place that has a name and is smaller than a state, else None."""
    words = [w for w in WORD.findall(place or "") if w[:1].isupper()]
    if not place or not words or country_of_name(place) or country_of_name(words[-1]):
        return None
    known = any(p.geonames and words[-1] in p.name.split() for p in record.reading.places)
    return name_key(words[-1]) if known or looks_like_name(words[-1]) else None


@functools.lru_cache(maxsize=8192)
def way_told_by(words: str) -> Way | None:
    """Return whether words tell of a telephone call or of people in one place."""
    found = plain(words)
    told: list[Way] = [way for way, pattern in _ways() if pattern.search(found)]
    return told[0] if len(told) == 1 else None


@functools.cache
def load_ways() -> tuple[MeetingWay, ...]:
    """Return the entries of ways.yaml. Raises LexiconError where the list has a fault."""
    return load_entries("de/ways.yaml", MeetingWay)


@functools.cache
def _ways() -> tuple[tuple[Way, re.Pattern[str]], ...]:
    return tuple((entry.id, compile_words(entry.words)) for entry in load_ways())


@functools.lru_cache(maxsize=8192)
def states_in(text: str) -> frozenset[str]:
    """Return the states that words of a text name, also by capital or adjective.

    One that is only a place (``in Malaysia``) is left out.
    """
    found: set[str] = set()
    before = ""
    for match in _TOKEN.finditer(text):
        word = match.group()
        named = {m.country for m in state_names().meanings(word) if m.kind in ("name", "capital", "seat")}
        if named and before not in _WHERE:
            found |= named
        compound = country_of_compound(word)
        found.update({compound} if compound else countries_of_adjective(word))
        before = word.lower()
    return frozenset(found)


@functools.lru_cache(maxsize=8192)
def _words(sentence: str) -> dict[str, float]:
    weights = {stem: rarity(sentence[start:end]) for start, end, stem in find_stems(sentence)}
    return {stem: weight for stem, weight in weights.items() if weight > 0}


@functools.lru_cache(maxsize=8192)
def _nouns(sentence: str) -> frozenset[str]:
    return frozenset(stem for start, _, stem in find_stems(sentence) if sentence[start].isupper())
