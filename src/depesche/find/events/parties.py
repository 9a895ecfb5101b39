"""Who did it and to whom: the actors where a frame says that they stand."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Literal

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
from depesche.language.chunks import Chunk, is_postposed
from depesche.language.clauses import SURE, Clause
from depesche.language.function_words import words_of
from depesche.language.tokens import Token
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

_AGENT = frozenset({"von", "vom", "durch", "seitens"})
_BY_WHOM = frozenset({"durch", "seitens"})
# "als" stands so many tokens at most before what belongs to it.
_COMPARED = 8
# Whoever is named behind these takes part or is there; nothing is done to what is his.
_BESIDE = frozenset({"mit", "unter", "bei", "beim", "neben"})
# What stands behind these tells when something is done or who says so, not to what.
_CIRCUMSTANCES = frozenset(
    {"nach", "laut", "gemäß", "seit", "während", "infolge", "anlässlich", "trotz", "neben"}
)
# Who has the power to seize or strike others.
_MIGHTY = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "REB", "CRM", "LEG"})
# What a name in the genitive ends in.
_GENITIVE_ENDS = frozenset("sxzß’'")
# Bodies that people speak for: "forderte Jung vom Verband".
_BODIES = frozenset({"NGO", "PTY", "EDU", "LAB", "REL"})
# In an object these mostly mean the subject.
_OWN = frozenset({"sein", "seine", "seinen", "seinem", "seiner", "ihr", "ihre", "ihren", "ihrem", "ihrer"})
# People without a name, who are never whom it is done to before a verb.
_ANYBODY = frozenset({"andere", "einige", "viele", "mehrere", "manche", "alle", "wenige", "etliche"})
# Before a nominative these are singular.
_ONE = frozenset({"der", "das", "ein", "eine", "dieser", "dieses", "jeder", "jede", "jedes"})
# What the language model says of a noun's number, and how sure it must be.
_NUMBERS: dict[str, tuple[Literal["sg", "pl"], float]] = {"Plur": ("pl", SURE), "Sing": ("sg", 0.9)}
_SURELY_SEVERAL = 0.75
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
        actor = _agent(scene, clause) or _agent_otherwise(scene, clause)
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
    if not found and number and _shares_subject(scene, clause):
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
        # "24 Seeleute, die Russland gefangen hielt": one holds several.
        several = clause.antecedent is not None and _is_several(scene, clause.antecedent)
        found = () if several and _finite_numbers(scene, clause) == {"sg"} else _antecedent(scene, clause)
        return found or _behind_object(scene, clause, chunk)
    found = scene.actors_of_group(chunk) if _agrees(scene, clause, chunk) else ()
    if not found and chunk.cases != "n" and chunk in clause.chunks and not _is_anybody(scene, clause, chunk):
        return _first_actor(scene, clause)
    return found


def _is_anybody(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a pronoun for people without a name stands before a verb: ``Andere schmähten die Justiz``."""
    people = scene.document.tokens[chunk.head].lower in _ANYBODY
    return people and chunk.pronoun and chunk.last == clause.finite


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
    number, numbers = _number_of(scene, chunk), _finite_numbers(scene, clause)
    if not number or not numbers:
        return True
    if number == "pl":
        return "pl" in numbers
    # Several singulars make a plural: "Minister und Präsident wiesen aus".
    alone = len(scene.groups.get(chunk.first, ())) < 2
    return not (alone and numbers == {"pl"})


def _finite_numbers(scene: Scene, clause: Clause) -> set[str]:
    """Return the numbers that the finite verb of a clause may have, none if it has no such verb."""
    if clause.finite is None:
        return set()
    forms = analyse_verb(scene.document.tokens[clause.finite].lower)
    return {f.number for f in forms if f.kind == "finite"}


def _is_several(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk in any case names several: ``jene 24 Seeleute``, or if the language model is sure."""
    words = [scene.document.tokens[i] for i in range(chunk.first, chunk.head)]
    if any(map(_counts_several, words)):
        return True
    if len(words) > 1 and words[0].lower == "die" and words[-1].lower.endswith("e"):
        return False  # "die einzige Gruppe"
    told = scene.document.analysis.words if scene.document.analysis else ()
    word = told[chunk.head] if told else None
    sure = word is not None and word.upos == "NOUN" and word.features_confidence >= _SURELY_SEVERAL
    return sure and word is not None and word.feature("Number") == "Plur"


def _counts_several(token: Token) -> bool:
    """Whether a word is a number above one: ``zwei``, ``24``."""
    return token.lower in word_class("number-words") or (token.text.isdigit() and token.text != "1")


def _number_of(scene: Scene, chunk: Chunk) -> Literal["", "sg", "pl"]:
    """Return the number of a nominative by its first words, or where the language model is sure of it."""
    tokens = scene.document.tokens
    first = tokens[chunk.first]
    # "Zwei" that opens a sentence is a chunk of its own.
    counts = tokens[max(0, chunk.first - 1) : chunk.first + 1]
    if any(map(_counts_several, counts)):
        return "pl"
    if first.lower == "die" and chunk.head > chunk.first + 1 and tokens[chunk.first + 1].lower.endswith("en"):
        return "pl"
    if first.lower in _ONE:
        return "sg"
    words = scene.document.analysis.words if scene.document.analysis else ()
    if not words or words[chunk.head].upos != "NOUN":
        return ""
    told = _NUMBERS.get(words[chunk.head].feature("Number"))
    if told is None or words[chunk.head].features_confidence < told[1]:
        return ""
    # "die Entführer", "Verdächtige" look like one and like several.
    either = told[0] == "sg" and tokens[chunk.head].lower.endswith(("e", "en", "er"))
    return "" if either else told[0]


def _first_actor(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of the first chunk of a clause that may be its subject."""
    for chunk in clause.chunks:
        if not (chunk.prep or chunk.genitive) and "n" in chunk.cases and _agrees(scene, clause, chunk):
            actors = scene.actors_of_group(chunk)
            if actors:
                return actors
    return ()


def _shares_subject(scene: Scene, clause: Clause) -> bool:
    """Whether a main clause begins with its verb and so may share the subject of the one before.

    Behind another word than a conjunction the verb has a subject of its own: ``hingegen habe die Menge``.
    """
    if clause.kind != "main" or clause.finite is None:
        return False
    own = clause.subject is not None and clause.subject in clause.chunks
    joined = scene.document.tokens[clause.first].lower in words_of("conj")
    return clause.finite == clause.first or (clause.finite == clause.first + 1 and (joined or not own))


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
    before = scene.owners[chunk.head][1].chunk_before(chunk)
    return scene.actors_of_group(before) if before is not None else ()


def _controller(scene: Scene, sentence: int, number: int, clause: Clause) -> Ids:
    clauses = scene.sentence_clauses(clause.first)
    if clause.parent is None or not 0 <= clause.parent < number:
        return ()
    above_number = _governor(clauses, number, clause.parent)
    parent = clauses[above_number]
    if parent.lemma in event_words("object-control"):
        above = (sentence, above_number, parent)
        return (
            _object(scene, *above, "a") or _object(scene, *above, "d") or _prepositional(scene, parent, "an")
        )
    if parent.voice == "passive":
        return _agent(scene, parent)
    return subject_actors(scene, sentence, above_number, parent)


def _governor(clauses: tuple[Clause, ...], number: int, parent: int) -> int:
    """Return the clause that an infinitive hangs on: a relative one before it if only its verb asks for one.

    ``der Mann, der versuchte, die Botschaft zu stürmen``
    """
    before = clauses[number - 1]
    if before.kind != "rel" or parent == number - 1 or clauses[parent].lemma in _governing():
        return parent
    return number - 1 if before.lemma in _governing() else parent


@functools.cache
def _governing() -> frozenset[str]:
    return event_words("governing") | event_words("object-control")


def _agent(scene: Scene, clause: Clause) -> Ids:
    for chunk in clause.chunks:
        if chunk.prep in _AGENT and not chunk.joined and not _is_no_agent(scene, chunk):
            if _is_theirs(scene, clause, chunk):
                continue
            found = scene.actors_of_group(chunk) or scene.owners_of(clause, chunk)
            if found:
                return found
    return ()


def _agent_otherwise(scene: Scene, clause: Clause) -> Ids:
    """Return who has something done, or in whose deed: ``auf Befehl Assads``, ``bei Angriffen Israels``."""
    for chunk in clause.chunks:
        prep = _CONTRACTED.get(chunk.prep, chunk.prep)
        key = {"auf": "on-order", "in": "on-order", "per": "on-order", "bei": "deeds"}.get(prep)
        if key and is_word_of(scene.document.tokens[chunk.head].text, event_phrase(key)):
            found = scene.owners_of(clause, chunk, seated=False)
            if found:
                return found
    return ()


def _is_no_agent(scene: Scene, chunk: Chunk) -> bool:
    """Whether ``von`` tells whose word it is (``nach Angaben von Vučić``) or of whom (``70 von ihnen``)."""
    before = scene.document.tokens[chunk.first - 1].lower if chunk.first else ""
    return before in event_words("word-of") or _is_part(scene, chunk)


def _is_theirs(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether ``von`` tells whose people stand before it: ``wurden Mitarbeiter von Caritas entführt``.

    Whoever rules or bears arms does it to them: ``wurden Mitarbeiter von der Polizei festgenommen``.
    """
    before = clause.chunk_before(chunk)
    if chunk.prep != "von" or before is None or not _belongs(scene, before):
        return False
    cast = [scene.cast[i] for i in scene.actors_of_group(chunk) if i in scene.cast]
    return bool(cast) and all(a.type == "ORG" and a.sector not in _MIGHTY for a in cast)


def _belongs(scene: Scene, chunk: Chunk) -> bool:
    return any(
        scene.document.tokens[i].lower in event_words("belonging") for i in range(chunk.head, chunk.last)
    )


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
        if chunk.last < len(scene.document.tokens) and is_postposed(scene.document.tokens, chunk.last):
            continue  # "Diplomaten zufolge"
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
            before = clause.chunk_before(chunk)
            if found and before is not None and before.prep:
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
        if chunk.prep in _CIRCUMSTANCES or (passive and chunk.prep in _AGENT):
            continue
        if _is_beside(scene, clause, chunk):
            continue
        if is_word_of(scene.document.tokens[chunk.head].text, event_phrase("undergone")):
            continue  # "die Freilassung der Studenten": they are let go and do nothing
        found = scene.owners_of(clause, chunk)
        if found:
            return found
    return ()


def _is_beside(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk is no object that something may be done to.

    It names somebody (``im Gespräch mit Kanzlerin Merkel``), says who the subject is (``Jung, Chef der Y,``)
    or as what something is seen (``als Schlag gegen Kiew``).
    """
    tokens = scene.document.tokens
    named = chunk.head in scene.actors_at
    # "den von der Regierung vorgelegten Entwurf" is theirs.
    within = chunk.first > 0 and tokens[chunk.first - 1].lower in words_of("det")
    if named and (chunk.prep in _BESIDE or (chunk.prep in _AGENT and not within)):
        return True
    if _stands_by(scene, clause, chunk) or (chunk.prep and _describes_subject(scene, clause, chunk)):
        return True
    near = range(chunk.first - 1, max(clause.first - 1, chunk.first - 1 - _COMPARED), -1)
    compared = next((i + 1 for i in near if i >= 0 and tokens[i].lower in {"als", "wie"}), None)
    seen = next((c for c in clause.chunks if c.first == compared), None) if compared is not None else None
    return seen is not None and (chunk == seen or chunk in attributes(clause, seen))


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
            if _describes_subject(scene, clause, chunk):
                continue
            found = _resolve(scene, clause, chunk)
            if found:
                return found
    return ()


def _describes_subject(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk stands with the actor that is the subject: ``Jung vom Verband forderte``.

    Only one phrase stands before the finite verb of a main clause.
    """
    subject, finite = clause.subject, clause.finite
    if clause.kind != "main" or clause.voice == "passive" or subject is None or finite is None:
        return False
    acts = [scene.cast[scene.actors_at[i]] for i in range(subject.head, subject.last) if i in scene.actors_at]
    if not acts:
        return False
    if chunk.prep in {"von", "vom"} and subject.last == chunk.first and acts[0].type == "PER":
        bodies = [scene.cast[i] for i in scene.actors_of(chunk) if i in scene.cast]
        if bodies and bodies[0].type == "ORG" and bodies[0].sector in _BODIES:
            return True
    return subject.last <= chunk.first < finite


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
    clauses = scene.sentence_clauses(trigger.token)
    for number in range(trigger.number + 1, min(len(clauses), trigger.number + 4)):
        clause = clauses[number]
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
