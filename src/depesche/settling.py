"""Tells which events are one in the world, in those stories of an archive that changed.

The events of a story are compared part by part (``link/parts.py``); over parts and stories those are one that
surely are (``link/across.py``). Only the parts that changed are compared, and what hangs with their events.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from depesche.archive.links import Links, WorldEvent
from depesche.archive.portions import heaps
from depesche.judgement import Doubt, Judgement
from depesche.link.across import EventLink, join_parts, sure_links
from depesche.link.actors import Actors, find_actors
from depesche.link.components import Link
from depesche.link.doubts import doubt_actors, doubt_events, doubt_readings, doubt_stories
from depesche.link.events import Weighed, group_events, weigh_events
from depesche.link.judgements import actor_pairs, event_pairs, is_decided, story_pairs
from depesche.link.parts import Member, name_part, split_story
from depesche.link.records import EventKey, Record
from depesche.recall import Recall

# Parts of so many reports are compared at once.
_REPORTS = 20

# An event of a report, by the report's number; of a part of a story, the one that names it.
_Event = tuple[int, str]
_Pairs = tuple[tuple[EventKey, EventKey], ...]


class _Compared(NamedTuple):
    """What came of comparing the events of some reports, and what it rests on."""

    records: tuple[Record, ...]
    judgements: tuple[Judgement, ...]
    judged: tuple[_Pairs, _Pairs]
    actors: Actors
    weighed: Weighed
    groups: Sequence[Sequence[EventKey]]


class Settler:
    """Tells which events are one, in one transaction.

    Comparing takes longest, and others must not wait for it: it may be done before in a transaction that only
    reads (``prepare``). Another settler with the same ``recall`` takes over what was ``compared`` there, as
    far as nothing that it rests on has changed since.
    """

    def __init__(
        self,
        links: Links,
        recall: Recall,
        judgements: tuple[Judgement, ...],
        compared: Mapping[str, _Compared] | None = None,
    ) -> None:
        self._links = links
        self._recall = recall
        self._judgements = judgements
        self._records: dict[int, Record] = {}
        self._together, self._apart = self._find_judged()
        self.compared = dict(compared or {})

    def _find_judged(self) -> tuple[_Pairs, _Pairs]:
        """Return the pairs of events that people made one or kept apart, of whatever stories."""
        told = [j for j in self._judgements if j.verdict in ("same_event", "other_event")]
        named = {end.report for j in told for end in (j.subject, j.object) if end is not None}
        numbers = self._links.find_numbers(named).values()
        self._load(numbers)
        return event_pairs(told, (self._records[number].reading for number in sorted(numbers)))

    def prepare(self, stories: Iterable[int], until: float) -> list[int]:
        """Compare the events of those parts of stories that changed, without writing anything.

        Some stories are taken at once, and no more after ``until`` (monotonic); returns those that were.
        """
        changed, ready = self._find_changed(stories), list[int]()
        sizes = {story: sum(len(part) for _, part in parts) for story, parts in changed.items()}
        for some in heaps(sizes, _REPORTS):
            parts = [part for story in some for part in changed[story]]
            numbers = [number for _, part in parts for number in part]
            self._load(numbers)
            for name, part in parts:
                self.compared[name] = self._weigh(name, part)
            # These will be asked for, and stay at hand.
            ends = {end for link in self._links.list_event_links(numbers) for end in link[:2]}
            self._recall.sketches(self._links, ends, self._judgements)
            ready += some
            if time.monotonic() > until:
                break
        return ready

    def settle(self, stories: Iterable[int]) -> None:
        """Tell anew which events are one in those parts of stories that changed."""
        changed = self._find_changed(stories)
        parts = {name: part for found in changed.values() for name, part in found}
        numbers = [number for part in parts.values() for number in part]
        self._load(numbers)
        # What was one with these events in other parts may be so no longer.
        touched = set(map(_part_of, self._links.list_named_by(numbers)))
        compared = [(part, self._weigh(name, part)) for name, part in parts.items()]
        worlds = (world for part, one in compared for world in _name_events(part, one))
        self._links.replace_world_events(numbers, worlds)
        self._ask(compared)
        self._links.write_parts({number: name for name, part in parts.items() for number in part})
        touched.update(map(_part_of, self._links.list_world_events(numbers)))
        self._join(touched)
        self._links.kept.forget_outlines(changed)

    def _find_changed(self, stories: Iterable[int]) -> dict[int, list[tuple[str, list[int]]]]:
        """Return the name and the reports of each part that changed of some stories, by story."""
        found: dict[int, list[tuple[str, list[int]]]] = {}
        for story, told in self._links.describe_members(stories).items():
            members = {m.id: m for m in told}
            named = ((name_part(p), p) for p in split_story(Member(m.day, m.id) for m in told))
            found[story] = [
                (name, [members[m.id].report for m in part])
                for name, part in named
                if any(members[m.id].part != name for m in part)
            ]
        return found

    def _load(self, numbers: Iterable[int]) -> None:
        """Have the records of reports at hand, each asked for once in this transaction."""
        wanted = set(numbers) - self._records.keys()
        self._records |= self._recall.records(self._links, wanted, self._judgements)

    def _weigh(self, name: str, numbers: Sequence[int]) -> _Compared:
        """Return which events of these reports are one: as compared before, if nothing changed since."""
        # What was recalled is the same object as long as it is the same.
        records = tuple(self._records[number] for number in numbers)
        judged = (self._together, self._apart)
        known = self.compared.get(name)
        if (
            known is not None
            and [id(record) for record in known.records] == [id(record) for record in records]
            and (known.judgements, known.judged) == (self._judgements, judged)
        ):
            return known
        actors = find_actors(records, *actor_pairs(self._judgements, (record.reading for record in records)))
        weighed = weigh_events(records, actors)
        groups = group_events(weighed, self._together, self._apart)
        return _Compared(records, self._judgements, judged, actors, weighed, groups)

    def _ask(self, parts: Sequence[tuple[Sequence[int], _Compared]]) -> None:
        """Write what people are to be asked about the reports of each of these parts."""
        # A report alone hangs on no other.
        several = {number for numbers, _ in parts if len(numbers) > 1 for number in numbers}
        held = self._links.list_story_links(several)
        for numbers, compared in parts:
            ids = {number: record.id for number, record in zip(numbers, compared.records, strict=True)}
            links = [
                Link(ids[link.first], ids[link.second], link.strength)
                for link in held
                if link.first in ids and link.second in ids
            ]
            self._links.replace_doubts(numbers, self._find_doubts(compared, links))

    def _find_doubts(self, compared: _Compared, links: Sequence[Link]) -> Iterator[Doubt]:
        """Yield what people are to be asked about the reports of a part, but what they have answered.

        ``links`` are those between the reports.
        """
        records = {record.id: record for record in compared.records}
        actors, weighed, groups = compared.actors, compared.weighed, compared.groups
        told = {key: len(group) for group in groups for key in group}
        doubts = itertools.chain(
            doubt_stories(records, links, story_pairs(self._judgements)[0]),
            doubt_events(weighed, groups, records, self._together, self._apart),
            doubt_actors(actors, records),
            *(doubt_readings(record, told) for record in records.values()),
        )
        judged = [j for j in self._judgements if j.subject is not None and j.subject.report in records]
        yield from (doubt for doubt in doubts if not is_decided(doubt, judged))

    def _join(self, touched: set[_Event]) -> None:
        """Tell anew which events of parts are one in the world: these, and what hangs with them."""
        groups, event_links = self._gather(touched)
        days = self._links.find_days({row.report for rows in groups.values() for row in rows})
        ids = {number: id_ for number, (_, id_) in days.items()}
        sure = sure_links(event_links)
        part_of = self._links.find_parts(ids)
        parts: dict[str, list[list[EventKey]]] = {}
        for name, rows in sorted(groups.items()):
            first = EventKey(ids[name[0]], name[1])
            others = {EventKey(ids[row.report], row.event) for row in rows} - {first}
            parts.setdefault(part_of.get(name[0], ids[name[0]]), []).append([first, *sorted(others)])
        numbers = {id_: number for number, id_ in ids.items()}
        ends = {(numbers[e.report], e.event) for link in sure for e in link[:2] if e.report in numbers}
        linked = (rows for rows in groups.values() if any((row.report, row.event) in ends for row in rows))
        asked = {row.report for rows in linked for row in rows}
        sketches = self._recall.sketches(self._links, asked, self._judgements)
        told = {mention.key: mention for sketch in sketches.values() for mention in sketch.told}
        written = {name: rows[0] for name, rows in groups.items()}
        for joined in join_parts(parts.values(), sure, told, self._together, self._apart):
            names = [(numbers[key.report], key.event) for key in joined]
            # The first report names the event.
            world = min(names, key=lambda n: (days[n[0]][0] or "9999", days[n[0]][1]))
            renamed = {n: world for n in names if (written[n].world_report, written[n].world_event) != world}
            self._links.name_worlds(renamed)
            # What is told of other stories changes with the names of their events.
            changed = self._links.find_stories(row.report for name in renamed for row in groups[name])
            self._links.kept.forget_outlines(set(changed.values()))

    def _gather(self, touched: set[_Event]) -> tuple[dict[_Event, list[WorldEvent]], list[EventLink]]:
        """Return the events of parts that may be one with these, by name, and the links between mentions."""
        groups: dict[_Event, list[WorldEvent]] = {}
        found: dict[EventKey, list[EventLink]] = {}
        named, asked = set[_Event](), set[int]()
        # Names of events that are gone name nothing, and are asked for once.
        while touched := touched - named:
            named |= touched
            rows = self._links.list_named(touched, "part")
            for row in rows:
                groups.setdefault(_part_of(row), []).append(row)
            reports = {row.report for row in rows}
            for link in self._load_links(reports - asked):
                found.setdefault(link.first, []).append(link)
                found.setdefault(link.second, []).append(link)
            asked |= reports
            ids = {number: id_ for number, (_, id_) in self._links.find_days(reports).items()}
            here = {EventKey(ids[row.report], row.event) for row in rows}
            there = {end for key in here for end in _ends_of(key, found.get(key, ()))}
            there |= {b for pair in self._together for a, b in (pair, pair[::-1]) if a in here}
            numbers = self._links.find_numbers({key.report for key in there})
            wanted = {(numbers[key.report], key.event) for key in there if key.report in numbers}
            events = self._links.list_world_events(number for number, _ in wanted)
            worlds = self._links.list_named({(r.world_report, r.world_event) for r in rows}, "world")
            others = (event for event in events if (event.report, event.event) in wanted)
            touched = {_part_of(event) for event in (*others, *worlds)}
        # Where a report was read anew, or a story divided, others may be named by what is no more until their
        # turn comes.
        groups = {name: rows for name, rows in groups.items() if any(name == row[:2] for row in rows)}
        return groups, sorted({link for links in found.values() for link in links})

    def _load_links(self, reports: set[int]) -> list[EventLink]:
        """Return all links between events of these reports and of any others."""
        kept = self._links.list_event_links(reports)
        ids = {n: i for n, (_, i) in self._links.find_days({n for k in kept for n in k[:2]}).items()}
        found = []
        for pair in kept:
            for one, other, strength, day in msgspec.json.decode(pair.events):
                first, second = sorted((EventKey(ids[pair.first], one), EventKey(ids[pair.second], other)))
                found.append(EventLink(first, second, strength, day))
        return found


def _name_events(numbers: Sequence[int], compared: _Compared) -> Iterator[WorldEvent]:
    """Yield which event in the world each event of these reports, which are a part, is."""
    known = {record.id: number for record, number in zip(compared.records, numbers, strict=True)}
    for group in compared.groups:
        for first in group[:1]:
            for key in group:
                yield WorldEvent(known[key.report], key.event, *(known[first.report], first.event) * 2)


def _part_of(event: WorldEvent) -> _Event:
    return event.part_report, event.part_event


def _ends_of(key: EventKey, links: Iterable[EventLink]) -> set[EventKey]:
    """Return what an event is linked to, if all of it is on one day."""
    if len({link.day for link in links}) != 1:
        return set()
    return {end for link in links for end in link[:2] if end != key}
