"""Counts how much of an annotated report a reading finds: mentions, times, events, who did what to whom."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import yaml

import depesche
from depesche.reading import Actor, Event, Reading

Span = tuple[int, int]
Gold = dict[str, Any]
# In these all parties are on one side.
MUTUAL = {"CONSULT", "AGREE", "COOPERATE"}


@dataclasses.dataclass
class Count:
    hit: int = 0
    read: int = 0
    gold: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, self.read + self.gold)

    def add(self, hit: int, read: int, gold: int) -> None:
        self.hit, self.read, self.gold = self.hit + hit, self.read + read, self.gold + gold


@dataclasses.dataclass
class Quality:
    mentions: Count = dataclasses.field(default_factory=Count)
    times: Count = dataclasses.field(default_factory=Count)
    values: Count = dataclasses.field(default_factory=Count)
    events: Count = dataclasses.field(default_factory=Count)
    who_whom: Count = dataclasses.field(default_factory=Count)
    speakers: Count = dataclasses.field(default_factory=Count)


def measure_folder(folder: Path) -> Quality:
    """Return the counts over all reports of a folder with texts/, gold/ and quotations/."""
    quality = Quality()
    for path in sorted((folder / "texts").glob("*.txt")):
        text = path.read_text("utf-8")
        headline, date, _ = text.split("\n", 2)
        day = date.removeprefix("DATE: ")
        # The line with the day is no part of the report; blanks in its place keep the offsets.
        shown = text.replace(date, " " * len(date), 1)
        reading = depesche.read(shown, published=day, title=headline)
        gold = yaml.safe_load((folder / "gold" / f"{path.stem}.yaml").read_text("utf-8"))
        spoken = yaml.safe_load((folder / "quotations" / f"{path.stem}.yaml").read_text("utf-8"))
        count_mentions(quality, text, reading, gold)
        count_times(quality, text, reading, gold)
        count_events(quality, text, reading, gold)
        count_speakers(quality, text, reading, spoken)
    return quality


def occurrences(text: str, surface: str) -> list[Span]:
    words = r"\s+".join(map(re.escape, str(surface).split()))
    return [m.span() for m in re.finditer(rf"(?<!\w){words}(?!\w)", text)] or [
        m.span() for m in re.finditer(words, text)
    ]


def overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def spans_of(text: str, actor: Gold) -> list[Span]:
    return sorted({s for m in actor["mentions"] for s in occurrences(text, m)})


def pair_off(gold: list[Any], read: list[Any], fits: Any) -> list[tuple[Any, Any]]:
    """Return pairs of a gold item and the first reading that fits it and is still free."""
    free, pairs = list(read), []
    for item in gold:
        found = next((k for k, other in enumerate(free) if fits(item, other)), None)
        if found is not None:
            pairs.append((item, free.pop(found)))
    return pairs


def count_mentions(quality: Quality, text: str, reading: Reading, gold: Gold) -> None:
    wanted = [(span, a["country"]) for a in gold["actors"] for span in spans_of(text, a)]
    found = [((m.start, m.end), a.country) for a in reading.actors for m in a.mentions]
    pairs = pair_off(wanted, found, lambda g, r: g[1] == r[1] and overlap(g[0], r[0]))
    quality.mentions.add(len(pairs), len(found), len(wanted))


def count_times(quality: Quality, text: str, reading: Reading, gold: Gold) -> None:
    wanted = [
        (occurrences(text, t["text"])[int(t.get("nth", 1)) - 1], str(t["value"])) for t in gold["times"] or []
    ]
    found = [((t.start, t.end), t.value) for t in reading.times]
    pairs = pair_off(wanted, found, lambda g, r: overlap(g[0], r[0]))
    quality.times.add(len(pairs), len(found), len(wanted))
    right = sum(g[1] == r[1] for g, r in pairs)
    quality.values.add(right, len(pairs), len(pairs))


def count_events(quality: Quality, text: str, reading: Reading, gold: Gold) -> None:
    actors = {a["id"]: {**a, "spans": spans_of(text, a)} for a in gold["actors"]}
    known = {a.id: a for a in reading.actors}
    events = gold["events"] or []
    for event in events:
        start = (occurrences(text, event["sentence"]) or [(0, 0)])[0][0]
        spans = [s for s in occurrences(text, event["trigger"]) if s[0] >= start]
        event["paragraph"] = text.count("\n", 0, spans[0][0] if spans else start)

    def same_kind(event: Gold, other: Event) -> bool:
        near = text.count("\n", 0, other.start) == event["paragraph"]
        mine = [actors[i] for i in event["actor"] + event["recipient"] if i in actors]
        theirs = [known[i] for i in other.actor + other.recipient]
        return event["type"] == other.type and (near or any(same_actor(a, b) for a in mine for b in theirs))

    def same_parties(event: Gold, other: Event) -> bool:
        return same_kind(event, other) and all(
            same_side([actors[i] for i in mine if i in actors], [known[i] for i in theirs])
            for mine, theirs in sides(event, other)
        )

    exact = pair_off(events, list(reading.events), same_parties)
    pairs = pair_off(events, list(reading.events), same_kind)
    quality.who_whom.add(len(exact), len(reading.events), len(events))
    quality.events.add(max(len(pairs), len(exact)), len(reading.events), len(events))


def sides(event: Gold, other: Event) -> list[tuple[list[str], tuple[str, ...]]]:
    if event["type"] in MUTUAL:
        return [(event["actor"] + event["recipient"], other.actor + other.recipient)]
    return [(event["actor"], other.actor), (event["recipient"], other.recipient)]


def same_side(mine: list[Gold], theirs: list[Actor]) -> bool:
    return all(any(same_actor(a, b) for b in theirs) for a in mine) and all(
        any(same_actor(a, b) for a in mine) for b in theirs
    )


def same_actor(gold: Gold, read: Actor) -> bool:
    if gold["country"] and gold["country"] == read.country:
        return True
    return any(overlap(span, (m.start, m.end)) for span in gold["spans"] for m in read.mentions)


def count_speakers(quality: Quality, text: str, reading: Reading, gold: Gold) -> None:
    """Count quotations whose words overlap by more than half and whose speaker is named by the same words."""
    wanted = []
    for quotation in gold["quotations"] or []:
        spans = [s for words in quotation["text"] for s in occurrences(text, words)[:1]]
        if spans:
            wanted.append((spans, quotation["speaker"]))

    def fits(mine: Any, other: Any) -> bool:
        spans, speaker = mine
        common = sum(max(0, min(a[1], s.end) - max(a[0], s.start)) for a in spans for s in other.spans)
        longer = max(sum(b - a for a, b in spans), sum(s.end - s.start for s in other.spans))
        named = other.speaker.text if other.speaker else None
        return common > longer / 2 and same_words(speaker, named)

    pairs = pair_off(wanted, list(reading.quotations), fits)
    quality.speakers.add(len(pairs), len(reading.quotations), len(wanted))


def same_words(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one == other
    return bool(set(one.lower().split()) & set(other.lower().split()))
