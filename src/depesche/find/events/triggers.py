"""Where a text may tell an event: the verbs and nouns that a frame knows, in words that fit the frame."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from depesche.find.events.frames import (
    Frame,
    NounFrame,
    VerbFrame,
    event_words,
    is_word_of,
    noun_frames,
    verb_frames,
)
from depesche.find.events.kinds import DEEDS
from depesche.find.events.scene import Scene
from depesche.language.chunks import Chunk
from depesche.language.clause_finder import clauses_of
from depesche.language.clauses import Clause
from depesche.language.finite_verbs import AUXILIARIES
from depesche.language.verbs import analyse_verb

# What is done, never by saying it alone.
_DONE = DEEDS - {"SANCTION"} | {"COOPERATE"}

# What stands behind a noun with these is mostly an attribute of it: "das Abkommen über die Grenze".
_ATTRIBUTIVE = frozenset({"von", "vom", "über", "zu", "zum", "zur", "mit", "zwischen", "für", "gegen"})

# A condition stands among so many clauses before or behind what it is a condition of.
NEAR_CLAUSES = 3

# Modal verbs that tell what will be.
_WILLED = frozenset({"wollen", "sollen"})
# What somebody does by having others do it; who is let do something else acts himself: "ließ sie streiken".
_CAUSED = frozenset({"COERCE", "ASSAULT", "MOBILIZE", "AID", "SANCTION"})
# What somebody may have others do to himself.
_RECEIVED = frozenset({"AID", "SUPPORT", "CONSULT"})
_AGENTS = frozenset({"von", "vom", "durch"})


class Trigger(msgspec.Struct, frozen=True):
    """A word that may tell an event, with the frame that knows it.

    ``token`` is its index, ``clause`` the clause that holds it, the ``number``-th of its sentence.
    ``chunk`` is the noun chunk of a noun. ``asked`` is the word that the frame asked for beside a verb.
    """

    frame: Frame
    token: int
    sentence: int
    number: int
    clause: Clause
    chunk: Chunk | None = None
    asked: int | None = None

    @property
    def telling(self) -> int:
        """The token that tells the event, which a verb may leave to the word beside it."""
        beside = isinstance(self.frame, VerbFrame) and self.frame.told == "with"
        return self.asked if beside and self.asked is not None else self.token


def find_triggers(scene: Scene) -> Iterator[Trigger]:
    """Yield the triggers of a document in the order of its sentences, verbs of a clause before its nouns."""
    for sentence, clauses in enumerate(clauses_of(scene.document)):
        for number, clause in enumerate(clauses):
            yield from _demand_triggers(scene, sentence, number, clause)
            yield from _verb_triggers(scene, sentence, number, clause)
            yield from _noun_triggers(scene, sentence, number, clause)


def _verb_triggers(scene: Scene, sentence: int, number: int, clause: Clause) -> Iterator[Trigger]:
    for frame in verb_frames().get(clause.lemma, ()):
        asked = _fits(scene, frame, clause)
        if asked is not None and (not frame.below or _tells_ahead(scene, number, clause)):
            yield Trigger(
                frame, clause.verb[0], sentence, number, clause, asked=asked if asked >= 0 else None
            )
    yield from _caused_triggers(scene, sentence, number, clause)


def _demand_triggers(scene: Scene, sentence: int, number: int, clause: Clause) -> Iterator[Trigger]:
    """Yield what a speaker demands: ``Russland müsse abziehen``; not ``müsse mit Strafen rechnen``.

    That comes before what its verb tells, which is not done but asked for.
    """
    if clause.modal != "müssen" or not _is_demanded(scene, number, clause):
        return
    for frame in verb_frames().get(clause.modal, ()):
        yield Trigger(frame, clause.verb[0], sentence, number, clause)


def _is_demanded(scene: Scene, number: int, clause: Clause) -> bool:
    """Whether a clause tells in somebody's words what must be done, and not what follows on a condition."""
    if clause.finite is None or not clause.verb or clause.negated or clause.tense != "pres":
        return False
    spoken = scene.document.tokens[clause.finite].lower in event_words("demanding")
    if not spoken or clause.lemma in event_words("befalling"):
        return False
    clauses = scene.sentence_clauses(clause.first)
    ahead = clauses[0]
    if number and ahead.finite is not None and ahead.finite == ahead.first:
        return False  # "Sollte es so kommen, müsse ..."
    around = clauses[max(0, number - NEAR_CLAUSES) : number + NEAR_CLAUSES + 1]
    return not any(c.opener in event_words("if") for c in around)


def _tells_ahead(scene: Scene, number: int, clause: Clause) -> bool:
    """Whether the clause of what somebody says is about what will be: ``versicherte, er werde kommen``.

    ``versicherte, zu helfen`` does too; ``versicherte, er habe nichts getan`` tells what was.
    """
    clauses = scene.sentence_clauses(clause.first)
    said = clauses[number + 1] if number + 1 < len(clauses) else None
    if said is None:
        return False
    if said.kind == "main":
        return said.mood in {"subj1", "subj2"} and _is_ahead(said)
    if said.parent != number:
        return False
    if said.kind == "inf":
        return said.lemma not in AUXILIARIES and not any(
            scene.document.tokens[i].lower in {"haben", "sein"} for i in said.tokens[-3:]
        )
    return said.opener == "dass" and _is_ahead(said)


def _is_ahead(clause: Clause) -> bool:
    """Whether a finite clause tells what will be; what is done in reported speech is to come too."""
    reported = clause.mood in {"subj1", "subj2"} and clause.tense == "pres"
    return clause.tense == "fut" or (reported and (clause.voice == "passive" or clause.modal in _WILLED))


def _caused_triggers(scene: Scene, sentence: int, number: int, clause: Clause) -> Iterator[Trigger]:
    """Yield what somebody has others do: ``ließ das Lager räumen``; not ``ließ sich nicht räumen``.

    What he has done to himself is told as in the passive: ``lässt sich von Russland helfen``.
    """
    caused = _infinitive(scene, clause) if clause.lemma == "lassen" else None
    if caused is None:
        return
    token, lemma = caused
    on_oneself = any(scene.document.tokens[i].lower == "sich" for i in clause.tokens)
    if on_oneself:
        if not any(c.prep in _AGENTS for c in clause.chunks):
            return
        clause = msgspec.structs.replace(clause, voice="passive")
    types = _RECEIVED if on_oneself else _CAUSED
    for frame in verb_frames().get(lemma, ()):
        if frame.type not in types or (frame.voice or clause.voice) != clause.voice:
            continue
        if on_oneself and frame.mutual:
            continue
        asked = _fits(scene, frame, clause)
        if asked is not None:
            yield Trigger(frame, token, sentence, number, clause, asked=asked if asked >= 0 else None)


def _infinitive(scene: Scene, clause: Clause) -> tuple[int, str] | None:
    """Return the last infinitive of a clause and what it is a form of."""
    tokens = scene.document.tokens
    for i in reversed(clause.tokens):
        if i == clause.finite or tokens[i].is_capital:
            continue
        lemma = next((f.lemma for f in analyse_verb(tokens[i].lower) if f.kind == "infinitive"), None)
        if lemma is not None:
            return i, lemma
    return None


def _fits(scene: Scene, frame: VerbFrame, clause: Clause) -> int | None:
    """Return the token that the frame asks for, -1 if for none, None if it does not fit the clause."""
    if frame.voice and frame.voice != clause.voice:
        return None
    if frame.type in _DONE and not scene.cues.isdisjoint(clause.verb):
        return None  # "schränkte er ein" says something; "schränkte die Pressefreiheit ein" does it
    if frame.negated and (frame.negated == "yes") != clause.negated:
        return None
    if frame.without and word_in(scene, clause, frame.without) is not None:
        return None
    if frame.also and word_in(scene, clause, frame.also) is None:
        return None
    return word_in(scene, clause, frame.with_) if frame.with_ else -1


def word_in(scene: Scene, clause: Clause, words: str) -> int | None:
    """Return the first token of a clause that is one of ``words``, the verb left out; or None.

    What a relative clause belongs to counts with it.
    """
    tokens = scene.document.tokens
    for i in clause.tokens:
        if i not in clause.verb and is_word_of(tokens[i].text, words):
            return i
    # A relative pronoun stands for its noun: "Waffen, die der Iran lieferte".
    return next(
        (noun for noun in _relative_nouns(scene, clause) if is_word_of(tokens[noun].text, words)), None
    )


def _relative_nouns(scene: Scene, clause: Clause) -> Iterator[int]:
    """Yield what a relative pronoun may stand for: its noun, and those that this is an attribute of.

    ``das Abkommen von Naivasha, das sie geschlossen hatten``
    """
    noun = clause.antecedent
    if noun is None:
        return
    yield noun.head
    owner = scene.owners.get(noun.head)
    ending = {chunk.last: chunk for chunk in owner[1].chunks} if owner else {}
    while noun is not None and (noun.genitive or noun.prep in _ATTRIBUTIVE):
        noun = ending.get(noun.first)
        if noun is not None:
            yield noun.head


def _noun_triggers(scene: Scene, sentence: int, number: int, clause: Clause) -> Iterator[Trigger]:
    tokens = scene.document.tokens
    for i in clause.tokens:
        token = tokens[i]
        if not token.is_capital or i in scene.actors_at:
            continue
        if i in clause.verb:
            continue
        for frame in noun_frames(token.text):
            chunk = _chunk_of(clause, i)
            if chunk.prep == "aus" and token.lower in event_words("motives"):
                continue  # "aus Protest" tells why
            if _noun_fits(scene, frame, clause, chunk):
                yield Trigger(frame, i, sentence, number, clause, chunk=chunk)
                break


def _noun_fits(scene: Scene, frame: NounFrame, clause: Clause, chunk: Chunk) -> bool:
    if frame.behind and chunk.prep not in frame.behind.split():
        return False
    if frame.with_ and word_in(scene, clause, frame.with_) is None:
        return False
    return not (frame.without and word_in(scene, clause, frame.without) is not None)


def _chunk_of(clause: Clause, token: int) -> Chunk:
    for chunk in clause.chunks:
        if chunk.first <= token < chunk.last:
            return chunk
    return Chunk(token, token + 1, token)
