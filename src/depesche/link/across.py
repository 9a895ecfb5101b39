"""Events that reports of several stories tell: the meeting of the day before, the attack of last year.

A report on one matter mentions another in passing. Such a mention is one with the event of the other story if
both are of one kind and nothing is left open: the same day (or a stretch of days that holds it), and the same
two states or persons, of an attack the same place. A mention without a day stays within its story.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence

from depesche.link.components import Link, find_groups
from depesche.link.events import Pair, cluster_events, may_be_one, weigh
from depesche.link.mentions import Mention, find_mentions
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


def event_keys(record: Record) -> frozenset[str]:
    """Return the keys under which an index finds the reports of other stories that tell the same events.

    Each is of a kind, a month and a pair of states, a pair of persons or a place.
    """
    return frozenset(itertools.chain.from_iterable(_keys(m) for m in find_mentions([record])))


def _keys(mention: Mention) -> Iterator[str]:
    if mention.kind not in _KINDS or mention.first is None or mention.last is None:
        return
    if mention.last - mention.first > _LONG_STRETCH:
        return
    persons = frozenset().union(*mention.persons.values())
    pairs = (*itertools.combinations(sorted(mention.states), 2), *itertools.combinations(sorted(persons), 2))
    whom = [f"{a}-{b}" for a, b in pairs]
    if mention.kind in _AT_A_PLACE and mention.place is not None:
        whom.append(mention.place)
    months = sorted({_month(day) for day in (*range(mention.first - 1, mention.last + 2),)})
    yield from (f"w:{mention.kind}:{name}:{month}" for name in whom for month in months)


def _month(day: int) -> str:
    return datetime.date.fromordinal(max(1, day)).strftime("%Y-%m")


def link_events(a: Record, b: Record) -> tuple[Link, ...]:
    """Return the links between events of two reports of different stories; no other report matters."""
    found = (
        Link(one.key, other.key, weigh(one, other))
        for one, other in itertools.product(find_mentions([a]), find_mentions([b]))
        if is_surely_one(one, other)
    )
    return tuple(sorted(found))


def is_surely_one(a: Mention, b: Mention) -> bool:
    """Whether two mentions of different stories are one event beyond doubt."""
    if a.kind not in _KINDS or not may_be_one(a, b):
        return False
    if a.first is None or a.last is None or b.first is None or b.last is None:
        return False
    if a.first > b.last + 1 or b.first > a.last + 1 or not (a.exact or b.exact):
        return False
    stretch = max(a.last - a.first, b.last - b.first)
    persons = _shared(a.persons.values(), b.persons.values())
    if a.kind in _AT_A_PLACE:
        return _same_place(a, b) and stretch <= _LONG_STRETCH
    if len(a.states & b.states) < 2 and persons < 2:
        return False
    same_day = a.exact and b.exact and a.first == b.first
    return (
        same_day or (stretch <= _SHORT_STRETCH and persons > 0) or (stretch <= _LONG_STRETCH and persons > 1)
    )


def _same_place(a: Mention, b: Mention) -> bool:
    """Whether both name one place, or one names it on the very day and the other's report has it too."""
    if a.place is not None and b.place is not None:
        return a.place == b.place
    named = (a.place in b.named) if a.place is not None else (b.place is not None and b.place in a.named)
    return named and a.exact and b.exact and a.first == b.first


def _shared(one: Iterable[frozenset[str]], other: Iterable[frozenset[str]]) -> int:
    return len(frozenset().union(*one) & frozenset().union(*other))


def cluster_over_stories(
    stories: Iterable[Iterable[Record]], together: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> tuple[tuple[EventKey, ...], ...]:
    """Return the events of the reports of several stories, each group one event in the world.

    Two events of one story stay two, whatever another story says.
    """
    told = [list(records) for records in stories]
    groups = [cluster_events(records, together, apart) for records in told]
    inside = [Link(a, b, _INSIDE) for g in itertools.chain(*groups) for a, b in itertools.pairwise(g)]
    kept_apart = [(one[0], other[0]) for found in groups for one, other in itertools.combinations(found, 2)]
    keys = {record.id: event_keys(record) for records in told for record in records}
    across = [
        link
        for one, other in itertools.combinations(told, 2)
        for a, b in itertools.product(one, other)
        if keys[a.id] & keys[b.id]
        for link in link_events(a, b)
    ]
    members = list(itertools.chain.from_iterable(itertools.chain(*groups)))
    days = {m.key: (m.known or 10**7, n) for records in told for n, m in enumerate(find_mentions(records))}
    found = find_groups(members, [*inside, *across], together, [*kept_apart, *apart])
    return tuple(sorted(_ordered(group, days) for group in found))


# Stronger than any link over stories.
_INSIDE = 100.0


def _ordered(group: Sequence[EventKey], days: dict[EventKey, tuple[int, int]]) -> tuple[EventKey, ...]:
    return tuple(sorted(group, key=lambda key: (*days[key], key)))
