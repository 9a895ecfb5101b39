"""Linking the reports of a batch in parts that need not know of each other, with the outcome of one machine.

1. Each report is put into the lists in which others find it (``link/sketches.py``). Lists are spread over
   buckets by their keys: all of a list is in one bucket, however the reports were spread.
2. In each bucket, those that stand near each other in a list are pairs to be compared. Pairs are spread
   over blocks: the earlier report's place in time, to which the other mostly stands near.
3. In each block, pairs are compared: which are on one matter, which of their events are one.
4. What hangs together by that is a story. This step alone sees all links, as pairs of numbers.
5. Of each story the events are compared part by part (``link/parts.py``), and who copied whom is told.
6. Events of parts that may be one are brought together; each group that hangs together is judged by itself.

An archive does the same report by report (``linking.py``, ``settling.py``), and tells the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from depesche.link.across import EventLink, join_parts, link_told
from depesche.link.actors import find_actors
from depesche.link.components import Groups
from depesche.link.copies import share_of_prints
from depesche.link.events import event_id, group_events, weigh_events
from depesche.link.origins import sources
from depesche.link.parts import Member, split_story
from depesche.link.postings import NEVER, REACH
from depesche.link.records import EventKey, Record
from depesche.link.similarity import compare_profiles
from depesche.link.sketches import Sketch, find_postings, make_sketch, pack_sketch, unpack_sketch
from depesche.link.stories import match_likeness
from depesche.scale.columns import read_entry, to_table
from depesche.scale.folders import Done, FileNote, Folder, iter_rows
from depesche.scale.gathering import load_rows
from depesche.scale.numbering import Numbering, to_record

# Rows in one file of stories, and sketches that are read in one go.
_ROWS, _GROUP = 100_000, 50

_POSTINGS = pa.schema(
    [("bucket", pa.int32()), ("key", pa.int64()), ("day", pa.int32()), ("number", pa.int32())]
)
_PAIRS = pa.schema([("block", pa.int32()), ("first", pa.int32()), ("second", pa.int32())])
_SKETCHES = pa.schema([("number", pa.int32()), ("sketch", pa.binary())])
_LINKS = pa.schema([("first", pa.int32()), ("second", pa.int32()), ("strength", pa.float64())])
_TOLD = pa.schema(
    [
        ("first", pa.int32()),
        ("first_event", pa.string()),
        ("second", pa.int32()),
        ("second_event", pa.string()),
        ("strength", pa.float64()),
        ("day", pa.int32()),
    ]
)
_PART_EVENTS = pa.schema(
    [
        ("number", pa.int32()),
        ("event", pa.string()),
        ("part", pa.int32()),
        ("part_number", pa.int32()),
        ("part_event", pa.string()),
    ]
)
_WORLDS = pa.schema(
    [
        ("part_number", pa.int32()),
        ("part_event", pa.string()),
        ("world_number", pa.int32()),
        ("world_event", pa.string()),
    ]
)
STORY_TABLE = pa.schema([("story", pa.string()), ("report", pa.string()), ("day", pa.string())])
EVENT_TABLE = pa.schema([("world", pa.string()), ("report", pa.string()), ("event", pa.string())])
COPY_TABLE = pa.schema(
    [
        ("story", pa.string()),
        ("of", pa.string()),
        ("report", pa.string()),
        ("kind", pa.string()),
        ("share_of", pa.float64()),
        ("share", pa.float64()),
    ]
)

# An event of a report, by the report's number.
Event = tuple[int, str]


class Sizes(msgspec.Struct, frozen=True):
    """How much is done in one task; what comes out does not depend on it.

    Reports whose sketches are made together, whose pairs are compared together, whose lists make a bucket;
    reports of stories whose events are compared, and events of parts that are judged together.
    """

    sheaf: int = 1_000
    block: int = 1_000
    bucket: int = 5_000
    stories: int = 400
    worlds: int = 400


class Portion(msgspec.Struct, frozen=True):
    """A task: its number, and what it is about (files, stories), as far as the number does not say it."""

    number: int
    about: tuple[tuple[int, ...], ...] = ()


class PartEvent(NamedTuple):
    """An event of a part of a story: the part, what names the event, and its mentions."""

    part: int
    name: Event
    mentions: tuple[Event, ...]


class World(msgspec.Struct, frozen=True):
    """Events of parts that may be one, with the sure links between their mentions."""

    events: tuple[PartEvent, ...]
    links: tuple[tuple[Event, Event, float, int], ...]


class Worlds(msgspec.Struct, frozen=True):
    """A task: some groups of events of parts that may be one."""

    number: int
    some: tuple[World, ...]


class LinkWork:
    """What workers do when they link; opens the numbers in each process once."""

    def __init__(self, folder: Folder, paths: Sequence[str], files: Mapping[str, Sequence[str]]) -> None:
        """Work on these files of readings, and on the ``files`` that earlier steps wrote, by their step."""
        self._folder = folder
        self._paths = tuple(paths)
        self._files = {step: tuple(some) for step, some in files.items()}
        self._opened: Numbering | None = None

    @property
    def _numbering(self) -> Numbering:
        if self._opened is None:
            self._opened = Numbering(self._folder, self._paths)
        return self._opened

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_opened": None}

    def _note(self, step: str, number: int, table: pa.Table, group: int | list[int] = 10_000) -> FileNote:
        return self._folder.write(f"_batch/links/{step}-{number:05}.parquet", table, group)


class SketchWork(LinkWork):
    """Step 1: sketches of the reports of some files, and the lists in which they stand."""

    def __init__(self, folder: Folder, paths: Sequence[str], buckets: int) -> None:
        """Spread lists over so many buckets."""
        super().__init__(folder, paths, {})
        self._buckets = buckets

    def __call__(self, packed: bytes) -> Done:
        """Make sketches for the files that a Portion names."""
        portion = msgspec.msgpack.decode(packed, type=Portion)
        sketches: list[dict[str, Any]] = []
        postings: list[tuple[int, int, int, int]] = []
        for file in portion.about[0]:
            rows = iter_rows([self._folder.at(self._paths[file])])
            for number, row in zip(self._numbering.of_file(file), rows, strict=True):
                record = to_record(read_entry(row))
                sketch = make_sketch(record)
                sketches.append({"number": number, "sketch": pack_sketch(sketch)})
                postings += (
                    (key % self._buckets, key, day, number) for key, day in find_postings(record, sketch)
                )
        columns = zip(*sorted(postings), strict=True) if postings else ([], [], [], [])
        table = pa.table([pa.array(c, f.type) for c, f in zip(columns, _POSTINGS, strict=True)], _POSTINGS)
        notes = (
            self._note("sketches", portion.number, to_table(sketches, _SKETCHES), _GROUP),
            self._note("postings", portion.number, table, _runs(table["bucket"].to_numpy())),
        )
        return Done("sketches", f"{portion.number:05}", notes, {"reports": len(sketches)})


class PairWork(LinkWork):
    """Step 2: the pairs of reports that stand near each other in the lists of a bucket."""

    def __init__(
        self,
        folder: Folder,
        paths: Sequence[str],
        files: Mapping[str, Sequence[str]],
        *,
        window: int,
        block: int,
    ) -> None:
        """Two are near if fewer than ``window`` stand between them; ``block`` is the size of a block."""
        super().__init__(folder, paths, files)
        self._window = window
        self._block = block

    def __call__(self, packed: bytes) -> Done:
        """Find the pairs of the bucket that a Portion names."""
        bucket = msgspec.msgpack.decode(packed, type=Portion).number
        table = read_run(self._folder, self._files.get("postings", ()), "bucket", bucket, _POSTINGS)
        key, day, number = (table[name].to_numpy() for name in ("key", "day", "number"))
        pairs = find_pairs(key, day, number, self._numbering.places[number], self._window)
        first, second = pairs >> 32, pairs & 0xFFFFFFFF
        blocks = first // self._block
        columns = [pa.array(values, pa.int32()) for values in (blocks, first, second)]
        note = self._note("pairs", bucket, pa.table(columns, _PAIRS), _runs(blocks))
        return Done("pairs", f"{bucket:05}", (note,), {"pairs": len(pairs)})


def find_pairs(key: Any, day: Any, number: Any, place: Any, window: int) -> Any:
    """Return the pairs of reports that are near each other in a list, the smaller number above bit 32.

    ``key``, ``day``, ``number`` and ``place`` (what sorts the reports of one day) are arrays of postings.
    """
    order = np.lexsort((number, place, day, key))
    key, day, number = key[order], day[order].astype(np.int64), number[order].astype(np.int64)
    found = np.empty(0, np.int64)
    for lag in range(1, min(window, len(key) - 1) + 1):
        one, other = slice(None, -lag), slice(lag, None)
        near = (key[one] == key[other]) & (number[one] != number[other])
        near &= (day[other] - day[one] <= REACH) | (day[other] == NEVER)
        a, b = number[one][near], number[other][near]
        found = np.union1d(found, (np.minimum(a, b) << 32) | np.maximum(a, b))
    return found


class MatchWork(LinkWork):
    """Step 3: which pairs of a block are on one matter, and which of their events are one."""

    def __init__(self, folder: Folder, paths: Sequence[str], files: Mapping[str, Sequence[str]]) -> None:
        """Compare the pairs that step 2 found by the sketches of step 1."""
        super().__init__(folder, paths, files)
        self._sheaves: tuple[Any, Any] | None = None

    def __call__(self, packed: bytes) -> Done:
        """Compare the pairs of the block that a Portion names."""
        block = msgspec.msgpack.decode(packed, type=Portion).number
        table = read_run(self._folder, self._files.get("pairs", ()), "block", block, _PAIRS)
        pairs = np.unique((table["first"].to_numpy().astype(np.int64) << 32) | table["second"].to_numpy())
        first, second = pairs >> 32, pairs & 0xFFFFFFFF
        mine = self._sketches(np.unique(first).tolist())
        links: list[tuple[int, int, float]] = []
        told: list[tuple[int, str, int, str, float, int]] = []
        # The others, those of one file after the other: all of them would be too many to hold.
        files = self._numbering.files[second]
        for file in np.unique(files):
            some = [
                (int(a), int(b)) for a, b in zip(first[files == file], second[files == file], strict=True)
            ]
            others = self._sketches({b for _, b in some})
            for a, b in some:
                strength, events = self._match(a, mine[a], b, others[b])
                if strength is not None:
                    links.append((a, b, strength))
                told += events
        notes = (
            self._note("links", block, _of_rows(sorted(links), _LINKS)),
            self._note("told", block, _of_rows(sorted(told), _TOLD)),
        )
        return Done("match", f"{block:05}", notes, {"pairs": len(pairs), "links": len(links)})

    def _match(
        self, a: int, one: Sketch, b: int, other: Sketch
    ) -> tuple[float | None, Iterator[tuple[int, str, int, str, float, int]]]:
        likeness = compare_profiles(one.profile, other.profile)
        found = match_likeness(
            one.profile,
            other.profile,
            likeness,
            share_of_prints(one.prints, other.prints),
            lambda: (self._numbering.records([a])[a], self._numbering.records([b])[b]),
        )
        numbers = {mention.key.report: n for n, sketch in ((a, one), (b, other)) for mention in sketch.told}
        events = (
            (numbers[x.report], x.event, numbers[y.report], y.event, strength, day)
            for x, y, strength, day in link_told(one.told, other.told)
        )
        return found.strength if found else None, events

    def _sketches(self, numbers: Iterable[int]) -> dict[int, Sketch]:
        return load_sketches(self._folder, self._numbering, self._files.get("sketches", ()), numbers)


def load_sketches(
    folder: Folder, numbering: Numbering, files: Sequence[str], numbers: Iterable[int]
) -> dict[int, Sketch]:
    """Return the sketches of reports; ``files`` are those of step 1, in their order."""
    # Sketches stand in the order of the files of readings, and of their rows.
    ends = np.cumsum([pq.read_metadata(folder.at(path)).num_rows for path in files])
    wanted: dict[int, list[int]] = {}
    for number in numbers:
        at = int(numbering.starts[numbering.files[number]] + numbering.rows[number])
        file = int(np.searchsorted(ends, at, side="right"))
        wanted.setdefault(file, []).append(at - (int(ends[file - 1]) if file else 0))
    found: dict[int, Sketch] = {}
    for file, rows in wanted.items():
        for row in load_rows(folder.at(files[file]), rows).values():
            found[row["number"]] = unpack_sketch(row["sketch"])
    return found


# --- stories ------------------------------------------------------------------------------------------


def group_stories(folder: Folder, count: int, files: Sequence[str]) -> list[list[int]]:
    """Return the stories of ``count`` reports by the links in files, each by the numbers of its reports."""
    groups = Groups()
    for path in files:
        table = pq.read_table(folder.at(path), columns=["first", "second"])
        for first, second in zip(table["first"].to_pylist(), table["second"].to_pylist(), strict=True):
            groups.join(first, second)
    stories: dict[int, list[int]] = {}
    for number in range(count):
        stories.setdefault(groups.find(number), []).append(number)
    # In the order of their first reports, which name them.
    return list(stories.values())


def story_id(numbering: Numbering, story: Sequence[int]) -> str:
    """Return the id of a story: its first report names it."""
    return f"s{numbering.id_of(story[0])[:12]}"


def write_stories(folder: Folder, numbering: Numbering, stories: Iterable[Sequence[int]]) -> list[FileNote]:
    """Write which story each report belongs to."""
    rows = (
        {"story": story_id(numbering, story), "report": numbering.id_of(n), "day": numbering.day_of(n)}
        for story in stories
        for n in story
    )
    return [
        folder.write(f"stories/part-{number:05}.parquet", to_table(some, STORY_TABLE), 10_000)
        for number, some in enumerate(_chunks(rows, _ROWS))
    ]


def bundle(groups: Iterable[Sequence[int]], size: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield groups together, until they have ``size`` members or more."""
    some: list[tuple[int, ...]] = []
    count = 0
    for group in groups:
        some.append(tuple(group))
        count += len(group)
        if count >= size:
            yield tuple(some)
            some, count = [], 0
    if some:
        yield tuple(some)


# --- events -------------------------------------------------------------------------------------------


class EventWork(LinkWork):
    """Step 5: which events of each story are one, part by part, and who copied whom."""

    def __call__(self, packed: bytes) -> Done:
        """Compare the events of the stories that a Portion names."""
        portion = msgspec.msgpack.decode(packed, type=Portion)
        events: list[tuple[int, str, int, int, str]] = []
        copies: list[tuple[str, str, str, str, float, float]] = []
        for story in portion.about:
            records = self._numbering.records(story)
            if len(story) > 1:
                name = story_id(self._numbering, story)
                copies += (
                    (name, c.of, c.report, c.kind, c.share_of, c.share)
                    for c in sources(records.values()).copies
                )
            numbers = {record.id: number for number, record in records.items()}
            for part in split_story(Member(r.day, r.id) for r in records.values()):
                events += _compare_events([records[numbers[member.id]] for member in part], numbers)
        notes = [self._note("events", portion.number, _of_rows(events, _PART_EVENTS))]
        if copies:
            path = f"copies/part-{portion.number:05}.parquet"
            notes.append(self._folder.write(path, _of_rows(copies, COPY_TABLE), 10_000))
        return Done("events", f"{portion.number:05}", tuple(notes), {"events": len(events)})


def _compare_events(
    records: Sequence[Record], numbers: Mapping[str, int]
) -> Iterator[tuple[int, str, int, int, str]]:
    """Yield each event of the reports of a part, with the part and the event that names it there."""
    part = min(numbers[record.id] for record in records)
    for group in group_events(weigh_events(records, find_actors(records))):
        first = group[0]
        for key in group:
            yield numbers[key.report], key.event, part, numbers[first.report], first.event


def find_worlds(folder: Folder, told: Sequence[str], events: Sequence[str]) -> Iterator[World]:
    """Yield the events of parts that may be one, by the links of step 3 and the events of step 5."""
    sure = list(_sure_links(folder, told))
    ends = {end for link in sure for end in link[:2]}
    found: dict[Event, tuple[int, Event]] = {}
    for row in iter_rows(folder.at(path) for path in events):
        if (row["number"], row["event"]) in ends:
            found[row["number"], row["event"]] = row["part"], (row["part_number"], row["part_event"])
    groups = Groups()
    for one, other, *_ in sure:
        groups.join(found[one][1], found[other][1])
    names = {name for _, name in found.values()}
    mentions: dict[Event, tuple[int, list[Event]]] = {}
    for row in iter_rows(folder.at(path) for path in events):
        name = row["part_number"], row["part_event"]
        if name in names:
            mentions.setdefault(name, (row["part"], []))[1].append((row["number"], row["event"]))
    worlds: dict[Event, list[PartEvent]] = {}
    for name in sorted(names):
        part, some = mentions[name]
        worlds.setdefault(groups.find(name), []).append(PartEvent(part, name, tuple(sorted(some))))
    links: dict[Event, list[tuple[Event, Event, float, int]]] = {}
    for link in sure:
        links.setdefault(groups.find(found[link[0]][1]), []).append(link)
    for group, members in sorted(worlds.items(), key=lambda item: item[1][0].name):
        if len(members) > 1:
            yield World(tuple(members), tuple(links[group]))


def _sure_links(folder: Folder, told: Sequence[str]) -> Iterator[tuple[Event, Event, float, int]]:
    """Yield the links of events that are sure (``link/across.py``): all links of both are on one day."""
    days: dict[Event, int | None] = {}
    for row in iter_rows(folder.at(path) for path in told):
        for end in ((row["first"], row["first_event"]), (row["second"], row["second_event"])):
            days[end] = row["day"] if days.get(end, row["day"]) == row["day"] else None
    for row in iter_rows(folder.at(path) for path in told):
        one, other = (row["first"], row["first_event"]), (row["second"], row["second_event"])
        if days[one] is not None and days[other] is not None:
            yield one, other, row["strength"], row["day"]


class WorldWork(LinkWork):
    """Step 6: which events of parts are one in the world."""

    def __call__(self, packed: bytes) -> Done:
        """Judge the groups of events of Worlds."""
        worlds = msgspec.msgpack.decode(packed, type=Worlds)
        rows = [row for world in worlds.some for row in self._judge(world)]
        note = self._note("worlds", worlds.number, _of_rows(rows, _WORLDS))
        return Done("worlds", f"{worlds.number:05}", (note,), {"events": len(rows)})

    def _judge(self, world: World) -> Iterator[tuple[int, str, int, str]]:
        reports = {number for event in world.events for number, _ in event.mentions}
        ids = {number: self._numbering.id_of(number) for number in reports}
        numbers = {id_: number for number, id_ in ids.items()}
        parts: dict[int, list[list[EventKey]]] = {}
        for part, name, mentions in world.events:
            first = EventKey(ids[name[0]], name[1])
            others = sorted({EventKey(ids[number], event) for number, event in mentions} - {first})
            parts.setdefault(part, []).append([first, *others])
        files = self._files.get("sketches", ())
        sketches = load_sketches(self._folder, self._numbering, files, reports)
        told = {mention.key: mention for sketch in sketches.values() for mention in sketch.told}
        links = [
            EventLink(EventKey(ids[a[0]], a[1]), EventKey(ids[b[0]], b[1]), strength, day)
            for a, b, strength, day in world.links
        ]
        for joined in join_parts(parts.values(), links, told):
            names = [(numbers[key.report], key.event) for key in joined]
            # Numbers are in the order of the days: the first report names the event.
            first_name = min(names, key=lambda name: name[0])
            yield from ((*name, *first_name) for name in names if name != first_name)


def write_events(folder: Folder, numbering: Numbering, events: Sequence[str], worlds: Sequence[str]) -> int:
    """Write which event in the world each event of each report is; return how many there are in the world."""
    world_of = {
        (row["part_number"], row["part_event"]): (row["world_number"], row["world_event"])
        for row in iter_rows(folder.at(path) for path in worlds)
    }
    names = set[Event]()
    for number, path in enumerate(events):
        rows = []
        for row in iter_rows([folder.at(path)]):
            name = row["part_number"], row["part_event"]
            report, event = named = world_of.get(name, name)
            names.add(named)
            world = event_id([EventKey(numbering.id_of(report), event)])
            rows.append((world, numbering.id_of(row["number"]), row["event"]))
        folder.write(f"events/part-{number:05}.parquet", _of_rows(rows, EVENT_TABLE), 10_000)
    return len(names)


# --- tables -------------------------------------------------------------------------------------------


def read_run(folder: Folder, paths: Sequence[str], column: str, value: int, schema: pa.Schema) -> pa.Table:
    """Return the rows of files that have ``value`` in a column, which is the same in each group of rows."""
    tables = [schema.empty_table()]
    for path in paths:
        with pq.ParquetFile(folder.at(path)) as file:
            at = file.schema_arrow.names.index(column)
            groups = [
                group
                for group in range(file.num_row_groups)
                if file.metadata.row_group(group).column(at).statistics.min == value
            ]
            if groups:
                tables.append(file.read_row_groups(groups))
    return pa.concat_tables(tables)


def _runs(values: Any) -> list[int]:
    """Return how many equal values follow one another, run by run."""
    return [len(list(run)) for _, run in itertools.groupby(np.asarray(values).tolist())]


def _of_rows(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while some := list(itertools.islice(iterator, size)):
        yield some
