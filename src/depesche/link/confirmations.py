"""Who confirms an event, who denies it, who reports it, and who is silent.

A party confirms by saying it: in a quotation, in its own outlet, as the source on whose word a report tells
it. It denies by rejecting it or by saying that there was none. What reports tell in their own voice is merely
reported.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from depesche.language.function_words import words_of
from depesche.language.lexicon import load_entries
from depesche.link.accounts import find_parties, settle_actors
from depesche.link.actors import ActorKey, Actors
from depesche.link.happenings import happenings_in
from depesche.link.matters import compile_words, has_stance, plain
from depesche.link.mentions import Mention, sentences_of, states_in
from depesche.link.order import by_day
from depesche.link.outlets import country_of_outlet
from depesche.link.records import Record
from depesche.link.utterances import Known, find_utterances, set_scene, side_of
from depesche.reading import Actor, Span


class Silence(msgspec.Struct, frozen=True):
    """An entry of silences.yaml."""

    id: str
    words: str
    yes: str
    no: str


class Testimony(msgspec.Struct, frozen=True, kw_only=True):
    """Words on an event: whose (a party, or the outlet of a report), who says them, where, when.

    ``words`` stand in the report at ``start`` to ``end``; all but ``party`` is None where a party is silent
    and no report says so.
    """

    party: str
    source: str | None = None
    words: str | None = None
    start: int | None = None
    end: int | None = None
    report: str | None = None
    date: str | None = None


class Confirmations(msgspec.Struct, frozen=True):
    """Who stands how to an event."""

    confirmed: tuple[Testimony, ...] = ()
    denied: tuple[Testimony, ...] = ()
    reported: tuple[Testimony, ...] = ()
    silent: tuple[Testimony, ...] = ()


@functools.cache
def load_silences() -> tuple[Silence, ...]:
    """Return the entries of silences.yaml. Raises LexiconError where the list has a fault."""
    return load_entries("de/silences.yaml", Silence)


def tells_silence(text: str) -> bool:
    """Whether a sentence says that somebody said nothing."""
    return any(pattern.search(plain(text)) for pattern in _silences())


@functools.cache
def _silences() -> tuple[re.Pattern[str], ...]:
    return tuple(compile_words(entry.words) for entry in load_silences())


def find_confirmations(
    records: Iterable[Record], mentions: Iterable[Mention], actors: Actors
) -> Confirmations:
    """Return who confirms, denies and reports one event in the world, and who of its parties is silent.

    ``records`` are the reports of its story, ``mentions`` those of the event; the order of neither matters.
    ``actors`` are those of the reports.
    """
    ordered = by_day(records)
    told: dict[str, list[Mention]] = {}
    for mention in sorted(mentions, key=lambda m: (m.key.report, m.start)):
        told.setdefault(mention.key.report, []).append(mention)
    known = settle_actors(actors)
    events = {r.id: [r.event(m.key.event) for m in told.get(r.id, ())] for r in ordered}
    parties = find_parties(ordered, events, known)
    every = [m for group in told.values() for m in group]
    kinds = frozenset(m.kind for m in every)
    spoken = list(_spoken(ordered, told, parties, known, kinds))
    denied = _first_of_each(t for t, denies in spoken if denies)
    confirmed = _first_of_each(t for t, denies in spoken if not denies)
    heard = {t.party for t in (*denied, *confirmed)}
    unheard = [p for p in parties if p not in heard]
    silences = list(_silences_in(ordered)) if unheard else []
    silent = tuple(_silent(silences, p) for p in unheard)
    return Confirmations(confirmed, denied, tuple(_reported(ordered, told, parties)), silent)


def _first_of_each(found: Iterable[Testimony]) -> tuple[Testimony, ...]:
    """Return of each party the first words of each speaker in each report, by party and day."""
    order = sorted(found, key=lambda t: -(t.start or 0))
    kept = {(t.party, t.source, t.report): t for t in order}
    return tuple(sorted(kept.values(), key=lambda t: (t.party, t.date or "~", t.report or "", t.start or 0)))


def _spoken(
    records: Sequence[Record],
    told: Mapping[str, Sequence[Mention]],
    parties: Sequence[str],
    known: Mapping[ActorKey, Known],
    kinds: frozenset[str],
) -> Iterator[tuple[Testimony, bool]]:
    """Yield what parties say of the event, each with whether it denies it."""
    for record in records:
        own = told.get(record.id, ())
        for mention in own:
            for party, source in _who_says(record, mention, known):
                if party in parties:
                    span = sentences_of(record)[mention.sentence]
                    denies = mention.type == "REJECT" or mention.status == "negated"
                    yield _testimony(record, party, source, span), denies
        yield from _utterances(record, own, parties, known, kinds)


def _who_says(
    record: Record, mention: Mention, known: Mapping[ActorKey, Known]
) -> Iterator[tuple[str, str | None]]:
    """Yield the parties on whose word a report tells an event: its source, its outlet, who rejects it."""
    event = record.event(mention.key.event)
    speaking = event.actor if event.type == "REJECT" else (event.source,)
    actors = {a.id: a for a in record.reading.actors}
    for actor in (actors[i] for i in speaking if i in actors):
        side = _side(record, actor, known)
        if side:
            yield side, actor.name
    outlet = country_of_outlet(record.report.source or "")
    if outlet and event.source is None:
        yield outlet, record.report.source


def _side(record: Record, actor: Actor, known: Mapping[ActorKey, Known]) -> str | None:
    country, sector = known.get(ActorKey(record.id, actor.id), (actor.country, actor.sector))
    return side_of(actor, country, sector)


def _utterances(
    record: Record,
    own: Sequence[Mention],
    parties: Sequence[str],
    known: Mapping[ActorKey, Known],
    kinds: frozenset[str],
) -> Iterator[tuple[Testimony, bool]]:
    events = [record.event(m.key.event) for m in own]
    if not events:
        return
    scene = set_scene(record, (e.id for e in events), events, tuple(parties), known)
    for utterance in find_utterances(scene):
        named = not kinds.isdisjoint(happenings_in(utterance.text))
        denies = named and (_is_negated(utterance.text) or has_stance("deny", utterance.frame))
        if not (utterance.tells or named):
            continue
        for party in (side for side in utterance.sides if side in parties):
            yield _testimony(record, party, utterance.speaker, utterance.spans[0]), denies


def _is_negated(text: str) -> bool:
    return any(word in words_of("neg") for word in plain(text).split()) or has_stance("deny", text)


def _reported(
    records: Sequence[Record], told: Mapping[str, Sequence[Mention]], parties: Sequence[str]
) -> Iterator[Testimony]:
    """Yield for each report that tells the event in its own voice the first sentence that does."""
    for record in records:
        outlet = record.report.source
        mine = [m for m in told.get(record.id, ()) if record.event(m.key.event).source is None]
        if mine and country_of_outlet(outlet or "") not in parties:
            span = sentences_of(record)[min(m.sentence for m in mine)]
            yield _testimony(record, outlet or record.id, outlet, span)


def _silences_in(records: Iterable[Record]) -> Iterator[tuple[Record, Span, frozenset[str]]]:
    """Yield the sentences that say that somebody said nothing, with the states that they name."""
    for record in records:
        text = record.report.text
        for span in sentences_of(record):
            sentence = text[span.start : span.end]
            if tells_silence(sentence):
                yield record, span, states_in(sentence)


def _silent(silences: Iterable[tuple[Record, Span, frozenset[str]]], party: str) -> Testimony:
    """Return that a party is silent, with the words of the first report that says so."""
    for record, span, states in silences:
        if party in states:
            return _testimony(record, party, record.report.source, span)
    return Testimony(party=party)


def _testimony(record: Record, party: str, source: str | None, span: Span) -> Testimony:
    return Testimony(
        party=party,
        source=source,
        words=record.report.text[span.start : span.end],
        start=span.start,
        end=span.end,
        report=record.id,
        date=record.day,
    )
