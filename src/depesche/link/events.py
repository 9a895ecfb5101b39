"""Events of different reports that are one event in the world.

Within a story two mentions are one event if they are of the same kind, no parties, days or places speak
against it, and enough speaks for it: the same parties, day, place, words. A mention without a day belongs to
what its report can mean: something held lies before the report, something planned behind it. So the meeting
of one week is not that of the next, and the invitation to the second does not belong to the first. A plan
that was moved is one event on its old day and its new one.

Over stories only what is sure is joined: the same kind, the same two parties or more, the very day.
Everything depends on the set of a story's reports, not on the order in which they came.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from depesche.link.actors import Actors
from depesche.link.components import Link, find_groups
from depesche.link.copies import fingerprints, match_sentences
from depesche.link.happenings import load_happenings
from depesche.link.mentions import Mention, find_mentions
from depesche.link.records import EventKey, Record
from depesche.link.similarity import cosine

Pair = tuple[EventKey, EventKey]

# What speaks for two mentions being one event, and how much must.
ENOUGH = 0.8
_SAME_DAY, _DAY_FITS = 0.5, 0.2
_PARTIES, _PERSONS, _SAME_PLACE, _SAME_TYPE = 0.5, 0.3, 0.3, 0.3
_WORDS, _MEANING = 0.6, 0.4
# Of these a story has few: who, when and where tell which. Of others (what is demanded, criticised, praised)
# a story has many by the same people, so their sentences must say the same.
_SCENES = frozenset(h.id for h in load_happenings())
_LEAST_CONTENT = 0.5
_DIGITS = 9
# A copied sentence tells the same event whatever else is read in it.
_COPIED = 10.0
# The night to Tuesday is Monday's and Tuesday's.
_NIGHT = 1
_AT_NIGHT = frozenset({"attack"})
# What is done to a place or in it: the same deed in another town is another.
_BOUND_TO_PLACE = frozenset({"attack", "protest"})
# Of these a story seldom has two.
_SINGLE = frozenset({"ceasefire", "release", "extradition", "arrest", "resignation", "exercise"})
_ENOUGH_IF_SINGLE = 0.5
# So little less is nearly enough: people may be asked.
_NEARLY = 0.15
# Those in it do it together, or each says that the other did it. In all else who does it tells which it is:
# an expulsion is not the one that answers it.
_MUTUAL = frozenset("meeting deal attack ceasefire protest exercise extradition release withdrawal".split())
# What is done to one person, of whom reports name now this state and now that.
_OF_A_PERSON = frozenset({"arrest", "release", "extradition"})


class Weighed(msgspec.Struct, frozen=True):
    """What speaks for and against the events of some reports being one, pair by pair.

    ``mentions`` are all events in their order. ``links`` make two one, ``near`` were nearly enough to (by
    ``margin``), ``barred`` must not be.
    """

    mentions: Mapping[EventKey, Mention]
    links: tuple[Link, ...]
    near: tuple[Link, ...]
    barred: tuple[Pair, ...]
    margin: float

    def enough_for(self, link: Link) -> float:
        """Return how strong a link of these two must be."""
        return _enough(self.mentions[link.first])


def _enough(mention: Mention) -> float:
    return _ENOUGH_IF_SINGLE if mention.kind in _SINGLE else ENOUGH


def cluster_events(
    records: Iterable[Record], together: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> tuple[tuple[EventKey, ...], ...]:
    """Return the events of the reports of one story: each group is one in the world, first mention first.

    ``together`` and ``apart`` are what people decided. Every event of every report is in one group.
    """
    return group_events(weigh_events(records), together, apart)


def group_events(
    weighed: Weighed, together: Iterable[Pair] = (), apart: Iterable[Pair] = ()
) -> tuple[tuple[EventKey, ...], ...]:
    """Return what ``cluster_events`` does, of events that were weighed."""
    order = {key: n for n, key in enumerate(weighed.mentions)}
    groups = find_groups(order, weighed.links, together, (*apart, *weighed.barred))
    ordered = (tuple(sorted(group, key=order.__getitem__)) for group in groups)
    return tuple(sorted(ordered, key=lambda group: order[group[0]]))


def weigh_events(records: Iterable[Record], actors: Actors | None = None) -> Weighed:
    """Return what speaks for and against each two events of the reports of one story being one.

    ``actors`` are those of the reports, if they are known already.
    """
    found = {r.id: r for r in records}
    mentions = find_mentions(found.values(), actors)
    order = {m.key: n for n, m in enumerate(mentions)}
    copied = set(_copied_pairs(list(found.values()), mentions, order))
    moved = any(m.stage == "postponed" for m in mentions)
    links = [Link(a, b, _COPIED) for a, b in sorted(copied)]
    near: list[Link] = []
    barred: list[Pair] = []
    for a, b, alike in _pairs_of_kinds(mentions):
        if (a.key, b.key) in copied:
            continue
        if not may_be_one(a, b, moved):
            barred.append((a.key, b.key))
        elif (strength := weigh(a, b, alike)) >= _enough(a):
            links.append(Link(a.key, b.key, strength))
        elif strength > _enough(a) - _NEARLY:
            near.append(Link(a.key, b.key, strength))
    return Weighed({m.key: m for m in mentions}, tuple(links), tuple(near), tuple(barred), _NEARLY)


def _pairs_of_kinds(mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Mention, float]]:
    """Yield all pairs of mentions of one kind, with the cosine of what their sentences mean.

    Mentions of two kinds are never linked, so nothing need keep them apart.
    """
    of_kinds: dict[str, list[Mention]] = {}
    for mention in mentions:
        of_kinds.setdefault(mention.kind, []).append(mention)
    for some in of_kinds.values():
        size = max(len(m.vector) for m in some)
        vectors = np.array([m.vector if len(m.vector) == size else (0.0,) * size for m in some])
        for n, one in enumerate(some):
            # Rounded, so that it does not depend on what else is multiplied.
            alike = np.round(vectors[n + 1 :] @ vectors[n], _DIGITS).tolist()
            yield from ((one, other, value) for other, value in zip(some[n + 1 :], alike, strict=True))


def event_id(group: Sequence[EventKey]) -> str:
    """Return the id of an event in the world: its first mention names it."""
    first = group[0]
    return f"e{first.report[:12]}-{first.event}"


# --- what speaks against it -------------------------------------------------------------------------


def may_be_one(a: Mention, b: Mention, moved: bool = False) -> bool:
    """Whether nothing speaks against two mentions being one event.

    ``moved`` says that the story tells of something that was put off.
    """
    same_way = a.way is None or b.way is None or a.way == b.way
    fit = _parties_fit(a, b) and _places_fit(a, b) and _days_fit(a, b, moved)
    return a.kind == b.kind and same_way and fit


def _parties_fit(a: Mention, b: Mention) -> bool:
    """Whether the parties may be the same: states that both have, and of a state the same persons."""
    one, other = a.states | a.bodies, b.states | b.bodies
    if one and other and a.kind not in _OF_A_PERSON:
        shared = one & other
        fewer = min(len(one), len(other))
        # A third one is often only named beside the two: what two have in common is enough.
        if len(shared) < min(fewer, 2) and not _sides_of_one(a, b):
            return False
    if a.kind not in _MUTUAL and a.by and b.by and a.by.isdisjoint(b.by):
        return False
    for state in a.persons.keys() & b.persons.keys():
        if state and a.persons[state].isdisjoint(b.persons[state]):
            return False
    return True


def _sides_of_one(a: Mention, b: Mention) -> bool:
    """Whether one names who attacks and the other who is attacked, in reports that name both."""
    lone = len(a.states) == 1 == len(b.states)
    return lone and a.kind in _BOUND_TO_PLACE and a.states <= b.named and b.states <= a.named


def _places_fit(a: Mention, b: Mention) -> bool:
    """Whether it may be the same place: one report gives the village, another the district as well."""
    if a.kind not in _BOUND_TO_PLACE or a.place is None or b.place is None:
        return True
    if a.exact and b.exact and a.first == b.first:
        return True
    return a.place in b.named or b.place in a.named


def _days_fit(a: Mention, b: Mention, moved: bool) -> bool:
    one, other = _possible_days(a), _possible_days(b)
    slack = _NIGHT if a.kind in _AT_NIGHT else 0
    if one[0] - slack <= other[1] and other[0] - slack <= one[1]:
        return True
    # What was put off has an old day and a new one, and none on which it was held.
    return moved and not (a.held and b.held)


def _possible_days(mention: Mention) -> tuple[float, float]:
    """Return the days on which an event may lie, as far as its report can tell."""
    known = mention.known
    if mention.stage is None and (mention.type == "REJECT" or mention.first is None):
        # The day of a denial is not that of what is denied.
        return -math.inf, math.inf
    if mention.held or mention.stage is None:
        if mention.first is not None and mention.last is not None:
            return mention.first, mention.last
        return -math.inf, math.inf if known is None else known
    ahead = mention.last is not None and (known is None or mention.last > known)
    if ahead and mention.first is not None and mention.last is not None:
        return mention.first, mention.last
    # The day of a proposal is not that of what is proposed: that lies ahead of the report.
    if mention.stage in ("postponed", "cancelled") or known is None:
        return -math.inf, math.inf
    return known, math.inf


# --- what speaks for it -----------------------------------------------------------------------------


def weigh(a: Mention, b: Mention, alike: float = 0.0) -> float:
    """Return how much speaks for two mentions that may be one event being one.

    ``alike`` is the cosine of what their sentences mean, 0 if that is not known.
    """
    content = _WORDS * math.sqrt(cosine(a.words, b.words)) + _MEANING * max(0.0, alike)
    nobody = not (a.states or a.bodies or a.persons) or not (b.states or b.bodies or b.persons)
    if (a.kind not in _SCENES or nobody) and content < _LEAST_CONTENT:
        return 0.0
    parties = _share(a.states, b.states) * _PARTIES
    persons = _PERSONS if _shared_persons(a, b) else 0.0
    place = _SAME_PLACE if a.place is not None and a.place == b.place else 0.0
    same_type = _SAME_TYPE if a.type == b.type else 0.0
    return content + parties + persons + place + same_type + _weigh_days(a, b)


def _weigh_days(a: Mention, b: Mention) -> float:
    if a.exact and b.exact and a.first == b.first:
        return _SAME_DAY
    return _DAY_FITS


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _shared_persons(a: Mention, b: Mention) -> bool:
    mine = frozenset(itertools.chain.from_iterable(a.persons.values()))
    return not mine.isdisjoint(itertools.chain.from_iterable(b.persons.values()))


def _copied_pairs(
    records: Sequence[Record], mentions: Sequence[Mention], order: Mapping[EventKey, int]
) -> Iterator[Pair]:
    """Yield the events that stand in sentences of which one was copied from the other."""
    told: dict[tuple[str, int], list[Mention]] = {}
    for mention in mentions:
        told.setdefault((mention.key.report, mention.sentence), []).append(mention)
    prints = {r.id: frozenset(fingerprints(r)) for r in records}
    for a, b in itertools.combinations(sorted(records, key=lambda r: r.id), 2):
        if prints[a.id].isdisjoint(prints[b.id]):
            continue
        for match in match_sentences(a, b):
            pairs = itertools.product(told.get((a.id, match.a), ()), told.get((b.id, match.b), ()))
            for one, other in pairs:
                if _same_words(a, one, b, other) and not _names_apart(one, other):
                    first, second = sorted((one.key, other.key), key=order.__getitem__)
                    yield first, second


def _names_apart(one: Mention, other: Mention) -> bool:
    """Whether each sentence has a noun or name that the other lacks: one form, filled in twice."""
    return bool(one.nouns - other.nouns) and bool(other.nouns - one.nouns)


def _same_words(a: Record, one: Mention, b: Record, other: Mention) -> bool:
    return a.event(one.key.event).text.lower() == b.event(other.key.event).text.lower()
