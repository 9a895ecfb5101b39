"""Reading a report and its reading back out of the tables, exactly as they were written."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from depesche.archive import tables
from depesche.archive.asking import find_rows
from depesche.archive.kept import load_packs
from depesche.archive.meanings import load_meanings
from depesche.archive.originals import load_originals
from depesche.archive.rows import Appearance
from depesche.archive.structs import fill
from depesche.reading import (
    Actor,
    Event,
    Meaning,
    Mention,
    Place,
    Quotation,
    Reading,
    Report,
    Span,
    Statement,
    Time,
    Voice,
)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def load_report(connection: Connection, number: int) -> Report:
    """Return the report with this number."""
    row = connection.execute(sa.select(tables.reports).where(tables.reports.c.number == number)).one()
    return Report(**{name: row._mapping[name] for name in Report.__struct_fields__})


def load_appearances(connection: Connection, number: int) -> tuple[Appearance, ...]:
    """Return where else the report with this number was published, in the order of arrival."""
    return tuple(fill(Appearance, row) for row in _rows(connection, tables.appearances, number))


def load_reading(connection: Connection, number: int) -> Reading | None:
    """Return what was read in the report with this number, as people corrected it; None if nothing has."""
    return load_packs(connection, [number]).get(number) or _load_findings(connection, number)


def load_original(connection: Connection, number: int) -> Reading | None:
    """Return what was read in the report with this number before anybody corrected it."""
    return load_originals(connection, [number]).get(number) or load_reading(connection, number)


def load_findings(connection: Connection, numbers: Iterable[int]) -> dict[int, Reading]:
    """Return the readings of these reports, by number, put together of all that was found."""
    found = ((number, _load_findings(connection, number)) for number in sorted(set(numbers)))
    return {number: reading for number, reading in found if reading is not None}


def _load_findings(connection: Connection, number: int) -> Reading | None:
    """Return what was read in a report, put together of all that was found."""
    head = connection.execute(
        sa.select(tables.readings, tables.reports.c.id)
        .join(tables.reports)
        .where(tables.readings.c.report == number)
    ).one_or_none()
    if head is None:
        return None
    return Reading(
        version=head.version,
        id=head.id,
        title=head.title,
        published=head.published,
        source=head.source,
        language=head.language,
        agency=tuple(row.name for row in _rows(connection, tables.agencies, number)),
        actors=_load_actors(connection, number),
        places=tuple(fill(Place, row) for row in _rows(connection, tables.places, number)),
        times=tuple(fill(Time, row) for row in _rows(connection, tables.times, number)),
        quotations=_load_quotations(connection, number),
        events=_load_events(connection, number),
        relations=_load_relations(connection, number),
        reader=head.reader,
    )


def load_meaning(connection: Connection, number: int) -> Meaning | None:
    """Return what the sentences of the report with this number mean; None if that is not known."""
    return load_meanings(connection, [number]).get(number)


def load_all(
    connection: Connection, numbers: Iterable[int]
) -> dict[int, tuple[Report, Reading, tuple[Appearance, ...], Meaning | None]]:
    """Return reports with their readings, other places and meanings, by number; those that were read.

    The readings are what was read, before anybody corrected it.
    """
    wanted = set(numbers)
    readings = load_packs(connection, wanted) | load_originals(connection, wanted)
    readings |= load_findings(connection, wanted - readings.keys())
    reports = {row.number: row for row in rows_of_all(connection, tables.reports, readings, "number")}
    meanings = load_meanings(connection, readings)
    places: dict[int, list[Appearance]] = {}
    for row in rows_of_all(connection, tables.appearances, readings):
        places.setdefault(row.report, []).append(fill(Appearance, row))
    return {
        number: (
            Report(**{name: reports[number]._mapping[name] for name in Report.__struct_fields__}),
            reading,
            tuple(places.get(number, ())),
            meanings.get(number),
        )
        for number, reading in readings.items()
    }


def rows_of_all(
    connection: Connection, table: sa.Table, numbers: Iterable[int], name: str = "report"
) -> Iterator[Row[Any]]:
    """Yield the rows of some reports, in the order of their places."""
    order = (table.c.position,) if "position" in table.c else ()
    return find_rows(connection, (table,), table.c[name], numbers, order)


def _load_actors(connection: Connection, number: int) -> tuple[Actor, ...]:
    mentions = _group(
        _rows(connection, tables.mentions, number),
        lambda row: row.actor,
        lambda row: fill(Mention, row),
    )
    return tuple(
        fill(Actor, row, mentions=mentions[row.id]) for row in _rows(connection, tables.actors, number)
    )


def _load_quotations(connection: Connection, number: int) -> tuple[Quotation, ...]:
    spans = _group(
        _rows(connection, tables.quotation_spans, number),
        lambda row: (row.quotation, row.part),
        lambda row: fill(Span, row),
    )
    voices = {(row.quotation, row.side): fill(Voice, row) for row in _rows(connection, tables.voices, number)}
    return tuple(
        fill(
            Quotation,
            row,
            spans=spans[row.position, "content"],
            cue=spans[row.position, "cue"],
            frame=spans[row.position, "frame"],
            speaker=voices.get((row.position, "speaker")),
            addressee=voices.get((row.position, "addressee")),
        )
        for row in _rows(connection, tables.quotations, number)
    )


def _load_events(connection: Connection, number: int) -> tuple[Event, ...]:
    contexts = _group(
        _rows(connection, tables.event_contexts, number), lambda row: row.event, lambda row: row.context
    )
    parties = _group(
        _rows(connection, tables.event_actors, number),
        lambda row: (row.event, row.side),
        lambda row: row.actor,
    )
    return tuple(
        fill(
            Event,
            row,
            context=contexts[row.id],
            actor=parties[row.id, "actor"],
            recipient=parties[row.id, "recipient"],
        )
        for row in _rows(connection, tables.events, number)
    )


def _load_relations(connection: Connection, number: int) -> tuple[Statement, ...]:
    parties = _group(
        _rows(connection, tables.relation_parties, number), lambda row: row.relation, lambda row: row.actor
    )
    times = {
        (row.relation, row.side): fill(Time, row) for row in _rows(connection, tables.relation_times, number)
    }
    return tuple(
        fill(
            Statement,
            row,
            parties=parties[row.id],
            since=times.get((row.id, "since")),
            until=times.get((row.id, "until")),
        )
        for row in _rows(connection, tables.relations, number)
    )


def _rows(connection: Connection, table: sa.Table, number: int) -> list[Row[Any]]:
    """Return the rows of one report in the order of the reading."""
    return list(connection.execute(_rows_of(table), {"report": number}))


@functools.cache
def _rows_of(table: sa.Table) -> sa.Select[Any]:
    # Made once: to build a question takes longer than to have it answered.
    query = sa.select(table).where(table.c.report == sa.bindparam("report"))
    return query.order_by(table.c.position) if "position" in table.c else query


def _group(
    rows: list[Row[Any]], key: Callable[[Row[Any]], K], value: Callable[[Row[Any]], T]
) -> defaultdict[K, tuple[T, ...]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(value(row))
    return defaultdict(tuple, {key: tuple(values) for key, values in groups.items()})
