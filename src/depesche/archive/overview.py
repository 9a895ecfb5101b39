"""What concerns the archive as a whole: the days with news, and whether a story is still as it was."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import ask, find_rows, is_one_of
from depesche.archive.conditions import on_report, report_has_words
from depesche.archive.selection import Selection


class DayCount(msgspec.Struct, frozen=True):
    """A day of publication and how many reports it has."""

    day: str
    reports: int


def list_days(connection: Connection, selection: Selection) -> Iterator[DayCount]:
    """Yield the days of publication of the reports that are selected, the latest first."""
    day = tables.reports.c.day
    query = (
        sa.select(day, sa.func.count())
        .where(day.is_not(None), *on_report(selection), *report_has_words(selection))
        .group_by(day)
        .order_by(day.desc())
        .limit(selection.limit)
        .offset(selection.offset)
    )
    return (DayCount(*row) for row in connection.execute(query))


def fingerprint_stories(
    connection: Connection, stories: Iterable[int], judged: Mapping[str, Sequence[int]]
) -> dict[int, str]:
    """Return a digest of what each story is made of: its reports and their places, who read them, its events.

    ``judged`` gives the numbers of what people decided on a report, by its id. Two stories with the same
    digest are told alike by the same program.
    """
    parts: dict[int, list[str]] = {}
    numbers = {}
    for row in _members(connection, stories):
        decided = ",".join(map(str, judged.get(row.id, ())))
        parts.setdefault(row.story, []).append(f"{row.id} {row.reader} {decided}")
        numbers[row.report] = row.story
    for report, places in _count_appearances(connection, numbers):
        parts[numbers[report]].append(f"{report} {places}")
    for report, event, world_report, world_event in _world_events(connection, numbers):
        parts[numbers[report]].append(f"{report} {event} {world_report} {world_event}")
    return {story: hashlib.sha256("\n".join(told).encode()).hexdigest() for story, told in parts.items()}


def _members(connection: Connection, stories: Iterable[int]) -> Iterator[Any]:
    return ask(connection, _members_question(), stories)


@functools.cache
def _members_question() -> sa.Select[Any]:
    table = tables.stories.c
    return (
        sa.select(table.story, table.report, tables.reports.c.id, tables.readings.c.reader)
        .join(tables.reports, table.report == tables.reports.c.number)
        .join(tables.readings, table.report == tables.readings.c.report)
        .where(is_one_of(table.story))
        .order_by(table.report)
    )


def _count_appearances(connection: Connection, reports: Iterable[int]) -> Iterator[Any]:
    return ask(connection, _appearances_question(), reports)


@functools.cache
def _appearances_question() -> sa.Select[Any]:
    table = tables.appearances.c
    query = sa.select(table.report, sa.func.count()).where(is_one_of(table.report))
    return query.group_by(table.report).order_by(table.report)


def _world_events(connection: Connection, reports: Iterable[int]) -> Iterator[Any]:
    table = tables.world_events.c
    asked = (table.report, table.event, table.world_report, table.world_event)
    return find_rows(connection, asked, table.report, reports, (table.report, table.event))
