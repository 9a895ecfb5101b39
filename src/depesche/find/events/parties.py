"""Who did it and to whom: the actors where a frame says that they stand."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import msgspec

from depesche.find.events.frames import (
    Frame,
    NounFrame,
    VerbFrame,
    event_phrase,
    event_words,
    is_word_of,
)
from depesche.find.events.scene import Ids, Scene, attributes, merge
from depesche.find.events.triggers import Trigger
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

_AGENT = frozenset({"von", "vom", "durch", "seitens"})
_BY_WHOM = frozenset({"durch", "seitens"})
_GENITIVE_ENDS = frozenset("sxzß’'")
# In an object these mostly mean the subject.
_OWN = frozenset({"sein", "seine", "seinen", "seinem", "seiner", "ihr", "ihre", "ihren", "ihrem", "ihrer"})
# The genitives of the relative pronoun.
_WHOSE = frozenset({"dessen", "deren"})
# What is done by words that answer others.
_ANSWERS = frozenset({"ACCUSE", "REJECT", "SUPPORT"})
# What is done at a meeting, or around it, is done by those who meet.
_OCCASION = frozenset({"nach", "bei", "beim", "vor", "vorm"})
_CONTRACTED = {
    "im": "in",
    "ins": "in",
    "am": "an",
    "ans": "an",
    "zum": "zu",
    "zur": "zu",
    "beim": "bei",
    "vom": "von",
    "aufs": "auf",
}


class Parties(msgspec.Struct, frozen=True):
    """The ids of who acts and of who is acted on."""

    actor: Ids = ()
    recipient: Ids = ()


def find_parties(scene: Scene, trigger: Trigger) -> Parties | None:
    """Return the parties that the words of a trigger name, or None if they are of another kind than asked."""
    frame = trigger.frame
    if isinstance(frame, VerbFrame):
        found = _verb_parties(scene, trigger, frame)
    else:
        found = _noun_parties(scene, trigger, frame)
    if isinstance(frame, VerbFrame) and frame.who and not _are(scene, found.actor, frame.who):
        return None
    return _tidy(found, mutual=frame.mutual)


def look_at(scene: Scene, trigger: Trigger, place: str) -> Ids:
    """Return the actors at one of the places that the frame of a trigger names in ``by`` and ``to``."""
    if isinstance(trigger.frame, VerbFrame):
        return _at(scene, trigger, place)
    return _near(scene, trigger, place)


def _are(scene: Scene, ids: Ids, types: str) -> bool:
    """Whether there are actors and all of them are of one of ``types``."""
    return bool(ids) and all(scene.types.get(i) in types.split() for i in ids)


def _tidy(found: Parties, *, mutual: bool) -> Parties:
    if mutual:
        return Parties(merge(found.actor, found.recipient))
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


# --- verbs ----------------------------------------------------------------------------------------


def _verb_parties(scene: Scene, trigger: Trigger, frame: VerbFrame) -> Parties:
    clause = trigger.clause
    answer = _answer(scene, clause) if frame.type in _ANSWERS and frame.by == "subject" else None
    if answer is not None:
        return answer
    actor = _first(scene, trigger, frame.by)
    if clause.voice == "passive" and frame.by == "subject":
        actor = _agent(scene, clause)
    recipient = _first(scene, trigger, frame.to, taken=actor)
    return Parties(actor, recipient)


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


def _first(scene: Scene, trigger: Trigger, where: str, taken: Ids = ()) -> Ids:
    """Return the actors at the first of the places ``where`` that has any beside those taken already."""
    for place in where.split():
        found = tuple(i for i in _at(scene, trigger, place) if i not in taken)
        if found:
            return found
    return ()


def _at(scene: Scene, trigger: Trigger, place: str) -> Ids:
    """Return the actors at a place that a verb frame names; what is no other place is a preposition."""
    clause = trigger.clause
    if place in {"a", "d", "g"}:
        return _object(scene, trigger.sentence, trigger.number, clause, place)
    look = _PLACES.get(place)
    return look(scene, trigger) if look else _prepositional(scene, clause, place)


def _speaker(scene: Scene, trigger: Trigger) -> Ids:
    speaker = scene.speaker_at(trigger.token)
    return (speaker,) if speaker else ()


def subject_actors(scene: Scene, sentence: int, number: int, clause: Clause) -> Ids:
    """Return the actors that are the subject of a clause; of an infinitive, those that govern it."""
    if clause.kind == "inf":
        return _controller(scene, sentence, number, clause)
    found = _own_subject(scene, clause)
    if not found and number and _shares_subject(clause):
        found = subject_actors(scene, sentence, number - 1, scene.sentence_clauses(clause.first)[number - 1])
    if found or clause.subject is None or clause.subject.pronoun:
        return found
    return scene.owners_of(clause, clause.subject)


def _own_subject(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of the subject; of several chunks that may be it, the one that names an actor is."""
    chunk = clause.subject
    if chunk is None:
        return _first_actor(scene, clause) or _parted(scene, clause)
    if clause.pronoun is not None and chunk.head == clause.pronoun:
        if _is_whose(scene, clause, chunk):
            return _owned_subject(scene, clause, chunk)
        return _antecedent(scene, clause) or _behind_object(scene, clause, chunk)
    found = scene.actors_of_group(chunk) if _agrees(scene, clause, chunk) else ()
    if not found and chunk.cases != "n" and chunk in clause.chunks:
        return _first_actor(scene, clause)
    return found


def _owned_subject(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return who does it in a clause with ``dessen``, which is never its subject.

    ``dessen Minister das ablehnte`` and ``dessen Zuständigkeit Kiew bestritt`` name who does it,
    ``dessen Truppen angriffen`` does not: they are his whom the pronoun stands for.
    """
    return _acting_behind(scene, clause, pronoun) or _antecedent(scene, clause)


def _behind_object(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return who does it where the relative pronoun, which stands for no actor, may be the object.

    ``die Vorwürfe, die Moskau zurückweist``; not ``die Raketen, die Kiew trafen``.
    """
    if "a" not in pronoun.cases or clause.voice == "passive":
        return ()
    return _acting_behind(scene, clause, pronoun)


def _acting_behind(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return the first actors behind a relative pronoun that may be the subject by their number."""
    if clause.finite is None:
        return ()
    forms = [f for f in analyse_verb(scene.document.tokens[clause.finite].lower) if f.kind == "finite"]
    numbers = {f.number for f in forms}
    for chunk in clause.chunks:
        if chunk == pronoun or chunk.prep or chunk.genitive or chunk.joined or "n" not in chunk.cases:
            continue
        found = scene.actors_of_group(chunk)
        several = (
            len(found) > 1 or any(scene.types.get(i) == "GROUP" for i in found) or _is_bare(scene, chunk)
        )
        if found and ("pl" if several else "sg") in numbers:
            return found
    return ()


def _is_bare(scene: Scene, chunk: Chunk) -> bool:
    """Whether an adjective without an article opens a chunk: ``russische Diplomaten`` are several."""
    first = scene.document.tokens[chunk.first]
    determined = first.lower in words_of("det") or first.lower in words_of("poss")
    return not first.is_capital and not determined


def _agrees(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk may be the subject by its number: ``wies zwei Diplomaten aus`` has another."""
    tokens = scene.document.tokens
    first = tokens[chunk.first]
    several = first.lower in word_class("number-words") or (first.text.isdigit() and first.text != "1")
    if not several or clause.finite is None:
        return True
    forms = [f for f in analyse_verb(tokens[clause.finite].lower) if f.kind == "finite"]
    return not forms or any(f.number == "pl" for f in forms)


def _first_actor(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of the first chunk of a clause that may be its subject."""
    for chunk in clause.chunks:
        if not (chunk.prep or chunk.genitive) and "n" in chunk.cases and _agrees(scene, clause, chunk):
            actors = scene.actors_of_group(chunk)
            if actors:
                return actors
    return ()


def _shares_subject(clause: Clause) -> bool:
    """Whether a main clause begins with its verb and so may share the subject of the one before."""
    return clause.kind == "main" and clause.finite is not None and clause.finite <= clause.first + 1


def _resolve(scene: Scene, clause: Clause, chunk: Chunk) -> Ids:
    """Return the actors of a chunk or those it belongs to; a relative pronoun stands for its antecedent."""
    if clause.pronoun is not None and chunk.head == clause.pronoun:
        return _antecedent(scene, clause)
    return scene.actors_of_group(chunk) or (() if chunk.pronoun else scene.owners_of(clause, chunk))


def _antecedent(scene: Scene, clause: Clause) -> Ids:
    """Return the actors that the relative pronoun of a clause stands for."""
    chunk = clause.antecedent
    if chunk is None or clause.pronoun is None or scene.document.tokens[clause.pronoun].lower == "was":
        return ()  # "was Kiew zurückwies": what was said before, not who
    found = scene.actors_of_group(chunk)
    if found or not chunk.genitive or chunk.head not in scene.owners:
        return found
    # "der Präsident des Landes, der": the genitive is no actor, the noun before it may be.
    chunks = scene.owners[chunk.head][1].chunks
    before = [c for c in chunks if c.last == chunk.first]
    return scene.actors_of_group(before[-1]) if before else ()


def _controller(scene: Scene, sentence: int, number: int, clause: Clause) -> Ids:
    clauses = scene.sentence_clauses(clause.first)
    if clause.parent is None or not 0 <= clause.parent < number:
        return ()
    parent = clauses[clause.parent]
    if parent.lemma in event_words("object-control"):
        above = (sentence, clause.parent, parent)
        return (
            _object(scene, *above, "a") or _object(scene, *above, "d") or _prepositional(scene, parent, "an")
        )
    if parent.voice == "passive":
        return _agent(scene, parent)
    return subject_actors(scene, sentence, clause.parent, parent)


def _agent(scene: Scene, clause: Clause) -> Ids:
    for chunk in clause.chunks:
        if chunk.prep in _AGENT and not chunk.joined and not _is_no_agent(scene, chunk):
            found = scene.actors_of_group(chunk) or scene.owners_of(clause, chunk)
            if found:
                return found
    return ()


def _is_no_agent(scene: Scene, chunk: Chunk) -> bool:
    """Whether ``von`` tells whose word it is (``nach Angaben von Vučić``) or of whom (``70 von ihnen``)."""
    before = scene.document.tokens[chunk.first - 1].lower if chunk.first else ""
    return before in event_words("word-of") or _is_part(scene, chunk)


def _is_part(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk with ``von`` tells of whom something is a part: ``70 von ihnen``."""
    before = scene.document.tokens[chunk.first - 1].lower if chunk.first else ""
    number = before.isdigit() or before in word_class("number-words")
    return number or before in event_words("part-of")


def _parted(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of whom the subject is a part: ``70 von ihnen wurden festgenommen``."""
    parts = (c for c in clause.chunks if c.prep == "von" and _is_part(scene, c))
    return next((found for chunk in parts if (found := scene.actors_of_group(chunk))), ())


def _object(scene: Scene, sentence: int, number: int, clause: Clause, case: str) -> Ids:
    """Return the actors of the object in ``case``; in the passive the accusative is the subject."""
    subject = subject_actors(scene, sentence, number, clause)
    if case == "a" and clause.voice == "passive":
        return subject
    for chunk in clause.chunks:
        if chunk.prep or chunk.genitive or chunk.joined or case not in chunk.cases:
            continue
        if chunk.first and scene.document.tokens[chunk.first - 1].lower == "so":
            continue  # "so Trump" names who says it
        if _is_whose(scene, clause, chunk) or _stands_by(scene, clause, chunk):
            continue
        found = _whole_object(scene, clause, chunk)
        if found and found != subject:
            return found
    return _after_genitive(scene, clause) if case == "d" else ()


def _stands_by(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk says between marks who the subject is: ``Der Minister, Ernst Jung, ist``."""
    tokens = scene.document.tokens
    before, after = chunk.first - 1, chunk.last
    if before < 0 or after >= len(tokens):
        return False
    marks = tokens[before].text + tokens[after].text
    if marks == "()":
        return True
    if marks != ",," or clause.subject is None:
        return False
    ahead = [c for c in clause.chunks if c.last <= before and not (c.genitive or c.prep or c.joined)]
    return bool(ahead) and ahead[-1] == clause.subject and chunk not in scene.groups.get(ahead[-1].first, ())


def _is_whose(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk is the genitive of the relative pronoun of a clause: ``dessen``."""
    return chunk.head == clause.pronoun and scene.document.tokens[chunk.head].lower in _WHOSE


def _after_genitive(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of a dative that looks like a genitive of the noun before: ``am Montag der EU``."""
    tokens = scene.document.tokens
    for chunk in clause.chunks:
        if chunk.genitive and not chunk.joined and tokens[chunk.first].lower == "der":
            found = scene.actors_of_group(chunk)
            before = [c for c in clause.chunks if c.last == chunk.first]
            if found and before and before[-1].prep:
                return found
    return ()


def _whole_object(scene: Scene, clause: Clause, chunk: Chunk) -> Ids:
    if clause.pronoun is not None and chunk.head == clause.pronoun:
        return _antecedent(scene, clause)
    found = scene.actors_of_group(chunk)
    amount = not found and scene.document.tokens[chunk.head].lower in event_words("amounts")
    return scene.owners_of(clause, chunk) if amount else found


def _owner(scene: Scene, clause: Clause) -> Ids:
    """Return whom the object belongs to: ``verurteilte den Angriff Russlands``."""
    passive = clause.voice == "passive"  # its subject is the object
    for before, chunk in itertools.pairwise((None, *clause.chunks)):
        if before is not None and chunk is not None and _is_whose(scene, clause, before):
            if chunk.head not in scene.actors_at:
                return _antecedent(scene, clause)
            continue
        if chunk is None or chunk.genitive or chunk.joined or chunk.pronoun:
            continue
        if chunk == clause.subject and not passive:
            continue
        if not chunk.prep and "a" not in chunk.cases:
            continue
        if is_word_of(scene.document.tokens[chunk.head].text, event_phrase("undergone")):
            continue  # "die Freilassung der Studenten": they are let go and do nothing
        found = scene.owners_of(clause, chunk)
        if found:
            return found
    return ()


def _owner_of_asked(scene: Scene, trigger: Trigger) -> Ids:
    """Return to whom the word belongs that the frame asked for: ``sitzt in türkischer Haft``."""
    if trigger.asked is None:
        return ()
    for chunk in trigger.clause.chunks:
        if chunk.first <= trigger.asked < chunk.last:
            return scene.owners_of(trigger.clause, chunk)
    return ()


def _prepositional(scene: Scene, clause: Clause, prep: str) -> Ids:
    for chunk in clause.chunks:
        if chunk.prep and not chunk.joined and _CONTRACTED.get(chunk.prep, chunk.prep) == prep:
            found = _resolve(scene, clause, chunk)
            if found:
                return found
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
        if (below and clause.kind == "sub") or (clause.kind == "main" and clause.mood.startswith("subj")):
            if clause.voice == "passive":
                return _agent(scene, clause)
            return subject_actors(scene, trigger.sentence, number, clause)
    return ()


def _first_of_all(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of the first chunk of a clause that names any."""
    return next((found for chunk in clause.chunks if (found := scene.actors_of_group(chunk))), ())


# --- nouns ----------------------------------------------------------------------------------------


def _noun_parties(scene: Scene, trigger: Trigger, frame: NounFrame) -> Parties:
    between = _between(scene, trigger)
    if between:
        if frame.mutual:
            return Parties(between)
        return Parties(between[:1], between[1:]) if len(between) == 2 else Parties(between)
    if frame.mutual:
        everybody = _every(scene, trigger, frame.by + " " + frame.to)
        return Parties(merge(_possessor(scene, trigger), everybody) if everybody else ())
    actor = _first_of(scene, trigger, frame.by)
    agent = _attribute(scene, trigger, _BY_WHOM) if "durch" in frame.by.split() else ()
    if agent and actor != agent and actor == _near(scene, trigger, "g"):
        # "die Anerkennung des Kosovo durch Montenegro": the genitive is whom it is done to.
        return Parties(agent, actor)
    recipient = _first_of(scene, trigger, frame.to, taken=actor)
    if _is_given(trigger):
        # "erhielt Lob aus Moskau": the subject is whom it is done to.
        given = subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
        by = " ".join(place for place in frame.by.split() if place not in {"subject", "any"})
        actor = _first_of(scene, trigger, by) or _giver(scene, trigger.clause)
        return Parties(actor, tuple(i for i in recipient or given if i not in actor))
    actor = actor or _relative_doer(scene, trigger) or _doer(scene, trigger)
    return Parties(actor, tuple(i for i in recipient if i not in actor))


def _doer(scene: Scene, trigger: Trigger) -> Ids:
    """Return who does what a noun says by its verb, or whose it is: ``setzten ihren Streik fort``."""
    chunk, clause = trigger.chunk, trigger.clause
    assert chunk is not None
    comes = clause.lemma in event_words("coming") and clause.subject == chunk
    if comes or (clause.lemma == "geben" and not chunk.prep and _has_it(scene, clause)):
        return _giver(scene, clause)
    if clause.subject == chunk and clause.voice == "active":
        return ()
    carried = _is_carried(clause, chunk)
    if carried and clause.voice == "passive":
        return _agent(scene, clause)
    if carried or _is_ones_own(scene, trigger):
        return subject_actors(scene, trigger.sentence, trigger.number, clause)
    return ()


def _is_carried(clause: Clause, chunk: Chunk) -> bool:
    """Whether a verb only says that its subject does what a noun beside it names: ``rief den Streik aus``."""
    prep = _CONTRACTED.get(chunk.prep, chunk.prep)
    if not prep and not chunk.genitive and (clause.voice == "passive" or "a" in chunk.cases):
        return clause.lemma in event_words("doing")
    return prep in {"mit", "auf", "von", "zu"} and clause.lemma in event_words(f"doing-{prep}")


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
    places = (_prepositional(scene, clause, prep) for prep in ("von", "aus", "durch", "seitens"))
    return next((found for found in places if found), ())


def _relative_doer(scene: Scene, trigger: Trigger) -> Ids:
    """Return who does what a noun says by a relative clause: ``der Anschlag, den Rebellen verübten``."""
    for number, clause in enumerate(scene.sentence_clauses(trigger.token)):
        if clause.antecedent != trigger.chunk or clause.lemma not in event_words("light"):
            continue
        if clause.voice == "passive":
            return _agent(scene, clause)
        if clause.pronoun is not None and (clause.subject is None or clause.subject.head != clause.pronoun):
            return subject_actors(scene, trigger.sentence, number, clause)
        return _acting_behind(scene, clause, clause.subject) if clause.subject else ()
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
    occasion = occasion and not any(other.genitive or other.prep in _AGENT for other in around)
    for other in around:
        own = other.prep == "mit" and tokens[other.first + 1].lower in words_of("poss")
        if own or (other.prep == "mit" and occasion):
            return subject_actors(scene, trigger.sentence, trigger.number, trigger.clause)
    return ()


def _between(scene: Scene, trigger: Trigger) -> Ids:
    return _attribute(scene, trigger, frozenset({"zwischen"}))


def _every(scene: Scene, trigger: Trigger, where: str) -> Ids:
    return merge(*(_near(scene, trigger, place) for place in where.split()))


def _first_of(scene: Scene, trigger: Trigger, where: str, taken: Ids = ()) -> Ids:
    for place in where.split():
        found = tuple(i for i in _near(scene, trigger, place) if i not in taken)
        if found:
            return found
    return ()


def _near(scene: Scene, trigger: Trigger, place: str) -> Ids:
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
        return _object(scene, trigger.sentence, trigger.number, clause, place)
    look = _LOOKS.get(place)
    if look is not None:
        return look(scene, trigger)
    preps = frozenset({place} | {short for short, full in _CONTRACTED.items() if full == place})
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
    others = (
        c for c in scene.groups.get(chunk.first, ()) if c.first >= chunk.last and c.head in scene.actors_at
    )
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
            found = _resolve(scene, trigger.clause, other)
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
        return _agent(scene, clause)
    return subject_actors(scene, trigger.sentence, trigger.number, clause)


_PLACES: dict[str, Callable[[Scene, Trigger], Ids]] = {
    "subject": lambda scene, trigger: subject_actors(scene, trigger.sentence, trigger.number, trigger.clause),
    "owner": lambda scene, trigger: _owner(scene, trigger.clause),
    "asked": _owner_of_asked,
    "speaker": _speaker,
    "clause": _dependent_subject,
}
_LOOKS: dict[str, Callable[[Scene, Trigger], Ids]] = {
    "adjective": lambda scene, trigger: scene.by_adjective(trigger.chunk) if trigger.chunk else (),
    "first": lambda scene, trigger: scene.by_first_part(trigger.token),
    "subject": _light_subject,
    "any": lambda scene, trigger: subject_actors(scene, trigger.sentence, trigger.number, trigger.clause),
}
