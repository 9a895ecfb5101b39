"""One event once: what a report tells several times is put together."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from depesche.reading import Event

_MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})


class Draft(msgspec.Struct, frozen=True):
    """An event with where it was told: sentence index and the key of its frame."""

    event: Event
    sentence: int
    family: str


def merge_drafts(drafts: Iterable[Draft]) -> list[Event]:
    """Return the events, each once, at the trigger that tells most of it, in the order of the text."""
    kept: list[Draft] = []
    for draft in drafts:
        same = next((k for k, other in enumerate(kept) if _is_same(other, draft)), None)
        if same is None:
            kept.append(draft)
        else:
            kept[same] = _joined(kept[same], draft)
    return [d.event for d in sorted(kept, key=lambda d: (d.event.start, d.event.end))]


def _is_same(one: Draft, two: Draft) -> bool:
    a, b = one.event, two.event
    if a.type != b.type or not _dates_agree(a, b):
        return False
    if (a.status == "negated") != (b.status == "negated"):
        return False
    if a.type in _MUTUAL:
        first, second = set(a.actor) | set(a.recipient), set(b.actor) | set(b.recipient)
        near = one.family == two.family or one.sentence == two.sentence
        return near and (first <= second or second <= first)
    actors = not a.actor or not b.actor or set(a.actor) == set(b.actor)
    recipients = not a.recipient or not b.recipient or set(a.recipient) == set(b.recipient)
    if not (actors and recipients):
        return False
    return one.family == two.family or one.sentence == two.sentence


def _dates_agree(a: Event, b: Event) -> bool:
    return a.date is None or b.date is None or a.date.startswith(b.date) or b.date.startswith(a.date)


def _joined(one: Draft, two: Draft) -> Draft:
    """Return the draft that tells more, with what only the other tells filled in."""
    best, other = (two, one) if _weight(two.event) > _weight(one.event) else (one, two)
    a, b = best.event, other.event
    merged = msgspec.structs.replace(
        a,
        actor=a.actor or b.actor,
        recipient=a.recipient or tuple(i for i in b.recipient if i not in a.actor),
        date=a.date or b.date,
        earliest=a.earliest if a.date else b.earliest,
        latest=a.latest if a.date else b.latest,
        place=a.place or b.place,
        mode=a.mode or b.mode,
    )
    return Draft(merged, best.sentence, best.family)


def _weight(event: Event) -> int:
    return 2 * bool(event.actor) + 2 * bool(event.recipient) + bool(event.date) + bool(event.place)
