"""What was read in reports that people corrected.

The tables of findings hold readings as people corrected them, so that every question is answered so. What was
read is kept beside them, because a decision may be taken back, and the next one is about what was read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import find_rows
from depesche.archive.seals import seal_reading
from depesche.archive.write import rows_of
from depesche.reading import Event, Reading, reading_from_dict

# Tables of what a correction changes, on which nothing else hangs: all rows of a report are written anew.
_LEAVES = (tables.times, tables.places, tables.voices, tables.relation_times)
# What hangs on an event and is written with it.
_OF_EVENTS = (tables.event_contexts, tables.event_actors)


def load_originals(connection: Connection, numbers: Iterable[int]) -> dict[int, Reading]:
    """Return what was read in these reports, by number, of those that people corrected."""
    table = tables.originals.c
    rows = find_rows(connection, (table.report, table.content), table.report, numbers)
    return {number: _unpack(content) for number, content in rows}


def find_seal(connection: Connection, number: int) -> str | None:
    """Return the seal of a corrected reading (without meaning), None if nobody corrected it."""
    table = tables.originals.c
    return next((seal for (seal,) in find_rows(connection, (table.seal,), table.report, [number])), None)


def write_corrected(connection: Connection, number: int, read: Reading, right: Reading) -> bool:
    """Let the tables hold what people say is ``right`` where ``read`` was read.

    Returns whether anybody corrected it, now or when this was called last.

    The two differ in nothing but what corrections change (link/corrections.py): times and places, speakers,
    the days, places and sources of events, and which events there are.
    """
    known = find_seal(connection, number)
    if known is None and read == right:
        return False
    if known != (seal := seal_reading(right, None)):
        _write_findings(connection, number, right)
    connection.execute(sa.delete(tables.originals).where(tables.originals.c.report == number))
    if read != right:
        row = {"report": number, "content": _pack(read), "seal": seal}
        connection.execute(tables.originals.insert(), row)
    return True


def _write_findings(connection: Connection, number: int, right: Reading) -> None:
    rows = {table: some for table, some in rows_of(number, right) if some}
    for table in _LEAVES:
        connection.execute(sa.delete(table).where(table.c.report == number))
        if table in rows:
            connection.execute(table.insert(), rows[table])
    _write_events(connection, number, right.events, rows)


def _write_events(
    connection: Connection,
    number: int,
    events: Iterable[Event],
    rows: dict[sa.Table, list[dict[str, object]]],
) -> None:
    """Write events in place of those that are there; what hangs on one that stays is not touched."""
    table = tables.events
    there = set(connection.execute(sa.select(table.c.id).where(table.c.report == number)).scalars())
    right = {event.id for event in events}
    for gone in sorted(there - right):
        connection.execute(sa.delete(table).where(table.c.report == number, table.c.id == gone))
    for row in rows.get(table, ()):
        if row["id"] in there:
            this = sa.and_(table.c.report == number, table.c.id == row["id"])
            connection.execute(sa.update(table).where(this).values(**row))
        else:
            connection.execute(table.insert(), row)
    for further in _OF_EVENTS:
        if new := [row for row in rows.get(further, ()) if row["event"] not in there]:
            connection.execute(further.insert(), new)


def _pack(reading: Reading) -> bytes:
    # In ASCII, which holds half a character too: reports from the web have some.
    return zlib.compress(json.dumps(msgspec.to_builtins(reading)).encode("ascii"))


def _unpack(content: bytes) -> Reading:
    return reading_from_dict(json.loads(zlib.decompress(content)))
