"""Readings as people corrected them: what holds is carried out on what was read.

What was read stays known (archive/originals.py): a correction is always made of it, and never of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import msgspec

from depesche.judgement import ANSWERS, RULES, TOLD_PLACE, Anchor, Judgement, days_of
from depesche.language.gazetteer import find_named
from depesche.reading import Actor, Event, Place, Quotation, Reading, Statement, Time, Voice

# Words that were read as something, and what people say of them: something else, or nothing (None).
_Times = dict[Time, Time | None]
_Places = dict[Place, Place | None]


class _Worded(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


W = TypeVar("W", bound=_Worded)


def correct_reading(reading: Reading, judgements: Iterable[Judgement]) -> Reading:
    """Return the reading as people corrected it.

    ``judgements`` are those in force; those on other reports are ignored. What is no event is gone. An event
    whose source is a wrong speaker of the words around it rests on the right one's word; one that has its
    days from a time, or its place from words, that were corrected has the right ones; what was said of its
    own day or place goes before.
    """
    mine = [j for j in judgements if j.subject is not None and j.subject.report == reading.id]
    if not mine:
        return reading
    dropped = [j.subject for j in mine if j.verdict == "no_event" and j.subject is not None]
    events = tuple(e for e in reading.events if not any(covers(a, e.start, e.end) for a in dropped))
    spoken = [j for j in mine if j.verdict == "wrong_speaker"]
    quotations = tuple(_with_speaker(q, spoken, reading.actors) for q in reading.quotations)
    pairs = [pair for pair in zip(reading.quotations, quotations, strict=True) if pair[0] != pair[1]]
    times, places = _correct_times(reading, mine), _correct_places(reading, mine)
    events = tuple(
        _with_place(_with_days(_with_source(event, pairs), reading, times), reading, places)
        for event in events
    )
    events = _tell_days(events, mine)
    named = (places.get(place, place) for place in reading.places)
    told_places = [place for place in named if place is not None]
    events, told_places = _tell_places(events, told_places, mine)
    return msgspec.structs.replace(
        reading,
        quotations=quotations,
        events=events,
        times=tuple(time for before in reading.times if (time := times.get(before, before)) is not None),
        places=tuple(sorted(told_places, key=lambda place: (place.start, place.end))),
        relations=tuple(_with_times(statement, times) for statement in reading.relations),
    )


def is_read(judgement: Judgement, reading: Reading) -> bool:
    """Return whether the words of a verdict on a reading are still read as what it is about.

    Of other verdicts, and of what is on another report, it says True. Another reader may find nothing there.
    """
    anchor = judgement.subject
    if anchor is None or anchor.report != reading.id:
        return True
    if judgement.verdict in ("no_event", "is_event", "event_date", "event_place"):
        return bool(_find_at(anchor, reading.events))
    if judgement.verdict == "wrong_speaker":
        return any(_same_words(anchor, s.start, s.end) for q in reading.quotations for s in q.spans)
    if judgement.verdict in ("wrong_time", "wrong_place"):
        told: Sequence[_Worded] = reading.times if judgement.verdict == "wrong_time" else reading.places
        return bool(_find_at(anchor, told))
    return True


def list_decisions(
    judgements: Iterable[Judgement], report: str, found: Actor | Time | Place | Quotation | Event
) -> tuple[Judgement, ...]:
    """Return those of the judgements in force that are about words of a report and what was read there."""
    if isinstance(found, Actor):
        return tuple(j for j in judgements if find_mention(j, report, found) is not None)
    mine = [j for j in judgements if j.subject is not None and j.subject.report == report]
    return tuple(j for j in mine if _is_about(j, found))


def find_mention(judgement: Judgement, report: str, actor: Actor) -> Anchor | None:
    """Return which of the two things that a judgement is about are words for an actor of a report."""
    if ANSWERS.get(judgement.verdict) != "actor":
        return None
    ends = (end for end in (judgement.subject, judgement.object) if end is not None and end.report == report)
    return next((end for end in ends if any(_same_words(end, m.start, m.end) for m in actor.mentions)), None)


def _is_about(judgement: Judgement, found: Time | Place | Quotation | Event) -> bool:
    anchor, kind = judgement.subject, ANSWERS.get(judgement.verdict)
    if anchor is None:
        return False
    if isinstance(found, Quotation):
        return kind == "speaker" and any(_same_words(anchor, s.start, s.end) for s in found.spans)
    kinds: dict[type, tuple[str, ...]] = {
        Time: ("time",),
        Place: ("place",),
        Event: ("reading", "event_date", "event_place"),
    }
    return kind in kinds[type(found)] and covers(anchor, found.start, found.end)


def find_time(times: Iterable[Time], event: Event) -> Time | None:
    """Return the time that gives an event its days: of those that do, the nearest to its words.

    Where only the story gives the day the event may have been later, up to the day of its report.
    """
    if event.earliest is None or event.latest is None:
        return None
    fitting = (
        time
        for time in times
        if time.earliest == event.earliest
        and time.latest is not None
        and time.latest <= event.latest
        and (event.date is None or time.value.startswith(event.date))
    )
    return min(fitting, key=lambda time: (time.latest != event.latest, _distance(time, event)), default=None)


def _distance(time: Time, event: Event) -> tuple[int, int]:
    return abs(time.start - event.start), time.start


# --- where ------------------------------------------------------------------------------------------


def covers(anchor: Anchor, start: int, end: int) -> bool:
    """Whether words lie over those of an anchor: another reader may draw their ends elsewhere."""
    return anchor.start is not None and anchor.end is not None and anchor.start < end and start < anchor.end


def _same_words(anchor: Anchor, start: int, end: int) -> bool:
    """Whether most of the words are the same: a quotation may stand within a longer one."""
    if anchor.start is None or anchor.end is None:
        return False
    shared = min(anchor.end, end) - max(anchor.start, start)
    return 2 * shared > max(anchor.end, end) - min(anchor.start, start)


def _find_at(anchor: Anchor, found: Iterable[W]) -> list[W]:
    """Return what has the words of an anchor; if nothing has, what lies over them."""
    there = [one for one in found if covers(anchor, one.start, one.end)]
    return [one for one in there if _same_words(anchor, one.start, one.end)] or there


# --- who --------------------------------------------------------------------------------------------


def _with_speaker(
    quotation: Quotation, judgements: Iterable[Judgement], actors: Sequence[Actor]
) -> Quotation:
    for judgement in judgements:
        anchor = judgement.subject
        if anchor is not None and any(_same_words(anchor, s.start, s.end) for s in quotation.spans):
            return msgspec.structs.replace(quotation, speaker=_voice(judgement.value, actors))
    return quotation


def _voice(name: str | None, actors: Sequence[Actor]) -> Voice | None:
    """Return the actor of this name, or with a mention in these words, as a speaker."""
    for actor in actors:
        for mention in actor.mentions:
            if name in (actor.name, mention.text):
                return Voice(mention.start, mention.end, mention.text, actor.id)
    return None


def _with_source(event: Event, pairs: Iterable[tuple[Quotation, Quotation]]) -> Event:
    for before, after in pairs:
        wrong = before.speaker.actor if before.speaker else None
        inside = any(s.start <= event.start and event.end <= s.end for s in before.spans)
        if inside and event.source == wrong and wrong is not None:
            right = after.speaker.actor if after.speaker else None
            return msgspec.structs.replace(event, source=right)
    return event


# --- when -------------------------------------------------------------------------------------------


def _correct_times(reading: Reading, judgements: Iterable[Judgement]) -> _Times:
    return {
        time: _right_time(time, judgement.value)
        for judgement, anchor in _of("wrong_time", judgements)
        for time in _find_at(anchor, reading.times)
    }


def _of(verdict: str, judgements: Iterable[Judgement]) -> list[tuple[Judgement, Anchor]]:
    """Return the judgements of one kind with their places, in the order in which they were made."""
    ordered = sorted(judgements, key=lambda j: j.number)
    return [(j, j.subject) for j in ordered if j.verdict == verdict and j.subject is not None]


def _right_time(time: Time, value: str | None) -> Time | None:
    if value is None:
        return None
    earliest, latest = days_of(value)
    return msgspec.structs.replace(
        time, type="DATE", value=value, earliest=earliest, latest=latest, rule=f"{RULES}wrong_time"
    )


def _with_days(event: Event, reading: Reading, times: _Times) -> Event:
    """Return the event at the right days if the time that gave it its days was corrected."""
    before = find_time(reading.times, event) if times else None
    if before is None or before not in times:
        return event
    after = times[before]
    if after is None:
        return _at_days(event, None)
    right = _at_days(event, after.value)
    if event.latest is None or event.latest == before.latest or right.latest is None:
        return right
    # Only the story gave the day.
    return msgspec.structs.replace(right, latest=max(event.latest, right.latest))


def _at_days(event: Event, value: str | None) -> Event:
    """Return the event at these days; between two that are named there is no date."""
    if value is None:
        return msgspec.structs.replace(event, date=None, earliest=None, latest=None)
    earliest, latest = days_of(value)
    date = None if "/" in value else value
    return msgspec.structs.replace(event, date=date, earliest=earliest, latest=latest)


def _with_times(statement: Statement, times: _Times) -> Statement:
    """Return a statement on relations with the right times since and until when."""
    if not times:
        return statement
    known = {(before.start, before.end): after for before, after in times.items()}

    def right(time: Time | None) -> Time | None:
        return known.get((time.start, time.end), time) if time is not None else None

    return msgspec.structs.replace(statement, since=right(statement.since), until=right(statement.until))


def _tell_days(events: tuple[Event, ...], judgements: Iterable[Judgement]) -> tuple[Event, ...]:
    told = _said_of("event_date", events, judgements)
    return tuple(_at_days(event, told[event.id]) if event.id in told else event for event in events)


def _said_of(
    verdict: str, events: tuple[Event, ...], judgements: Iterable[Judgement]
) -> dict[str, str | None]:
    """Return what people said last of events, by their ids."""
    return {
        event.id: judgement.value
        for judgement, anchor in _of(verdict, judgements)
        for event in _find_at(anchor, events)
    }


# --- where it happened ------------------------------------------------------------------------------


def _correct_places(reading: Reading, judgements: Iterable[Judgement]) -> _Places:
    """Return the right places: what is said of words holds for all that read the same in the report."""
    found: _Places = {}
    for judgement, anchor in _of("wrong_place", judgements):
        there = {_sense(place) for place in _find_at(anchor, reading.places)}
        for place in reading.places:
            if _sense(place) in there:
                found[place] = _right_place(place, judgement.value)
    return found


def _sense(place: Place) -> tuple[str, str, int | None]:
    return place.text, place.name, place.geonames


def _right_place(place: Place, value: str | None, rule: str = f"{RULES}wrong_place") -> Place | None:
    """Return words as the place that people named; one that no list knows any more has no coordinates."""
    if value is None:
        return None
    named = find_named(value)
    name, _, country = value.rpartition(", ")
    return Place(
        place.start,
        place.end,
        place.text,
        named.name if named else name or value,
        named.country if named else country or None,
        named.latitude if named else None,
        named.longitude if named else None,
        named.geonames if named else None,
        rule,
    )


def _with_place(event: Event, reading: Reading, places: _Places) -> Event:
    """Return the event at the right place if the words that tell it were corrected."""
    if event.place is None or not places:
        return event
    there = [place for place in reading.places if place.is_called(event.place)]
    if not there or there[0] not in places:
        return event
    right = places[there[0]]
    # The words of a place stay what they are, and name another one.
    if right is not None:
        return event if event.place == right.text else msgspec.structs.replace(event, place=right.name)
    left = any(places.get(place, place) is not None for place in there)
    return event if left else msgspec.structs.replace(event, place=None)


def _tell_places(
    events: tuple[Event, ...], places: Sequence[Place], judgements: Iterable[Judgement]
) -> tuple[tuple[Event, ...], list[Place]]:
    """Return the events at the places that people named, and the places of the report with these."""
    said, told = _said_of("event_place", events, judgements), list(places)
    moved = []
    for event in events:
        if event.id in said:
            place = _find_told(event, said[event.id], told)
            if place is not None and place not in told:
                told.append(place)
            event = msgspec.structs.replace(event, place=place.name if place else None)  # noqa: PLW2901
        moved.append(event)
    return tuple(moved), told


def _find_told(event: Event, value: str | None, places: Sequence[Place]) -> Place | None:
    """Return the place at which people said an event to be: one of the report's, else one at its words."""
    place = _right_place(Place(event.start, event.end, event.text, ""), value, TOLD_PLACE)
    if place is None:
        return None
    alike = [one for one in places if one.is_called(place.name)]
    if any(not _is_same(one, place) for one in alike):
        # Of two that are called alike, the event is at the one of that country.
        place = msgspec.structs.replace(place, name=value)
        alike = [one for one in places if _is_same(one, place)]
    return next(iter(alike), place)


def _is_same(one: Place, other: Place) -> bool:
    return (one.name, one.country, one.geonames) == (other.name, other.country, other.geonames)
