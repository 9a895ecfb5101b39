"""What many reports tell together, asked in few questions: for pages that must not load whole readings.

Reports are found by the keys under which linking wrote them (``link_keys``): those on an actor, those on a
pair of states. What stands in them comes back in parts, as it was read; what it means is decided elsewhere.
"""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import ColumnElement, Select

from depesche.archive import tables
from depesche.archive.happened import Pair, Period, Spot, Tie, list_happened, list_spots, list_ties
from depesche.archive.lines import Told, list_alone, list_mentions, list_stated, list_told, plain
from depesche.archive.load import rows_of_all
from depesche.archive.portions import portions
from depesche.archive.query import pick_events, pick_quotations
from depesche.archive.rows import EventRow, QuotationRow
from depesche.archive.structs import fill
from depesche.archive.tellings import Telling, list_credits, list_tellings
from depesche.reading import Actor, Event, Mention, Reading, Statement, Time

# What of an actor stands in its row.
_ACTOR = tuple(name for name in Actor.__struct_fields__ if name != "mentions")
# Of these, those that hold words of reports.
_WORDS = frozenset({"name", "role"})
# By the rest of a division by this prime one report is told from others in a sum.
_SPREAD = 1009
# Of a person's mentions so many are looked at for their country.
_MENTIONS = 20

reports, actors, events, voices = tables.reports, tables.actors, tables.events, tables.voices
parties = tables.event_actors


class Form(NamedTuple):
    """How reports name an actor: all of the same name, type, country and office."""

    name: str
    type: str
    country: str | None
    office: str | None


class Scent(NamedTuple):
    """By what an actor is found: by keys of its name, and by those of offices where these are named alone.

    With ``forms``, by these in the reports under the keys, where linking keeps no faces. ``within``: only
    in these reports, by their numbers: a name has keys that others share.
    """

    keys: frozenset[str]
    offices: frozenset[str] = frozenset()
    forms: tuple[Form, ...] | None = None
    within: frozenset[int] | None = None


class Printed(NamedTuple):
    """Where something stands: a report by its id, with its day and outlet."""

    report: str
    day: str | None
    outlet: str | None


class Face(NamedTuple):
    """What the mentions of an actor tell: its country, whether it has a name, and how many they are."""

    told: str | None
    named: bool
    mentions: int


class Shown(NamedTuple):
    """An actor as one report shows it, by the report's number; ``face`` if its mentions are left out."""

    number: int
    printed: Printed
    actor: Actor
    face: Face | None = None


class Saying(NamedTuple):
    """A quotation: ``number`` is that of the report, ``actor`` who speaks, by the id in the reading."""

    number: int
    position: int
    actor: str
    text: str


class Dealing(NamedTuple):
    """Somebody's part in an event of the report ``number``: ``side`` is theirs, ``position`` the event's.

    ``world_report`` and ``world_event`` name the event in the world.
    """

    number: int
    event: str
    position: int
    actor: str
    side: str
    type: str
    status: str
    earliest: str | None
    world_report: int
    world_event: str


class Companion(NamedTuple):
    """Who takes part in an event of the report ``number`` on a side."""

    number: int
    event: str
    side: str
    actor: Actor


class Survey:
    """What many reports tell together, read in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stamp(self) -> str:
        """Return a digest of what the archive holds: it changes with all that is added, linked, decided."""
        linked, told, world = tables.linked.c, tables.readings.c, tables.world_events.c
        questions: tuple[sa.Select[*tuple[Any, ...]], ...] = (
            sa.select(sa.func.max(told.turn)),
            sa.select(linked.linker, sa.func.count(), sa.func.sum(linked.report)).group_by(linked.linker),
            sa.select(sa.func.count(), sa.func.sum(world.world_report)),
            sa.select(sa.func.max(tables.judgements.c.number)),
        )
        rows = [[tuple(row) for row in self._connection.execute(query)] for query in questions]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    def stamp_of(self, keys: Iterable[str]) -> str:
        """Return a digest of what the archive holds of the reports in which somebody is found under keys.

        It changes with all that is added, linked and decided there, and with decisions on who is who. Where
        linking does not keep all faces yet, it says nothing.
        """
        face, told, world, judged = (
            tables.faces.c,
            tables.readings.c,
            tables.world_events.c,
            tables.judgements.c,
        )
        mine = sa.select(face.report).where(face.key.in_(sorted(set(keys))))
        linked = tables.linked.c
        # Also if two events change places.
        places = world.world_report * (world.report % _SPREAD + 1)
        on_people = judged.verdict.in_(("same_actor", "other_actor", "withdrawn"))
        # Decisions are few beside reports, so it is asked for each of them.
        on_mine = sa.exists().where(reports.c.id == judged.subject_report, reports.c.number.in_(mine))
        # Whom a decision is about is told by the readings of the reports that it names.
        named = sa.union(
            *(sa.select(end).where(on_people) for end in (judged.subject_report, judged.object_report))
        )
        of_people = sa.select(reports.c.number).where(reports.c.id.in_(named))
        questions: tuple[sa.Select[*tuple[Any, ...]], ...] = (
            sa.select(told.reader, sa.func.count(), sa.func.sum(told.report))
            .where(told.report.in_(mine))
            .group_by(told.reader)
            .order_by(told.reader),
            sa.select(linked.linker, sa.func.count())
            .where(linked.report.in_(mine))
            .group_by(linked.linker)
            .order_by(linked.linker),
            sa.select(sa.func.count(), sa.func.sum(places)).where(world.report.in_(mine)),
            sa.select(sa.func.count(), sa.func.max(judged.number)).where(on_people),
            sa.select(told.reader, sa.func.count())
            .where(told.report.in_(of_people))
            .group_by(told.reader)
            .order_by(told.reader),
            sa.select(sa.func.count(), sa.func.max(judged.number)).where(on_mine),
        )
        rows = [[tuple(map(str, row)) for row in self._connection.execute(query)] for query in questions]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    def forms(self, keys: Iterable[str]) -> list[Form]:
        """Return how actors are named in the reports under keys, each form once; no groups."""
        columns = (actors.c.name, actors.c.type, actors.c.country, actors.c.office)
        query = sa.select(*columns).where(actors.c.report.in_(_under(keys)), actors.c.type != "GROUP")
        return [Form(*row) for row in self._connection.execute(query.distinct())]

    def show(self, keys: Iterable[str], forms: Iterable[Form]) -> list[Shown]:
        """Return the actors of these forms in the reports under keys, with all their mentions."""
        wanted = set(forms)
        chosen = _of_forms(keys, wanted)
        query = sa.select(
            actors, reports.c.id.label("report_id"), reports.c.day, reports.c.source.label("outlet")
        )
        rows = [
            row
            for row in self._connection.execute(query.join(reports, _at(actors)).where(*chosen))
            if Form(row.name, row.type, row.country, row.office) in wanted
        ]
        table = tables.mentions.c
        named = sa.select(tables.mentions).join(
            actors, sa.and_(table.report == actors.c.report, table.actor == actors.c.id)
        )
        mentions = _group(self._connection.execute(named.where(*chosen).order_by(table.position)), "actor")
        return [
            Shown(
                row.report,
                Printed(row.report_id, row.day, row.outlet),
                _actor(row, mentions[row.report, row.id]),
            )
            for row in rows
        ]

    def faces(self, keys: Iterable[str]) -> list[Shown]:
        """Return the actors of reports under keys, without their mentions, but with what these tell.

        Who is found under several keys comes several times.
        """
        face = tables.faces
        query = (
            sa.select(
                reports.c.number,
                *map(plain, (reports.c.id, reports.c.day, reports.c.source, face.c.told)),
                *(face.c.named, face.c.mentions),
                *_columns(actors),
            )
            .join_from(face, actors, sa.and_(face.c.report == actors.c.report, face.c.actor == actors.c.id))
            .join(reports, _at(actors))
            .where(face.c.key.in_(sorted(set(keys))))
        )
        actor, name, seen = _make_actors(), functools.cache(_unescape), functools.cache(Face)
        return [
            Shown(number, Printed(report, day, name(outlet)), actor(*form), seen(told, named, mentions))
            for number, report, day, outlet, told, named, mentions, *form in self._connection.execute(query)
        ]

    def sayings(self, scent: Scent) -> list[Saying]:
        """Return what those say who are found."""
        told, own = tables.quotations, _own(scent)
        query = (
            sa.select(told.c.report, told.c.position, plain(own.c.actor), told.c.text)
            .join_from(own, voices, _of_own(voices, own))
            .join(told, sa.and_(told.c.report == voices.c.report, told.c.position == voices.c.quotation))
            .where(voices.c.side == "speaker")
        )
        return [Saying(*row) for row in self._connection.execute(query)]

    def matters(self, scent: Scent) -> dict[tuple[int, int], tuple[str, ...]]:
        """Return on which matters is what those say who are found, by the report's number and the place."""
        table, own = tables.quotation_matters, _own(scent)
        query = (
            sa.select(table.c.report, table.c.quotation, plain(table.c.matter))
            .join_from(own, voices, _of_own(voices, own))
            .join(table, sa.and_(table.c.report == voices.c.report, table.c.quotation == voices.c.quotation))
            .where(voices.c.side == "speaker")
        )
        found: dict[tuple[int, int], set[str]] = {}
        for number, position, matter in self._connection.execute(query):
            found.setdefault((number, position), set()).add(matter)
        return {key: tuple(sorted(matters)) for key, matters in found.items()}

    def dealings(self, scent: Scent) -> list[Dealing]:
        """Return in what those take part who are found."""
        world, own = tables.world_events.c, _own(scent)
        query = (
            sa.select(
                events.c.report,
                plain(events.c.id),
                events.c.position,
                *map(plain, (own.c.actor, parties.c.side)),
                *(plain(events.c[name]) for name in ("type", "status", "earliest")),
                sa.func.coalesce(world.world_report, events.c.report),
                plain(sa.func.coalesce(world.world_event, events.c.id)),
            )
            .join_from(own, parties, _of_own(parties, own))
            .join(events, sa.and_(events.c.report == parties.c.report, events.c.id == parties.c.event))
            .join(
                tables.world_events,
                sa.and_(world.report == events.c.report, world.event == events.c.id),
                isouter=True,
            )
        )
        return list(starmap(Dealing, self._connection.execute(query)))

    def companions(self, scent: Scent, types: Iterable[str] | None = None) -> list[Companion]:
        """Return who else takes part in the events of ``dealings``, once for each who is found there.

        Their mentions are left out, and so are groups. ``types``: only in events of these types.
        """
        other, party, own = actors.alias(), parties.alias(), _own(scent)
        of_types = [events.c.type.in_(sorted(types))] if types is not None else []
        # "distinct" makes SQLite choose the events first, and not look at all that these reports tell.
        chosen = (
            sa.select(parties.c.report, parties.c.event, parties.c.actor)
            .join_from(own, parties, _of_own(parties, own))
            .join(events, sa.and_(events.c.report == parties.c.report, events.c.id == parties.c.event))
            .where(*of_types)
            .distinct()
            .subquery()
        )
        query = (
            sa.select(party.c.report, *map(plain, (party.c.event, party.c.side)), *_columns(other))
            .join_from(
                chosen, party, sa.and_(party.c.report == chosen.c.report, party.c.event == chosen.c.event)
            )
            .join(other, sa.and_(other.c.report == party.c.report, other.c.id == party.c.actor))
            .where(party.c.actor != chosen.c.actor, other.c.type != "GROUP")
        )
        make = _make_actors()
        return [
            Companion(number, event, side, make(*rest))
            for number, event, side, *rest in self._connection.execute(query)
        ]

    def named_in(self, ids: Iterable[str]) -> list[Reading]:
        """Return of the reports with these ids which actors they name where, and no more."""
        ids_of: dict[int, str] = {}
        for some in portions(sorted(set(ids))):
            chosen = sa.select(reports.c.number, reports.c.id).where(reports.c.id.in_(some))
            ids_of.update((row.number, row.id) for row in self._connection.execute(chosen))
        mentions = _group(rows_of_all(self._connection, tables.mentions, ids_of), "actor")
        people = _group(rows_of_all(self._connection, actors, ids_of))
        return [
            Reading(id=id_, actors=tuple(_actor(row, mentions[number, row.id]) for row in people[number,]))
            for number, id_ in ids_of.items()
        ]

    def brief_readings(self, keys: Iterable[str]) -> list[tuple[int, str | None, Reading]]:
        """Return of the reports under keys what they tell of states: number, day, and a part of the reading.

        It has the events and the statements on relations, with the actors who are parties of them.
        """
        chosen = _under(keys)

        def rows(table: sa.Table) -> Iterator[Row[Any]]:
            order = [table.c[name] for name in ("report", "position") if name in table.c]
            query = sa.select(table).where(table.c.report.in_(chosen)).order_by(*order)
            return iter(self._connection.execute(query))

        sides = _group(rows(parties), "event", "side")
        said_by = _group(rows(tables.relation_parties), "relation")
        times = {(row.report, row.relation, row.side): row for row in rows(tables.relation_times)}
        told = _group(rows(events))
        said = _group(rows(tables.relations))
        parts = {
            (key[0], row.actor) for group in (sides, said_by) for key, some in group.items() for row in some
        }
        parts |= {(row.report, row.source) for some in (*told.values(), *said.values()) for row in some}
        mentions = _group(self._mentions_of_people(chosen), "actor")
        taking_part = _group(row for row in rows(actors) if (row.report, row.id) in parts)
        heads = sa.select(tables.readings, reports.c.id, reports.c.day).join(reports)
        found = []
        for head in self._connection.execute(heads.where(tables.readings.c.report.in_(chosen))):
            number = head.report
            reading = Reading(
                version=head.version,
                id=head.id,
                title=head.title,
                published=head.published,
                source=head.source,
                language=head.language,
                actors=tuple(_actor(row, mentions[number, row.id]) for row in taking_part[(number,)]),
                events=tuple(
                    fill(
                        Event,
                        row,
                        context=(),
                        actor=tuple(p.actor for p in sides[number, row.id, "actor"]),
                        recipient=tuple(p.actor for p in sides[number, row.id, "recipient"]),
                    )
                    for row in told[(number,)]
                ),
                relations=tuple(
                    fill(
                        Statement,
                        row,
                        parties=tuple(p.actor for p in said_by[number, row.id]),
                        since=_time(times.get((number, row.id, "since"))),
                        until=_time(times.get((number, row.id, "until"))),
                    )
                    for row in said[(number,)]
                ),
                reader=head.reader,
            )
            found.append((number, head.day, reading))
        return found

    def told(self, pair: Pair, known: str | None) -> list[Told]:
        """Return the mentions of what happened between two states (see lines.py)."""
        return list_told(self._connection, *pair, known)

    def mentions(self, names: Iterable[tuple[int, str]], pair: Pair, known: str | None) -> list[Told]:
        """Return the mentions of some events in the world (see lines.py)."""
        return list_mentions(self._connection, names, *pair, known)

    def alone(self, keys: Iterable[tuple[int, str]], known: str | None) -> list[Told]:
        """Return events of reports that nobody has compared with others yet (see lines.py)."""
        return list_alone(self._connection, keys, known)

    def stated(self, key: str, known: str | None) -> list[tuple[str | None, Reading]]:
        """Return the statements on relations in the reports under a key (see lines.py)."""
        return list_stated(self._connection, key, known)

    def _mentions_of_people(self, chosen: Select[Any]) -> Iterator[Row[Any]]:
        table = tables.mentions
        query = (
            sa.select(table)
            .join(actors, _of_actor(table))
            .where(table.c.report.in_(chosen), table.c.position < _MENTIONS, actors.c.type == "PER")
            .order_by(table.c.position)
        )
        return iter(self._connection.execute(query))

    def event_rows(self, keys: Sequence[tuple[str, str]]) -> list[EventRow]:
        """Return events by report and id, in the order of the keys; those that are not there are left out."""
        return pick_events(self._connection, keys)

    def quotation_rows(self, keys: Sequence[tuple[str, int]]) -> list[QuotationRow]:
        """Return quotations by report and number, in the order of the keys, of those that are there."""
        return pick_quotations(self._connection, keys)

    def tellings(self, rows: Sequence[EventRow]) -> list[Telling]:
        """Return who tells each of these events, and what surrounds it (see tellings.py)."""
        return list_tellings(self._connection, rows)

    def credits(self, reports: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the credits of reports, by their ids."""
        return list_credits(self._connection, reports)

    def pairs(self, limit: int, offset: int = 0, of: str | None = None) -> list[tuple[str, str, int]]:
        """Return pairs of states with the number of reports that tell of both, the most told first.

        ``of``: only those of this state.
        """
        key, many = tables.link_keys.c.key, sa.func.count()
        # What begins with "d:" and nothing else, by the index.
        chosen = [key >= "d:", key < "d;"]
        if of is not None:
            chosen.append(sa.or_(sa.func.substr(key, 3, 3) == of, sa.func.substr(key, 7, 3) == of))
        query = sa.select(key, many).where(*chosen).group_by(key).order_by(many.desc(), key)
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return [(row[0][2:5], row[0][6:9], row[1]) for row in rows]

    def sayings_of(
        self, keys: Iterable[str], country: str, first: str | None, last: str | None, limit: int
    ) -> list[tuple[str, int]]:
        """Return what people of a state say in the reports under keys that were published between two days.

        The latest first, by report and number; see ``quotation_rows``.
        """
        day = reports.c.day
        within = [*([day >= first] if first else []), *([day <= last] if last else [])]
        query = (
            sa.select(reports.c.id, voices.c.quotation)
            .join_from(voices, actors, sa.and_(_of_actor(voices), voices.c.side == "speaker"))
            .join(reports, _at(actors))
            .where(actors.c.report.in_(_under(keys)), actors.c.country == country, *within)
            .order_by(day.desc().nulls_last(), reports.c.id, voices.c.quotation)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def last_day(self) -> str | None:
        """Return the day of the latest report."""
        return self._connection.execute(sa.select(sa.func.max(reports.c.day))).scalar()

    def ties(self, period: Period) -> list[Tie]:
        """Return who did what to whom in a period (see happened.py)."""
        return list_ties(self._connection, period)

    def spots(self, period: Period) -> list[Spot]:
        """Return at which places something happened in a period (see happened.py)."""
        return list_spots(self._connection, period)

    def happened(
        self,
        period: Period,
        limit: int,
        offset: int = 0,
        *,
        place: str | None = None,
        pair: Pair | None = None,
    ) -> list[tuple[str, str]]:
        """Return the events in the world of a period, the latest first, by the mention that names each.

        Only those at a place on the map, or between two nodes of ``ties``, if one of these is asked for.
        """
        return list_happened(self._connection, period, limit, offset, place=place, pair=pair)


def _under(keys: Iterable[str]) -> Select[Any]:
    """Return the question for the reports that are found under any of the keys."""
    table = tables.link_keys.c
    return sa.select(table.report).where(table.key.in_(sorted(set(keys))))


def _of_forms(keys: Iterable[str], forms: Iterable[Form]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an actor stands in a report under the keys and has the name of a form."""
    names = sorted({form.name for form in forms})
    return (actors.c.report.in_(_under(keys)), actors.c.name.in_(names))


def _own(scent: Scent) -> sa.Subquery:
    """Return the actors (report and actor) that are found."""
    face = tables.faces.c
    column = face.report if scent.forms is None else actors.c.report
    within = [] if scent.within is None else [column.in_(sorted(scent.within))]
    if scent.forms is not None:
        of_forms = _of_forms(scent.keys | scent.offices, scent.forms)
        return sa.select(actors.c.report, actors.c.id.label("actor")).where(*of_forms, *within).subquery()
    by_name = sa.select(face.report, face.actor).where(face.key.in_(sorted(scent.keys)), *within)
    alone = sa.select(face.report, face.actor).where(
        face.key.in_(sorted(scent.offices)), face.named.is_(sa.false()), *within
    )
    # Under one key each stands once; to look for what stands twice would take longer than all else.
    own = by_name.distinct() if len(scent.keys) > 1 else by_name
    return (sa.union(by_name, alone) if scent.offices else own).subquery()


def _of_own(findings: sa.Table, own: sa.Subquery) -> ColumnElement[bool]:
    return sa.and_(findings.c.report == own.c.report, findings.c.actor == own.c.actor)


def _columns(table: sa.FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of which an actor without its mentions is made, in the order of ``_ACTOR``."""
    return [plain(table.c[name]) for name in _ACTOR]


def _make_actors() -> Callable[..., Actor]:
    """Return what makes actors of the values of ``_columns``: what reports show alike is one."""

    @functools.cache
    def make(*values: Any) -> Actor:
        told = dict(zip(_ACTOR, values, strict=True))
        return Actor(**told | {name: _unescape(told[name]) for name in _WORDS})

    return make


def _unescape(stored: str | None) -> str | None:
    """Return words of a report, which come as they are stored where a column is ``plain``."""
    return tables.unescape_text(stored) if stored is not None else None


def _at(findings: sa.Table) -> ColumnElement[bool]:
    return findings.c.report == reports.c.number


def _of_actor(findings: sa.Table) -> ColumnElement[bool]:
    return sa.and_(findings.c.report == actors.c.report, findings.c.actor == actors.c.id)


def _actor(row: Row[Any], mentions: Iterable[Row[Any]]) -> Actor:
    return fill(Actor, row, mentions=tuple(fill(Mention, mention) for mention in mentions))


def _time(row: Row[Any] | None) -> Time | None:
    return fill(Time, row) if row is not None else None


def _group(rows: Iterable[Row[Any]], *names: str) -> defaultdict[tuple[Any, ...], list[Row[Any]]]:
    """Return rows by their report and further columns."""
    found: defaultdict[tuple[Any, ...], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[tuple(row._mapping[name] for name in ("report", *names))].append(row)
    return found
