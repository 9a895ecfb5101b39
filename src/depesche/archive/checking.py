"""Looking for damage: whether all that was written is there, hangs together and is as it was.

Each check is a question of its own, and what cannot be answered because the storage is broken is damage too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from depesche.archive import tables
from depesche.archive.database import Database
from depesche.archive.load import load_findings, load_meaning, load_original, load_report
from depesche.archive.originals import find_seal
from depesche.archive.portions import portions
from depesche.archive.seals import seal_reading, seal_report
from depesche.archive.write import check_reading
from depesche.errors import ArchiveError, ReadingError

# So many reports are looked at in one transaction.
_AT_ONCE = 200
# So many of one kind are named.
MOST = 20

Kind = Literal["storage", "reference", "text", "report", "reading", "unindexed", "unlisted"]


class Damage(msgspec.Struct, frozen=True):
    """What is not as it should be. ``where`` is the id of a report or a table, ``what`` says more.

    storage: the database cannot be read. reference: rows of a table name others that are not there.
    text: a report's words are not those that its id was made of. report: what it says of itself was changed.
    reading: its findings were changed or lost, or do not stand in the text. unindexed: the full-text search
    does not know it. unlisted: its events are told to be the same as one that is not there.
    """

    kind: Kind
    where: str
    what: str = ""


class Checked(NamedTuple):
    """How many reports were looked at, how many of them had no seal, and what was found."""

    reports: int
    unsealed: int
    damages: tuple[Damage, ...]


def check_archive(database: Database, advance: Callable[[int, int], None]) -> Checked:
    """Return what is not as it should be; ``advance`` is told how many reports of how many are done."""
    damages = [Damage("storage", database.name, words) for words in _try(database.check_storage)]
    damages += [
        found for table in tables.metadata.sorted_tables for found in _check_references(database, table)
    ]
    damages += _ask(
        database, "search_index", lambda c: map(_unindexed, database.search.find_unindexed(c, MOST))
    )
    damages += _ask(database, "world_events", _find_unlisted)
    reports, unsealed = 0, 0
    numbers: list[int] = []
    damages += _ask(database, "reports", lambda c: _take(numbers, c.execute(_NUMBERS).scalars()))
    for some in portions(numbers, _AT_ONCE):
        for number in some:
            found, sealed = _check_report(database, number)
            damages += found
            unsealed += not sealed
            reports += 1
        advance(reports, len(numbers))
    return Checked(reports, unsealed, tuple(damages))


_NUMBERS = sa.select(tables.reports.c.number).order_by(tables.reports.c.number)


def _take(into: list[int], numbers: Iterable[int]) -> Iterator[Damage]:
    into.extend(numbers)
    return iter(())


def _try(question: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return list(question())
    except ArchiveError as fault:
        return [str(fault)]


def _ask(database: Database, where: str, question: Callable[[Connection], Iterable[Damage]]) -> list[Damage]:
    """Return what a question finds; that it cannot be answered is found too."""
    try:
        with database.reading() as connection:
            return list(question(connection))
    except ArchiveError as fault:
        return [Damage("storage", where, str(fault))]


def _unindexed(id_: str) -> Damage:
    return Damage("unindexed", id_)


# --- references -----------------------------------------------------------------------------------------


def _check_references(database: Database, table: sa.Table) -> list[Damage]:
    return [
        damage
        for constraint in sorted(table.foreign_key_constraints, key=lambda c: str(c.column_keys))
        for damage in _ask(database, table.name, lambda c, key=constraint: _find_orphans(c, key))  # type: ignore[misc]
    ]


def _find_orphans(connection: Connection, key: sa.ForeignKeyConstraint) -> Iterator[Damage]:
    """Yield one damage if rows name a parent that is not there."""
    child, parent = key.table, key.referred_table.alias()
    pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
    query = (
        sa.select(sa.func.count())
        .select_from(child.outerjoin(parent, sa.and_(*(mine == theirs for mine, theirs in pairs))))
        .where(pairs[0][1].is_(None), *(mine.is_not(None) for mine, _ in pairs))
    )
    count = connection.execute(query).scalar_one()
    if count:
        columns = ", ".join(element.parent.name for element in key.elements)
        yield Damage("reference", child.name, f"{columns} -> {key.referred_table.name}: {count}")


def _find_unlisted(connection: Connection) -> Iterator[Damage]:
    """Yield events that are told to be one in the world with an event that is not there."""
    world, event, report = tables.world_events.c, tables.events.alias().c, tables.reports.c
    query = (
        sa.select(report.id, world.event)
        .join_from(tables.world_events, tables.reports, world.report == report.number)
        .outerjoin(
            event.report.table, sa.and_(event.report == world.world_report, event.id == world.world_event)
        )
        .where(event.id.is_(None))
        .order_by(report.id)
        .limit(MOST)
    )
    for row in connection.execute(query):
        yield Damage("unlisted", row.id, row.event)


# --- reports --------------------------------------------------------------------------------------------


def _check_report(database: Database, number: int) -> tuple[list[Damage], bool]:
    """Return what is wrong with one report, and whether it has seals."""
    try:
        with database.reading() as connection:
            return _compare(connection, number)
    except (ArchiveError, SQLAlchemyError, msgspec.DecodeError, ValueError, TypeError) as fault:
        return [Damage("storage", str(number), str(fault))], True


def _compare(connection: Connection, number: int) -> tuple[list[Damage], bool]:
    report = load_report(connection, number)
    kept = tables.reports.c
    told = connection.execute(sa.select(kept.id, kept.day).where(kept.number == number)).one()
    seals = _load_seals(connection, number)
    if (told.id, told.day) != (report.id, report.day):
        return [Damage("text", told.id)], bool(seals)
    found = []
    if seals.get("report", seal_report(report)) != seal_report(report):
        found.append(Damage("report", told.id))
    reading = load_original(connection, number)
    if reading is None:
        return ([*found, Damage("reading", told.id)] if "reading" in seals else found), bool(seals)
    seal = seal_reading(reading, load_meaning(connection, number))
    try:
        check_reading(report, reading)
    except ReadingError as fault:
        found.append(Damage("reading", told.id, str(fault)))
    else:
        if seals.get("reading", seal) != seal:
            found.append(Damage("reading", told.id))
    corrected = find_seal(connection, number)
    if corrected is not None and corrected != seal_reading(load_findings(connection, [number])[number], None):
        found.append(Damage("reading", told.id))
    return found, bool(seals)


def _load_seals(connection: Connection, number: int) -> dict[str, Any]:
    table = tables.seals.c
    rows = connection.execute(sa.select(table.part, table.digest).where(table.report == number))
    return {row.part: row.digest for row in rows}
