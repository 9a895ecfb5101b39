"""Events that reports of several stories tell: the meeting of the day before, the attack of last year.

A report on one matter mentions another in passing. Such a mention is one with the event of the other story if
both are of one kind and nothing is left open: the same day (or a stretch of days that holds it), and the same
two states or persons, of an attack the same place. A mention without a day stays within its story, and so
does one whose stretch holds two such events. The reports of a long story are told part by part; its parts
are joined in the same way.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from depesche.link.components import Link, find_groups
from depesche.link.events import Pair, cluster_events, may_be_one, weigh
from depesche.link.mentions import Mention, find_mentions
from depesche.link.postings import Posting, key_of
from depesche.link.records import EventKey, Record

# A stretch of more days holds too many events to say which is meant, unless persons or a place tell it.
_SHORT_STRETCH = 8
_LONG_STRETCH = 400
# Kinds that are told by where they were.
_AT_A_PLACE = frozenset({"attack", "protest"})
# Kinds of things that anybody does to anybody all the time: these stay within their story.
_KINDS = frozenset(
    "meeting attack protest ceasefire release extradition arrest exercise deal expulsion".split()
)


class EventLink(NamedTuple):
    """Two mentions that are surely one event, how much speaks for it, and its day (counted from year 1)."""

    first: EventKey
    second: EventKey
    strength: float
    day: int


def find_told(record: Record) -> tuple[Mention, ...]:
    """Return the events of a report that may be one with those of other stories.

    They have no words and no vectors, which count only within a story; no other report matters.
    """
    bare = (msgspec.structs.replace(m, words={}, nouns=frozenset(), vector=()) for m in _dated([record]))
    return tuple(bare)


def _dated(records: Iterable[Record]) -> Iterator[Mention]:
    for mention in find_mentions(records):
        first, last = mention.first, mention.last
        dated = first is not None and last is not None and last - first <= _LONG_STRETCH
        if dated and mention.kind in _KINDS:
            yield mention


def find_postings(told: Iterable[Mention]) -> frozenset[Posting]:
    """Return where an index keeps the report of these events, so that others that tell them stand near it.

    Each key is of a kind, a month and a pair of states, a pair of persons or a place.
    """
    return frozenset(itertools.chain.from_iterable(_postings(m) for m in told))


def _postings(mention: Mention) -> Iterator[Posting]:
    assert mention.first is not None and mention.last is not None
    persons = _persons(mention)
    pairs = (*itertools.combinations(sorted(mention.states), 2), *itertools.combinations(sorted(persons), 2))
    whom = [f"{a}-{b}" for a, b in pairs]
    if mention.kind in _AT_A_PLACE and mention.place is not None:
        whom.append(mention.place)
    # A place that one report names for its event stands somewhere in the other.
    if mention.kind in _AT_A_PLACE and mention.place is None and mention.exact:
        whom += sorted(mention.named)
    months: dict[str, int] = {}
    for day in range(mention.first, mention.last + 1):
        months.setdefault(_month(day), day)
    yield from ((key_of("event", mention.kind, name, m), day) for name in whom for m, day in months.items())


def _month(day: int) -> str:
    return datetime.date.fromordinal(max(1, day)).strftime("%Y-%m")


def link_told(one: Iterable[Mention], other: Iterable[Mention]) -> tuple[EventLink, ...]:
    """Return the links between the events of two reports (``find_told``); no other report matters."""
    pairs = itertools.product(one, other)
    return tuple(sorted(_link(a, b) for a, b in pairs if is_surely_one(a, b)))


def _link(a: Mention, b: Mention) -> EventLink:
    first, second = sorted((a.key, b.key))
    day = a.first if a.exact else b.first
    return EventLink(first, second, round(weigh(a, b), 6), day or 0)


def is_surely_one(a: Mention, b: Mention) -> bool:
    """Whether two mentions of different stories are one event beyond doubt."""
    if a.kind not in _KINDS or not may_be_one(a, b):
        return False
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return False
    if a.first > b.last or b.first > a.last or not (a.exact or b.exact):
        return False
    stretch = max(a.last - a.first, b.last - b.first)
    persons = len(_persons(a) & _persons(b))
    if a.kind in _AT_A_PLACE:
        return _same_place(a, b) and stretch <= _LONG_STRETCH
    if len(a.states & b.states) < 2 and persons < 2:
        return False
    same_day = a.exact and b.exact
    return (
        same_day or (stretch <= _SHORT_STRETCH and persons > 0) or (stretch <= _LONG_STRETCH and persons > 1)
    )


def _same_place(a: Mention, b: Mention) -> bool:
    """Whether both name one place, or one names it on the very day and the other's report has it too."""
    if a.place is not None and b.place is not None:
        return a.place == b.place
    named = (a.place in b.named) if a.place is not None else (b.place is not None and b.place in a.named)
    return named and a.exact and b.exact


def _contradict(a: Mention, b: Mention) -> bool:
    """Whether something speaks against two mentions being one: over stories another place does, too."""
    elsewhere = a.place is not None and b.place is not None and a.place != b.place
    return not may_be_one(a, b) or (a.kind in _AT_A_PLACE and elsewhere)


def _persons(mention: Mention) -> frozenset[str]:
    return frozenset(itertools.chain.from_iterable(mention.persons.values()))


def sure_links(links: Iterable[EventLink]) -> tuple[EventLink, ...]:
    """Return the links of mentions that mean one day: those of a stretch that holds two events are left out.

    All links of a mention must be among those that are given.
    """
    known = set(links)
    days: dict[EventKey, set[int]] = {}
    for link in known:
        days.setdefault(link.first, set()).add(link.day)
        days.setdefault(link.second, set()).add(link.day)
    return tuple(sorted(ln for ln in known if len(days[ln.first]) == 1 == len(days[ln.second])))


def join_parts(
    parts: Iterable[Sequence[Sequence[EventKey]]],
    links: Iterable[EventLink],
    told: Mapping[EventKey, Mention],
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> tuple[tuple[EventKey, ...], ...]:
    """Return which events of parts are one in the world, each named by the first key of its group.

    ``parts`` are the groups of each part of a story, ``links`` the sure ones between their mentions. Two
    events of one part stay two, whatever another says, and so do two of which mentions contradict each other
    (``told`` has those that tell).
    """
    groups = [[tuple(group) for group in part] for part in parts]
    name = {key: group[0] for group in itertools.chain(*groups) for key in group}
    part_of = {group[0]: n for n, part in enumerate(groups) for group in part}
    edges = [Link(name[a], name[b], s) for a, b, s, _ in links if a in name and b in name]
    by_name = {g[0]: [told[k] for k in g if k in told] for g in itertools.chain(*groups)}
    linked = {end for edge in edges for end in edge[:2]}
    put = [[(name[a], name[b]) for a, b in pairs if a in name and b in name] for pairs in (together, apart)]
    # Only what hangs together can become one: of hundreds of events most hang together with none.
    barred = [
        (one, other)
        for some in find_groups(by_name, edges, put[0])
        for one, other in itertools.combinations(some, 2)
        if part_of[one] == part_of[other]
        or ({one, other} <= linked and _may_not_be_one(by_name[one], by_name[other]))
    ]
    return find_groups(by_name, edges, put[0], [*barred, *put[1]])


def _may_not_be_one(one: Iterable[Mention], other: Iterable[Mention]) -> bool:
    return any(_contradict(a, b) for a, b in itertools.product(one, other))


def cluster_over_stories(
    stories: Iterable[Iterable[Record]], together: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> tuple[tuple[EventKey, ...], ...]:
    """Return the events of the reports of several stories, each group one event in the world."""
    records = [list(some) for some in stories]
    parts = [cluster_events(some, together, apart) for some in records]
    told = {record.id: find_told(record) for some in records for record in some}
    links = [
        link
        for one, other in itertools.combinations(records, 2)
        for a, b in itertools.product(one, other)
        for link in link_told(told[a.id], told[b.id])
    ]
    mentions = {m.key: m for m in itertools.chain(*told.values())}
    members = {group[0]: group for group in itertools.chain(*parts)}
    joined = join_parts(parts, sure_links(links), mentions, together, apart)
    return tuple(sorted(tuple(sorted(k for name in group for k in members[name])) for group in joined))
