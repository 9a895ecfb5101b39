"""Who did it and to whom, where a noun tells it: the actors around it, as its frame says."""

from __future__ import annotations

from collections.abc import Callable

from depesche.find.events.arguments import (
    AGENT_PREPOSITIONS,
    CONTRACTED,
    acting_behind,
    agent_actors,
    first_place,
    object_actors,
    prepositional_actors,
    resolve,
    subject_actors,
)
from depesche.find.events.frames import NounFrame, event_phrase, event_words, is_word_of
from depesche.find.events.scene import Ids, Parties, Scene, attributes, merge
from depesche.find.events.triggers import Trigger
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of

_DEFINITE = frozenset({"der", "dem", "den", "dieser", "diesem", "diesen"})
_BY_WHOM = frozenset({"durch", "seitens"})
# What a name in the genitive ends in.
_GENITIVE_ENDS = frozenset("sxzß’'")
# In an object these mostly mean the subject.
_OWN = frozenset({"sein", "seine", "seinen", "seinem", "seiner", "ihr", "ihre", "ihren", "ihrem", "ihrer"})
# Prepositions behind which verbs carry what a noun tells: "mit ... drohen", "an ... teilnehmen".
_CARRYING = frozenset({"mit", "auf", "von", "zu", "an", "hinter"})
# What is done at a meeting, or around it, is done by those who meet.
_OCCASION = frozenset({"nach", "bei", "beim", "vor", "vorm"})


def find_noun_parties(scene: Scene, trigger: Trigger, frame: NounFrame) -> Parties:
    """Return the parties that stand around the noun of a trigger, or by its verb."""
    between = _between(scene, trigger)
    if between:
        # Who fights with whom is told, not who began: "Kämpfe zwischen Rebellen und Armee".
        each_other = frame.mutual or frame.type == "ASSAULT" or len(between) != 2
        return Parties(between) if each_other else Parties(between[:1], between[1:])
    if frame.mutual:
        everybody = _every(scene, trigger, frame.by + " " + frame.to) or _own_meeting(scene, trigger)
        return Parties(merge(_possessor(scene, trigger), everybody) if everybody else ())
    actor = first_place(near_noun, scene, trigger, frame.by)
    agent = _attribute(scene, trigger, _BY_WHOM) if "durch" in frame.by.split() else ()
    if agent and actor != agent and actor == near_noun(scene, trigger, "g"):
        # "die Anerkennung des Kosovo durch Montenegro": the genitive is whom it is done to.
        return Parties(agent, actor)
    recipient = first_place(near_noun, scene, trigger, frame.to, taken=actor)
    if _is_given(trigger):
        # "erhielt Lob aus Moskau": the subject is whom it is done to.
        given = subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
        by = " ".join(place for place in frame.by.split() if place not in {"subject", "any"})
        actor = first_place(near_noun, scene, trigger, by) or _giver(scene, trigger.clause)
        return Parties(actor, tuple(i for i in recipient or given if i not in actor))
    actor = actor or _relative_doer(scene, trigger) or _doer(scene, trigger)
    return Parties(actor, tuple(i for i in recipient if i not in actor))


def _own_meeting(scene: Scene, trigger: Trigger) -> Ids:
    """Return several who do something at a meeting of theirs: ``Minister mahnten bei ihrem Treffen``."""
    if not _is_ones_own(scene, trigger):
        return ()
    found = subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
    several = len(found) > 1 or any(scene.types.get(i) == "GROUP" for i in found)
    return found if several else ()


def _doer(scene: Scene, trigger: Trigger) -> Ids:
    """Return who does what a noun says by its verb, or whose it is: ``setzten ihren Streik fort``."""
    chunk, clause = trigger.chunk, trigger.clause
    assert chunk is not None
    comes = clause.lemma in event_words("coming") and clause.subject == chunk
    if comes or (clause.lemma == "geben" and not chunk.prep and _has_it(scene, clause)):
        return _giver(scene, clause)
    if clause.subject == chunk and clause.voice == "active":
        return ()
    carried = _is_carried(scene, clause, chunk)
    if carried and clause.voice == "passive":
        return agent_actors(scene, clause)
    if carried or _is_ones_own(scene, trigger):
        return subject_actors(scene, trigger.sentence, trigger.number, clause)
    return ()


def _is_carried(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a verb only says that its subject does what a noun beside it names: ``rief den Streik aus``."""
    prep = CONTRACTED.get(chunk.prep, chunk.prep)
    if not prep and not chunk.genitive and (clause.voice == "passive" or "a" in chunk.cases):
        return clause.lemma in event_words("doing")
    if prep == "für" and clause.lemma in event_words("doing-für"):
        # "übernahm die Verantwortung für den Anschlag"
        return _is_beside_responsibility(scene, clause)
    if prep == "zu" and clause.lemma in event_words("coming-to"):
        # "zu einer Kundgebung kamen", not "zu der Kundgebung kamen auch": that has been told already.
        return chunk.prep == "zu" and scene.document.tokens[chunk.first + 1].lower not in _DEFINITE
    return prep in _CARRYING and clause.lemma in event_words(f"doing-{prep}")


def _is_beside_responsibility(scene: Scene, clause: Clause) -> bool:
    heads = (scene.document.tokens[c.head].text for c in clause.chunks if not c.prep)
    return any(is_word_of(head, event_phrase("responsibility")) for head in heads)


def _is_ones_own(scene: Scene, trigger: Trigger) -> bool:
    """Whether a possessive tells whose deed a noun is; not in ``seit ihrer Festnahme``: they are seized."""
    tokens, chunk = scene.document.tokens, trigger.chunk
    assert chunk is not None
    owned = any(tokens[i].lower in _OWN for i in range(chunk.first, trigger.token))
    return owned and not is_word_of(tokens[trigger.token].text, event_phrase("undergone"))


def _has_it(scene: Scene, clause: Clause) -> bool:
    """Whether a clause says that there is something: ``Lob gab es aus Moskau``."""
    return any(scene.document.tokens[i].lower == "es" for i in clause.tokens)


def _is_given(trigger: Trigger) -> bool:
    """Whether a noun is what the subject of its verb is given: ``erntete Kritik``."""
    clause, chunk = trigger.clause, trigger.chunk
    if chunk is None or chunk.prep or chunk.genitive or chunk == clause.subject:
        return False
    return clause.lemma in event_words("receiving") and clause.voice == "active"


def _giver(scene: Scene, clause: Clause) -> Ids:
    places = (prepositional_actors(scene, clause, prep) for prep in ("von", "aus", "durch", "seitens"))
    return next((found for found in places if found), ())


def _relative_doer(scene: Scene, trigger: Trigger) -> Ids:
    """Return who does what a noun says by a relative clause: ``der Anschlag, den Rebellen verübten``."""
    clauses = scene.sentence_clauses(trigger.token)
    for number in range(trigger.number + 1, min(len(clauses), trigger.number + 4)):
        clause = clauses[number]
        carries = clause.lemma in event_words("light") or clause.lemma in event_words("doing-an")
        if clause.antecedent != trigger.chunk or not carries:
            continue
        if clause.voice == "passive":
            return agent_actors(scene, clause)
        if clause.pronoun is not None and (clause.subject is None or clause.subject.head != clause.pronoun):
            return subject_actors(scene, trigger.sentence, number, clause)
        return acting_behind(scene, clause, clause.subject) if clause.subject else ()
    return ()


def _possessor(scene: Scene, trigger: Trigger) -> Ids:
    """Return who meets those whom a noun names: ``bei einem Treffen mit Lawrow sagte Blinken``.

    Whoever does something at a talk with somebody, or before or behind it, is the other side. Elsewhere he
    is if he meets his own colleague.
    """
    assert trigger.chunk is not None
    tokens = scene.document.tokens
    around = list(attributes(trigger.clause, trigger.chunk))
    occasion = trigger.frame.type == "CONSULT" and trigger.chunk.prep in _OCCASION
    occasion = occasion and not any(other.genitive or other.prep in AGENT_PREPOSITIONS for other in around)
    for other in around:
        own = other.prep == "mit" and tokens[other.first + 1].lower in words_of("poss")
        if own or (other.prep == "mit" and occasion):
            return subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
    return ()


def _between(scene: Scene, trigger: Trigger) -> Ids:
    """Return those between whom something is: ``Gespräche zwischen Kiew und Minsk``.

    They may stand elsewhere if the verb says that it is: ``Zwischen Kiew und Minsk gab es Gespräche``.
    """
    chunk, clause = trigger.chunk, trigger.clause
    assert chunk is not None
    named = (other for other in attributes(clause, chunk) if other.prep == "zwischen")
    found = next((ids for other in named if (ids := _parties_between(scene, clause, other))), ())
    if found or clause.lemma not in event_words("happening"):
        return found
    comes = clause.lemma == "kommen" and CONTRACTED.get(chunk.prep, chunk.prep) == "zu"
    if chunk.prep and not comes:
        return ()
    between = next((c for c in clause.chunks if c.prep == "zwischen" and not c.joined), None)
    return _parties_between(scene, clause, between) if between else ()


def _parties_between(scene: Scene, clause: Clause, chunk: Chunk) -> Ids:
    """Return who a chunk names, or whose people if several: ``zwischen Vertretern der EU und Kubas``."""
    whose = next((other for other in attributes(clause, chunk) if other.genitive), None)
    owners = scene.actors_of_group(whose) if whose else ()
    return owners if len(owners) > 1 else resolve(scene, clause, chunk)


def _every(scene: Scene, trigger: Trigger, where: str) -> Ids:
    return merge(*(near_noun(scene, trigger, place) for place in where.split()))


def near_noun(scene: Scene, trigger: Trigger, place: str) -> Ids:
    """Return the actors at one place around the noun of a trigger."""
    chunk, clause = trigger.chunk, trigger.clause
    assert chunk is not None
    if place == "g":
        return (
            _named_ahead(scene, trigger)
            or _named_behind(scene, trigger)
            or _attribute(scene, trigger, frozenset())
        )
    if place in {"a", "d"}:
        return object_actors(scene, trigger.sentence, trigger.number, clause, place)
    look = _LOOKS.get(place)
    if look is not None:
        return look(scene, trigger)
    preps = frozenset({place} | {short for short, full in CONTRACTED.items() if full == place})
    return _attribute(scene, trigger, preps)


def _named_ahead(scene: Scene, trigger: Trigger) -> Ids:
    """Return who is named before a noun in its chunk: ``Trumps Kritik``; not in ``Syrern Asyl bieten``."""
    chunk, tokens = trigger.chunk, scene.document.tokens
    assert chunk is not None
    found = scene.named_before(chunk, trigger.token)
    group = any(scene.types.get(i) == "GROUP" for i in found)
    return () if group and tokens[trigger.token - 1].text.endswith("n") else found


def _named_behind(scene: Scene, trigger: Trigger) -> Ids:
    """Return the names in the genitive right behind a noun: ``auf Betreiben Algeriens und Russlands``."""
    chunk, tokens = trigger.chunk, scene.document.tokens
    assert chunk is not None
    first = scene.named_in(trigger.token + 1, chunk.last)
    if not first or tokens[chunk.last - 1].text[-1] not in _GENITIVE_ENDS:
        return first
    group = (*scene.groups.get(chunk.first, ()), *scene.genitives_behind(trigger.clause, chunk))
    others = (c for c in group if c.first >= chunk.last and c.head in scene.actors_at)
    more = (
        c
        for c in others
        if tokens[c.last - 1].text[-1] in _GENITIVE_ENDS or tokens[c.head - 1].lower in {"der", "des"}
    )
    return merge(first, *(scene.actors_of(c) for c in more))


def _attribute(scene: Scene, trigger: Trigger, preps: frozenset[str]) -> Ids:
    """Return the actors of an attribute with one of the prepositions; without any, of a genitive."""
    assert trigger.chunk is not None
    for other in attributes(trigger.clause, trigger.chunk):
        if (other.prep in preps) if preps else (other.genitive and not other.prep):
            found = resolve(scene, trigger.clause, other)
            if found:
                return found
        if other.prep and not preps:
            return ()  # a genitive behind it belongs to its noun: "am Rande des Treffens"
    return ()


def _light_subject(scene: Scene, trigger: Trigger) -> Ids:
    clause = trigger.clause
    if clause.lemma not in event_words("light") or clause.subject == trigger.chunk:
        return ()
    if clause.voice == "passive":
        return agent_actors(scene, clause)
    return subject_actors(scene, trigger.sentence, trigger.number, clause)


_LOOKS: dict[str, Callable[[Scene, Trigger], Ids]] = {
    "adjective": lambda scene, trigger: scene.by_adjective(trigger.chunk) if trigger.chunk else (),
    "first": lambda scene, trigger: scene.by_first_part(trigger.token),
    "subject": _light_subject,
    "any": lambda scene, trigger: subject_actors(scene, trigger.sentence, trigger.number, trigger.clause),
}
