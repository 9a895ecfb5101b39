"""What the rest of a clause says becomes of an event that a noun names: it is only thought of, or is none.

``Ein Angriff ist ausgeschlossen`` tells that there is none, ``ein Boykott ist im Gespräch`` that there may be
one, whatever tense the verb has.
"""

from __future__ import annotations

from collections.abc import Callable

from depesche.find.events.frames import event_words, noun_frames
from depesche.find.events.scene import Scene
from depesche.find.events.triggers import Trigger
from depesche.language.chunks import Chunk
from depesche.language.clauses import PAST_TENSES, Clause
from depesche.reading import Status

# A status, and the tokens that say it.
Fate = tuple[Status, tuple[int, ...]]

_TO = frozenset({"zu", "zum", "zur"})
_OF = frozenset({"von", "vom"})
_DEFINITE = frozenset({"den", "die", "das", "dem", "der", "diesen", "diese", "jenen", "jene"})
# What is none if it fails.
_AGREED = frozenset({"AGREE", "SUPPORT", "SANCTION", "CONCEDE"})


def find_fate(scene: Scene, trigger: Trigger) -> Fate | None:
    """Return the status that the clause of a noun gives it, and the tokens that do; None for most."""
    clause, chunk = trigger.clause, trigger.chunk
    if chunk is None or trigger.token in clause.verb:
        return None
    carrier = _carrier(scene, clause, chunk)
    found = (rule(scene, clause, carrier or chunk) for rule in (_RULES if carrier is None else _OF_CARRIERS))
    return next((fate for fate in found if fate is not None), None)


def is_object(clause: Clause, chunk: Chunk | None) -> bool:
    """Whether a noun is the object of its clause: ``erwägt Sperren``; in the passive its subject."""
    if chunk is None or chunk.prep or chunk.genitive:
        return False
    return is_subject(clause, chunk) == (clause.voice == "passive")


def is_subject(clause: Clause, chunk: Chunk | None) -> bool:
    """Whether a noun is the subject of its clause."""
    return clause.subject is not None and chunk is not None and clause.subject.first == chunk.first


def is_definite(scene: Scene, chunk: Chunk) -> bool:
    """Whether a noun stands with a definite article or ``dieser``: what it names is known, and mostly was."""
    tokens = scene.document.tokens
    return any(tokens[i].lower in _DEFINITE for i in range(chunk.first, min(chunk.first + 2, chunk.head)))


def is_considered(clause: Clause, chunk: Chunk | None) -> bool:
    """Whether the verb of a noun's clause only thinks of it, or keeps it from being: ``erwägt Sperren``.

    What was not prevented happened, and what somebody withstood or escaped did too.
    """
    if clause.lemma in event_words("preventing") and clause.negated:
        return False
    if clause.lemma in event_words("withstanding") and clause.tense in PAST_TENSES:
        return False
    only = event_words("considering") | event_words("unrealised")
    return clause.lemma in only and is_object(clause, chunk)


def _carrier(scene: Scene, clause: Clause, chunk: Chunk) -> Chunk | None:
    """Return the noun that says that what its genitive names is done: ``die Verhängung von Sanktionen``."""
    before = clause.chunk_before(chunk)
    if before is None or not (chunk.genitive or chunk.prep in _OF):
        return None
    return before if scene.document.tokens[before.head].lower in event_words("carriers") else None


def _ruled_out(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Ein Angriff ist ausgeschlossen``; and ``ist nicht ausgeschlossen``."""
    if clause.lemma not in event_words("ruling-out") or not is_object(clause, chunk):
        return None
    return ("hypothetical" if clause.negated else "negated"), clause.verb


def _called_off(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Der Marsch wurde untersagt``."""
    off = clause.lemma in event_words("calling-off") and not clause.negated and is_object(clause, chunk)
    return ("negated", clause.verb) if off else None


def _prevented(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Der Anschlag wurde vereitelt``."""
    done = clause.tense in PAST_TENSES and clause.lemma in event_words("preventing")
    return ("negated", clause.verb) if done and not clause.negated and is_object(clause, chunk) else None


def _postponed(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Der Abzug wurde auf unbestimmte Zeit verschoben``; not what was put off to a day."""
    put_off = clause.lemma in event_words("postponing") and not clause.negated and is_object(clause, chunk)
    if not put_off or any(clause.first <= k < clause.last for k in scene.dated[0]):
        return None
    return "negated", clause.verb


def _instead(_scene: Scene, _clause: Clause, chunk: Chunk) -> Fate | None:
    """``Statt eines Abzugs gab es neue Kämpfe``."""
    return ("negated", (chunk.first,)) if chunk.prep in event_words("instead") else None


def _awaited_in_vain(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Wien wartet vergeblich auf eine Entschuldigung``."""
    if clause.lemma != "warten" or chunk.prep != "auf":
        return None
    vain = next((i for i in clause.tokens if scene.document.tokens[i].lower in event_words("in-vain")), None)
    return None if vain is None else ("negated", (vain,))


def _stood_before(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Die Länder stehen vor einer Einigung``."""
    near = clause.lemma == "stehen" and chunk.prep == "vor" and clause.tense == "pres"
    return (("negated" if clause.negated else "hypothetical"), clause.verb) if near else None


def _failed(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Eine Einigung scheiterte``; talks and coups that fail were held and made."""
    fails = clause.lemma in event_words("failing") and not clause.negated and is_subject(clause, chunk)
    frames = noun_frames(scene.document.tokens[chunk.head].text) if fails else ()
    return ("negated", clause.verb) if any(f.type in _AGREED for f in frames) else None


def _awaited(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Eine Einigung lässt auf sich warten``."""
    tokens = scene.document.tokens
    if clause.lemma != "lassen" or clause.negated or not is_subject(clause, chunk):
        return None
    waiting = next((i for i in clause.tokens if tokens[i].lower == "warten"), None)
    return ("negated", (waiting,)) if waiting is not None and tokens[waiting - 1].lower == "sich" else None


def _without(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Ohne Zustimmung des Parlaments rückten sie ein``; ``ohne Abzug werde es keine Gespräche geben``."""
    if chunk.prep != "ohne":
        return None
    condition = clause.negated or clause.tense == "fut" or clause.mood == "subj2"
    return ("hypothetical" if condition else "negated"), (chunk.first,)


def _imagined(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Moskau denkt nicht an einen Rückzug``; whoever thinks of *the* war remembers it."""
    if clause.lemma not in event_words("thinking") or chunk.prep != "an":
        return None
    if is_definite(scene, chunk):
        return None
    return ("negated" if clause.negated else "hypothetical"), clause.verb


def _standing(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Sanktionen sind im Gespräch``, ``kommen nicht in Betracht``, ``sind vom Tisch``."""
    if chunk.prep or chunk.genitive:
        return None
    tokens = scene.document.tokens
    for other in clause.chunks:
        phrase = f"{other.prep}-{tokens[other.head].lower}" if other.prep else ""
        if phrase in event_words("talked-of"):
            return ("negated" if clause.negated else "hypothetical"), (other.first, other.head)
        if phrase in event_words("given-up"):
            return ("hypothetical" if clause.negated else "negated"), (other.first, other.head)
    return None


def _no_word_of(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Von Sanktionen ist keine Rede``."""
    if chunk.prep not in _OF or not clause.negated:
        return None
    heads = (c.head for c in clause.chunks if c != chunk and not c.prep)
    word = next((i for i in heads if scene.document.tokens[i].lower == "rede"), None)
    return None if word is None else ("negated", (word,))


def _looming(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Ein Streik droht``."""
    looms = clause.lemma in event_words("looming") and is_subject(clause, chunk)
    return (("negated" if clause.negated else "hypothetical"), clause.verb) if looms else None


def _thought_of(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Über einen Abzug wird nachgedacht``."""
    if clause.lemma not in event_words("considering") or chunk.prep not in event_words("considered"):
        return None
    return ("negated" if clause.negated else "hypothetical"), clause.verb


def _not_resolved_on(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Zu Sanktionen konnte man sich nicht durchringen``."""
    denied = clause.negated and clause.lemma in event_words("resolving") and chunk.prep in _TO
    return ("negated", clause.verb) if denied else None


def _aimed_at(scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Ziel ist der Sturz der Regierung``."""
    if clause.lemma != "sein" or chunk.prep or chunk.genitive:
        return None
    heads = (c.head for c in clause.chunks if c != chunk and not (c.prep or c.genitive))
    aim = next((i for i in heads if scene.document.tokens[i].lower in event_words("aims")), None)
    return None if aim is None else (("negated" if clause.negated else "hypothetical"), (aim,))


def _considered(_scene: Scene, clause: Clause, chunk: Chunk) -> Fate | None:
    """``Die Verhängung des Ausnahmezustands wird erwogen``."""
    return ("hypothetical", clause.verb) if is_considered(clause, chunk) else None


_Rule = Callable[[Scene, Clause, Chunk], Fate | None]
_RULES: tuple[_Rule, ...] = (
    _ruled_out,
    _called_off,
    _prevented,
    _failed,
    _postponed,
    _instead,
    _awaited_in_vain,
    _stood_before,
    _awaited,
    _without,
    _imagined,
    _standing,
    _no_word_of,
    _looming,
    _thought_of,
    _not_resolved_on,
    _aimed_at,
)
_OF_CARRIERS: tuple[_Rule, ...] = (*_RULES, _considered)
