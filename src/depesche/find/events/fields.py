"""When, where, how certain and on whose word: what is told of an event beside its parties."""

from __future__ import annotations

import bisect
import datetime
import re

import msgspec

from depesche.find.events.frames import VerbFrame, is_word_of
from depesche.find.events.scene import Scene
from depesche.find.events.triggers import Trigger
from depesche.language.clauses import Clause
from depesche.reading import Place, Status, Time

_CALENDAR = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d)?(?![\d])")
# Older than this, an event is background: "more than about a month before".
HISTORICAL_DAYS = 40
_CONDITIONAL = frozenset({"wenn", "falls", "sofern", "ob", "sollte", "solange"})
_POSSIBLE = (
    "möglich möglicherweise möglichen mögliche möglicher eventuell eventuelle etwaige etwaigen etwaiger vielleicht womöglich "
    "denkbar potenziell potenzielle notfalls gegebenenfalls hypothetisch"
)
_MODAL_FUTURE = frozenset({"wollen", "sollen", "werden"})
_MODAL_POSSIBLE = frozenset({"können", "mögen", "dürfen"})
_PLANNED = "geplant geplante geplanten geplanter geplantes kommend kommende kommenden anstehend anstehende anstehenden bevorstehend bevorstehende bevorstehenden künftig künftige künftigen"
_LOCATIVE = frozenset({"in", "im", "bei", "auf", "an", "am", "nach", "vor", "nahe"})


_PLANNING = frozenset(
    "planen vorsehen ansetzen anberaumen ankündigen vereinbaren erwarten bevorstehen verabreden".split()
)
_HAPPENING = frozenset(
    "stattfinden beginnen folgen fortsetzen abhalten wiederaufnehmen geben führen kommen".split()
)


class Fields(msgspec.Struct, frozen=True):
    """The fields of an event that are no parties."""

    date: str | None = None
    earliest: str | None = None
    latest: str | None = None
    place: str | None = None
    status: Status = "actual"
    source: str | None = None


def find_fields(scene: Scene, trigger: Trigger) -> Fields:
    """Return date, place, status and source of the event of a trigger."""
    time = find_time(scene, trigger)
    return Fields(
        date=calendar_part(time) if time else None,
        earliest=time.earliest if time else None,
        latest=time.latest if time else None,
        place=find_place(scene, trigger),
        status=find_status(scene, trigger, time),
        source=find_source(scene, trigger),
    )


# --- when -----------------------------------------------------------------------------------------


def calendar_part(time: Time) -> str | None:
    """Return the date in the value of a time: ``2025-07-10TMO`` gives ``2025-07-10``, a duration None."""
    match = _CALENDAR.match(time.value)
    return match.group() if match and time.type in {"DATE", "TIME"} else None


def _dated(scene: Scene) -> tuple[list[int], list[Time]]:
    """Return the times that give a date, by the index of their first token."""
    kept = scene.__dict__
    if "dated" not in kept:
        times = [t for t in scene.findings.times if calendar_part(t)]
        kept["dated"] = ([scene.document.token_at(t.start) for t in times], times)
    found: tuple[list[int], list[Time]] = kept["dated"]
    return found


def find_time(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the time that the clause of a trigger tells, or else the clause it depends on."""
    clauses = scene.sentence_clauses(trigger.token)
    clause: Clause | None = trigger.clause
    steps = 0
    while clause is not None and steps < 3:
        found = _nearest(scene, clause, trigger.token)
        if found is not None:
            return found
        if clause.parent is None or clause.kind == "rel" or clause.parent >= len(clauses):
            return None
        clause = clauses[clause.parent]
        steps += 1
    return None


def _nearest(scene: Scene, clause: Clause, token: int) -> Time | None:
    """Return the dated time of a clause that stands nearest to a token."""
    at, times = _dated(scene)
    inside = set(clause.tokens)
    low, high = bisect.bisect_left(at, clause.first), bisect.bisect_left(at, clause.last)
    found = [(abs(at[k] - token), k) for k in range(low, high) if at[k] in inside]
    return times[min(found)[1]] if found else None


# --- where ----------------------------------------------------------------------------------------


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
    clause = trigger.clause
    low, high = bisect.bisect_left(at, clause.first), bisect.bisect_left(at, clause.last)
    inside = set(clause.tokens)
    for k in sorted(range(low, high), key=lambda k: abs(at[k] - trigger.token)):
        if at[k] in inside and _is_locative(clause, at[k]):
            return places[k].text
    return None


def _is_locative(clause: Clause, token: int) -> bool:
    return any(c.first <= token < c.last and c.prep in _LOCATIVE for c in clause.chunks)


# --- how certain ----------------------------------------------------------------------------------


def find_status(scene: Scene, trigger: Trigger, time: Time | None) -> Status:
    """Return whether the event happened, will happen, may happen, did not, or lies far back."""
    clause = trigger.clause
    if _is_negated(scene, trigger):
        return "negated"
    if _is_hypothetical(scene, trigger):
        return "hypothetical"
    if isinstance(trigger.frame, VerbFrame):
        if clause.tense == "fut" or (clause.modal in _MODAL_FUTURE and clause.mood == "ind"):
            return "future"
    elif _beside(scene, trigger, _PLANNED) or _is_planned(trigger):
        return "future"
    when = _relation(scene, time)
    return when or "actual"


def _is_planned(trigger: Trigger) -> bool:
    """Whether a noun is the subject of a clause that says that it will be: ``ein Besuch ist geplant``."""
    clause = trigger.clause
    if clause.subject is None or trigger.chunk is None or clause.subject.first != trigger.chunk.first:
        return False
    if clause.lemma in _PLANNING:
        return clause.voice == "passive" or clause.tense == "perf" or clause.lemma == "bevorstehen"
    return clause.lemma in _HAPPENING and (clause.tense == "fut" or clause.modal in _MODAL_FUTURE)


def _is_negated(scene: Scene, trigger: Trigger) -> bool:
    if isinstance(trigger.frame, VerbFrame):
        return trigger.clause.negated and trigger.frame.negated != "yes"
    assert trigger.chunk is not None
    tokens = scene.document.tokens
    return any(tokens[i].lower.startswith("kein") for i in range(trigger.chunk.first, trigger.token))


def _is_hypothetical(scene: Scene, trigger: Trigger) -> bool:
    clause = trigger.clause
    if clause.opener in _CONDITIONAL:
        return True
    if isinstance(trigger.frame, VerbFrame):
        if clause.modal in _MODAL_POSSIBLE or (
            clause.mood == "subj2" and clause.tense in {"pres", "fut"} and not _reported(scene, trigger)
        ):
            return True
        return False
    return _beside(scene, trigger, _POSSIBLE)


def _reported(scene: Scene, trigger: Trigger) -> bool:
    return scene.quotation_at(trigger.token) is not None


def _beside(scene: Scene, trigger: Trigger, words: str) -> bool:
    """Whether one of ``words`` stands in the chunk of a noun."""
    assert trigger.chunk is not None
    tokens = scene.document.tokens
    return any(is_word_of(tokens[i].text, words) for i in range(trigger.chunk.first, trigger.chunk.head))


def _relation(scene: Scene, time: Time | None) -> Status | None:
    """Return ``historical`` or ``future`` by the time of an event and the day of the report."""
    day = scene.document.day
    if day is None or time is None or not time.latest or not time.earliest:
        return None
    try:
        latest = datetime.date.fromisoformat(time.latest[:10])
        earliest = datetime.date.fromisoformat(time.earliest[:10])
    except ValueError:
        return None
    if (day - latest).days > HISTORICAL_DAYS:
        return "historical"
    return "future" if earliest > day else None


# --- on whose word --------------------------------------------------------------------------------


def find_source(scene: Scene, trigger: Trigger) -> str | None:
    """Return the actor on whose word the event rests; None if the report tells it in its own voice."""
    return scene.speaker_at(trigger.token)
