"""What people are asked first, in the archive: written as stories are settled, listed by rank."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import SOME, insert_rows, is_one_of
from depesche.judgement import Anchor, Doubt, DoubtKind

# So many are taken out of the archive at once.
_AT_ONCE = 100
_NOWHERE = -1
_KEY = ("report", "kind", "start", "other", "other_start")

# A doubt with the numbers of the reports that it is about; 0 if there is no second one.
Numbered = tuple[Doubt, int, int]


def replace_doubts(connection: Connection, reports: Iterable[int], doubts: Iterable[Numbered]) -> None:
    """Write what is doubtful about some reports, which are one part of a story, in place of what was written.

    What may link them to other stories stays; among themselves they are no strangers any more.
    """
    connection.execute(_removal_among(), {SOME: tuple(reports)})
    _insert(connection, doubts)


def replace_strangers(connection: Connection, report: int, doubts: Iterable[Numbered]) -> None:
    """Write with which report of another story one may be on one matter, in place of what was written."""
    told = tuple(doubts)
    connection.execute(_removal_between(), {"number": report, "some": [other for _, _, other in told]})
    _insert(connection, told)


@functools.cache
def _removal_among() -> sa.Delete:
    """Return what removes what is doubtful about some reports, a part of a story."""
    table = tables.doubts
    between = (table.c.kind == "story") & ~table.c.joined
    return sa.delete(table).where(is_one_of(table.c.report), ~between | is_one_of(table.c.other))


@functools.cache
def _removal_between() -> sa.Delete:
    """Return what removes who may be on one matter with a report, some of whom it is asked about now."""
    table = tables.doubts
    # What holds them together was asked while they were of one story.
    between = (table.c.kind == "story") & (~table.c.joined | is_one_of(table.c.other))
    return sa.delete(table).where(between, table.c.report == sa.bindparam("number"))


def _insert(connection: Connection, doubts: Iterable[Numbered]) -> None:
    rows = {}
    for numbered in doubts:
        row = _row(*numbered)
        rows[tuple(row[name] for name in _KEY)] = row
    insert_rows(connection, tables.doubts, rows.values())


def _row(doubt: Doubt, report: int, number: int) -> dict[str, Any]:
    subject, other = doubt.subject, doubt.object
    return {
        "report": report,
        "kind": doubt.kind,
        "start": _NOWHERE if subject.start is None else subject.start,
        "end": _NOWHERE if subject.end is None else subject.end,
        "other": number,
        "other_start": _NOWHERE if other is None or other.start is None else other.start,
        "other_end": _NOWHERE if other is None or other.end is None else other.end,
        "joined": doubt.joined,
        "doubt": doubt.doubt,
        "weight": doubt.weight,
        "rank": doubt.rank,
    }


def list_doubts(connection: Connection, kind: DoubtKind | None = None) -> Iterator[Doubt]:
    """Yield what people are asked, of one kind or of all, by rank.

    Reports that were asked about as strangers and have come into one story since are left out, and of two
    stories it is asked once.
    """
    table, one, two = tables.doubts.c, tables.stories.alias(), tables.stories.alias()
    first, second = tables.reports.alias(), tables.reports.alias()
    columns = (tables.doubts, first.c.id, second.c.id.label("other_id"), one.c.story, two.c.story.label("to"))
    query = (
        sa.select(*columns)
        .join(first, table.report == first.c.number)
        .outerjoin(second, table.other == second.c.number)
        .outerjoin(one, one.c.report == table.report)
        .outerjoin(two, two.c.report == table.other)
        .where(sa.or_(table.other == 0, second.c.id.is_not(None)))
        .where(sa.or_(table.kind != "story", table.joined, one.c.story != two.c.story))
        .order_by(table.rank.desc(), table.report, table.kind, table.start, table.other)
    )
    if kind is not None:
        query = query.where(table.kind == kind)
    asked: set[tuple[int, ...]] = set()
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        if row.kind == "story" and not row.joined:
            stories = tuple(sorted((row.story, row.to)))
            if stories in asked:
                continue
            asked.add(stories)
        yield _doubt(row)


def count_doubts(connection: Connection) -> dict[str, int]:
    """Return how many questions of each kind there are, roughly: some may have been answered since."""
    table = tables.doubts.c
    rows = connection.execute(sa.select(table.kind, sa.func.count()).group_by(table.kind))
    return {kind: int(count) for kind, count in rows}


def _doubt(row: sa.Row[Any]) -> Doubt:
    def anchor(report: str | None, start: int, end: int) -> Anchor | None:
        if report is None:
            return None
        return Anchor(report) if start == _NOWHERE else Anchor(report, start, end)

    subject = anchor(row.id, row.start, row.end)
    assert subject is not None
    other = anchor(row.other_id, row.other_start, row.other_end)
    if row.kind == "story" and not row.joined and row.report < row.other and other is not None:
        # Whichever was linked last wrote it: two strangers are told the later one first.
        subject, other = other, subject
    return Doubt(row.kind, subject, other, row.joined, row.doubt, row.weight)
