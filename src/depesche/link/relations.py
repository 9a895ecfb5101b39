"""What happens between two states over time, scored by PLOVER, and what is said of how they stand.

An event in the world counts once, however many reports tell it: ``clusters`` says which mentions are one
event. Two axes of time are kept apart: the day an event is true on (its own date) and the day it is known
on (the day the first report of it was published). ``known`` leaves out every report of a later day, so that
the line is the one that could be drawn then. Nothing depends on the order of the records.
"""

from __future__ import annotations

import datetime
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec

from depesche.language.ontology import event_score, load_types
from depesche.link.actors import ActorKey, country_of_actor, find_actors, settle_countries
from depesche.link.events import event_id
from depesche.link.order import by_day, read_day
from depesche.link.records import EventKey, Record
from depesche.reading import Event, RelationKind, Standing, Statement, Status, Time

Unit = Literal["day", "week", "month"]
Pair = tuple[str, str]
Countries = Mapping[ActorKey, str | None]

# Who acts for a state: its organs. What firms, parties, media or citizens do is not its deed, though it may
# be done to them.
OFFICIAL = frozenset({"GOV", "MIL", "SPY", "COP", "JUD", "LEG", "PRM", None})
# Deeds that those who do them do with each other, even where the report gives one as the recipient.
MUTUAL = frozenset({"AGREE", "CONSULT", "COOPERATE"})
_HELD: frozenset[Status] = frozenset({"actual", "historical"})


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the world on the line of a pair of states.

    ``earliest`` and ``latest`` enclose its day, ``date`` is as precise as the reports are; ``known`` is the
    day of publication of the first report of it. ``quad`` is PLOVER's quadrant, 1 to 4, ``score`` from -10
    to 10. ``held`` says that a report gives it as happened, ``claimed`` that all do so on somebody's word.
    ``reversed`` says that it was done by the second state to the first; of a mutual deed it is False.
    """

    event: str
    type: str
    mode: str | None
    quad: int
    score: float
    status: Status
    held: bool
    claimed: bool
    reversed: bool
    date: str | None
    earliest: str | None
    latest: str | None
    known: str | None
    place: str | None
    mentions: tuple[EventKey, ...]


class Telling(NamedTuple):
    """A mention of an event in the world, with the day of its report.

    ``naming`` says that it names two states at all, ``forward`` and ``backward`` that it is what the first of
    a pair did to the second, or the second to the first.
    """

    world: str
    key: EventKey
    day: str | None
    event: Event
    naming: bool
    forward: bool
    backward: bool


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of how the two stand: a statement of its reading, with its day and its words.

    ``speaker`` is the name of the actor on whose word it rests, None where the report says it itself;
    ``speaker_country`` is theirs. ``reports`` are all that print the same words, the first first.
    """

    kind: RelationKind
    mode: str | None
    status: Standing
    text: str
    since: Time | None
    until: Time | None
    speaker: str | None
    known: str | None
    reports: tuple[str, ...]
    start: int
    end: int
    speaker_country: str | None = None


class Sum(msgspec.Struct, frozen=True):
    """How many events of one kind there were, and the sum of their scores."""

    events: int = 0
    score: float = 0.0


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A day (``2025-07-10``), week (``2025-W28``) or month (``2025-07``) of a line.

    ``start`` is its first day. The four sums are PLOVER's quadrants: verbal and material, cooperation and
    conflict, apart; ``score`` is the sum over all of them, ``events`` their ids.
    """

    period: str
    start: str
    verbal_cooperation: Sum
    material_cooperation: Sum
    verbal_conflict: Sum
    material_conflict: Sum
    score: float
    events: tuple[str, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """All that is told of a pair of states, in the order of the days; what has no day comes last."""

    pair: Pair
    deeds: tuple[Deed, ...] = ()
    said: tuple[Said, ...] = ()


def pair_of(one: str, other: str) -> Pair:
    """Return two countries as a pair, in the order of their codes: a pair has no direction."""
    return (one, other) if one <= other else (other, one)


def pairs_of(record: Record, event: Event, countries: Countries | None = None) -> frozenset[Pair]:
    """Return the ordered pairs of states (who did it, to whom) that an event of a report is between.

    Those who meet or agree stand to each other both ways. An event of a state with itself is in no pair.
    ``countries`` are those of actors by all reports, which go before what this one tells.
    """
    actors = _countries(record, event.actor, countries or {}, official=True)
    recipients = _countries(record, event.recipient, countries or {}, official=event.type in MUTUAL)
    pairs = set(itertools.product(actors, recipients))
    if event.type in MUTUAL:
        pairs |= {(b, a) for a, b in pairs}
    # Where nobody is the recipient, those who act together act on each other: they shoot at each other.
    if not recipients or event.type in MUTUAL:
        pairs |= set(itertools.permutations(actors, 2))
    return frozenset((a, b) for a, b in pairs if a != b)


def candidate_keys(record: Record) -> frozenset[str]:
    """Return the keys under which an index finds the records of a line: ``d:RUS-USA`` for each pair."""
    told = {pair_of(a, b) for event in record.reading.events for a, b in pairs_of(record, event)}
    said = {pair for statement in record.reading.relations for pair in _pairs_said(record, statement)}
    return frozenset(line_key(a, b) for a, b in told | said)


def line_key(one: str, other: str) -> str:
    """Return the key under which the records of a pair of states are found, in either order."""
    return "d:" + "-".join(pair_of(one, other))


def draw_line(
    records: Iterable[Record],
    clusters: Mapping[EventKey, str],
    pair: Pair,
    *,
    first: str | None = None,
    last: str | None = None,
    known: str | None = None,
) -> Line:
    """Return the line of a pair of states, in either order, drawn from the records.

    ``clusters`` maps mentions to events in the world; a mention that it lacks is an event of its own.
    ``first`` and ``last`` are days (YYYY-MM-DD) between which an event or statement must lie, as true;
    ``known`` is the day from which the line is seen: reports of later days and without a day are not known.
    Countries of people are those that the reports together give them.
    """
    seen = _known(records, known)
    countries = settle_countries(find_actors(seen))
    return narrow_line(join_line(seen, _tell(seen, clusters, countries, pair), pair), first, last)


def join_line(records: Iterable[Record], tellings: Iterable[Telling], pair: Pair) -> Line:
    """Return the line of a pair of states of what reports tell happened, and of the statements in records.

    Both are in the order of their days.
    """
    deeds = sorted(
        _fold_all(tellings), key=lambda d: (d.earliest or "~", d.latest or "~", d.known or "~", d.event)
    )
    said = sorted(
        _said(records, pair_of(*pair)), key=lambda s: (s.known or "~", s.reports[0], s.start, s.end, s.kind)
    )
    return Line(pair=pair, deeds=tuple(deeds), said=tuple(said))


def narrow_line(line: Line, first: str | None, last: str | None) -> Line:
    """Return of a line what may lie between two days (YYYY-MM-DD), as true; None is no bound."""
    return Line(
        pair=line.pair,
        deeds=tuple(d for d in line.deeds if _within(d, first, last)),
        said=tuple(s for s in line.said if _said_within(s, first, last)),
    )


def list_pairs(records: Iterable[Record], known: str | None = None) -> tuple[tuple[Pair, int], ...]:
    """Return the pairs that the records tell of, each with the number of mentions, the most told first."""
    counts: Counter[Pair] = Counter()
    for record in _known(records, known):
        for event in record.reading.events:
            counts.update({pair_of(a, b) for a, b in pairs_of(record, event)})
        for statement in record.reading.relations:
            counts.update(_pairs_said(record, statement))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def sum_periods(line: Line, unit: Unit, *, claimed: bool = True, undated: bool = True) -> tuple[Period, ...]:
    """Return the periods in which something happened, in their order, with the sums of the scores.

    Only what happened counts, and only where the days that enclose it lie in one period: a meeting ``in
    February`` is in the line of months and in none of days. ``claimed`` counts what rests on a word alone,
    ``undated`` what happens by the report without a day, on the day it was known: most of what is said.
    """
    groups: dict[str, list[Deed]] = {}
    for deed in line.deeds:
        name = _period_of(deed, unit)
        if deed.held and name and (claimed or not deed.claimed) and (undated or deed.earliest):
            groups.setdefault(name, []).append(deed)
    return tuple(_sum_period(name, groups[name], unit) for name in sorted(groups))


def standing_on(line: Line, day: str) -> tuple[Said, ...]:
    """Return what holds between the two on a day, by what is said: for each kind the last word before it.

    A statement is true from the day it says it holds since, or from the day it is known, to the day it says
    it holds until. What a later word of the same kind and mode ended or denied is gone.
    """
    latest: dict[tuple[str, str | None], Said] = {}
    for said in line.said:
        start = _begin(said)
        if start is None or start > day or said.status == "wished":
            continue
        kept = latest.get((said.kind, said.mode))
        if kept is None or (start, said.known or "") >= (_begin(kept) or "", kept.known or ""):
            latest[said.kind, said.mode] = said
    holding = [s for s in latest.values() if s.status == "holds" and not _over(s, day)]
    return tuple(sorted(holding, key=lambda s: (s.kind, s.mode or "", s.reports[0])))


def _known(records: Iterable[Record], known: str | None) -> list[Record]:
    return by_day(r for r in records if known is None or (r.day is not None and r.day <= known))


def _countries(
    record: Record, ids: Iterable[str], countries: Countries, *, official: bool
) -> tuple[str, ...]:
    actors = {actor.id: actor for actor in record.reading.actors}
    acting = (actors[i] for i in ids if i in actors and (not official or actors[i].sector in OFFICIAL))
    found = {countries.get(ActorKey(record.id, actor.id)) or country_of_actor(actor) for actor in acting}
    return tuple(sorted(country for country in found if country))


def _tell(
    records: Iterable[Record], clusters: Mapping[EventKey, str], countries: Countries, pair: Pair
) -> Iterable[Telling]:
    one, other = pair
    for record in records:
        for event in record.reading.events:
            key = EventKey(record.id, event.id)
            pairs = pairs_of(record, event, countries)
            there, back = one != other and (one, other) in pairs, one != other and (other, one) in pairs
            world = clusters.get(key) or event_id([key])
            yield Telling(world, key, record.day, event, bool(pairs), there, back)


def _fold_all(tellings: Iterable[Telling]) -> Iterable[Deed]:
    """Yield the events in the world that lie between two states.

    Mentions of an event that name states at all must agree by half that these two are in it: one misread
    copy makes no event between two others.
    """
    worlds: dict[str, list[Telling]] = {}
    for one in tellings:
        worlds.setdefault(one.world, []).append(one)
    for world, mentions in worlds.items():
        naming, forward, backward = (
            sum(getattr(m, name) for m in mentions) for name in ("naming", "forward", "backward")
        )
        if max(forward, backward) * 2 >= max(naming, 1) and (
            deed := _fold(world, mentions, backward > forward)
        ):
            yield deed


def _fold(world: str, tellings: list[Telling], backward: bool) -> Deed | None:
    """Return one event in the world out of its mentions, which are in the order of their days."""
    mentions = [(told.key, told.event) for told in tellings]
    type_ = commonest([event.type for _, event in mentions])
    known_type = load_types().get(type_ or "")
    if type_ is None or known_type is None:
        return None
    alike = [event for _, event in mentions if event.type == type_]
    mode = commonest([event.mode for event in alike])
    held = any(event.status in _HELD for _, event in mentions)
    status = _status([event for _, event in mentions])
    dated = _narrowest([event for _, event in mentions])
    days = [told.day for told in tellings if told.day]
    return Deed(
        event=world,
        type=type_,
        mode=mode,
        quad=known_type.quad,
        score=event_score(type_, mode) or 0.0,
        status=status,
        held=held,
        claimed=all(event.source is not None for _, event in mentions),
        reversed=backward,
        date=dated.date if dated else None,
        earliest=dated.earliest if dated else None,
        latest=dated.latest if dated else None,
        known=min(days, default=None),
        place=commonest([event.place for _, event in mentions]),
        mentions=tuple(key for key, _ in mentions),
    )


def _status(events: list[Event]) -> Status:
    """Return how the event stands: happened if anybody says so, else as the last report of it has it."""
    given = {event.status for event in events}
    for status in ("actual", "historical"):
        if status in given:
            return status
    return events[-1].status


def commonest(values: Iterable[str | None]) -> str | None:
    """Return the value that most have, of several the first; None only if all are."""
    told = [value for value in values if value is not None]
    if len(told) < 2:
        return told[0] if told else None
    return Counter(told).most_common(1)[0][0]


def _narrowest(events: list[Event]) -> Event | None:
    """Return the event with the most precise date; of equally precise ones, with the date most give."""
    dated = [e for e in events if e.earliest and e.latest]
    if len(dated) < 2:
        return dated[0] if dated else None
    counts = Counter((e.earliest, e.latest) for e in dated)
    return min(dated, key=lambda e: (_width(e), -counts[e.earliest, e.latest], e.earliest or ""))


def _width(event: Event) -> int:
    start, end = read_day(event.earliest), read_day(event.latest)
    return (end - start).days if start and end else 10**6


def _within(deed: Deed, first: str | None, last: str | None) -> bool:
    """Whether the deed may lie between two days; one without a day lies there only if none is asked."""
    if first is None and last is None:
        return True
    start, end = _true_days(deed)
    if start is None or end is None:
        return False
    return (first is None or end >= first) and (last is None or start <= last)


def _true_days(deed: Deed) -> tuple[str | None, str | None]:
    """Return the days that enclose a deed.

    Of one that happens, by the report, and has no day, it is the day it was known: news tells what is new.
    Of what is history, to come or not certain, no day can be told.
    """
    if deed.earliest and deed.latest:
        return deed.earliest, deed.latest
    return (deed.known, deed.known) if deed.status == "actual" else (None, None)


def _period_of(deed: Deed, unit: Unit) -> str | None:
    start, end = (read_day(text) for text in _true_days(deed))
    if start is None or end is None:
        return None
    name = _name(start, unit)
    return name if name == _name(end, unit) else None


def _name(day: datetime.date, unit: Unit) -> str:
    if unit == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return day.isoformat() if unit == "day" else day.isoformat()[:7]


def _sum_period(name: str, deeds: list[Deed], unit: Unit) -> Period:
    quads = {quad: [d.score for d in deeds if d.quad == quad] for quad in (1, 2, 3, 4)}
    sums = {quad: Sum(len(scores), round(float(sum(scores)), 6)) for quad, scores in quads.items()}
    return Period(
        period=name,
        start=_first_day(name, unit),
        verbal_cooperation=sums[1],
        material_cooperation=sums[2],
        verbal_conflict=sums[3],
        material_conflict=sums[4],
        score=round(sum(d.score for d in deeds), 6),
        events=tuple(d.event for d in deeds),
    )


def _first_day(name: str, unit: Unit) -> str:
    if unit == "week":
        return datetime.date.fromisocalendar(int(name[:4]), int(name[6:]), 1).isoformat()
    return name if unit == "day" else f"{name}-01"


def _pairs_said(record: Record, statement: Statement) -> frozenset[Pair]:
    """Return the pairs of states a statement is on: of one that is not mutual, those with the first."""
    actors = {actor.id: actor.country for actor in record.reading.actors}
    countries = [country for party in statement.parties if (country := actors.get(party))]
    firsts = countries if statement.mutual else countries[:1]
    return frozenset(pair_of(a, b) for a in firsts for b in countries if a != b)


def _said(records: Iterable[Record], pair: Pair) -> Iterable[Said]:
    """Yield the statements on a pair; the same words in several reports are one."""
    groups: dict[tuple[object, ...], list[tuple[Record, Statement]]] = {}
    for record in records:
        for statement in record.reading.relations:
            if pair in _pairs_said(record, statement):
                words = plain_words(statement.text)
                group = (statement.kind, statement.mode, statement.status, words)
                groups.setdefault(group, []).append((record, statement))
    for found in groups.values():
        record, statement = found[0]
        speaker = next((a for a in record.reading.actors if a.id == statement.source), None)
        yield Said(
            kind=statement.kind,
            mode=statement.mode,
            status=statement.status,
            text=statement.text,
            since=statement.since,
            until=statement.until,
            speaker=speaker.name if speaker else None,
            known=record.day,
            reports=tuple(dict.fromkeys(r.id for r, _ in found)),
            start=statement.start,
            end=statement.end,
            speaker_country=country_of_actor(speaker) if speaker else None,
        )


def plain_words(text: str) -> str:
    """Return the words of a text in lower case with one space between them, without signs.

    >>> plain_words("Die „engen“  Beziehungen!")
    'die engen beziehungen'
    """
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def _begin(said: Said) -> str | None:
    return (said.since.earliest if said.since else None) or said.known


def _over(said: Said, day: str) -> bool:
    return bool(said.until and said.until.latest and said.until.latest < day)


def _said_within(said: Said, first: str | None, last: str | None) -> bool:
    if first is None and last is None:
        return True
    start = _begin(said)
    if start is None:
        return False
    return (last is None or start <= last) and not (first is not None and _over(said, first))
