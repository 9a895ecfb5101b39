"""What was read at some words of a report and why: each finding with its rule, events with their grounds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec

from depesche.desk.lines import Chip, make_chip, make_chips
from depesche.desk.marking import Kind
from depesche.desk.shelf import Shelf
from depesche.desk.wording import Wording
from depesche.errors import EventError, LanguageModelError
from depesche.explain import Entry, Explainer, Explanation, HeadView
from depesche.explanations import find_stand
from depesche.find.events.explain import Ground
from depesche.language.models import NONE
from depesche.read import words_digest
from depesche.reading import Actor, Event, Place, Quotation, Reading, Time


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of a report at its first words; ``about`` is the finding as the reading has it.

    ``actor`` and ``recipient`` are an event's; ``speaker`` whoever speaks, or vouches for an event.
    """

    id: str
    kind: Kind
    start: int
    end: int
    text: str
    rule: str
    about: Actor | Time | Place | Quotation | Event
    actor: tuple[Chip, ...] = ()
    recipient: tuple[Chip, ...] = ()
    speaker: Chip | None = None


class WhyField(msgspec.Struct, frozen=True, kw_only=True):
    """Why a field has its value: where it stands (in words), which words tell it, by which rule, how sure."""

    field: str
    value: str
    stands: str
    words: tuple[str, ...]
    rule: str
    confidence: float | None


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why an event was read: the entry of the word list or the language model's head, and its fields."""

    entry: Entry | None
    network: HeadView | None
    model: str | None
    fields: tuple[WhyField, ...]
    also: tuple[str, ...]


class Whys(msgspec.Struct, frozen=True):
    """Why the events of a report were read, by their ids."""

    events: dict[str, Why]


def describe_finding(reading: Reading, id_: str) -> Finding | None:
    """Return a finding of a reading by its id (``a1 t0 p0 q0 e1``), None if the reading has none such."""
    kind, digits = id_[:1], id_[1:]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 6:
        return None
    if kind == "a":
        actor = next((a for a in reading.actors if a.id == id_ and a.mentions), None)
        return _describe_actor(reading, actor) if actor else None
    if kind == "e":
        event = next((e for e in reading.events if e.id == id_), None)
        return _describe_event(reading, event) if event else None
    if kind == "q":
        said = next(iter(reading.quotations[int(digits) :][:1]), None)
        return _describe_quotation(reading, said, id_) if said and said.spans else None
    return _describe_span(reading, kind, id_) if kind in {"t", "p"} else None


def _describe_span(reading: Reading, kind: str, id_: str) -> Finding | None:
    told: tuple[Time | Place, ...] = reading.times if kind == "t" else reading.places
    one = next(iter(told[int(id_[1:]) :][:1]), None)
    named: Kind = "time" if kind == "t" else "place"
    if one is None:
        return None
    return Finding(id=id_, kind=named, start=one.start, end=one.end, text=one.text, rule=one.rule, about=one)


def _describe_actor(reading: Reading, actor: Actor) -> Finding:
    first = min(actor.mentions, key=lambda m: (m.start, -m.end))
    return Finding(
        id=actor.id,
        kind="actor",
        start=first.start,
        end=first.end,
        text=first.text,
        rule=first.rule,
        about=actor,
        actor=(make_chip(actor, reading.id),),
    )


def _describe_event(reading: Reading, event: Event) -> Finding:
    return Finding(
        id=event.id,
        kind="event",
        start=event.start,
        end=event.end,
        text=event.text,
        rule=event.rule,
        about=event,
        actor=make_chips(reading, event.actor),
        recipient=make_chips(reading, event.recipient),
        speaker=next(iter(make_chips(reading, (event.source,) if event.source else ())), None),
    )


def _describe_quotation(reading: Reading, said: Quotation, id_: str) -> Finding:
    voices = [voice.actor if voice else None for voice in (said.speaker, said.addressee)]
    chips = [next(iter(make_chips(reading, (actor,) if actor else ())), None) for actor in voices]
    return Finding(
        id=id_,
        kind="quotation",
        start=said.spans[0].start,
        end=said.spans[0].end,
        text=said.text,
        rule=said.rule,
        about=said,
        speaker=chips[0],
        recipient=(chips[1],) if chips[1] else (),
    )


def explain_event(shelf: Shelf, wording: Wording, report: str, event: str) -> Why | None:
    """Return why an event was read, kept or found anew; None if nothing can tell it any more.

    The report is read once more for all its events, with the language model if it was read with one.
    """
    reading = shelf.original(report)
    name = f"why/{reading.id}/{wording.language}"
    return shelf.keep_known(name, reading.reader, Whys, lambda: _explain(shelf, wording, reading)).events.get(
        event
    )


def _explain(shelf: Shelf, wording: Wording, reading: Reading) -> Whys:
    model = NONE if reading.reader == words_digest() else None
    try:
        explainer = Explainer(shelf.report(reading.id), model)
    except LanguageModelError:
        return Whys({})
    found: dict[str, Why] = {}
    for event in reading.events:
        # What this reader no longer reads has no reason; the others have.
        with contextlib.suppress(EventError):
            found[event.id] = _describe_reasons(explainer.explain_kept(reading, event.id), wording)
    return Whys(found)


def _describe_reasons(told: Explanation, wording: Wording) -> Why:
    first = told.tellings[0]
    return Why(
        entry=first.entry,
        network=first.network,
        model=told.language_model,
        fields=tuple(_describe_fields(told, wording)),
        also=tuple(telling.words.text for telling in told.tellings[1:]),
    )


def _describe_fields(told: Explanation, wording: Wording) -> Iterator[WhyField]:
    names = {actor.id: actor.name for actor in told.actors}
    for ground in told.grounds:
        yield WhyField(
            field=ground.field,
            value=_name_value(ground, names, wording),
            stands=find_stand(ground, told, wording.language),
            words=tuple(words.text for words in ground.words),
            rule=ground.rule,
            confidence=ground.confidence,
        )


def _name_value(ground: Ground, names: dict[str, str], wording: Wording) -> str:
    if ground.field == "type":
        kind, _, mode = ground.value.partition("/")
        told = wording.say_code("type", kind)
        return f"{told}: {wording.say_code('mode', mode)}" if mode else told
    if ground.field == "status":
        actual = ground.value == "actual"
        return wording.say("report.status-actual") if actual else wording.say_code("status", ground.value)
    if ground.field == "date":
        return wording.day(ground.value)
    return names.get(ground.value, ground.value)
