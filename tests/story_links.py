"""Counts stories and events in the world against the gold of tests/stories, by B-cubed.

B-cubed (Bagga and Baldwin 1998): of each thing, how much of its group is of its gold group and the other way
round, averaged over the things.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple, Protocol

from depesche.link.across import cluster_over_stories
from depesche.link.actors import find_actors
from depesche.link.components import Link, find_groups
from depesche.link.events import cluster_events
from depesche.link.mentions import sentences_of
from depesche.link.postings import share_posting
from depesche.link.records import EventKey, Record
from depesche.link.stories import find_postings, same_story
from depesche.link.world import WorldEvent, describe_event
from depesche.reading import Event, Span

Gold = dict[str, Any]


class StoryLike(Protocol):
    """A story with its gold and its records by their gold ids."""

    @property
    def gold(self) -> Gold: ...

    @property
    def records(self) -> dict[str, Record]: ...


class Told(NamedTuple):
    """A mention of the gold: the event it is of, its report, and the event that was read there, if any."""

    event: str
    report: str
    found: EventKey | None


def b_cubed(gold: Mapping[Any, Hashable], found: Mapping[Any, Hashable]) -> dict[str, float]:
    """Return precision, recall and F1 of groups; both name for each thing its group."""
    precision = recall = 0.0
    for thing in gold:
        of_gold = {other for other in gold if gold[other] == gold[thing]}
        of_found = {other for other in gold if found[other] == found[thing]}
        precision += len(of_gold & of_found) / len(of_found)
        recall += len(of_gold & of_found) / len(of_gold)
    precision, recall = precision / max(1, len(gold)), recall / max(1, len(gold))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def measure_stories(stories: tuple[StoryLike, ...]) -> dict[str, float]:
    """Reports in the right stories: a story of the gold is a file of the folder.

    Only pairs near each other in a list are compared, as in an archive.
    """
    gold = {name: s.gold["story"] for s in stories for name in s.records}
    return b_cubed(gold, group_stories(stories))


def group_stories(stories: tuple[StoryLike, ...]) -> dict[str, int]:
    """Return the number of the story of each report, by its gold id."""
    records = {name: record for s in stories for name, record in s.records.items()}
    postings = {name: find_postings(record) for name, record in records.items()}
    links = [
        Link(one, other, link.strength)
        for one, other in combinations(sorted(records), 2)
        if share_posting(postings[one], postings[other])
        and (link := same_story(records[one], records[other]))
    ]
    groups = find_groups(records, links)
    return {name: number for number, group in enumerate(groups) for name in group}


def measure_events(stories: tuple[StoryLike, ...]) -> dict[str, float]:
    """Mentions of one event in one group, over those that the reading has; ``read`` is the share of these.

    ``f1 of all`` counts each mention that was not read as a group of its own.
    """
    gold: dict[tuple[str, int], str] = {}
    found: dict[tuple[str, int], Hashable] = {}
    missed: dict[tuple[str, int], Hashable] = {}
    for story in stories:
        group_of = {k: n for n, g in enumerate(cluster_events(story.records.values())) for k in g}
        for number, told in enumerate(mentions_of(story)):
            thing = (story.gold["story"], number)
            gold[thing] = told.event
            if told.found is None:
                missed[thing] = ("missed", number, told.report)
            else:
                found[thing] = (story.gold["story"], group_of[told.found])
    read = b_cubed({thing: gold[thing] for thing in found}, found)
    every = b_cubed(gold, {**found, **missed})
    return {**read, "read": len(found) / max(1, len(gold)), "f1 of all": every["f1"]}


def mentions_of(story: StoryLike) -> Iterator[Told]:
    """Yield the mentions of a story's gold, each with the event that was read there.

    An event counts if it covers the trigger or, where the sentence has only one mention in the gold, stands
    in the same sentence; of several, one of the right type, then the nearest.
    """
    located = [
        (event, mention["report"], *locate(story.records[mention["report"]], mention))
        for event in story.gold["events"]
        for mention in event["mentions"]
    ]
    for event, report, trigger, sentence in located:
        record = story.records[report]
        read = [e for e in record.reading.events if e.start < trigger.end and trigger.start < e.end]
        alone = sum(r == report and s == sentence for _, r, _, s in located) == 1
        if not read and alone:
            read = [e for e in record.reading.events if sentence.start <= e.start < sentence.end]
        best = min(read, key=lambda e: _distance(e, event, trigger), default=None)
        yield Told(event["id"], report, EventKey(record.id, best.id) if best else None)


def _distance(read: Event, event: Gold, trigger: Span) -> tuple[bool, int, str]:
    return read.type != event["type"], abs(read.start - trigger.start), read.id


def locate(record: Record, mention: Gold) -> tuple[Span, Span]:
    """Return the characters of a mention's trigger and of the sentence that has it."""
    text = record.report.text
    begins = re.search(r"\s+".join(map(re.escape, mention["sentence"].split())), text)
    assert begins, mention
    start = text.index(mention["trigger"], begins.start())
    sentence = next(s for s in sentences_of(record) if s.start <= start < s.end)
    return Span(start, start + len(mention["trigger"])), sentence


def measure_world(stories: tuple[StoryLike, ...]) -> dict[str, float]:
    """Of the events that were read: stages of the gold found, the found ones in it, days, who stands how.

    ``parties`` is the share of the gold's parties that are entered as the gold has them: confirming, denying,
    or silent.
    """
    counts = {"stages": [0, 0], "right stages": [0, 0], "dates": [0, 0], "parties": [0, 0]}
    for story in stories:
        groups = cluster_events(story.records.values())
        actors = find_actors(story.records.values())
        told = list(mentions_of(story))
        for event in story.gold["events"]:
            keys = {t.found for t in told if t.event == event["id"] and t.found}
            best = max(groups, key=lambda g: len(keys & set(g)), default=())
            if keys & set(best):
                world = describe_event(story.records.values(), best, actors)
                for name, (hits, of) in _compare(event, world).items():
                    counts[name][0] += hits
                    counts[name][1] += of
    return {name: hits / max(1, of) for name, (hits, of) in counts.items()}


def _compare(event: Gold, world: WorldEvent) -> dict[str, tuple[int, int]]:
    wanted, found = {s["stage"] for s in event["cycle"]}, {s.stage for s in world.cycle}
    standing = {t.party: "denied" for t in world.denied} | {t.party: "confirmed" for t in world.confirmed}
    standing = {t.party: "silent" for t in world.silent} | standing
    parties = [(p["party"], how) for how in ("confirmed", "denied", "silent") for p in event[how]]
    right = sum(standing.get(party) == how for party, how in parties)
    dated = event["date"] is not None
    return {
        "stages": (len(wanted & found), len(wanted)),
        "right stages": (len(wanted & found), len(found)),
        "dates": (int(dated and world.date == event["date"]), int(dated)),
        "parties": (right, len(parties)),
    }


def measure_across(stories: tuple[StoryLike, ...], gold: Gold) -> dict[str, float]:
    """Events that several stories tell: pairs found of those that were read, look-alikes kept apart.

    ``gold`` is across.yaml. A pair counts as read if a mention in another story and one of its own were.
    """
    groups = cluster_over_stories([s.records.values() for s in stories])
    group_of = {key: number for number, group in enumerate(groups) for key in group}
    records = {name: record for s in stories for name, record in s.records.items()}
    told: dict[str, list[EventKey]] = {}
    for story in stories:
        for mention in mentions_of(story):
            if mention.found is not None:
                told.setdefault(mention.event, []).append(mention.found)
    lines = read = right = 0
    for entry in gold["same_event"]:
        for mention in entry["mentions"]:
            if mention["report"] not in records:
                continue
            lines += 1
            record = records[mention["report"]]
            trigger, sentence = locate(record, mention)
            events = [e for e in record.reading.events if e.start < trigger.end and trigger.start < e.end]
            events = events or [e for e in record.reading.events if sentence.start <= e.start < sentence.end]
            if events and told.get(entry["event"]):
                read += 1
                wanted = {group_of[key] for key in told[entry["event"]]}
                right += any(group_of[EventKey(record.id, e.id)] in wanted for e in events)
    pairs = [entry["events"] for entry in gold["different"] if all(told.get(e) for e in entry["events"])]
    apart = sum(
        {group_of[k] for k in told[one]}.isdisjoint(group_of[k] for k in told[other]) for one, other in pairs
    )
    return {
        "read": read / max(1, lines),
        "same": right / max(1, read),
        "different": apart / max(1, len(pairs)),
    }
