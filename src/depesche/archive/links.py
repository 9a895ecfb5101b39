"""What the archive keeps of how reports hang together; what it means is decided elsewhere (link/).

Reports are called by their numbers here. Everything can be made anew from readings and judgements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.conditions import on_report, report_has_words
from depesche.archive.doubts import count_doubts, list_doubts, replace_doubts, replace_strangers
from depesche.archive.judgements import list_judgements
from depesche.archive.kept import Kept
from depesche.archive.load import load_all, load_findings
from depesche.archive.originals import write_corrected
from depesche.archive.paging import Step, behind, in_order
from depesche.archive.parts import cut, join
from depesche.archive.portions import portions
from depesche.archive.postings import Postings
from depesche.archive.rows import Appearance
from depesche.archive.selection import Selection
from depesche.judgement import Doubt, DoubtKind, Judgement
from depesche.reading import Meaning, Reading, Report


class StoryLink(NamedTuple):
    """What links two reports: how sure they are on one matter (0 if they are not).

    The ``events`` that are one in both are JSON. ``support`` counts where in the lists they stand near each
    other.
    """

    first: int
    second: int
    strength: float
    events: str = "[]"
    support: int = 1


class WorldEvent(NamedTuple):
    """An event of a report, and the event of a report that names the same one in the world.

    The last two name it among the reports of its part of the story.
    """

    report: int
    event: str
    world_report: int
    world_event: str
    part_report: int = 0
    part_event: str = ""


class Member(NamedTuple):
    """A report of a story: its day, its id, and for which part of it events were last compared."""

    report: int
    day: str | None
    id: str
    part: str | None


class Links:
    """What links the reports of an archive, read and written in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.kept = Kept(connection)

    # --- reports --------------------------------------------------------------------------------------

    def load_all(
        self, numbers: Iterable[int]
    ) -> dict[int, tuple[Report, Reading, tuple[Appearance, ...], Meaning | None]]:
        """Return reports with what was read in them, other places and meaning, of those that were read."""
        return load_all(self._connection, numbers)

    def find_readings(self, numbers: Iterable[int]) -> dict[int, Reading]:
        """Return the readings of these reports, by number, as people corrected them."""
        return load_findings(self._connection, numbers)

    def write_corrected(self, number: int, read: Reading, right: Reading) -> None:
        """Let the archive tell what people say is ``right`` where ``read`` was read (see originals.py)."""
        write_corrected(self._connection, number, read, right)

    def find_states(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Return who read these reports, and who linked them (by their digests), of those that were read."""
        found: dict[int, tuple[str, str]] = {}
        reading, linked = tables.readings.c, tables.linked.c
        for some in portions(numbers):
            query = sa.select(reading.report, reading.reader, linked.linker).join(
                tables.linked, linked.report == reading.report
            )
            rows = self._connection.execute(query.where(reading.report.in_(some)))
            found.update({row.report: (row.reader, row.linker) for row in rows})
        return found

    def find_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the reports with these ids, of those that are there and were read."""
        found: dict[str, int] = {}
        for some in portions(ids):
            query = sa.select(tables.reports.c.id, tables.reports.c.number).join(tables.readings)
            rows = self._connection.execute(query.where(tables.reports.c.id.in_(some)))
            found.update((row.id, row.number) for row in rows)
        return found

    def find_days(self, numbers: Iterable[int]) -> dict[int, tuple[str | None, str]]:
        """Return day and id of the reports with these numbers."""
        found: dict[int, tuple[str | None, str]] = {}
        for some in portions(numbers):
            query = sa.select(tables.reports.c.number, tables.reports.c.day, tables.reports.c.id)
            rows = self._connection.execute(query.where(tables.reports.c.number.in_(some)))
            found.update((row.number, (row.day, row.id)) for row in rows)
        return found

    def judgements(self) -> tuple[Judgement, ...]:
        """Return all judgements in the order in which they were made."""
        return list_judgements(self._connection)

    # --- what is to be done -----------------------------------------------------------------------------

    def find_unlinked(self, linker: str, most: int) -> list[int]:
        """Return reports, up to ``most``, that this linker has not linked, in the order of their numbers."""
        linked = tables.linked.c
        numbers: list[int] = []
        # Two ranges of the index, in its order, so that those that are linked need not be walked through.
        for other in (linked.linker < linker, linked.linker > linker):
            query = sa.select(linked.report).where(other).order_by(linked.linker, linked.report).limit(most)
            numbers += self._connection.execute(query).scalars()
        return sorted(numbers)[:most]

    def count_unlinked(self, linker: str) -> int:
        """Return how many reports this linker has not linked."""
        linked = tables.linked.c
        return sum(
            self._connection.execute(sa.select(sa.func.count(linked.report)).where(other)).scalar_one()
            for other in (linked.linker < linker, linked.linker > linker)
        )

    def mark_linked(self, reports: Iterable[int], linker: str) -> None:
        """Note that this linker has linked reports."""
        self._write_linker(reports, linker)

    def mark_unlinked(self, reports: Iterable[int]) -> None:
        """Note that reports must be linked again, because something was decided about them."""
        self._write_linker(reports, "")

    def _write_linker(self, reports: Iterable[int], linker: str) -> None:
        table = tables.linked
        for some in portions(reports):
            self._connection.execute(sa.update(table).where(table.c.report.in_(some)).values(linker=linker))

    # --- what is compared -------------------------------------------------------------------------------

    def write_sketch(self, report: int, linker: str, sketch: bytes) -> None:
        """Write what a linker compares of a report."""
        self._connection.execute(sa.delete(tables.sketches).where(tables.sketches.c.report == report))
        # The first part tells who wrote all.
        parts = enumerate(cut(sketch))
        rows = [
            {"report": report, "part": n, "linker": None if n else linker, "content": part}
            for n, part in parts
        ]
        self._connection.execute(tables.sketches.insert(), rows)

    def find_sketches(self, reports: Iterable[int], linker: str) -> dict[int, bytes]:
        """Return what this linker compares of these reports, of those of which it has written it."""
        table = tables.sketches.c
        found: dict[int, bytes] = {}
        for some in portions(reports):
            first = tables.sketches.alias().c
            mine = sa.select(first.report).where(
                first.report.in_(some), first.part == 0, first.linker == linker
            )
            query = sa.select(table.report, table.content).where(table.report.in_(mine))
            found.update(join(self._connection.execute(query.order_by(table.report, table.part))))
        return found

    def lists(self, window: int, in_reach: Callable[[int, int], bool]) -> Postings:
        """Return the lists in which reports find those that may tell the same (see postings.py)."""
        return Postings(self._connection, window, in_reach)

    def replace_keys(self, report: int, keys: Iterable[str]) -> None:
        """Write under which keys a report is found."""
        self._connection.execute(sa.delete(tables.link_keys).where(tables.link_keys.c.report == report))
        rows = [{"report": report, "key": key} for key in sorted(set(keys))]
        if rows:
            self._connection.execute(tables.link_keys.insert(), rows)

    def find_under(self, keys: Iterable[str]) -> list[int]:
        """Return the reports that are found under any of the keys, in the order of their numbers."""
        found: set[int] = set()
        for some in portions(keys):
            query = sa.select(tables.link_keys.c.report).where(tables.link_keys.c.key.in_(some))
            found.update(self._connection.execute(query).scalars())
        return sorted(found)

    # --- stories ----------------------------------------------------------------------------------------

    def write_links(self, links: Iterable[StoryLink]) -> None:
        """Write links between reports, in place of those that the pairs had."""
        rows = [_forward(link)._asdict() for link in links]
        self.delete_links((row["first"], row["second"]) for row in rows)
        if rows:
            self._connection.execute(tables.story_links.insert(), rows)

    def delete_links(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget the links of pairs of reports, each with the smaller number first."""
        table = tables.story_links
        rows = [{"one": one, "other": other} for one, other in pairs]
        if rows:
            gone = (table.c.first == sa.bindparam("one")) & (table.c.second == sa.bindparam("other"))
            self._connection.execute(sa.delete(table).where(gone), rows)

    def delete_links_of(self, report: int) -> None:
        """Forget all links of a report."""
        table = tables.story_links
        self._connection.execute(
            sa.delete(table).where((table.c.first == report) | (table.c.second == report))
        )

    def find_links(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], StoryLink]:
        """Return the links of pairs of reports that have one, each with the smaller number first."""
        wanted = set(pairs)
        table, found = tables.story_links, {}
        for some in portions({first for first, _ in wanted}):
            for row in self._connection.execute(sa.select(table).where(table.c.first.in_(some))):
                if (row.first, row.second) in wanted:
                    found[row.first, row.second] = StoryLink(**row._mapping)
        return found

    def list_story_links(self, reports: Iterable[int]) -> list[StoryLink]:
        """Return the links between these reports, as far as they are on one matter."""
        wanted = set(reports)
        return sorted(
            link for link in self._links_of(wanted) if {link.first, link.second} <= wanted and link.strength
        )

    def list_event_links(self, reports: Iterable[int]) -> list[StoryLink]:
        """Return the links of these reports with any others that tell the same events."""
        return sorted(link for link in self._links_of(reports) if link.events != "[]")

    def _links_of(self, reports: Iterable[int]) -> set[StoryLink]:
        """Return all links that one of these reports has."""
        table, found = tables.story_links, set[StoryLink]()
        for some in portions(reports):
            for end in (table.c.first, table.c.second):
                rows = self._connection.execute(sa.select(table).where(end.in_(some)))
                found.update(StoryLink(**row._mapping) for row in rows)
        return found

    def have_common_link(self, one: int, other: int) -> bool:
        """Whether some third report is on one matter with both of two reports."""
        table = tables.story_links.c
        mine, theirs = (
            sa.union_all(
                sa.select(table.second.label("end")).where(table.first == report, table.strength > 0),
                sa.select(table.first).where(table.second == report, table.strength > 0),
            ).subquery()
            for report in (one, other)
        )
        query = sa.select(mine.c.end).where(mine.c.end.in_(sa.select(theirs.c.end))).limit(1)
        return self._connection.execute(query).first() is not None

    def find_stories(self, reports: Iterable[int]) -> dict[int, int]:
        """Return the story of each of these reports that has one: the number of the report that names it."""
        found: dict[int, int] = {}
        for some in portions(reports):
            query = sa.select(tables.stories.c.report, tables.stories.c.story)
            rows = self._connection.execute(query.where(tables.stories.c.report.in_(some)))
            found.update((row.report, row.story) for row in rows)
        return found

    def list_members(self, stories: Iterable[int]) -> list[int]:
        """Return the reports of these stories, in the order of their numbers."""
        found: list[int] = []
        for some in portions(stories):
            query = sa.select(tables.stories.c.report).where(tables.stories.c.story.in_(some))
            found += self._connection.execute(query).scalars()
        return sorted(found)

    def find_members(self, stories: Iterable[int]) -> dict[int, list[int]]:
        """Return the reports of each of these stories, in the order of their numbers."""
        table, found = tables.stories.c, dict[int, list[int]]()
        for some in portions(stories):
            query = sa.select(table.story, table.report).where(table.story.in_(some)).order_by(table.report)
            for story, report in self._connection.execute(query):
                found.setdefault(story, []).append(report)
        return found

    def find_companions(self, reports: Iterable[int]) -> list[int]:
        """Return all reports of the stories that these belong to, in the order of their numbers."""
        return self.list_members(set(self.find_stories(reports).values()))

    def select_stories(self, selection: Selection) -> list[int]:
        """Return the stories with a report that the filters select, those with the latest news first."""
        table, first = tables.stories.c, tables.reports.alias()
        latest = sa.func.max(tables.reports.c.day)
        steps = (Step(latest, descending=True), Step(first.c.id))
        query = (
            sa.select(table.story)
            .join(tables.reports, table.report == tables.reports.c.number)
            .join(first, table.story == first.c.number)
            .group_by(table.story, first.c.id)
            .having(sa.and_(True, *behind(steps, selection.after)))
            .order_by(*in_order(steps))
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
        """Write which story each report belongs to; its events are then to be compared."""
        for some in portions(stories):
            self._connection.execute(sa.delete(tables.stories).where(tables.stories.c.report.in_(some)))
        rows = [{"report": report, "story": story} for report, story in sorted(stories.items())]
        if rows:
            self._connection.execute(tables.stories.insert(), rows)

    def rename_stories(self, stories: Iterable[int], name: int) -> None:
        """Make stories one, which has the number ``name``."""
        table = tables.stories
        for some in portions(stories):
            self._connection.execute(sa.update(table).where(table.c.story.in_(some)).values(story=name))

    def find_unsettled(self, most: int) -> list[int]:
        """Return the first stories, up to ``most``, with a report whose events are to be compared."""
        table = tables.stories.c
        query = (
            sa.select(table.story).where(table.part.is_(None)).distinct().order_by(table.story).limit(most)
        )
        return list(self._connection.execute(query).scalars())

    def find_unsettled_of(self, stories: Iterable[int]) -> list[int]:
        """Return those of some stories that have a report whose events are to be compared."""
        table, found = tables.stories.c, set[int]()
        for some in portions(stories):
            query = sa.select(table.story).where(table.part.is_(None), table.story.in_(some))
            found.update(self._connection.execute(query).scalars())
        return sorted(found)

    def describe_members(self, stories: Iterable[int]) -> dict[int, list[Member]]:
        """Return the reports of stories, in the order of their days and ids; undated ones come last."""
        report, told = tables.reports.c, tables.stories.c
        found: dict[int, list[Member]] = {}
        for some in portions(stories):
            query = (
                sa.select(told.story, report.number, report.day, report.id, told.part)
                .join(tables.stories, told.report == report.number)
                .where(told.story.in_(some))
                .order_by(report.day.nulls_last(), report.id)
            )
            for story, *member in self._connection.execute(query):
                found.setdefault(story, []).append(Member(*member))
        return found

    def write_parts(self, parts: Mapping[int, str]) -> None:
        """Note for which part of their story the events of each of these reports were compared."""
        table = tables.stories
        rows = [{"number": report, "name": part} for report, part in parts.items()]
        if rows:
            here = table.c.report == sa.bindparam("number")
            self._connection.execute(sa.update(table).where(here).values(part=sa.bindparam("name")), rows)

    def find_parts(self, reports: Iterable[int]) -> dict[int, str]:
        """Return the part of the story of each of these reports, as far as events were compared."""
        table, found = tables.stories.c, {}
        for some in portions(reports):
            query = sa.select(table.report, table.part).where(table.report.in_(some), table.part.is_not(None))
            found.update({row.report: row.part for row in self._connection.execute(query)})
        return found

    # --- what people are asked --------------------------------------------------------------------------

    def replace_doubts(self, reports: Iterable[int], doubts: Iterable[Doubt]) -> None:
        """Write what is doubtful about these reports, a part of a story, in place of what was written."""
        replace_doubts(self._connection, reports, self._with_numbers(doubts))

    def replace_strangers(self, report: int, doubts: Iterable[Doubt]) -> None:
        """Write with which report of another story one may be on one matter, in place of what was written."""
        replace_strangers(self._connection, report, self._with_numbers(doubts))

    def _with_numbers(self, doubts: Iterable[Doubt]) -> list[tuple[Doubt, int, int]]:
        told = list(doubts)
        numbers = self.find_numbers({end.report for d in told for end in (d.subject, d.object) if end})
        return [(d, numbers[d.subject.report], numbers[d.object.report] if d.object else 0) for d in told]

    def list_doubts(self, kind: DoubtKind | None = None) -> Iterator[Doubt]:
        """Yield what people are asked, of one kind or of all, what is most in doubt first."""
        return list_doubts(self._connection, kind)

    def count_doubts(self) -> dict[str, int]:
        """Return how many questions of each kind there are, roughly: some may have been answered since."""
        return count_doubts(self._connection)

    # --- events in the world ------------------------------------------------------------------------------

    def replace_world_events(self, reports: Iterable[int], events: Iterable[WorldEvent]) -> None:
        """Write which event in the world each event of these reports is, in place of what was written."""
        for some in portions(reports):
            self._connection.execute(
                sa.delete(tables.world_events).where(tables.world_events.c.report.in_(some))
            )
        rows = [event._asdict() for event in events]
        if rows:
            self._connection.execute(tables.world_events.insert(), rows)

    def list_world_events(self, reports: Iterable[int]) -> list[WorldEvent]:
        """Return the events of these reports with what they are in the world, by report and event."""
        found: list[WorldEvent] = []
        for some in portions(reports):
            query = sa.select(tables.world_events).where(tables.world_events.c.report.in_(some))
            found += (_world_event(row) for row in self._connection.execute(query))
        return sorted(found)

    def list_named(self, names: Iterable[tuple[int, str]], by: Literal["world", "part"]) -> list[WorldEvent]:
        """Return the events of these names (a report and an event), in the world or in a part."""
        wanted, columns = set(names), tables.world_events.c
        report, event = columns[f"{by}_report"], columns[f"{by}_event"]
        found: list[WorldEvent] = []
        for some in portions({number for number, _ in wanted}):
            rows = self._connection.execute(sa.select(tables.world_events).where(report.in_(some)))
            found += (_world_event(r) for r in rows if (r._mapping[report], r._mapping[event]) in wanted)
        return sorted(found)

    def list_named_by(self, reports: Iterable[int]) -> list[WorldEvent]:
        """Return the events that are named, in the world or in a part, by an event of these reports."""
        columns, found = tables.world_events.c, set[WorldEvent]()
        for some in portions(reports):
            for report in (columns.world_report, columns.part_report):
                rows = self._connection.execute(sa.select(tables.world_events).where(report.in_(some)))
                found.update(map(_world_event, rows))
        return sorted(found)

    def name_worlds(self, worlds: Mapping[tuple[int, str], tuple[int, str]]) -> None:
        """Write which event in the world the events of parts of stories are."""
        table = tables.world_events
        rows = [
            {"r": part[0], "e": part[1], "wr": world[0], "we": world[1]} for part, world in worlds.items()
        ]
        if rows:
            query = sa.update(table).where(
                table.c.part_report == sa.bindparam("r"), table.c.part_event == sa.bindparam("e")
            )
            named = query.values(world_report=sa.bindparam("wr"), world_event=sa.bindparam("we"))
            self._connection.execute(named, rows)

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
    return WorldEvent(**row._mapping)
