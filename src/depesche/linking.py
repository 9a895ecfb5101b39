"""Links the reports of an archive as they come: stories, and events that are one in the world.

Reports are linked some at a time, each batch in one transaction, so that whatever ends the process leaves
whole reports behind, and the next run goes on with the rest. What comes out does not depend on the order of
arrival: a link is a matter of two reports alone, which two are compared one of the set of all reports, a
story is what hangs together, and which events are one is decided by a part of a story (settling.py).

To add a report takes as long in a large archive as in a small one: it is compared with those that stand near
it in lists (archive/postings.py), and its events with those of its part.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from depesche.archive.links import Links, StoryLink
from depesche.archive.store import Archive
from depesche.judgement import Anchor, Doubt, Judgement
from depesche.link import actors, relations
from depesche.link.across import link_told
from depesche.link.components import Link, find_groups
from depesche.link.copies import share_of_prints
from depesche.link.doubts import doubt_of_strangers
from depesche.link.judgements import judgements_in_force, story_pairs
from depesche.link.postings import in_reach
from depesche.link.similarity import compare_profiles
from depesche.link.sketches import Sketch, find_postings, make_sketch, pack_sketch
from depesche.link.stories import match_likeness, same_story
from depesche.read import words_digest
from depesche.recall import Loaded, Recall, load_records
from depesche.settling import Settler
from depesche.story_files import pack_reading, renew_stories

# In each list a report is compared with so many before it and behind it.
WINDOW = 24
# So many reports are looked up at once, and so many readings packed in one transaction.
# What was linked in a portion is still in memory when its stories are settled (recall.py).
_PORTION, _BATCH = 300, 20
# Reports are linked in one transaction until so many seconds have gone: a commit waits for the disk, and
# others wait for the lock. Up to so many are loaded at once. So long the events of stories are compared, too,
# of so many at most.
_HELD, _LOADED, _STORIES = 0.25, 4, 20

# Two reports by their numbers, the smaller first.
_Pair = tuple[int, int]


class Linker:
    """Links what an archive has, report by report."""

    # Lists of words are loaded once in a process, however many link in it.
    _is_warm: ClassVar[bool] = False

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._linker = words_digest()
        self._recall = Recall(self._linker)

    def run(self) -> Iterator[int]:
        """Link every report that is not linked yet, and make ready what is asked for (``renew``).

        Yields after each report how many are left to be linked.
        """
        yield from self.link()
        self.renew()

    def link(self) -> Iterator[int]:
        """Link every report that is not linked yet; yield after each how many are left."""
        while True:
            with self._archive.linked() as links:
                left = links.count_unlinked(self._linker)
                portion = links.find_unlinked(self._linker, _PORTION)
            linked = 0
            while linked < len(portion):
                done = self._link_some(portion[linked:])
                yield from range(left - 1, left - 1 - done, -1)
                linked, left = linked + done, left - done
            self._settle()
            if not portion:
                return

    def renew(self) -> None:
        """Keep what is told of each reading and story that is new or changed, for those who ask (kept.py)."""
        for _ in self.renewing():
            pass

    def renewing(self) -> Iterator[int]:
        """Do so step by step; yield how many readings and stories are left, first how many there are."""
        with self._archive.linked() as links:
            left = links.kept.count_missing()
        yield left
        while left:
            with self._archive.linked() as links:
                if not links.kept.find_unpacked(1):
                    break
            with self._archive.linking() as links:
                numbers = links.kept.find_unpacked(_BATCH)
                for number, reading in links.find_readings(numbers).items():
                    links.kept.write_pack(number, pack_reading(reading))
            left = max(1, left - len(numbers))
            yield left
        for _ in renew_stories(self._archive):
            left = max(0, left - 1)
            yield left

    def relink(self, reports: Iterable[str]) -> None:
        """Link just these reports anew, by their ids, and what hangs on them: something was decided there."""
        with self._archive.linked() as links:
            numbers = sorted(links.find_numbers(reports).values())
        moved: set[int] = set()
        while numbers:
            numbers = numbers[self._link_some(numbers, moved) :]
        # What another process is linking, that one settles.
        self._settle(lambda links: links.find_unsettled_of(links.find_stories(moved).values()))

    def _link_some(self, numbers: Sequence[int], moved: set[int] | None = None) -> int:
        """Link the first of some reports, as many as are linked in ``_HELD`` seconds; return how many.

        ``moved`` takes the reports whose stories are to be settled because of that.
        """
        self._warm(numbers[0])
        with self._archive.linking() as links:
            until, done = time.monotonic() + _HELD, 0
            judgements = judgements_in_force(links.judgements())
            while done < len(numbers) and (not done or time.monotonic() < until):
                some = numbers[done : done + _LOADED]
                loaded = links.load_all(some)
                unpacked = links.kept.find_unpacked_of(some)
                for number in some:
                    packed = number not in unpacked and self._has_read(loaded[number])
                    written = self._link(links, number, loaded[number], packed, judgements)
                    if moved is not None:
                        moved.update(written)
                    done += 1
                    if time.monotonic() >= until:
                        break
            links.mark_linked(numbers[:done], self._linker)
        return done

    def _warm(self, number: int) -> None:
        """Load lists of words by comparing a report with itself: in a new process that takes a second or two.

        Who waits for the lock is not to wait for that.
        """
        if self._is_warm:
            return
        with self._archive.linked() as links:
            records = load_records(links, [number], judgements_in_force(links.judgements()))
        for record in records.values():
            make_sketch(record)
            same_story(record, record)
        Linker._is_warm = True

    def _settle(
        self, find: Callable[[Links], list[int]] = lambda links: links.find_unsettled(_STORIES)
    ) -> None:
        """Tell which events are one in the stories that changed: in all of them, or in those to be found.

        They are compared before the lock is held, for as long as others may wait.
        """
        while self._settle_some(find):
            pass

    def _settle_some(self, find: Callable[[Links], list[int]]) -> bool:
        """Do so in some of these stories; return whether there were any."""
        with self._recall.forgetting_nothing():
            with self._archive.linked() as links:
                until = time.monotonic() + _HELD
                first = Settler(links, self._recall, judgements_in_force(links.judgements()))
                ready = first.prepare(find(links)[:_STORIES], until)
            if not ready:
                return False
            with self._archive.linking() as links:
                judgements = judgements_in_force(links.judgements())
                settler = Settler(links, self._recall, judgements, first.compared)
                settler.settle(links.find_unsettled_of(ready))
        return True

    def _has_read(self, loaded: Loaded) -> bool:
        """Whether this version of the package read a report: what was kept of its reading then is good."""
        return loaded[1].reader.startswith(self._linker)

    def _link(
        self, links: Links, number: int, loaded: Loaded, packed: bool, judgements: tuple[Judgement, ...]
    ) -> set[int]:
        """Link a loaded report; return the reports of which it was written to which story they belong.

        ``packed`` says that its reading as it was read is kept in one piece.
        """
        record = self._recall.keep_record(number, loaded, judgements)
        corrected = links.write_corrected(number, loaded[1], record.reading)
        if corrected or not packed:
            links.kept.write_pack(number, pack_reading(record.reading))
        sketch = make_sketch(record)
        links.write_sketch(number, self._linker, pack_sketch(sketch))
        self._recall.keep(number, sketch, loaded[1], judgements)
        links.replace_keys(number, actors.candidate_keys(record) | relations.candidate_keys(record))
        lists = links.lists(WINDOW, in_reach)
        changed = lists.take_out(number)
        links.delete_links_of(number)
        changed.update(lists.put_in(number, record.id, find_postings(record, sketch)))
        made, parted, near = self._compare(links, changed, judgements)
        ends = {number}.union(*((link.first, link.second) for link in (*made, *parted)))
        written = _group_stories(links, number, ends, judgements, apart=bool(parted))
        mine = {sum(pair) - number: doubt for pair, doubt in near.items() if number in pair}
        links.replace_strangers(number, _doubt_strangers(links, number, mine, judgements))
        return written

    def _compare(
        self, links: Links, changed: Mapping[_Pair, int], judgements: tuple[Judgement, ...]
    ) -> tuple[list[StoryLink], list[StoryLink], dict[_Pair, float]]:
        """Write the links of pairs whose support changed: what is near each other nowhere is not linked.

        Returns the links that were made, those that are gone and may have held a story together, and pairs
        that were nearly linked, with how doubtful that is.
        """
        known = links.find_links(changed)
        fresh = {pair: n for pair, n in changed.items() if n > 0 and pair not in known}
        sketches = self._recall.sketches(links, {end for pair in fresh for end in pair}, judgements)
        made: list[StoryLink] = []
        near: dict[_Pair, float] = {}
        for pair, support in fresh.items():
            link, doubt = self._match(links, sketches, pair, support, judgements)
            if link is not None:
                made.append(link)
            if doubt:
                near[pair] = doubt
        held = [link._replace(support=link.support + changed[pair]) for pair, link in known.items()]
        links.write_links([*made, *(link for link in held if link.support > 0)])
        gone = [link for link in held if link.support <= 0]
        links.delete_links((link.first, link.second) for link in gone)
        parted = (ln for ln in gone if ln.strength and not links.have_common_link(ln.first, ln.second))
        return [link for link in made if link.strength], list(parted), near

    def _match(
        self,
        links: Links,
        sketches: Mapping[int, Sketch],
        pair: _Pair,
        support: int,
        judgements: tuple[Judgement, ...],
    ) -> tuple[StoryLink | None, float]:
        """Return what links two reports: that they are on one matter, and the events that both tell.

        The number says how doubtful it is that they are on no common matter.
        """
        one, other = (sketches[number] for number in pair)
        likeness = compare_profiles(one.profile, other.profile)
        found = match_likeness(
            one.profile,
            other.profile,
            likeness,
            share_of_prints(one.prints, other.prints),
            lambda: (
                self._recall.record(links, pair[0], judgements),
                self._recall.record(links, pair[1], judgements),
            ),
        )
        told = link_told(one.told, other.told)
        doubt = 0.0 if found else doubt_of_strangers(likeness.similarity)
        if found is None and not told:
            return None, doubt
        mine = {mention.key for mention in one.told}
        events = [
            (first.event, second.event, strength, day)
            for a, b, strength, day in told
            for first, second in [(a, b) if a in mine else (b, a)]
        ]
        return StoryLink(*pair, found.strength if found else 0.0, _to_json(events), support), doubt


def _doubt_strangers(
    links: Links, number: int, near: Mapping[int, float], judgements: tuple[Judgement, ...]
) -> Iterator[Doubt]:
    """Yield the question whether a report belongs to another story, that of the nearest of some reports."""
    if not near:
        return
    stories, days = links.find_stories({number, *near}), links.find_days({number, *near})
    judged = {frozenset(pair) for pairs in story_pairs(judgements) for pair in pairs}
    mine = days[number][1]
    strangers = [
        other
        for other in near
        if stories.get(other) != stories[number] and frozenset((mine, days[other][1])) not in judged
    ]
    if strangers:
        other = max(strangers, key=lambda n: (near[n], days[n][1]))
        sizes = (len(links.list_members([stories[n]])) for n in (number, other) if n in stories)
        yield Doubt("story", Anchor(mine), Anchor(days[other][1]), False, near[other], min(sizes))


def _to_json(plain: object) -> str:
    return msgspec.json.encode(plain).decode()


def _group_stories(
    links: Links, number: int, ends: set[int], judgements: tuple[Judgement, ...], *, apart: bool
) -> set[int]:
    """Write to which stories the ``ends`` of links belong that a report made or, if ``apart``, undid.

    Returns the reports of which that was written.
    """
    judged = {report for pairs in story_pairs(judgements) for pair in pairs for report in pair}
    numbers = set(links.find_numbers(judged).values())
    before = links.find_stories(ends | numbers)
    stories = {before[end] for end in ends if end in before}
    concerned = not ends.isdisjoint(numbers) or any(before.get(n) in stories for n in numbers)
    if apart or concerned or number in before:
        return _regroup_stories(links, ends, judgements)
    # One report more, and all that held together does so: what it is linked to is one story.
    name = number
    if stories:
        name = _first_of(links.find_days({number, *stories}))
        links.rename_stories(stories - {name}, name)
        links.kept.rename_outlines(stories, name)
    links.write_stories({number: name})
    return {number}


def _regroup_stories(links: Links, reports: Iterable[int], judgements: tuple[Judgement, ...]) -> set[int]:
    """Group anew all reports of the stories that these belong to; return these reports."""
    together, apart = story_pairs(judgements)
    numbers = links.find_numbers({i for pair in (*together, *apart) for i in pair})
    joined = [(numbers[a], numbers[b]) for a, b in together if a in numbers and b in numbers]
    members, grown = set(reports), 0
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
    before = links.find_stories(members)
    groups = [{ids[i]: days[ids[i]] for i in group} for group in find_groups(ids, edges, together, apart)]
    gone = set(before.values()) - {_first_of(told) for told in groups}
    for told in groups:
        name = _first_of(told)
        if gone_here := gone & {before[number] for number in told if number in before}:
            links.kept.rename_outlines(gone_here, name)
            gone -= gone_here
        links.write_stories(dict.fromkeys(told, name))
    return members


def _first_of(days: Mapping[int, tuple[str | None, str]]) -> int:
    """Return which of some reports, with their days and ids, names their story: the first."""
    return min(days, key=lambda number: (days[number][0] or "9999", days[number][1]))
