"""From what a user types to a judgement: which report, which words, whose decision, and what is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.errors import JudgementError, NamesakesError, PersonError, PlaceError
from depesche.explain import event_at, pick_event
from depesche.judgement import DATED, PAIRED, Anchor, Judgement, Verdict, days_of
from depesche.language.gazetteer import find_named, name_with_country
from depesche.naming import Named, parse_name
from depesche.reading import Place, Quotation, Reading, Time

Kind = Literal["report", "event", "actor", "quotation", "time", "place"]
_KINDS: dict[Verdict, Kind] = {
    "same_story": "report",
    "other_story": "report",
    "same_event": "event",
    "other_event": "event",
    "same_actor": "actor",
    "other_actor": "actor",
    "no_event": "event",
    "is_event": "event",
    "wrong_speaker": "quotation",
    "wrong_time": "time",
    "wrong_place": "place",
    "event_date": "event",
    "event_place": "event",
}
# Verdicts that say what is right instead.
VALUED: tuple[Verdict, ...] = ("wrong_speaker", "wrong_time", "wrong_place", "event_date", "event_place")
# How many things each verdict names behind it, as a user types it.
ARGUMENTS: dict[Verdict, int] = {
    **dict.fromkeys(_KINDS, 1),
    **dict.fromkeys(PAIRED, 2),  # type: ignore[arg-type]
    **dict.fromkeys(VALUED, 2),
    "withdrawn": 1,
}
# So many persons of one name are listed.
_MOST_NAMED = 6
# Instead of a name or a date: nobody says it, or the words tell none.
NOBODY = "-"


def make_judgement(
    archive: Archive, verdict: Verdict, named: Sequence[str], *, by: str, why: str
) -> Judgement:
    """Return a judgement on what was named, not kept yet.

    Raises JudgementError, EventError or ArchiveError if something named is not there.
    """
    if len(named) != ARGUMENTS[verdict]:
        raise JudgementError(f"{verdict} needs {ARGUMENTS[verdict]} arguments, not {len(named)}.")
    made = Judgement(number=0, made="", by=by, verdict=verdict, why=why)
    if verdict == "withdrawn":
        return msgspec.structs.replace(made, withdraws=_number(named[0]))
    kind = _KINDS[verdict]
    subject = find_anchor(archive, named[0], kind)
    made = msgspec.structs.replace(made, subject=subject)
    if verdict in PAIRED:
        return msgspec.structs.replace(made, object=find_anchor(archive, named[1], kind, subject))
    if verdict in VALUED and named[1].strip() != NOBODY:
        return msgspec.structs.replace(made, value=_find_value(archive, verdict, subject.report, named[1]))
    return made


def _find_value(archive: Archive, verdict: Verdict, report: str, typed: str) -> str:
    """Return what is right by a verdict, as a judgement has it. Raises JudgementError."""
    if verdict == "wrong_speaker":
        return _name_actor(archive, report, typed)
    return _name_days(typed) if verdict in DATED else _name_place(typed)


def _name_days(typed: str) -> str:
    value = typed.strip()
    days_of(value)
    return value


def _name_place(typed: str) -> str:
    """Return the name of a place with its country, as ``find_named`` takes it."""
    place = find_named(typed)
    if place is None:
        raise PlaceError(
            f"{typed!r} is no place that is known: give the name of a country or its code, of a region or a "
            f"city, with the country behind a comma where several are called so (Paris, USA)."
        )
    return name_with_country(place.name, place.country)


def find_anchor(archive: Archive, typed: str, kind: Kind, beside: Anchor | None = None) -> Anchor:
    """Return the place of a report, or of what was read in it. Raises as ``make_judgement`` does.

    What others took out of the reading can be named too: they may have been wrong. A person can be named by
    name; of their words those in the story of what stands ``beside`` go before.
    """
    named = parse_name(typed)
    # Some names have no letters but those of an id: Abe.
    if kind == "actor" and (named is None or named.kind in {"report", "story"}):
        return _find_person(archive, typed, beside)
    if named is None or (named.kind == "actor" and kind != "actor"):
        raise JudgementError(f"{typed!r} names nothing: give a report's id, id:offset or id:e3.")
    reading = archive.original(named.report)
    if kind == "actor":
        return _actor_anchor(reading, named)
    if kind == "report":
        return Anchor(reading.id)
    if kind == "event":
        if not named.part:
            raise JudgementError(f"{typed!r} names a report: say which of its events, id:e3 or id:offset.")
        wanted = named.part if named.kind == "event" else event_at(reading.events, int(named.part))
        event = pick_event(reading.events, wanted)
        return Anchor(reading.id, event.start, event.end)
    if named.kind != "offset":
        raise JudgementError(f"{typed!r} names no {kind}: give id:offset of a character in it.")
    if kind == "quotation":
        return _quotation_anchor(reading.id, reading.quotations, int(named.part))
    return _words_anchor(
        reading.id, reading.times if kind == "time" else reading.places, kind, int(named.part)
    )


def _find_person(archive: Archive, name: str, beside: Anchor | None) -> Anchor:
    """Return words that name the one person of a name in the archive."""
    dossiers = Dossiers(archive)
    found = dossiers.find_people(name) if name.strip() else ()
    if not found:
        raise PersonError(f"{name!r} is no person whom the archive knows: give a name, id:offset or an id.")
    if len(found) > 1:
        there = ", ".join(f"{one.name} ({one.id})" for one in found[:_MOST_NAMED])
        raise NamesakesError(f"{name!r} is the name of several: {there}.")
    keys = found[0].appearances
    if beside is not None:
        keys = dossiers.order_near(keys, beside.report)
    told = (_actor_anchor(archive.original(k.report), Named("actor", k.report, k.actor)) for k in keys)
    other = next((anchor for anchor in told if anchor != beside), None)
    if other is None:
        raise PersonError(f"{name!r} is named nowhere but at these words.")
    return other


def _actor_anchor(reading: Reading, named: Named) -> Anchor:
    """Return the place of the first mention of an actor, or of the longest one at a character."""
    told = [(actor, mention) for actor in reading.actors for mention in actor.mentions]
    if named.kind == "actor":
        there = [mention for actor, mention in told if actor.id == named.part][:1]
    else:
        at = int(named.part) if named.kind == "offset" else -1
        there = [mention for _, mention in told if mention.start <= at < mention.end]
    if not there:
        raise JudgementError(f"There is no actor at {named.part or 'no character'} of the report.")
    mention = max(there, key=lambda m: m.end - m.start)
    return Anchor(reading.id, mention.start, mention.end)


def _quotation_anchor(report: str, quotations: Sequence[Quotation], offset: int) -> Anchor:
    """Return the place of the shortest stretch of somebody's words at a character."""
    spans = [s for q in quotations for s in q.spans if s.start <= offset < s.end]
    if not spans:
        raise JudgementError(f"There is no quotation at the character {offset} of the report.")
    span = min(spans, key=lambda s: s.end - s.start)
    return Anchor(report, span.start, span.end)


def _words_anchor(report: str, found: Sequence[Time | Place], kind: Kind, offset: int) -> Anchor:
    """Return the place of the words for a time or a place at a character."""
    there = [one for one in found if one.start <= offset < one.end]
    if not there:
        raise JudgementError(f"There is no {kind} at the character {offset} of the report.")
    words = min(there, key=lambda one: one.end - one.start)
    return Anchor(report, words.start, words.end)


def _name_actor(archive: Archive, report: str, name: str) -> str:
    """Return the name of the report's actor who is called so, in whatever of its mentions."""
    actors = archive.reading(report).actors
    asked = name.strip().casefold()
    exact = [a.name for a in actors if asked in {a.name.casefold(), *(m.text.casefold() for m in a.mentions)}]
    near = exact or [a.name for a in actors if asked and asked in a.name.casefold()]
    if len(set(near)) != 1:
        there = ", ".join(sorted({a.name for a in actors})) or "none"
        raise JudgementError(f"{name!r} is not one actor of the report; its actors are: {there}.")
    return near[0]


def _number(text: str) -> int:
    if not text.strip().isdecimal():
        raise JudgementError(f"{text!r} is no number of a judgement.")
    return int(text)
