"""Who did it and to whom, where a verb tells it: the actors in its clause, as its frame says."""

from __future__ import annotations

from collections.abc import Callable

from depesche.find.events.arguments import (
    agent_actors,
    agent_otherwise,
    companions,
    first_place,
    goes_on_from,
    object_actors,
    owner_of_object,
    prepositional_actors,
    subject_actors,
)
from depesche.find.events.frames import VerbFrame, event_phrase, event_words, is_word_of
from depesche.find.events.scene import Ids, Parties, Scene, merge
from depesche.find.events.triggers import Trigger
from depesche.language.clauses import Clause

# What is done by words that answer others.
# What another does on his side is not what is asked of him: "forderten Hilfe, wogegen sich Berlin sperrt".
_BESIDE = frozenset({"wogegen", "wohingegen"})
# What is said to somebody, of whom it is wanted or to whom it is granted.
_ADDRESSED = frozenset({"REQUEST", "AGREE", "THREATEN", "CONCEDE"})
_ANSWERS = frozenset({"ACCUSE", "REJECT", "SUPPORT"})


def find_verb_parties(scene: Scene, trigger: Trigger, frame: VerbFrame) -> Parties:
    """Return the parties that stand in the clause of the verb of a trigger, or in the one below it."""
    clause = trigger.clause
    answer = _answer(scene, clause) if frame.type in _ANSWERS and frame.by == "subject" else None
    if answer is not None:
        return answer
    actor = first_place(at_verb, scene, trigger, frame.by)
    places = frame.by.split()
    if clause.voice == "passive" and places[:1] == ["subject"]:
        elsewhere = first_place(at_verb, scene, trigger, " ".join(places[1:]))
        actor = _agent(scene, trigger.number, clause) or elsewhere
    if actor and places[:1] == ["subject"] and clause.voice == "active" and "mit" not in frame.to.split():
        actor = merge(actor, companions(scene, clause))
    recipient = _told(scene, trigger, actor) or first_place(at_verb, scene, trigger, frame.to, taken=actor)
    if not recipient and not frame.mutual and len(actor) > 1 and _is_to_each_other(scene, clause):
        return Parties(actor, actor)
    return Parties(actor, recipient)


def _told(scene: Scene, trigger: Trigger, actor: Ids) -> Ids:
    """Return whom something is demanded of or promised to by ``gegenüber``; the press is only told of it.

    Behind a noun it belongs to that: ``forderte eine neue Politik gegenüber Kuba``.
    """
    if trigger.frame.type not in _ADDRESSED:
        return ()
    for chunk in trigger.clause.chunks:
        before = trigger.clause.chunk_before(chunk)
        if (
            chunk.prep != "gegenüber"
            or chunk.joined
            or (before is not None and before != trigger.clause.subject)
        ):
            continue
        found = scene.actors_of_group(chunk) or scene.owners_of(trigger.clause, chunk)
        if not any(scene.cast[i].sector == "MED" for i in found if i in scene.cast):
            return tuple(i for i in found if i not in actor)
    return ()


def _agent(scene: Scene, number: int, clause: Clause) -> Ids:
    """Return who does what the passive tells, here or by the verb before: ``von X ergriffen und verhört``."""
    found = agent_actors(scene, clause) or agent_otherwise(scene, clause)
    before = (agent_actors(scene, last) for last in goes_on_from(scene, number, clause))
    return found or next((ids for ids in before if ids), ())


def _is_to_each_other(scene: Scene, clause: Clause) -> bool:
    """Whether several do something to one another: ``beschuldigten sich gegenseitig``."""
    return scene.holds(clause, event_words("each-other"))


def _answer(scene: Scene, clause: Clause) -> Parties | None:
    """Return who answers whose words where these open the clause: ``Die Bitte Polens lehnte Kiew ab``.

    By their form they could be the subject, but a request refuses nothing.
    """
    words, verb = clause.subject, clause.finite
    if words is None or verb is None or clause.kind != "main" or clause.voice == "passive":
        return None
    if words.cases == "n" or not clause.first <= words.first < verb:
        return None
    if not is_word_of(scene.document.tokens[words.head].text, event_phrase("answerable")):
        return None
    for chunk in clause.chunks:
        if chunk.first < verb or chunk.prep or chunk.genitive or chunk.joined or "n" not in chunk.cases:
            continue
        found = scene.actors_of_group(chunk)
        if found:
            whose = scene.actors_of_group(words) or scene.owners_of(clause, words)
            return Parties(found, tuple(i for i in whose if i not in found))
    return None


def at_verb(scene: Scene, trigger: Trigger, place: str) -> Ids:
    """Return the actors at a place that a verb frame names; what is no other place is a preposition."""
    clause = trigger.clause
    if place in {"a", "d", "g"}:
        return object_actors(scene, trigger.sentence, trigger.number, clause, place)
    look = _PLACES.get(place)
    return look(scene, trigger) if look else prepositional_actors(scene, clause, place)


def _speaker(scene: Scene, trigger: Trigger) -> Ids:
    speaker = scene.speaker_at(trigger.token)
    return (speaker,) if speaker else ()


def _owner_of_asked(scene: Scene, trigger: Trigger) -> Ids:
    """Return to whom the word belongs that the frame asked for: ``sitzt in türkischer Haft``."""
    if trigger.asked is None:
        return ()
    for chunk in trigger.clause.chunks:
        if chunk.first <= trigger.asked < chunk.last:
            return scene.owners_of(trigger.clause, chunk)
    return ()


def _dependent_subject(scene: Scene, trigger: Trigger) -> Ids:
    """Return whom the clause that depends on the verb is about: ``forderte, dass Russland ...``.

    Of an infinitive that is the first actor in it: ``drohte, Verhandlungen mit Australien zu blockieren``.
    """
    clauses = scene.sentence_clauses(trigger.token)
    for number in range(trigger.number + 1, min(len(clauses), trigger.number + 3)):
        clause = clauses[number]
        below = clause.parent == trigger.number
        if below and clause.kind == "inf":
            if trigger.frame.type == "REQUEST":
                return ()  # who is asked to do it is left out there: "verlangte, den Botschafter auszuweisen"
            return _first_of_all(scene, clause)
        told = clause.kind == "sub" and clause.opener not in _BESIDE
        if (below and told) or (clause.kind == "main" and clause.mood.startswith("subj")):
            if clause.voice == "passive":
                return agent_actors(scene, clause)
            return subject_actors(scene, trigger.sentence, number, clause)
    return ()


def _first_of_all(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of the first chunk of a clause that names any."""
    return next((found for chunk in clause.chunks if (found := scene.actors_of_group(chunk))), ())


def _topic(scene: Scene, trigger: Trigger) -> Ids:
    """Return whose the subject is, of whom something is thought: ``Der Plan Kiews stieß auf Kritik``.

    A clause before may be the subject: ``Dass Kiew zögert, stieß auf Kritik``.
    """
    clause = trigger.clause
    if clause.subject is not None and clause.subject in clause.chunks:
        found = scene.actors_of_group(clause.subject)
        return found or scene.owners_of(clause, clause.subject)
    clauses = scene.sentence_clauses(trigger.token)
    if trigger.number and clauses[trigger.number - 1].opener in {"dass", "daß", "wie", "ob"}:
        number = trigger.number - 1
        return subject_actors(scene, trigger.sentence, number, clauses[number])
    return ()


_PLACES: dict[str, Callable[[Scene, Trigger], Ids]] = {
    "subject": lambda scene, trigger: subject_actors(scene, trigger.sentence, trigger.number, trigger.clause),
    "owner": lambda scene, trigger: owner_of_object(scene, trigger.clause),
    "asked": _owner_of_asked,
    "speaker": _speaker,
    "topic": _topic,
    "clause": _dependent_subject,
}
