"""What surrounds events of reports: the event in the world that each is, who tells it, who else is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from depesche.archive import tables
from depesche.archive.portions import portions
from depesche.archive.rows import EventRow

reports, worlds = tables.reports, tables.world_events

# A report, by its number, and an event in it.
_Name = tuple[int, str]


class Telling(msgspec.Struct, frozen=True):
    """Who tells an event of a report, and what stands in that report.

    ``world`` is the id of the event in the world, None if the report is not linked; ``mentions`` counts the
    events of reports that are that one. ``reports`` are those that tell it, by their ids in the order of
    publication, ``outlets`` who printed them, ``articles`` how often they were printed. ``agency`` is the
    credits of the event's own report; ``lead`` says that it stands in its first paragraph; ``people``,
    ``organisations`` and ``places`` are all that it names.
    """

    world: str | None
    mentions: int
    reports: tuple[str, ...]
    outlets: tuple[str, ...]
    articles: int
    agency: tuple[str, ...]
    lead: bool
    people: tuple[str, ...]
    organisations: tuple[str, ...]
    places: tuple[str, ...]


class _Report(msgspec.Struct, frozen=True):
    id: str
    day: str | None
    outlets: tuple[str, ...]
    articles: int


def list_tellings(connection: Connection, rows: Sequence[EventRow]) -> list[Telling]:
    """Return what surrounds each of these events, in their order; one question to each table for all."""
    own = _find_own(connection, {row.report for row in rows})
    numbers = [number for number, _ in own.values()]
    named = _find_worlds(connection, numbers)
    mentions = _find_mentions(connection, set(named.values()))
    telling = {number for some in mentions.values() for number, _ in some} | set(numbers)
    told = _find_reports(connection, telling)
    agencies = _gather(connection, tables.agencies, numbers, "name")
    actors = _gather(connection, tables.actors, numbers, "type", "name")
    places = _gather(connection, tables.places, numbers, "name")
    found = []
    for row in rows:
        number, lead = own[row.report]
        world = named.get((number, row.event))
        group = mentions.get(world, []) if world else []
        group = group or [(number, row.event)]
        some = sorted(
            (told[n] for n in {n for n, _ in group}), key=lambda r: (r.day is None, r.day or "", r.id)
        )
        named_here = {
            kind: tuple(dict.fromkeys(name for type_, name in actors[number] if type_ == kind))
            for kind in ("PER", "ORG")
        }
        found.append(
            Telling(
                world=f"e{told[world[0]].id[:12]}-{world[1]}" if world and world[0] in told else None,
                mentions=len(group),
                reports=tuple(report.id for report in some),
                outlets=tuple(dict.fromkeys(outlet for report in some for outlet in report.outlets)),
                articles=sum(report.articles for report in some),
                agency=tuple(name for (name,) in agencies[number]),
                lead=row.start < lead,
                people=named_here["PER"],
                organisations=named_here["ORG"],
                places=tuple(dict.fromkeys(name for (name,) in places[number])),
            )
        )
    return found


def list_credits(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the credits of the reports with these ids."""
    found: dict[str, tuple[str, ...]] = {}
    table = tables.agencies.c
    for some in portions(sorted(set(ids))):
        query = (
            sa.select(reports.c.id, table.name)
            .join(reports, reports.c.number == table.report)
            .where(reports.c.id.in_(some))
            .order_by(table.position)
        )
        for row in connection.execute(query):
            found[row.id] = (*found.get(row.id, ()), row.name)
    return found


def _find_own(connection: Connection, ids: set[str]) -> dict[str, tuple[int, int]]:
    """Return of reports their number, and where their first paragraph ends."""
    found: dict[str, tuple[int, int]] = {}
    for some in portions(sorted(ids)):
        query = sa.select(reports.c.id, reports.c.number, reports.c.text).where(reports.c.id.in_(some))
        found.update(
            {row.id: (row.number, _end_of_first_paragraph(row.text)) for row in connection.execute(query)}
        )
    return found


def _end_of_first_paragraph(text: str) -> int:
    begin = len(text) - len(text.lstrip())
    end = text.find("\n", begin)
    return len(text) if end == -1 else end


def _find_worlds(connection: Connection, numbers: Iterable[int]) -> dict[_Name, _Name]:
    """Return of each event of these reports which event of a report names it in the world."""
    found: dict[_Name, _Name] = {}
    for some in portions(sorted(numbers)):
        for row in connection.execute(sa.select(worlds).where(worlds.c.report.in_(some))):
            found[row.report, row.event] = (row.world_report, row.world_event)
    return found


def _find_mentions(connection: Connection, names: set[_Name]) -> dict[_Name, list[_Name]]:
    """Return the events of reports that are each of these in the world."""
    found: defaultdict[_Name, list[_Name]] = defaultdict(list)
    for some in portions(sorted({number for number, _ in names})):
        query = sa.select(worlds).where(worlds.c.world_report.in_(some))
        for row in connection.execute(query.order_by(worlds.c.report, worlds.c.event)):
            if (name := (row.world_report, row.world_event)) in names:
                found[name].append((row.report, row.event))
    return found


def _find_reports(connection: Connection, numbers: set[int]) -> dict[int, _Report]:
    columns = (reports.c.number, reports.c.id, reports.c.day, reports.c.source)
    rows: list[Row[Any]] = []
    for some in portions(sorted(numbers)):
        rows += connection.execute(sa.select(*columns).where(reports.c.number.in_(some)))
    further = _gather(connection, tables.appearances, numbers, "source")
    return {
        row.number: _Report(
            row.id,
            row.day,
            tuple(o for o in (row.source, *(outlet for (outlet,) in further[row.number])) if o),
            1 + len(further[row.number]),
        )
        for row in rows
    }


def _gather(
    connection: Connection, table: sa.Table, numbers: Iterable[int], *names: str
) -> defaultdict[int, list[tuple[Any, ...]]]:
    """Return columns of what a table holds for these reports, in its order."""
    columns = [table.c[name] for name in names]
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for some in portions(sorted(numbers)):
        query = sa.select(table.c.report, *columns).where(table.c.report.in_(some))
        for row in connection.execute(query.order_by(table.c.report, table.c.position)):
            found[row.report].append(tuple(row)[1:])
    return found
