"""What an event leaves unsaid as the sentences before say it: whom it answers, on whose word it rests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from depesche.find.events.frames import is_with_each_other
from depesche.find.events.merge import Draft
from depesche.find.events.scene import Ids, Scene

# Somebody answers what was told at most so many sentences before.
MAX_SENTENCES = 3
# Who is said to have done something was accused at most so many sentences before.
HEARSAY_SENTENCES = 2
_FRIENDLY = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID"})
_ANSWERS = frozenset({"REJECT", "ACCUSE", "SUPPORT", "CONCEDE", "THREATEN", "SANCTION", "AGREE", "REQUEST"})


def complete_drafts(scene: Scene, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Yield the drafts; one that names nobody it is directed at gets whom it answers, if that is told.

    Who was accused, asked or threatened and now refuses, answers the one who did so.
    """
    earlier: list[Draft] = []
    for draft in drafts:
        full = _answering(_facing(scene, draft, earlier), earlier, scene.countries)
        full = _in_setting(full, earlier)
        full = _on_word(full, earlier)
        if not full.echo:
            earlier.append(full)
        yield full


def _facing(scene: Scene, draft: Draft, earlier: list[Draft]) -> Draft:
    """Return the draft with whom its actor was just meeting: ``Dabei äußerte er Kritik``.

    What is said there is said to the states that those who are met speak for, where the report names them.
    """
    event = draft.event
    if not draft.follows or event.type not in _ANSWERS or event.recipient or not earlier:
        return draft
    before = earlier[-1].event
    if before.type != "CONSULT" or draft.sentence - earlier[-1].sentence > 1:
        return draft
    met = before.actor + before.recipient
    others = tuple(i for i in met if i not in event.actor)
    if len(others) == len(met) or not others:
        return draft
    recipient = tuple(i for i in scene.as_states(others) if i not in event.actor)
    return msgspec.structs.replace(draft, event=msgspec.structs.replace(event, recipient=recipient))


def _answering(draft: Draft, earlier: list[Draft], countries: Mapping[str, str | None]) -> Draft:
    """Return the draft with whom it answers, if it names nobody itself."""
    event = draft.event
    if event.type not in _ANSWERS or not event.actor or event.recipient or is_with_each_other(event):
        return draft
    answered = _answered(draft, earlier, countries)
    return msgspec.structs.replace(draft, event=msgspec.structs.replace(event, recipient=answered))


def _in_setting(draft: Draft, earlier: list[Draft]) -> Draft:
    """Return the draft at the time and place of the event before, which its words go on from."""
    if not draft.follows or draft.event.date or not earlier or draft.sentence - earlier[-1].sentence > 1:
        return draft
    before = earlier[-1].event
    event = msgspec.structs.replace(
        draft.event,
        date=before.date,
        earliest=before.earliest,
        latest=before.latest,
        place=draft.event.place or before.place,
    )
    return msgspec.structs.replace(draft, event=event)


def _on_word(draft: Draft, earlier: list[Draft]) -> Draft:
    """Return hearsay as the word of who just accused somebody: ``X klagte Y an. Er soll ... haben``."""
    if not draft.hearsay or draft.event.source is not None:
        return draft
    for other in reversed(earlier):
        if draft.sentence - other.sentence > HEARSAY_SENTENCES:
            return draft
        claimant = other.event.actor[:1] if other.event.type == "ACCUSE" else ()
        if claimant and claimant[0] not in draft.event.actor:
            return msgspec.structs.replace(
                draft, event=msgspec.structs.replace(draft.event, source=claimant[0])
            )
    return draft


def _answered(draft: Draft, earlier: list[Draft], countries: Mapping[str, str | None]) -> Ids:
    """Return who did something to the actor of ``draft`` shortly before, or to whom it did something."""
    mine = _sides(draft.event.actor, countries)
    for other in reversed(earlier):
        if draft.sentence - other.sentence > MAX_SENTENCES:
            return ()
        event = other.event
        if event.actor and mine & _sides(event.recipient, countries):
            return tuple(i for i in event.actor if i not in draft.event.actor)
        goes_on = (event.type in _FRIENDLY) == (draft.event.type in _FRIENDLY)
        if goes_on and event.recipient and mine & _sides(event.actor, countries):
            return tuple(i for i in event.recipient if i not in draft.event.actor)
    return ()


def _sides(ids: Ids, countries: Mapping[str, str | None]) -> set[str]:
    """Return the actors with their countries: a minister answers for the state."""
    return set(ids) | {country for i in ids if (country := countries.get(i))}
