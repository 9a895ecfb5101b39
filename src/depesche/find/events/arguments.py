"""The actors at the places of a clause: its subject, its objects, its agent, behind a preposition."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator

from depesche.find.events.agreement import agrees, finite_numbers, is_bare, is_several
from depesche.find.events.frames import event_phrase, event_words, is_word_of
from depesche.find.events.scene import Ids, Scene, attributes, merge
from depesche.find.events.triggers import Trigger
from depesche.language.chunks import Chunk, is_postposed
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.language.verb_lists import MAX_LISTED
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

AGENT_PREPOSITIONS = frozenset({"von", "vom", "durch", "seitens"})
# "als" stands so many tokens at most before what belongs to it.
_COMPARED = 8
# Whoever is named behind these takes part or is there; nothing is done to what is his.
_BESIDE = frozenset({"mit", "unter", "bei", "beim", "neben"})
# What stands behind these tells when something is done or who says so, not to what.
_CIRCUMSTANCES = frozenset(
    {"nach", "laut", "gemäß", "seit", "während", "infolge", "anlässlich", "trotz", "neben"}
)
# What stands behind these belongs to the noun before it as often as to the verb.
_OF_NOUNS = frozenset({"gegen", "auf", "an", "für", "von", "gegenüber", "über"})
# What is done on somebody's order is not done at him: "auf Betreiben Algeriens".
_ON_ORDER = frozenset({"auf", "per"})
# Who has the power to seize or strike others.
_MIGHTY = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "REB", "CRM", "LEG"})
# Bodies that people speak for: "forderte Jung vom Verband".
_BODIES = frozenset({"NGO", "PTY", "EDU", "LAB", "REL"})
# People without a name, who are never whom it is done to before a verb.
_ANYBODY = frozenset({"andere", "einige", "viele", "mehrere", "manche", "alle", "wenige", "etliche"})
# The genitives of the relative pronoun.
_WHOSE = frozenset({"dessen", "deren"})
CONTRACTED = {
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


def first_place(
    look: Callable[[Scene, Trigger, str], Ids], scene: Scene, trigger: Trigger, where: str, taken: Ids = ()
) -> Ids:
    """Return the actors at the first of the places ``where`` that has any beside those taken already."""
    for place in where.split():
        found = tuple(i for i in look(scene, trigger, place) if i not in taken)
        if found:
            return found
    return ()


def subject_actors(scene: Scene, sentence: int, number: int, clause: Clause) -> Ids:
    """Return the actors that are the subject of a clause; of an infinitive, those that govern it."""
    if clause.kind == "inf":
        return _controller(scene, sentence, number, clause)
    found = _own_subject(scene, clause)
    if not found and number and _shares_subject(scene, clause, number):
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
        return _relative_subject(scene, clause, chunk)
    found = scene.actors_of_group(chunk) if agrees(scene, clause, chunk) else ()
    if not found and chunk.pronoun and scene.document.tokens[chunk.head].lower == "man":
        return _seated(scene, clause)
    leads = clause.finite is not None and clause.first == chunk.first < clause.finite
    if not found and leads and _belongs(scene, chunk):
        return scene.owners_of(clause, chunk)  # "Angehörige der Miliz töteten Bewohner"
    somebody = _is_anybody(scene, clause, chunk) or scene.names_sides(chunk)
    if not found and chunk.cases != "n" and chunk in clause.chunks and not somebody:
        return _first_actor(scene, clause)
    return found


def _relative_subject(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return who does it where the subject of a clause is its relative pronoun, or looks like it."""
    if _is_whose(scene, clause, pronoun):
        return _owned_subject(scene, clause, pronoun)
    # "24 Seeleute, die Russland gefangen hielt": one holds several.
    several = clause.antecedent is not None and is_several(scene, clause.antecedent)
    found = () if several and finite_numbers(scene, clause) == {"sg"} else _antecedent(scene, clause)
    return found or (_behind_object(scene, clause, pronoun) if pronoun in clause.chunks else ())


def _seated(scene: Scene, clause: Clause) -> Ids:
    """Return the state whose seat a clause names where ``man`` does it: ``In Moskau wies man das zurück``."""
    for chunk in clause.chunks:
        if chunk.prep == "in" and not chunk.joined:
            found = scene.actors_of_group(chunk)
            return tuple(i for i in found if scene.types.get(i) == "GPE")
    return ()


def _is_anybody(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a pronoun for people without a name stands before a verb: ``Andere schmähten die Justiz``."""
    people = scene.document.tokens[chunk.head].lower in _ANYBODY
    return people and chunk.pronoun and chunk.last == clause.finite


def _owned_subject(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return who does it in a clause with ``dessen``, which is never its subject.

    ``dessen Minister das ablehnte`` and ``dessen Zuständigkeit Kiew bestritt`` name who does it,
    ``dessen Truppen angriffen`` does not: they are his whom the pronoun stands for.
    """
    return acting_behind(scene, clause, pronoun) or _antecedent(scene, clause)


def _behind_object(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return who does it where the relative pronoun, which stands for no actor, may be the object.

    ``die Vorwürfe, die Moskau zurückweist``; not ``die Raketen, die Kiew trafen``.
    """
    if "a" not in pronoun.cases or clause.voice == "passive":
        return ()
    return acting_behind(scene, clause, pronoun)


def acting_behind(scene: Scene, clause: Clause, pronoun: Chunk) -> Ids:
    """Return the first actors behind a relative pronoun that may be the subject by their number."""
    if clause.finite is None:
        return ()
    forms = [f for f in analyse_verb(scene.document.tokens[clause.finite].lower) if f.kind == "finite"]
    numbers = {f.number for f in forms}
    for chunk in clause.chunks:
        if chunk == pronoun or chunk.prep or chunk.genitive or chunk.joined or "n" not in chunk.cases:
            continue
        found = scene.actors_of_group(chunk)
        several = len(found) > 1 or any(scene.types.get(i) == "GROUP" for i in found) or is_bare(scene, chunk)
        if found and ("pl" if several else "sg") in numbers:
            return found
    return ()


def _first_actor(scene: Scene, clause: Clause) -> Ids:
    """Return the actors of the first chunk of a clause that may be its subject."""
    for chunk in clause.chunks:
        if not (chunk.prep or chunk.genitive) and "n" in chunk.cases and agrees(scene, clause, chunk):
            actors = scene.actors_of_group(chunk)
            if actors:
                return actors
    return ()


def _shares_subject(scene: Scene, clause: Clause, number: int) -> bool:
    """Whether a main clause begins with its verb and so may share the subject of the one before.

    Behind another word than a conjunction the verb has a subject of its own: ``hingegen habe die Menge``. So
    has the verb behind the clause that opens its sentence: ``Als er kam, gingen die Delegationen``.
    """
    if clause.kind != "main" or clause.finite is None:
        return False
    if clause.finite == clause.first and number == 1 and _opens(scene, clause):
        return False
    own = clause.subject is not None and clause.subject in clause.chunks
    joined = scene.document.tokens[clause.first].lower in words_of("conj")
    return clause.finite == clause.first or (clause.finite == clause.first + 1 and (joined or not own))


def _opens(scene: Scene, clause: Clause) -> bool:
    """Whether the first clause of the sentence of another is subordinate: ``Als er kam, ...``."""
    return scene.sentence_clauses(clause.first)[0].kind == "sub"


def resolve(scene: Scene, clause: Clause, chunk: Chunk) -> Ids:
    """Return the actors of a chunk or those it belongs to; a relative pronoun stands for its antecedent."""
    if clause.pronoun is not None and chunk.head == clause.pronoun:
        return _antecedent(scene, clause)
    return scene.actors_of_group(chunk) or (() if chunk.pronoun else scene.owners_of(clause, chunk))


def _antecedent(scene: Scene, clause: Clause) -> Ids:
    """Return the actors that the relative pronoun of a clause stands for."""
    chunk = clause.antecedent
    if chunk is None or clause.pronoun is None or scene.document.tokens[clause.pronoun].lower == "was":
        return ()  # "was Kiew zurückwies": what was said before, not who
    # What is joined to it behind the clause is not meant: "Russland, das zögert, und der Iran".
    group = scene.groups.get(chunk.first, (chunk,))
    found = merge(*(scene.actors_of(member) for member in group if member.first < clause.first))
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
            object_actors(scene, *above, "a")
            or object_actors(scene, *above, "d")
            or prepositional_actors(scene, parent, "an")
        )
    if parent.voice == "passive":
        return agent_actors(scene, parent)
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


def companions(scene: Scene, clause: Clause) -> Ids:
    """Return who does something with the subject of a clause: ``nebst Ungarn``, ``gemeinsam mit Ungarn``.

    Behind another noun they are with that: ``wies den Botschafter nebst drei Attachés aus``.
    """
    tokens = scene.document.tokens
    for chunk in clause.chunks:
        prep, ahead = chunk.prep, tokens[chunk.first - 1].lower if chunk.first > clause.first else ""
        together = prep == "mit" and ahead in event_words("together")
        if chunk.joined or not (together or prep in event_words("along-with")):
            continue
        beside = clause.chunk_before(chunk)
        if beside is None or beside == clause.subject or beside.genitive:
            return scene.actors_of_group(chunk)
    return ()


def agent_actors(scene: Scene, clause: Clause) -> Ids:
    """Return who does what a clause tells in the passive: ``von der Polizei``, ``durch Kiew``."""
    for chunk in clause.chunks:
        if chunk.prep in AGENT_PREPOSITIONS and not chunk.joined and not _is_no_agent(scene, chunk):
            if _is_theirs(scene, clause, chunk):
                continue
            found = scene.actors_of_group(chunk) or scene.owners_of(clause, chunk)
            if found:
                return found
    return ()


def agent_otherwise(scene: Scene, clause: Clause) -> Ids:
    """Return who has something done, or in whose deed: ``auf Befehl Assads``, ``bei Angriffen Israels``."""
    for chunk in clause.chunks:
        prep = CONTRACTED.get(chunk.prep, chunk.prep)
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


def object_actors(scene: Scene, sentence: int, number: int, clause: Clause, case: str) -> Ids:
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
        if _is_among(scene, clause, chunk):
            continue
        found = _whole_object(scene, clause, chunk)
        if found and found != subject:
            return found
    if all(chunk.prep for chunk in clause.chunks):
        # "hat Demonstranten geschlagen und verhaftet"
        for back, last in enumerate(goes_on_from(scene, number, clause), start=1):
            if any(not chunk.prep for chunk in last.chunks):
                return object_actors(scene, sentence, number - back, last, case)
    return _after_genitive(scene, clause) if case == "d" else ()


def goes_on_from(scene: Scene, number: int, clause: Clause) -> Iterator[Clause]:
    """Yield the clauses of a sentence before the ``number``-th with its finite verb, the nearest first."""
    clauses = scene.sentence_clauses(clause.first)[max(0, number - MAX_LISTED) : number]
    for last in reversed(clauses):
        if clause.finite is None or last.finite != clause.finite:
            return
        yield last


def _is_among(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk names one of those named before: ``unter ihnen den Vorsitzenden``."""
    before = clause.chunk_before(chunk)
    return before is not None and before.prep == "unter" and before.pronoun


def _stands_by(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk says between marks who the subject is: ``Der Minister, Ernst Jung, ist``."""
    tokens = scene.document.tokens
    before, after = chunk.first - 1, chunk.last
    if before > clause.first and tokens[before].lower in event_words("supposed"):
        before -= 1  # ", mutmaßlich Angehörige der Miliz,"
    behind = next((c for c in clause.chunks if c.first == after and c.genitive), None)
    after = behind.last if behind is not None and before != chunk.first - 1 else after
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
    """Return the actors of a dative that looks like a genitive of the noun before: ``am Montag der EU``.

    Where something is done has a genitive of its own: ``am Rande der Vollversammlung``.
    """
    tokens = scene.document.tokens
    for chunk in clause.chunks:
        if chunk.genitive and not chunk.joined and tokens[chunk.first].lower == "der":
            found = scene.actors_of_group(chunk)
            before = clause.chunk_before(chunk)
            if found and before is not None and before.prep:
                if tokens[before.head].lower in event_words("framing"):
                    continue
                return found
    return ()


def _whole_object(scene: Scene, clause: Clause, chunk: Chunk) -> Ids:
    if clause.pronoun is not None and chunk.head == clause.pronoun:
        return _antecedent(scene, clause)
    found = scene.actors_of_group(chunk)
    amount = not found and scene.document.tokens[chunk.head].lower in event_words("amounts")
    return scene.owners_of(clause, chunk) if amount else found


def owner_of_object(scene: Scene, clause: Clause) -> Ids:
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
        if _is_circumstance(scene, clause, chunk) or _is_beside(scene, clause, chunk):
            continue
        if is_word_of(scene.document.tokens[chunk.head].text, event_phrase("undergone")):
            # "die Freilassung der Studenten": they are let go and do nothing; who lets them go may be told
            doers = (c for c in attributes(clause, chunk) if c.prep in {"durch", "seitens"})
            if found := next((f for c in doers if (f := scene.actors_of_group(c))), ()):
                return found
            continue
        found = scene.owners_of(clause, chunk)
        if found:
            return found
    return ()


def _is_of_circumstance(clause: Clause, chunk: Chunk) -> bool:
    """Whether a phrase tells more of what came before: ``nach dem Einsatz gegen Flüchtlinge``."""
    before = (c for c in clause.chunks if c.prep in _CIRCUMSTANCES and c.last <= chunk.first)
    return any(chunk in attributes(clause, c) for c in before)


def _is_circumstance(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk tells when, for whom, in spite of whom or by whom something is done.

    ``nach dem Angriff``, ``im Namen der EU``, ``auf Betreiben Kiews``, ``gegen den Willen Irans``, ``von
    Rebellen aus dem Tschad``
    """
    if chunk.prep in _CIRCUMSTANCES or _is_against_will(scene, chunk):
        return True
    keys = ("on-behalf", "on-order") if chunk.prep in _ON_ORDER else ("on-behalf",)
    head = scene.document.tokens[chunk.head].text
    if chunk.prep and any(is_word_of(head, event_phrase(key)) for key in keys):
        return True
    if clause.voice != "passive":
        return False
    agents = [c for c in clause.chunks if c.prep in AGENT_PREPOSITIONS]
    named = (agent for agent in agents if scene.actors_of_group(agent))
    return chunk in agents or any(chunk in attributes(clause, agent) for agent in named)


def _is_against_will(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk tells who did not want it: ``gegen den Willen der Opposition``."""
    head = scene.document.tokens[chunk.head].lower
    return chunk.prep == "gegen" and head in event_words("against-will")


def _is_beside(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk is no object that something may be done to.

    It names somebody (``im Gespräch mit Kanzlerin Merkel``), says who the subject is (``Jung, Chef der Y,``)
    or as what something is seen (``als Schlag gegen Kiew``).
    """
    tokens = scene.document.tokens
    named = chunk.head in scene.actors_at
    # "den von der Regierung vorgelegten Entwurf" is theirs.
    within = chunk.first > 0 and tokens[chunk.first - 1].lower in words_of("det")
    if named and (chunk.prep in _BESIDE or (chunk.prep in AGENT_PREPOSITIONS and not within)):
        return True
    if _stands_by(scene, clause, chunk) or (chunk.prep and _describes_subject(scene, clause, chunk)):
        return True
    near = range(chunk.first - 1, max(clause.first - 1, chunk.first - 1 - _COMPARED), -1)
    compared = next((i + 1 for i in near if i >= 0 and tokens[i].lower in {"als", "wie"}), None)
    seen = next((c for c in clause.chunks if c.first == compared), None) if compared is not None else None
    return seen is not None and (chunk == seen or chunk in attributes(clause, seen))


def prepositional_actors(scene: Scene, clause: Clause, prep: str) -> Ids:
    """Return the actors of the first phrase with a preposition, in full (``von``, not ``vom``)."""
    for chunk in clause.chunks:
        if chunk.prep and not chunk.joined and CONTRACTED.get(chunk.prep, chunk.prep) == prep:
            if _describes_subject(scene, clause, chunk) or _is_against_will(scene, chunk):
                continue
            if prep in _OF_NOUNS and _is_of_circumstance(clause, chunk):
                continue
            found = resolve(scene, clause, chunk)
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
