"""When and where an event happened, as far as its clause tells."""

from __future__ import annotations

import bisect
import re

from depesche.find.events.frames import NounFrame
from depesche.find.events.scene import Scene
from depesche.find.events.triggers import Trigger
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.reading import Place, Time

_CALENDAR = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d)?(?!\d)")
# A clause may depend on one that depends on one that tells the time.
MAX_STEPS = 3
# Words before a time that make it the end of something or what is to come, not the moment of what happens.
_BOUNDS = frozenset({"bis", "ab"})
# Behind these a time mostly belongs to the noun before: "das Abkommen von 2005", "für Juni geplant".
_OF_NOUN = frozenset({"von", "vom"})
_LOCATIVE = frozenset({"in", "im", "bei", "auf", "an", "am", "nach", "vor", "nahe"})


def calendar_part(time: Time) -> str | None:
    """Return the date in the value of a time: ``2025-07-10TMO`` gives ``2025-07-10``, a duration None."""
    match = _CALENDAR.match(time.value)
    return match.group() if match and time.type in {"DATE", "TIME"} else None


def find_time(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the time that the clause of a trigger tells, or else a clause that it hangs on."""
    clauses = scene.sentence_clauses(trigger.token)
    number = trigger.number
    for _ in range(MAX_STEPS):
        clause = clauses[number]
        found = _nearest(scene, clause, trigger)
        if found is not None:
            return found
        above = _above(scene, clauses, number)
        if above is None:
            return None
        number = above
    return None


def _above(scene: Scene, clauses: tuple[Clause, ...], number: int) -> int | None:
    """Return the clause whose time holds for this one too: that it depends on, or that it goes on from."""
    clause = clauses[number]
    if clause.kind in {"sub", "inf"} and clause.parent is not None:
        return clause.parent
    goes_on = scene.document.tokens[clause.first].lower in words_of("conj")
    if clause.kind == "main" and goes_on and number and clauses[number - 1].kind == "main":
        return number - 1
    return None


def _dated(scene: Scene) -> tuple[list[int], list[Time]]:
    """Return the times that give a date, by the index of their first token."""
    kept = scene.__dict__
    if "dated" not in kept:
        times = [t for t in scene.findings.times if calendar_part(t)]
        kept["dated"] = ([scene.document.token_at(t.start) for t in times], times)
    found: tuple[list[int], list[Time]] = kept["dated"]
    return found


def times_in(scene: Scene, clause: Clause) -> list[Time]:
    """Return the times of a clause that give a date."""
    at, times = _dated(scene)
    low, high = bisect.bisect_left(at, clause.first), bisect.bisect_left(at, clause.last)
    inside = set(clause.tokens) if low < high else set()
    return [times[k] for k in range(low, high) if at[k] in inside]


def _nearest(scene: Scene, clause: Clause, trigger: Trigger) -> Time | None:
    """Return the dated time of a clause that stands nearest to a trigger."""
    at, times = _dated(scene)
    low, high = bisect.bisect_left(at, clause.first), bisect.bisect_left(at, clause.last)
    if low == high:
        return None
    inside = set(clause.tokens)
    found = [
        (abs(at[k] - trigger.token), k)
        for k in range(low, high)
        if at[k] in inside and _is_moment(scene, at[k], trigger)
    ]
    return times[min(found)[1]] if found else None


def _is_moment(scene: Scene, token: int, trigger: Trigger) -> bool:
    """Whether a time that begins at a token tells when something happens."""
    words = {scene.document.tokens[i].lower for i in range(max(0, token - 1), token + 1)}
    if words & _BOUNDS:
        return False
    return isinstance(trigger.frame, NounFrame) or not words & _OF_NOUN


def _placed(scene: Scene) -> tuple[list[int], list[Place]]:
    kept = scene.__dict__
    if "placed" not in kept:
        places = list(scene.findings.places)
        kept["placed"] = ([scene.document.token_at(p.start) for p in places], places)
    found: tuple[list[int], list[Place]] = kept["placed"]
    return found


def find_place(scene: Scene, trigger: Trigger) -> str | None:
    """Return the words of the place in which the clause of the trigger happens, or None."""
    at, places = _placed(scene)
    clauses = scene.sentence_clauses(trigger.token)
    number: int | None = trigger.number
    for _ in range(MAX_STEPS):
        if number is None:
            break
        clause = clauses[number]
        low, high = bisect.bisect_left(at, clause.first), bisect.bisect_left(at, clause.last)
        for k in sorted(range(low, high), key=lambda k: abs(at[k] - trigger.token)):
            chunk = _locative(clause, at[k])
            if chunk is not None and at[k] in clause.tokens:
                # "in Malaysias Hauptstadt Kuala Lumpur": the last name is the nearest.
                return places[bisect.bisect_left(at, chunk.last) - 1].text
        number = _above(scene, clauses, number)
    return None


def _locative(clause: Clause, token: int) -> Chunk | None:
    """Return the phrase with a preposition of place that holds a token."""
    return next((c for c in clause.chunks if c.first <= token < c.last and c.prep in _LOCATIVE), None)
