"""Which judgements of people hold, and how they are carried out on links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from depesche.judgement import ANSWERS, Anchor, Doubt, Judgement, Verdict
from depesche.link.actors import ActorKey
from depesche.link.corrections import covers
from depesche.link.records import EventKey
from depesche.reading import Reading


def judgements_in_force(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Return the judgements that hold: not withdrawn, and the last one about each thing or pair.

    What withdraws can be withdrawn too: then the judgement holds again.
    """
    ordered = sorted(judgements, key=lambda j: j.number)
    gone: set[int] = set()
    for judgement in reversed(ordered):
        if judgement.verdict == "withdrawn" and judgement.number not in gone and judgement.withdraws:
            gone.add(judgement.withdraws)
    last = {_matter(j): j for j in ordered if j.verdict != "withdrawn" and j.number not in gone}
    return tuple(sorted(last.values(), key=lambda j: j.number))


def _matter(judgement: Judgement) -> tuple[object, ...]:
    """Return what a judgement is about: of two on one matter the later one holds."""
    kind = ANSWERS.get(judgement.verdict)
    ends = tuple(sorted(a for a in (judgement.subject, judgement.object) if a is not None))
    return (kind, ends)


def is_decided(doubt: Doubt, judgements: Iterable[Judgement]) -> bool:
    """Whether people have answered a question; ``judgements`` are those in force."""
    ends = [end for end in (doubt.subject, doubt.object) if end is not None]
    return any(
        ANSWERS.get(j.verdict) == doubt.kind
        and (_fit(ends, (j.subject, j.object)) or _fit(ends, (j.object, j.subject)))
        for j in judgements
    )


def _fit(ends: Sequence[Anchor], others: Sequence[Anchor | None]) -> bool:
    """Whether places lie over others, one by one."""
    return all(
        other is not None
        and one.report == other.report
        and (
            one.start == other.start
            or (one.start is not None and one.end is not None and covers(other, one.start, one.end))
        )
        for one, other in zip(ends, others, strict=False)
    )


# --- carried out on links -------------------------------------------------------------------------


def story_pairs(
    judgements: Iterable[Judgement],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return the pairs of reports that people put into one story, and those that they kept apart."""
    kept = list(judgements)
    return tuple(_reports(kept, "same_story")), tuple(_reports(kept, "other_story"))


def _reports(judgements: Iterable[Judgement], verdict: Verdict) -> Iterator[tuple[str, str]]:
    for j in judgements:
        if j.verdict == verdict and j.subject is not None and j.object is not None:
            yield j.subject.report, j.object.report


def event_pairs(
    judgements: Iterable[Judgement], readings: Iterable[Reading]
) -> tuple[tuple[tuple[EventKey, EventKey], ...], tuple[tuple[EventKey, EventKey], ...]]:
    """Return the pairs of events that people made one, and those that they kept apart.

    A judgement on words where these readings have no event is ignored: it waits for a reader that has one.
    """
    known = {reading.id: reading for reading in readings}
    kept = list(judgements)
    return tuple(_events(kept, "same_event", known)), tuple(_events(kept, "other_event", known))


def _events(
    judgements: Iterable[Judgement], verdict: Verdict, readings: dict[str, Reading]
) -> Iterator[tuple[EventKey, EventKey]]:
    for j in judgements:
        if j.verdict == verdict:
            first, second = (_event_at(anchor, readings) for anchor in (j.subject, j.object))
            if first is not None and second is not None and first != second:
                yield first, second


def actor_pairs(
    judgements: Iterable[Judgement], readings: Iterable[Reading]
) -> tuple[tuple[tuple[ActorKey, ActorKey], ...], tuple[tuple[ActorKey, ActorKey], ...]]:
    """Return the pairs of actors of reports that people made one, and those that they kept apart.

    A judgement on words where these readings have no actor is ignored.
    """
    known = {reading.id: reading for reading in readings}
    found: dict[Verdict, list[tuple[ActorKey, ActorKey]]] = {"same_actor": [], "other_actor": []}
    for j in judgements:
        if j.verdict in found:
            first, second = (_actor_at(anchor, known) for anchor in (j.subject, j.object))
            if first is not None and second is not None and first != second:
                found[j.verdict].append((first, second))
    return tuple(found["same_actor"]), tuple(found["other_actor"])


def _actor_at(anchor: Anchor | None, readings: dict[str, Reading]) -> ActorKey | None:
    """Return the actor whose mention lies most closely over the words."""
    reading = readings.get(anchor.report) if anchor is not None else None
    if anchor is None or reading is None or anchor.start is None or anchor.end is None:
        return None
    over = [
        (abs(m.start - anchor.start) + abs(m.end - anchor.end), actor.id)
        for actor in reading.actors
        for m in actor.mentions
        if covers(anchor, m.start, m.end)
    ]
    return ActorKey(reading.id, min(over)[1]) if over else None


def _event_at(anchor: Anchor | None, readings: dict[str, Reading]) -> EventKey | None:
    reading = readings.get(anchor.report) if anchor is not None else None
    if anchor is None or reading is None:
        return None
    found = next((e for e in reading.events if covers(anchor, e.start, e.end)), None)
    return EventKey(reading.id, found.id) if found else None
