"""What is doubtful among the findings of some reports, and how much hangs on it: what people are asked.

Linking knows how near each of its decisions was to the other one. Of the reports of a story, and the mentions
of an event, the weakest link that holds them together is doubtful; of two that are apart, the strongest that
was not enough. Of what is read in one report, an event is doubtful that the network alone saw or in which
nobody takes part, and a speaker who is named far from the words. Who may be one of several is open by itself
(``find_actors``). Everything depends on the set of reports alone, but for the strangers in other stories.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from depesche.judgement import Anchor, Doubt
from depesche.link.actors import Actors, actor_id
from depesche.link.components import Groups, Link
from depesche.link.events import Pair, Weighed
from depesche.link.records import EventKey, Record
from depesche.link.stories import ALIKE
from depesche.reading import Event, Quotation

T = TypeVar("T", str, EventKey)

# How far from its threshold a link is doubtful: above it, and below.
_STORY_ABOVE, _STORY_BELOW = 0.12, 0.06
_EVENT_ABOVE = 0.3
_RIVALS = 0.3
# An event that the network alone sees, one in which nobody takes part, and a speaker whom nothing names.
_NETWORK, _NOBODY, _NO_SPEAKER = 0.5, 0.4, 0.5
# A speaker who is named before the sentence of the words: at first, for each sentence and each other person
# between.
_CARRIED, _PER_SENTENCE, _PER_PERSON = 0.25, 0.08, 0.12
# Less is not worth a question: reports go on with whom they named in the sentence before.
_LEAST = 0.35
# Of one report so many of each kind are asked at most.
_MOST = 3
# Short words in quotation marks are seldom somebody's.
_SHORT_WORDS = 40


def doubt_of_similarity(similarity: float) -> float:
    """Return how doubtful it is that two reports are on one matter, or are not, by how alike they are."""
    return _doubt(similarity, ALIKE, _STORY_ABOVE, _STORY_BELOW)


def doubt_of_strangers(similarity: float) -> float:
    """Return how doubtful it is that two reports are on no common matter, by how alike they are."""
    doubt = doubt_of_similarity(similarity)
    # Those that are alike enough are kept apart by their first sentences, which is seldom wrong.
    return doubt if similarity < ALIKE else doubt * _RIVALS


def _doubt(value: float, threshold: float, above: float, below: float) -> float:
    far = (value - threshold) / above if value >= threshold else (threshold - value) / below
    return max(0.0, 1.0 - far)


def doubt_stories(
    reports: Iterable[str], links: Iterable[Link], together: Iterable[tuple[str, str]] = ()
) -> Iterator[Doubt]:
    """Yield the weakest link that holds reports of one story together; people put those ``together``."""
    for link, smaller in find_weakest(reports, links, together):
        if doubt := doubt_of_similarity(link.strength):
            yield Doubt("story", Anchor(link.first), Anchor(link.second), True, doubt, smaller)


def doubt_events(
    weighed: Weighed,
    groups: Sequence[Sequence[EventKey]],
    records: Mapping[str, Record],
    together: Iterable[Pair] = (),
    decided_apart: Iterable[Pair] = (),
) -> Iterator[Doubt]:
    """Yield the weakest link within each event in the world, and the strongest between two that was none.

    ``together`` and ``decided_apart`` is what people decided.
    """
    of = {key: number for number, group in enumerate(groups) for key in group}
    inside = [link for link in weighed.links if of[link.first] == of[link.second]]
    for link, smaller in find_weakest(of, inside, together):
        above = link.strength - weighed.enough_for(link)
        if doubt := _doubt(above, 0.0, _EVENT_ABOVE, 1.0):
            yield _between(records, link, True, doubt, smaller)
    kept = [pair for pair in decided_apart if of.keys() >= set(pair)]
    apart = {frozenset((of[a], of[b])) for a, b in (*weighed.barred, *kept)}
    nearest: dict[frozenset[int], Link] = {}
    for link in sorted(weighed.near, key=lambda near: (-near.strength, near[:2])):
        both = frozenset((of[link.first], of[link.second]))
        if len(both) == 2 and both not in apart:
            nearest.setdefault(both, link)
    asked: set[int] = set()
    for both, link in nearest.items():
        # Of each event one such question is enough at a time.
        if asked.isdisjoint(both):
            asked |= both
            below = weighed.enough_for(link) - link.strength
            doubt = _doubt(-below, 0.0, 1.0, weighed.margin)
            yield _between(records, link, False, doubt, min(len(groups[number]) for number in both))


def _between(records: Mapping[str, Record], link: Link, joined: bool, doubt: float, weight: int) -> Doubt:
    first, second = (_anchor(records, key) for key in link[:2])
    return Doubt("event", first, second, joined, doubt, weight)


def _anchor(records: Mapping[str, Record], key: EventKey) -> Anchor:
    event = records[key.report].event(key.event)
    return Anchor(key.report, event.start, event.end)


def find_weakest(
    members: Iterable[T], links: Iterable[Link], together: Iterable[tuple[T, T]] = ()
) -> Iterator[tuple[Link, int]]:
    """Yield of each group that links hold together the weakest needed one, with the size of its smaller side.

    What is ``together`` needs no link.
    """
    size = dict.fromkeys(members, 1)
    groups, last = Groups(), dict[object, tuple[Link, int]]()
    fixed: list[Link] = [Link(a, b, math.inf) for a, b in together if {a, b} <= size.keys()]
    for link in (*fixed, *sorted(links, key=lambda link: (-link.strength, link[:2]))):
        one, other = groups.find(link.first), groups.find(link.second)
        if one == other or one not in size or other not in size:
            continue
        smaller, whole = min(size[one], size[other]), size[one] + size[other]
        groups.join(one, other)
        root = groups.find(one)
        size[root] = whole
        for end in (one, other):
            last.pop(end, None)
        last[root] = (link, smaller)
    yield from (found for found in last.values() if found[0].strength < math.inf)


def doubt_actors(actors: Actors, records: Mapping[str, Record]) -> Iterator[Doubt]:
    """Yield who may be somebody whom another report names: each with the first of the candidates."""
    known = {actor_id(key): key for profile in actors.profiles for key in profile.appearances}
    for one in actors.open:
        for candidate in one.candidates[:1]:
            other = known[candidate.id]
            first, second = (_mention(records[key.report], key.actor) for key in (one.key, other))
            if first and second:
                yield Doubt("actor", first, second, False, 1.0, len(one.candidates))


def _mention(record: Record, actor: str) -> Anchor | None:
    found = next((a for a in record.reading.actors if a.id == actor), None)
    if found is None or not found.mentions:
        return None
    return Anchor(record.id, found.mentions[0].start, found.mentions[0].end)


def doubt_readings(record: Record, told: Mapping[EventKey, int]) -> Iterator[Doubt]:
    """Yield what of one report may be read wrongly; ``told`` says how many mentions each event has."""
    reading = record.reading
    doubts = [
        Doubt("reading", Anchor(record.id, event.start, event.end), None, True, doubt, weight)
        for event in reading.events
        if (doubt := _doubt_event(event))
        for weight in [told.get(EventKey(record.id, event.id), 1)]
    ]
    spoken = [
        Doubt("speaker", Anchor(record.id, span.start, span.end), None, True, doubt, weight)
        for quotation in reading.quotations
        if (doubt := _doubt_speaker(record, quotation))
        for span in [max(quotation.spans, key=lambda s: s.end - s.start)]
        for weight in [1 + sum(span.start <= e.start < span.end for e in reading.events)]
    ]
    for some in (doubts, spoken):
        yield from sorted(some, key=lambda one: (-one.rank, one.subject))[:_MOST]


def _doubt_event(event: Event) -> float:
    network = _NETWORK if event.rule == "events/network" else 0.0
    nobody = _NOBODY if not event.actor and not event.recipient else 0.0
    return network + nobody


def _doubt_speaker(record: Record, quotation: Quotation) -> float:
    """Return how doubtful a speaker is who is not named beside the words."""
    start = min(span.start for span in quotation.spans)
    if quotation.nested or len(quotation.text) < _SHORT_WORDS:
        return 0.0
    if quotation.speaker is None:
        return _NO_SPEAKER if quotation.type == "Direct" else 0.0
    voice = quotation.speaker
    if voice.end > start or any(span.start <= voice.start < span.end for span in quotation.frame):
        return 0.0
    between = sum(voice.end <= span.start <= start for span in record.sentences)
    if not between:
        return 0.0
    others = sum(
        any(voice.end <= mention.start < start for mention in actor.mentions)
        for actor in record.reading.actors
        if actor.type == "PER" and actor.id != voice.actor
    )
    doubt = min(0.95, _CARRIED + _PER_SENTENCE * between + _PER_PERSON * others)
    return doubt if doubt >= _LEAST else 0.0
