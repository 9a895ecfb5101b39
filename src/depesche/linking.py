"""Links the reports of an archive as they come: stories, and events that are one in the world.

Each report is linked in one transaction of its own, so that whatever ends the process leaves whole reports
behind, and the next run goes on with the rest. What comes out does not depend on the order of arrival: a
link is a matter of two reports alone, a story is what hangs together, and which events are one is decided by
the set of a story's reports.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from depesche.archive.links import Links, StoryLink, WorldEvent
from depesche.archive.rows import other_outlets
from depesche.archive.store import Archive
from depesche.judgement import Judgement
from depesche.language.document import analyse_report
from depesche.language.meanings import unpack_vectors
from depesche.link import actors, relations, stories
from depesche.link.components import Link, find_groups
from depesche.link.events import cluster_events
from depesche.link.judgements import correct_reading, event_pairs, judgements_in_force, story_pairs
from depesche.link.records import Record
from depesche.read import words_digest

# So many reports are looked up at once: to find them takes a walk through all that are linked.
_PORTION = 500
# So many records stay in memory.
_KEPT = 1_000
# Events are compared with those of so many reports of their story, in the order of days: to compare all with
# all of a story of hundreds takes minutes.
_AT_ONCE = 60


class Linker:
    """Links what an archive has, report by report."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        # By number: those of a growing story are asked for again and again.
        self._kept: OrderedDict[int, tuple[str, int, Record]] = OrderedDict()

    def run(self) -> Iterator[int]:
        """Link every report that is not linked yet; yield after each how many are left."""
        linker = words_digest()
        while True:
            with self._archive.linked() as links:
                left = links.count_unlinked(linker)
                portion = links.find_unlinked(linker, _PORTION)
            if not portion:
                return
            for number in portion:
                with self._archive.linking() as links:
                    self._link(links, number)
                    links.mark_linked(number, linker)
                left -= 1
                yield left

    def _link(self, links: Links, number: int) -> None:
        judgements = judgements_in_force(links.judgements())
        record = self._record(links, number, judgements)
        keys = stories.candidate_keys(record)
        links.replace_keys(number, keys | actors.candidate_keys(record) | relations.candidate_keys(record))
        found = [
            StoryLink(number, other, link.strength, msgspec.json.encode(link.reasons).decode())
            for other in links.find_under(keys)
            if other != number
            and (link := stories.same_story(record, self._record(links, other, judgements))) is not None
        ]
        links.replace_story_links(number, found)
        self._group_stories(links, number, found, judgements)

    def _group_stories(
        self, links: Links, number: int, found: Iterable[StoryLink], judgements: tuple[Judgement, ...]
    ) -> None:
        """Group anew all reports of the stories that a report was or is linked to."""
        together, apart = story_pairs(judgements)
        numbers = links.find_numbers({i for pair in (*together, *apart) for i in pair})
        joined = [(numbers[a], numbers[b]) for a, b in together if a in numbers and b in numbers]
        members = {number, *(link.second for link in found)}
        grown = 0
        while grown != len(members):
            grown = len(members)
            members.update(links.find_companions(members))
            members.update(end for pair in joined if members.intersection(pair) for end in pair)
        days = links.find_days(members)
        ids = {id_: n for n, (_, id_) in days.items()}
        edges = [
            Link(days[link.first][1], days[link.second][1], link.strength)
            for link in links.list_story_links(members)
        ]
        for group in find_groups(ids, edges, together, apart):
            ordered = sorted((ids[i] for i in group), key=lambda n: (days[n][0] or "9999", days[n][1]))
            # The first report names the story.
            links.write_stories(dict.fromkeys(ordered, ordered[0]))
            # Of a long story events are compared part by part.
            for first in range(0, len(ordered), _AT_ONCE):
                self._group_events(links, ordered[first : first + _AT_ONCE], judgements)

    def _group_events(self, links: Links, numbers: Sequence[int], judgements: tuple[Judgement, ...]) -> None:
        """Tell anew which events of these reports of one story are one in the world."""
        records = [self._record(links, number, judgements) for number in numbers]
        known = {record.id: number for record, number in zip(records, numbers, strict=True)}
        together, apart = event_pairs(judgements, (record.reading for record in records))
        worlds = [
            WorldEvent(known[key.report], key.event, known[first.report], first.event)
            for group in cluster_events(records, together, apart)
            for first in group[:1]
            for key in group
        ]
        links.replace_world_events(numbers, worlds)

    def _record(self, links: Links, number: int, judgements: tuple[Judgement, ...]) -> Record:
        """Return the record of a report as people corrected it."""
        reader, last = links.find_reader(number), max((j.number for j in judgements), default=0)
        known = self._kept.get(number)
        if known is not None and known[:2] == (reader, last):
            self._kept.move_to_end(number)
            return known[2]
        record = load_record(links, number, judgements)
        self._kept[number] = (reader, last, record)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return record


def load_record(links: Links, number: int, judgements: tuple[Judgement, ...]) -> Record:
    """Return the record of a report as people corrected it. Raises KeyError if it has not been read."""
    report, reading, appearances, meaning = links.load(number)
    outlets = tuple(o for o in (report.source, *other_outlets(report.source, appearances)) if o)
    return Record(
        report=report,
        reading=correct_reading(reading, judgements),
        outlets=outlets,
        sentences=meaning.sentences if meaning else analyse_report(report).sentence_spans,
        vectors=unpack_vectors(meaning) if meaning else (),
    )
