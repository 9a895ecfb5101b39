"""What happened in a period, over all reports: who dealt with whom, at which places, and the events of both.

An event is in the period if its first day is; one that happens by its report and has no day counts on the
day of the report, because news tells what is new. Only what happened counts, by what the reports say, and
each event in the world counts once.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, FromClause

from depesche.archive import tables

reports, actors, events, places = tables.reports, tables.actors, tables.events, tables.places
parties = tables.event_actors

# A state (its code), a body or a person (their names) on each side.
Pair = tuple[str, str]


class Period(msgspec.Struct, frozen=True):
    """Two days, both included (YYYY-MM-DD), and the types of events that count: all, if none is named.

    ``people`` says that persons count for themselves, by their full names, and nobody else does.
    """

    first: str
    last: str
    types: tuple[str, ...] = ()
    people: bool = False


class Tie(msgspec.Struct, frozen=True):
    """How many events in the world of a type there are by one state or body towards another.

    A state stands for all who belong to it, by its code; a body between states by its name. Among people
    both are names.
    """

    actor: str
    recipient: str
    type: str
    events: int


class Spot(msgspec.Struct, frozen=True):
    """A place on the map, and how many events in the world of a type were there."""

    name: str
    country: str | None
    latitude: float
    longitude: float
    type: str
    events: int


def list_ties(connection: Connection, period: Period) -> list[Tie]:
    """Return who did what to whom, by their names.

    Those who do something together, without a recipient, stand to each other in the order of their names.
    """
    chosen = _within(period)
    actor, recipient, joined = _sides(chosen, people=period.people)
    query = (
        sa.select(actor, recipient, chosen.c.type, sa.func.count(sa.distinct(chosen.c.world)))
        .select_from(joined)
        .group_by(actor, recipient, chosen.c.type)
        .order_by(actor, recipient, chosen.c.type)
    )
    return [Tie(*row) for row in connection.execute(query)]


def list_spots(connection: Connection, period: Period) -> list[Spot]:
    """Return the places with coordinates at which something happened, by their names."""
    chosen, place = _within(period), places.c
    query = (
        sa.select(
            place.name,
            place.country,
            place.latitude,
            place.longitude,
            chosen.c.type,
            sa.func.count(sa.distinct(chosen.c.world)),
        )
        .join_from(chosen, places, _is_at(places, chosen))
        .group_by(place.name, place.country, place.latitude, place.longitude, chosen.c.type)
        .order_by(place.name, place.latitude, place.longitude, chosen.c.type)
    )
    return [Spot(*row) for row in connection.execute(query)]


def list_happened(
    connection: Connection,
    period: Period,
    limit: int,
    offset: int = 0,
    *,
    place: str | None = None,
    pair: Pair | None = None,
) -> list[tuple[str, str]]:
    """Return the events in the world, the latest first, each by the mention of the latest day.

    ``place``: only those at a place of that name, "" for any on the map; ``pair``: only those between these
    two, in either direction.
    """
    chosen = _within(period)
    latest = (chosen.c.day.desc(), chosen.c.report, chosen.c.event)
    place_in_world = sa.func.row_number().over(partition_by=chosen.c.world, order_by=latest).label("rank")
    query = sa.select(chosen.c.report, chosen.c.event, chosen.c.day, place_in_world).select_from(chosen)
    if place is not None:
        at = places.alias()
        named = [at.c.name == place] if place else []
        query = query.where(sa.exists().where(_is_at(at, chosen), *named))
    if pair is not None:
        actor, recipient, joined = _sides(chosen, people=period.people)
        ends = sa.or_(
            sa.and_(actor == pair[0], recipient == pair[1]), sa.and_(actor == pair[1], recipient == pair[0])
        )
        query = query.select_from(joined).where(ends)
    found = query.subquery("found")
    first = (
        sa.select(reports.c.id, found.c.event)
        .join(reports, reports.c.number == found.c.report)
        .where(found.c.rank == 1)
        .order_by(found.c.day.desc(), found.c.report.desc(), found.c.event)
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in connection.execute(first)]


def _sides(chosen: FromClause, *, people: bool) -> tuple[ColumnElement[str], ColumnElement[str], FromClause]:
    """Return who acts, on whom, and what both are asked of: the chosen events with their parties."""
    one, two = parties.alias("one"), parties.alias("two")
    a, b = actors.alias("a"), actors.alias("b")
    actor, recipient = (side.c.name if people else _node(side) for side in (a, b))
    is_node = _is_person if people else _is_node
    other = parties.alias("other")
    alone = ~sa.exists().where(
        other.c.report == chosen.c.report, other.c.event == chosen.c.event, other.c.side == "recipient"
    )
    joined = (
        sa.join(chosen, one, sa.and_(_is_party(one, chosen), one.c.side == "actor"))
        .join(two, sa.and_(_is_party(two, chosen), sa.or_(two.c.side == "recipient", alone)))
        .join(a, sa.and_(a.c.report == one.c.report, a.c.id == one.c.actor, is_node(a)))
        .join(
            b,
            sa.and_(
                b.c.report == two.c.report,
                b.c.id == two.c.actor,
                is_node(b),
                actor != recipient,
                sa.or_(two.c.side == "recipient", actor < recipient),
            ),
        )
    )
    return actor, recipient, joined


def _is_party(party: FromClause, chosen: FromClause) -> ColumnElement[bool]:
    return sa.and_(party.c.report == chosen.c.report, party.c.event == chosen.c.event)


def _node(actor: FromClause) -> ColumnElement[str]:
    """Return what an actor counts for: its state, or its own name if it has none."""
    return sa.func.coalesce(actor.c.country, actor.c.name, type_=tables.AnyText())


def _is_node(actor: FromClause) -> ColumnElement[bool]:
    """Return the condition that an actor is of a state, or a body between states."""
    return sa.or_(actor.c.country.is_not(None), sa.and_(actor.c.sector == "IGO", actor.c.type == "ORG"))


def _is_person(actor: FromClause) -> ColumnElement[bool]:
    """Return the condition that an actor is a person, of more than one name."""
    return sa.and_(actor.c.type == "PER", actor.c.name.like("% %"))


def _is_at(place: FromClause, chosen: FromClause) -> ColumnElement[bool]:
    """Return the condition that an event is at a place of its report that is on the map."""
    return sa.and_(
        place.c.report == chosen.c.report,
        sa.or_(place.c.text == chosen.c.place, place.c.name == chosen.c.place),
        place.c.latitude.is_not(None),
        place.c.longitude.is_not(None),
    )


def _within(period: Period) -> Any:
    """Return the events of a period: report, event, type, place, day, and a name for each in the world."""
    world = tables.world_events.c
    report = sa.func.coalesce(world.world_report, events.c.report)
    event = sa.func.coalesce(world.world_event, events.c.id, type_=tables.AnyText())
    columns = (
        events.c.report.label("report"),
        events.c.id.label("event"),
        events.c.type.label("type"),
        events.c.place.label("place"),
        (sa.cast(report, sa.Text) + ":" + event).label("world"),
    )
    joined = sa.outerjoin(
        events, tables.world_events, sa.and_(world.report == events.c.report, world.event == events.c.id)
    )
    kind = [events.c.type.in_(period.types)] if period.types else []
    dated = (
        sa.select(*columns, events.c.earliest.label("day"))
        .select_from(joined)
        .where(
            events.c.earliest >= period.first,
            # A time of that day ("2025-07-11T10:00") is still within it.
            events.c.earliest <= period.last + "T24",
            events.c.status.in_(("actual", "historical")),
            *kind,
        )
    )
    undated = (
        sa.select(*columns, reports.c.day.label("day"))
        .select_from(joined.join(reports, events.c.report == reports.c.number))
        .where(
            reports.c.day >= period.first,
            reports.c.day <= period.last,
            events.c.earliest.is_(None),
            events.c.status == "actual",
            *kind,
        )
    )
    return sa.union_all(dated, undated).subquery("chosen")
