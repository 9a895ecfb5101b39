"""Who did it and to whom: the actors where a frame says that they stand."""

from __future__ import annotations

from depesche.find.events.frames import Frame, VerbFrame, event_phrase, is_word_of
from depesche.find.events.noun_parties import find_noun_parties, near_noun
from depesche.find.events.scene import Ids, Parties, Scene, attributes, merge
from depesche.find.events.triggers import Trigger
from depesche.find.events.verb_parties import at_verb, find_verb_parties
from depesche.language.clauses import Clause


def find_parties(scene: Scene, trigger: Trigger) -> Parties | None:
    """Return the parties that the words of a trigger name, or None if they are of another kind than asked."""
    frame = trigger.frame
    if frame.type == "CONSULT" and is_interview(scene, trigger.clause, trigger.token):
        return None
    if isinstance(frame, VerbFrame):
        found = find_verb_parties(scene, trigger, frame)
    else:
        found = find_noun_parties(scene, trigger, frame)
    if isinstance(frame, VerbFrame) and frame.who and not _are(scene, found.actor, frame.who):
        return None
    return _tidy(_unfolded(scene, trigger, found) if frame.mutual else found, mutual=frame.mutual)


def is_interview(scene: Scene, clause: Clause, token: int) -> bool:
    """Whether the verb or noun at ``token`` tells of talk to the press, which is no meeting.

    ``im Gespräch mit der Zeitung``, ``sprach mit Reportern``
    """
    chunk = next((c for c in clause.chunks if c.first <= token < c.last), None)
    around = attributes(clause, chunk) if chunk is not None else clause.chunks
    partner = next((c for c in around if c.prep == "mit"), None)
    if partner is None:
        return False
    return is_word_of(scene.document.tokens[partner.head].text, event_phrase("press"))


def look_at(scene: Scene, trigger: Trigger, place: str) -> Ids:
    """Return the actors at one of the places that the frame of a trigger names in ``by`` and ``to``."""
    if isinstance(trigger.frame, VerbFrame):
        return at_verb(scene, trigger, place)
    return near_noun(scene, trigger, place)


def _are(scene: Scene, ids: Ids, types: str) -> bool:
    """Whether there are actors and all of them are of one of ``types``."""
    return bool(ids) and all(scene.types.get(i) in types.split() for i in ids)


def _unfolded(scene: Scene, trigger: Trigger, found: Parties) -> Parties:
    """Return those whose people meet where a group stands for several: ``Vertreter Kiews und der Nato``."""
    subject = trigger.clause.subject
    if len(found.actor) != 1 or found.recipient or subject is None or subject.pronoun:
        return found
    if scene.actors_of_group(subject) != found.actor or scene.types.get(found.actor[0]) != "GROUP":
        return found
    if any(scene.names_sides(c) for c in attributes(trigger.clause, subject)):
        return found  # "die Minister beider Länder" are told by no name
    whose = scene.owners_of(trigger.clause, subject, seated=False)
    return Parties(whose) if len(whose) > 1 else found


def _tidy(found: Parties, *, mutual: bool) -> Parties:
    if mutual:
        return Parties(merge(found.actor, found.recipient))
    if len(found.actor) > 1 and found.actor == found.recipient:
        return found  # "beschuldigten sich gegenseitig"
    return Parties(found.actor, tuple(i for i in found.recipient if i not in found.actor))


def satisfies(actor: Ids, recipient: Ids, frame: Frame) -> bool:
    """Whether parties are those that a frame needs to tell an event."""
    if frame.needs == "none":
        return True
    if frame.needs == "one":
        return bool(actor or recipient)
    if frame.needs == "both":
        return bool(actor and recipient) or (frame.mutual and len(actor) > 1)
    return bool(actor if frame.needs == "actor" else recipient)
