"""What the archive keeps of how reports hang together; what it means is decided elsewhere (link/).

Reports are called by their numbers here. Everything can be made anew from readings and judgements.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import SOME, ask, delete_rows, find_rows, insert_rows, is_one_of
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

    def write_corrected(self, number: int, read: Reading, right: Reading) -> bool:
        """Let the archive tell what people say is ``right`` where ``read`` was read (see originals.py).

        Returns whether anybody corrected it, now or when it was linked last.
        """
        return write_corrected(self._connection, number, read, right)

    def find_states(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Return who read these reports, and who linked them (by their digests), of those that were read."""
        rows = ask(self._connection, _states_question(), numbers)
        return {report: (reader, linker) for report, reader, linker in rows}

    def find_numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the reports with these ids, of those that are there and were read."""
        return dict(map(tuple, ask(self._connection, _numbers_question(), ids)))

    def find_days(self, numbers: Iterable[int]) -> dict[int, tuple[str | None, str]]:
        """Return day and id of the reports with these numbers."""
        report = tables.reports.c
        asked = (report.number, report.day, report.id)
        rows = find_rows(self._connection, asked, report.number, numbers)
        return {number: (day, id_) for number, day, id_ in rows}

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
        for some in portions(reports):
            self._connection.execute(_linker_change(), {SOME: some, "by": linker})

    # --- what is compared -------------------------------------------------------------------------------

    def write_sketch(self, report: int, linker: str, sketch: bytes) -> None:
        """Write what a linker compares of a report."""
        delete_rows(self._connection, tables.sketches.c.report, [report])
        # The first part tells who wrote all.
        parts = enumerate(cut(sketch))
        rows = (
            {"report": report, "part": n, "linker": None if n else linker, "content": part}
            for n, part in parts
        )
        insert_rows(self._connection, tables.sketches, rows)

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
        delete_rows(self._connection, tables.link_keys.c.report, [report])
        rows = ({"report": report, "key": key} for key in sorted(set(keys)))
        insert_rows(self._connection, tables.link_keys, rows)

    def find_under(self, keys: Iterable[str]) -> list[int]:
        """Return the reports that are found under any of the keys, in the order of their numbers."""
        table = tables.link_keys.c
        return sorted({report for (report,) in find_rows(self._connection, (table.report,), table.key, keys)})

    # --- stories ----------------------------------------------------------------------------------------

    def write_links(self, links: Iterable[StoryLink]) -> None:
        """Write links between reports, in place of those that the pairs had."""
        rows = [_forward(link)._asdict() for link in links]
        self.delete_links((row["first"], row["second"]) for row in rows)
        insert_rows(self._connection, tables.story_links, rows)

    def delete_links(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Forget the links of pairs of reports, each with the smaller number first."""
        table = tables.story_links
        rows = [{"one": one, "other": other} for one, other in pairs]
        if rows:
            gone = (table.c.first == sa.bindparam("one")) & (table.c.second == sa.bindparam("other"))
            self._connection.execute(sa.delete(table).where(gone), rows)

    def delete_links_of(self, report: int) -> None:
        """Forget all links of a report."""
        self._connection.execute(_links_removal(), {"number": report})

    def find_links(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], StoryLink]:
        """Return the links of pairs of reports that have one, each with the smaller number first."""
        wanted = set(pairs)
        firsts = {first for first, _ in wanted}
        rows = find_rows(self._connection, _STORY_LINK, tables.story_links.c.first, firsts)
        return {row[:2]: StoryLink(*row) for row in rows if row[:2] in wanted}

    def list_story_links(self, reports: Iterable[int]) -> list[StoryLink]:
        """Return the links between these reports, as far as they are on one matter."""
        wanted = set(reports)
        # Each is found at its first report, and may be there a thousand times at others.
        rows = find_rows(self._connection, _STORY_LINK, tables.story_links.c.first, wanted)
        found = (StoryLink(*row) for row in rows if row.second in wanted)
        return sorted(link for link in found if link.strength)

    def list_event_links(self, reports: Iterable[int]) -> list[StoryLink]:
        """Return the links of these reports with any others that tell the same events."""
        numbers, table = tuple(reports), tables.story_links.c
        questions = map(_telling_links_question, (table.first, table.second))
        rows = (row for question in questions for row in ask(self._connection, question, numbers))
        return sorted({StoryLink(*row) for row in rows})

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
        table = tables.stories.c
        rows = find_rows(self._connection, (table.report, table.story), table.report, reports)
        return dict(map(tuple, rows))

    def list_members(self, stories: Iterable[int]) -> list[int]:
        """Return the reports of these stories, in the order of their numbers."""
        table = tables.stories.c
        return sorted(
            report for (report,) in find_rows(self._connection, (table.report,), table.story, stories)
        )

    def find_members(self, stories: Iterable[int]) -> dict[int, list[int]]:
        """Return the reports of each of these stories, in the order of their numbers."""
        table, found = tables.stories.c, dict[int, list[int]]()
        asked, order = (table.story, table.report), (table.report,)
        for story, report in find_rows(self._connection, asked, table.story, stories, order):
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
        delete_rows(self._connection, tables.stories.c.report, stories)
        rows = ({"report": report, "story": story} for report, story in sorted(stories.items()))
        insert_rows(self._connection, tables.stories, rows)

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
        found: dict[int, list[Member]] = {}
        for story, *member in ask(self._connection, _members_question(), stories):
            found.setdefault(story, []).append(Member(*member))
        return found

    def write_parts(self, parts: Mapping[int, str]) -> None:
        """Note for which part of their story the events of each of these reports were compared."""
        rows = [{"number": report, "name": part} for report, part in parts.items()]
        if rows:
            self._connection.execute(_part_change(), rows)

    def find_parts(self, reports: Iterable[int]) -> dict[int, str]:
        """Return the part of the story of each of these reports, as far as events were compared."""
        table = tables.stories.c
        rows = find_rows(self._connection, (table.report, table.part), table.report, reports)
        return {report: part for report, part in rows if part is not None}

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
        delete_rows(self._connection, tables.world_events.c.report, reports)
        insert_rows(self._connection, tables.world_events, (event._asdict() for event in events))

    def list_world_events(self, reports: Iterable[int]) -> list[WorldEvent]:
        """Return the events of these reports with what they are in the world, by report and event."""
        rows = find_rows(self._connection, (tables.world_events,), tables.world_events.c.report, reports)
        return sorted(map(_world_event, rows))

    def list_named(self, names: Iterable[tuple[int, str]], by: Literal["world", "part"]) -> list[WorldEvent]:
        """Return the events of these names (a report and an event), in the world or in a part."""
        wanted, columns = set(names), tables.world_events.c
        report, event = columns[f"{by}_report"], columns[f"{by}_event"]
        numbers = {number for number, _ in wanted}
        rows = find_rows(self._connection, (tables.world_events,), report, numbers)
        return sorted(_world_event(r) for r in rows if (r._mapping[report], r._mapping[event]) in wanted)

    def list_named_by(self, reports: Iterable[int]) -> list[WorldEvent]:
        """Return the events that are named, in the world or in a part, by an event of these reports."""
        columns, numbers, found = tables.world_events.c, tuple(reports), set[WorldEvent]()
        for report in (columns.world_report, columns.part_report):
            found.update(
                map(_world_event, find_rows(self._connection, (tables.world_events,), report, numbers))
            )
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


# The columns of a ``StoryLink``, in its order.
_STORY_LINK = tuple(tables.story_links.c[name] for name in StoryLink._fields)


@functools.cache
def _telling_links_question(end: sa.Column[int]) -> sa.Select[Any]:
    # Most links tell of no event.
    return sa.select(*_STORY_LINK).where(is_one_of(end), tables.story_links.c.events != "[]")


@functools.cache
def _states_question() -> sa.Select[Any]:
    reading, linked = tables.readings.c, tables.linked.c
    query = sa.select(reading.report, reading.reader, linked.linker)
    return query.join(tables.linked, linked.report == reading.report).where(is_one_of(reading.report))


@functools.cache
def _numbers_question() -> sa.Select[Any]:
    report = tables.reports.c
    return sa.select(report.id, report.number).join(tables.readings).where(is_one_of(report.id))


@functools.cache
def _members_question() -> sa.Select[Any]:
    report, told = tables.reports.c, tables.stories.c
    query = sa.select(told.story, report.number, report.day, report.id, told.part)
    query = query.join(tables.stories, told.report == report.number).where(is_one_of(told.story))
    return query.order_by(report.day.nulls_last(), report.id)


@functools.cache
def _linker_change() -> sa.Update:
    table = tables.linked
    return sa.update(table).where(is_one_of(table.c.report)).values(linker=sa.bindparam("by"))


@functools.cache
def _part_change() -> sa.Update:
    here = tables.stories.c.report == sa.bindparam("number")
    return sa.update(tables.stories).where(here).values(part=sa.bindparam("name"))


@functools.cache
def _links_removal() -> sa.Delete:
    table, number = tables.story_links, sa.bindparam("number", type_=sa.Integer)
    return sa.delete(table).where((table.c.first == number) | (table.c.second == number))


def _forward(link: StoryLink) -> StoryLink:
    first, second = sorted((link.first, link.second))
    return link._replace(first=first, second=second)


def _world_event(row: sa.Row[Any]) -> WorldEvent:
    return WorldEvent(**row._mapping)
