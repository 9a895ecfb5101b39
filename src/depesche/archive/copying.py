"""Copying an archive into another, on SQLite or PostgreSQL, without loss; and into one that is in use.

All rows keep their numbers, so that what an archive exports is the same before and after, to the byte. They
are read in one transaction, table by table in the order of their keys, parents first, and written in
portions; a table in the target says how far it is, and keeps others from taking it for whole. At the end the
digests of all tables are compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from depesche.archive.database import COPYING, Database
from depesche.archive.meanings import load_meanings
from depesche.archive.tables import metadata
from depesche.errors import ArchiveError

# So many rows are written in one transaction; of tables whose rows are large, fewer.
_PORTION, _SMALL_PORTION = 5_000, 200
_WHOLE = "whole"
# Under this name the copy notes what it was made of.
_SOURCE = ""

Key = tuple[Any, ...]
# Is told how many rows of how many are done.
Advance = Callable[[int, int], None]

_notes = sa.table(COPYING, sa.column("name", sa.Text), sa.column("told", sa.Text))


def copy_archive(source: Database, target: Database, advance: Advance) -> dict[str, int]:
    """Copy all of an archive into an empty one, or go on with a copy of it; return the rows of each table.

    Nothing is done if the target is a whole copy already. Raises ArchiveError if it holds anything else, or
    if it is not the same in the end.
    """
    with source.reading() as origin:
        counts = count_rows(origin)
        if _is_copy(origin, target, counts):
            return counts
        resumed = _begin(target, _stamp(counts))
        _copy_tables(origin, target, counts, advance)
        different = _compare(origin, target)
        if different and resumed:
            # The source has changed since the copy began, and not only grown.
            _begin_anew(target, _stamp(counts))
            _copy_tables(origin, target, counts, advance)
            different = _compare(origin, target)
    if different:
        raise ArchiveError(f"The copy in {target.name} is not the same: {', '.join(different)}.")
    target.settle()
    with target.writing() as connection:
        connection.exec_driver_sql(f"DROP TABLE {COPYING}")
    return counts


def replace_archive(source: Database, target: Database, advance: Advance) -> dict[str, int]:
    """Put all of an archive in place of what another holds, in one transaction: others may be reading it.

    Returns the rows of each table. Raises ArchiveError, and then the target is as it was.
    """
    with source.reading() as origin:
        counts = count_rows(origin)
        done, total = 0, sum(counts.values())
        with target.writing() as connection:
            _clear(connection, target)
            for table in metadata.sorted_tables:
                for rows in _portions(origin, table, None):
                    _write(connection, target, table, rows, origin)
                    done += len(rows)
                    advance(done, total)
            different = [
                table.name
                for table in metadata.sorted_tables
                if digest_table(origin, table) != digest_table(connection, table)
            ]
            if different:
                raise ArchiveError(f"The copy in {target.name} is not the same: {', '.join(different)}.")
    target.settle()
    return counts


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def digest_table(connection: Connection, table: sa.Table) -> str:
    """Return a digest of all rows of a table, the same in every database."""
    digest = hashlib.sha256()
    for rows in _portions(connection, table, None):
        for row in rows:
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


# --- how far it is --------------------------------------------------------------------------------------


def _stamp(counts: Mapping[str, int]) -> str:
    return msgspec.json.encode(counts, order="sorted").decode()


def _is_copy(origin: Connection, target: Database, counts: Mapping[str, int]) -> bool:
    """Return whether the target holds all of the source: a copy was killed when it had done its last step."""
    with target.reading() as connection:
        if sa.inspect(connection).has_table(COPYING) or count_rows(connection) != counts:
            return False
    return any(counts.values()) and not _compare(origin, target)


def _begin(target: Database, stamp: str) -> bool:
    """Make the target ready; return whether a copy of the same source had begun in it."""
    with target.writing() as connection:
        if sa.inspect(connection).has_table(COPYING):
            if _find_note(connection, _SOURCE) == stamp:
                return True
        elif any(count_rows(connection).values()):
            raise ArchiveError(f"The archive {target.name} is not empty; copy into a new one.")
    _begin_anew(target, stamp)
    return False


def _begin_anew(target: Database, stamp: str) -> None:
    with target.writing() as connection:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {COPYING}")
        connection.exec_driver_sql(f"CREATE TABLE {COPYING} (name TEXT PRIMARY KEY, told TEXT NOT NULL)")
        _clear(connection, target)
        _note(connection, _SOURCE, stamp)


def _find_note(connection: Connection, name: str) -> str | None:
    return connection.execute(sa.select(_notes.c.told).where(_notes.c.name == name)).scalar()


def _note(connection: Connection, name: str, told: str) -> None:
    connection.execute(sa.delete(_notes).where(_notes.c.name == name))
    connection.execute(sa.insert(_notes), {"name": name, "told": told})


def _find_place(target: Database, table: sa.Table) -> Key | str | None:
    """Return the key of the last row that was copied, ``_WHOLE`` after the last of all."""
    with target.reading() as connection:
        told = _find_note(connection, table.name)
    if told is None or told == _WHOLE:
        return told
    return tuple(msgspec.json.decode(told))


# --- rows -----------------------------------------------------------------------------------------------


def _copy_tables(origin: Connection, target: Database, counts: Mapping[str, int], advance: Advance) -> None:
    done, total = 0, sum(counts.values())
    for table in metadata.sorted_tables:
        place = _find_place(target, table)
        if isinstance(place, str):
            done += counts[table.name]
            continue
        done += _count_up_to(origin, table, place)
        for rows in _portions(origin, table, place):
            with target.writing() as connection:
                _write(connection, target, table, rows, origin)
                key = tuple(rows[-1]._mapping[column] for column in table.primary_key)
                _note(connection, table.name, msgspec.json.encode(key).decode())
            done += len(rows)
            advance(done, total)
        with target.writing() as connection:
            _note(connection, table.name, _WHOLE)


def _count_up_to(connection: Connection, table: sa.Table, place: Key | None) -> int:
    if place is None:
        return 0
    query = sa.select(sa.func.count()).select_from(table)
    return int(connection.execute(query.where(~_behind(table, place))).scalar_one())


def _behind(table: sa.Table, place: Key) -> sa.ColumnElement[bool]:
    """Return the condition that a row stands behind one with this key."""
    columns = tuple(table.primary_key)
    values = (sa.literal(value, column.type) for column, value in zip(columns, place, strict=True))
    return sa.tuple_(*columns) > sa.tuple_(*values)


def _portions(connection: Connection, table: sa.Table, place: Key | None) -> Iterator[list[Row[Any]]]:
    """Yield the rows of a table behind a place, in the order of their keys."""
    large = any(isinstance(column.type, sa.LargeBinary) for column in table.c) or table.name == "reports"
    size = _SMALL_PORTION if large else _PORTION
    query = sa.select(table).order_by(*table.primary_key).limit(size)
    while True:
        rows = list(connection.execute(query if place is None else query.where(_behind(table, place))))
        if rows:
            yield rows
        if len(rows) < size:
            return
        place = tuple(rows[-1]._mapping[column] for column in table.primary_key)


def _write(
    connection: Connection, target: Database, table: sa.Table, rows: list[Row[Any]], origin: Connection
) -> None:
    """Write rows of ``origin``, and what the target's indexes want to know of them."""
    connection.execute(table.insert(), [dict(row._mapping) for row in rows])
    if table.name == "reports":
        for row in rows:
            target.search.add(connection, row.number, row.title or "", row.text)
    if table.name == "meanings":
        # Further parts may not be among these rows.
        first = [row.report for row in rows if row.part == 0]
        for number, meaning in load_meanings(origin, first).items():
            target.nearness.add(connection, number, meaning)


def _clear(connection: Connection, target: Database) -> None:
    target.search.clear(connection)
    for table in reversed(metadata.sorted_tables):
        connection.execute(sa.delete(table))


def _compare(origin: Connection, target: Database) -> list[str]:
    """Return the tables that are not the same in both."""
    with target.reading() as connection:
        return [
            table.name
            for table in metadata.sorted_tables
            if digest_table(origin, table) != digest_table(connection, table)
        ]
