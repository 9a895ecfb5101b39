"""What the archive keeps of how reports hang together; what it means is decided elsewhere (link/).

Reports are called by their numbers here. Everything can be made anew from readings and judgements.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.conditions import on_report, report_has_words
from depesche.archive.judgements import list_judgements
from depesche.archive.load import load_appearances, load_meaning, load_reading, load_report
from depesche.archive.rows import Appearance
from depesche.archive.selection import Selection
from depesche.judgement import Judgement
from depesche.reading import Meaning, Reading, Report

# So many numbers go into one query.
_AT_ONCE = 500


class StoryLink(NamedTuple):
    """Two reports on one matter, how sure that is, and why (as JSON)."""

    first: int
    second: int
    strength: float
    reasons: str = "[]"


class WorldEvent(NamedTuple):
    """An event of a report, and the event of a report that names the same one in the world."""

    report: int
    event: str
    world_report: int
    world_event: str


class Links:
    """What links the reports of an archive, read and written in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- reports --------------------------------------------------------------------------------------

    def load(self, number: int) -> tuple[Report, Reading, tuple[Appearance, ...], Meaning | None]:
        """Return a report, its reading, its other places, and what it means. Raises KeyError if unread."""
        reading = load_reading(self._connection, number)
        if reading is None:
            raise KeyError(number)
        report = load_report(self._connection, number)
        return (
            report,
            reading,
            load_appearances(self._connection, number),
            load_meaning(self._connection, number),
        )

    def find_reader(self, number: int) -> str:
        """Return the digest of the reader that read a report. Raises KeyError if none has."""
        query = sa.select(tables.readings.c.reader).where(tables.readings.c.report == number)
        reader = self._connection.execute(query).scalar()
        if reader is None:
            raise KeyError(number)
        return str(reader)

    def find_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the reports with these ids, of those that are there and were read."""
        found: dict[str, int] = {}
        for some in _portions(ids):
            query = sa.select(tables.reports.c.id, tables.reports.c.number).join(tables.readings)
            rows = self._connection.execute(query.where(tables.reports.c.id.in_(some)))
            found.update((row.id, row.number) for row in rows)
        return found

    def find_days(self, numbers: Iterable[int]) -> dict[int, tuple[str | None, str]]:
        """Return day and id of the reports with these numbers."""
        found: dict[int, tuple[str | None, str]] = {}
        for some in _portions(numbers):
            query = sa.select(tables.reports.c.number, tables.reports.c.day, tables.reports.c.id)
            rows = self._connection.execute(query.where(tables.reports.c.number.in_(some)))
            found.update((row.number, (row.day, row.id)) for row in rows)
        return found

    def judgements(self) -> tuple[Judgement, ...]:
        """Return all judgements in the order in which they were made."""
        return list_judgements(self._connection)

    # --- what is to be done -----------------------------------------------------------------------------

    def find_unlinked(self, linker: str, most: int) -> list[int]:
        """Return the first reports, up to ``most``, that this linker has not linked, the oldest row first."""
        readings, linked = tables.readings.c, tables.linked.c
        done = sa.and_(linked.report == readings.report, linked.linker == linker)
        query = (
            sa.select(readings.report)
            .join(tables.linked, done, isouter=True)
            .where(linked.report.is_(None))
            .order_by(readings.report)
            .limit(most)
        )
        return list(self._connection.execute(query).scalars())

    def count_unlinked(self, linker: str) -> int:
        """Return how many reports this linker has not linked."""
        readings = self._connection.execute(
            sa.select(sa.func.count()).select_from(tables.readings)
        ).scalar_one()
        done = sa.select(sa.func.count()).where(tables.linked.c.linker == linker)
        return int(readings - self._connection.execute(done).scalar_one())

    def mark_linked(self, report: int, linker: str) -> None:
        """Note that this linker has linked a report."""
        self._connection.execute(sa.delete(tables.linked).where(tables.linked.c.report == report))
        self._connection.execute(tables.linked.insert(), {"report": report, "linker": linker})

    def mark_unlinked(self, reports: Iterable[int]) -> None:
        """Note that reports must be linked again, because something was decided about them."""
        for some in _portions(reports):
            self._connection.execute(sa.delete(tables.linked).where(tables.linked.c.report.in_(some)))

    def replace_keys(self, report: int, keys: Iterable[str]) -> None:
        """Write under which keys a report is found."""
        self._connection.execute(sa.delete(tables.link_keys).where(tables.link_keys.c.report == report))
        rows = [{"report": report, "key": key} for key in sorted(set(keys))]
        if rows:
            self._connection.execute(tables.link_keys.insert(), rows)

    def find_under(self, keys: Iterable[str]) -> list[int]:
        """Return the reports that are found under any of the keys, in the order of their numbers."""
        found: set[int] = set()
        for some in _portions(keys):
            query = sa.select(tables.link_keys.c.report).where(tables.link_keys.c.key.in_(some))
            found.update(self._connection.execute(query).scalars())
        return sorted(found)

    def replace_story_links(self, report: int, links: Iterable[StoryLink]) -> None:
        """Write the links of a report, in place of all that it had."""
        table = tables.story_links
        self._connection.execute(
            sa.delete(table).where((table.c.first == report) | (table.c.second == report))
        )
        rows = [_forward(link)._asdict() for link in links]
        if rows:
            self._connection.execute(table.insert(), rows)

    def list_story_links(self, reports: Iterable[int]) -> list[StoryLink]:
        """Return the links between these reports."""
        table, wanted = tables.story_links.c, set(reports)
        found: list[StoryLink] = []
        for some in _portions(wanted):
            query = sa.select(table.first, table.second, table.strength, table.reasons)
            rows = self._connection.execute(query.where(table.first.in_(some)))
            found += (StoryLink(*row) for row in rows if row.second in wanted)
        return sorted(found)

    def find_stories(self, reports: Iterable[int]) -> dict[int, int]:
        """Return the story of each of these reports that has one: the number of the report that names it."""
        found: dict[int, int] = {}
        for some in _portions(reports):
            query = sa.select(tables.stories.c.report, tables.stories.c.story)
            rows = self._connection.execute(query.where(tables.stories.c.report.in_(some)))
            found.update((row.report, row.story) for row in rows)
        return found

    def list_members(self, stories: Iterable[int]) -> list[int]:
        """Return the reports of these stories, in the order of their numbers."""
        found: list[int] = []
        for some in _portions(stories):
            query = sa.select(tables.stories.c.report).where(tables.stories.c.story.in_(some))
            found += self._connection.execute(query).scalars()
        return sorted(found)

    def find_companions(self, reports: Iterable[int]) -> list[int]:
        """Return all reports of the stories that these belong to, in the order of their numbers."""
        return self.list_members(set(self.find_stories(reports).values()))

    def select_stories(self, selection: Selection) -> list[int]:
        """Return the stories with a report that the filters select, those with the latest news first."""
        table, first = tables.stories.c, tables.reports.alias()
        latest = sa.func.max(tables.reports.c.day)
        query = (
            sa.select(table.story)
            .join(tables.reports, table.report == tables.reports.c.number)
            .join(first, table.story == first.c.number)
            .group_by(table.story, first.c.id)
            .order_by(latest.desc().nulls_last(), first.c.id)
            .limit(selection.limit)
            .offset(selection.offset)
        )
        wanted = [*on_report(selection), *report_has_words(selection)]
        if wanted:
            other = tables.stories.alias().c
            chosen = sa.select(other.story).join(tables.reports, other.report == tables.reports.c.number)
            query = query.where(table.story.in_(chosen.where(*wanted)))
        return list(self._connection.execute(query).scalars())

    def write_stories(self, stories: Mapping[int, int]) -> None:
        """Write which story each report belongs to."""
        for some in _portions(stories):
            self._connection.execute(sa.delete(tables.stories).where(tables.stories.c.report.in_(some)))
        rows = [{"report": report, "story": story} for report, story in sorted(stories.items())]
        if rows:
            self._connection.execute(tables.stories.insert(), rows)

    def replace_world_events(self, reports: Iterable[int], events: Iterable[WorldEvent]) -> None:
        """Write which event in the world each event of these reports is, in place of what was written."""
        for some in _portions(reports):
            self._connection.execute(
                sa.delete(tables.world_events).where(tables.world_events.c.report.in_(some))
            )
        rows = [event._asdict() for event in events]
        if rows:
            self._connection.execute(tables.world_events.insert(), rows)

    def list_world_events(self, reports: Iterable[int]) -> list[WorldEvent]:
        """Return the events of these reports with what they are in the world, by report and event."""
        found: list[WorldEvent] = []
        for some in _portions(reports):
            query = sa.select(tables.world_events).where(tables.world_events.c.report.in_(some))
            found += (_world_event(row) for row in self._connection.execute(query))
        return sorted(found)

    def list_mentions(self, report: int, event: str) -> list[WorldEvent]:
        """Return all events of reports that are the same in the world as one of them."""
        table = tables.world_events
        named = sa.select(table.c.world_report, table.c.world_event).where(
            table.c.report == report, table.c.event == event
        )
        row = self._connection.execute(named).one_or_none()
        if row is None:
            return []
        query = sa.select(table).where(
            table.c.world_report == row.world_report, table.c.world_event == row.world_event
        )
        return sorted(_world_event(found) for found in self._connection.execute(query))


def _forward(link: StoryLink) -> StoryLink:
    first, second = sorted((link.first, link.second))
    return link._replace(first=first, second=second)


def _world_event(row: sa.Row[Any]) -> WorldEvent:
    return WorldEvent(row.report, row.event, row.world_report, row.world_event)


def _portions(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    iterator = iter(items)
    while some := tuple(itertools.islice(iterator, _AT_ONCE)):
        yield some
