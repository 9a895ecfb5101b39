"""One event once: what a report tells several times is put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from depesche.find.events.frames import Frame
from depesche.find.events.kinds import MUTUAL
from depesche.reading import Event

# Of these a report mostly tells one, in many words: a noun with "der" points back to it.
TOLD_ON = frozenset({"PROTEST"})
# How far back a noun like "der Demonstration" points.
_POINTED_SENTENCES = 5
# How far back a phrase like "bei dem Gespräch" may point.
ECHO_SENTENCES = 3
# Who is let go or steps down does another thing than who withdraws or lays down arms, though all yield.
_APART = frozenset({"release", "resign"})
# Of many events told in the same words, only so many of the last are compared with a new one.
MAX_ALIKE = 100


class Draft(msgspec.Struct, frozen=True):
    """An event with where it was told: sentence index and the key of its frame.

    ``heading`` marks what a headline or crosshead tells, ``echo`` words that only point back to an event
    without naming who takes part, ``follows`` those that go on from the event before (``dabei``), ``hearsay``
    what somebody not named says, ``again`` a noun that points back to what was told (``zu der
    Demonstration``), ``further`` words that add another of the kind (``auch in Wien``). ``wanting`` is the
    frame of words that name fewer parties than it needs: an event only if what stands around tells them.
    """

    event: Event
    sentence: int
    family: str
    heading: bool = False
    echo: bool = False
    follows: bool = False
    hearsay: bool = False
    again: bool = False
    further: bool = False
    wanting: Frame | None = None


class Merger:
    """Puts drafts together; knows of which country each actor is."""

    def __init__(self, countries: Mapping[str, str | None]) -> None:
        self.countries = countries
        self.kept: list[Draft] = []
        # Where a draft of the same type may tell the same event: by its words, and by its sentence.
        self.by_family: dict[tuple[str, str], list[int]] = {}
        self.by_sentence: dict[tuple[str, int], list[int]] = {}
        self.by_type: dict[str, list[int]] = {}
        # Those that a heading told first.
        self.headed: set[int] = set()

    def merge(self, drafts: Iterable[Draft]) -> list[Draft]:
        """Return each event once, at the trigger that tells most of it, in the order of the text."""
        for draft in drafts:
            same = self._find(draft)
            if same is not None:
                self.kept[same] = _joined(self.kept[same], draft)
            elif not draft.echo:
                self._keep(draft)
        return sorted(self.kept, key=lambda d: (d.event.start, d.event.end))

    def _keep(self, draft: Draft) -> None:
        number, kind = len(self.kept), draft.event.type
        self.kept.append(draft)
        self.by_family.setdefault((kind, draft.family), []).append(number)
        self.by_sentence.setdefault((kind, draft.sentence), []).append(number)
        self.by_type.setdefault(kind, []).append(number)
        if draft.heading:
            self.headed.add(number)

    def _find(self, draft: Draft) -> int | None:
        """Return the index of the draft kept that tells of the same event."""
        if draft.echo:
            return self._find_echoed(draft)
        kind = draft.event.type
        if kind in TOLD_ON and (same := self._find_told(draft)) is not None:
            return same
        alike = self.by_family.get((kind, draft.family), [])[-MAX_ALIKE:]
        near = self.by_sentence.get((kind, draft.sentence), [])
        return next((k for k in sorted({*alike, *near}) if self._is_same(self.kept[k], draft)), None)

    def _find_told(self, draft: Draft) -> int | None:
        """Return the event of the same kind that a headline told, or to which a noun points back."""
        for k in reversed(self.by_type.get(draft.event.type, [])[-MAX_ALIKE:]):
            other = self.kept[k]
            near = draft.again and draft.sentence - other.sentence <= _POINTED_SENTENCES
            if (k in self.headed or near) and self._is_told_on(other, draft):
                return k
        return None

    def _is_told_on(self, one: Draft, two: Draft) -> bool:
        """Whether two words tell of one event, by all that each of them says of it."""
        a, b = one.event, two.event
        if a.mode != b.mode or not a.mode or a.status != b.status or two.further:
            return False
        if not _dates_agree(a, b) or not (a.place is None or b.place is None or a.place == b.place):
            return False
        return _compatible(set(a.actor), set(b.actor)) and _compatible(set(a.recipient), set(b.recipient))

    def _find_echoed(self, draft: Draft) -> int | None:
        for k in range(len(self.kept) - 1, -1, -1):
            other = self.kept[k]
            if draft.sentence - other.sentence > ECHO_SENTENCES:
                return None
            if other.event.type == draft.event.type and _dates_agree(other.event, draft.event):
                return k
        return None

    def _is_same(self, one: Draft, two: Draft) -> bool:
        a, b = one.event, two.event
        if a.type != b.type or not _dates_agree(a, b) or (a.status == "negated") != (b.status == "negated"):
            return False
        if one.heading and one.family == two.family and self._sides_meet(a, b):
            return True
        if _are_apart(a, b) or (one.family != two.family and one.sentence != two.sentence):
            return False
        if two.further and one.sentence != two.sentence and a.type in TOLD_ON:
            return False
        if a.type in MUTUAL:
            first, second = {*a.actor, *a.recipient}, {*b.actor, *b.recipient}
            return first <= second or second <= first
        return _compatible(set(a.actor), set(b.actor)) and _compatible(set(a.recipient), set(b.recipient))

    def _sides_meet(self, a: Event, b: Event) -> bool:
        """Whether two events have the same countries on each side, as far as both name any."""
        if a.type in MUTUAL:
            first, second = self._lands(a.actor + a.recipient), self._lands(b.actor + b.recipient)
            return bool(first & second) and (first <= second or second <= first)
        actors = self._lands(a.actor), self._lands(b.actor)
        recipients = self._lands(a.recipient), self._lands(b.recipient)
        if not (actors[0] & actors[1] or recipients[0] & recipients[1]):
            return False
        return _compatible(*actors) and _compatible(*recipients)

    def _lands(self, ids: tuple[str, ...]) -> set[str]:
        """Return the countries of actors, an actor without one standing for itself."""
        return {self.countries.get(i) or i for i in ids}


def _are_apart(a: Event, b: Event) -> bool:
    """Whether two events of a type are two things by their modes."""
    return bool(a.mode and b.mode) and a.mode != b.mode and not _APART.isdisjoint({a.mode, b.mode})


def _compatible(one: set[str], two: set[str]) -> bool:
    return not one or not two or one == two


def _dates_agree(a: Event, b: Event) -> bool:
    """Whether two events may be of one day: one's day lies in the other's week, month or summer."""
    if a.date is None or b.date is None or a.date == b.date:
        return True
    if not (a.earliest and a.latest and b.earliest and b.latest):
        return a.date.startswith(b.date) or b.date.startswith(a.date)
    within = a.earliest <= b.earliest and b.latest <= a.latest
    return within or (b.earliest <= a.earliest and a.latest <= b.latest)


def _joined(one: Draft, two: Draft) -> Draft:
    """Return the draft that tells more, with what only the other tells filled in."""
    best, other = (two, one) if _weight(two) > _weight(one) else (one, two)
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
    wanting = best.wanting if one.wanting and two.wanting else None
    return msgspec.structs.replace(best, event=merged, wanting=wanting)


def _weight(draft: Draft) -> int:
    event = draft.event
    told = 2 * bool(event.actor) + 2 * bool(event.recipient) + bool(event.date) + bool(event.place)
    return -1 if draft.echo else told + (0 if draft.heading else 1)
