"""Between whom a relation is: the actors around the words that tell it."""

from __future__ import annotations

import msgspec

from depesche.find.events.arguments import subject_actors
from depesche.find.events.scene import Ids, Scene, attributes, merge
from depesche.find.relations.frames import noun_frame, statement_words
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.reading import Actor, RelationKind

# Who else than a state acts in politics.
_POLITICAL = frozenset({"GOV", "LEG", "MIL", "REB", "IGO", "SPY", "OPP", "PTY"})
_INSIDE = frozenset({"REB", "MIL", "OPP"})
_OWNING = frozenset({"von", "vom", "seitens"})
_TOWARDS = frozenset({"zu", "zum", "zur", "mit", "gegen", "gegenüber", "nach", "in", "im", "für"})
_DISTANT = frozenset({"zu", "zum", "zur", "mit", "gegen", "gegenüber"})
_BETWEEN = frozenset({"zwischen"})
_AGENTS = frozenset({"von", "vom", "durch", "seitens"})
_OWN = ("unser",)


class Site:
    """A clause with its place in the document, where words that tell a relation stand."""

    def __init__(self, scene: Scene, sentence: int, number: int, clause: Clause) -> None:
        self.scene = scene
        self.sentence = sentence
        self.number = number
        self.clause = clause

    @property
    def subject(self) -> Ids:
        """The actors of the subject; of ``die beiden Länder`` those it stands for."""
        chunk = self.clause.subject
        found = self.named(chunk) if chunk else ()
        return found or subject_actors(self.scene, self.sentence, self.number, self.clause)

    def named(self, chunk: Chunk) -> Ids:
        """Return the actors that a chunk names, with all coordinated ones, or refers to."""
        scene = self.scene
        if chunk.head == self.clause.pronoun:
            # "China, mit dem Panama keine Beziehungen unterhält"
            antecedent = self.clause.antecedent
            return scene.actors_of_group(antecedent) if antecedent is not None else ()
        found = scene.actors_of_group(chunk)
        referred = (
            scene.findings.references[i]
            for i in range(chunk.first, chunk.last)
            if i in scene.findings.references
        )
        meant = next(referred, ())
        return meant if len(meant) > 1 else found or meant

    def chunk_at(self, token: int) -> Chunk:
        """Return the chunk that holds a token, or one of the token alone."""
        held = self.clause.chunk_at(token) or Chunk(token, token + 1, token)
        return self._without_number(held, token)

    def _without_number(self, chunk: Chunk, token: int) -> Chunk:
        """Return a chunk without the year that opens it: ``seit 1952 Mitglied der Nato`` is two phrases."""
        tokens = self.scene.document.tokens
        years = [
            i for i in range(chunk.first, token) if len(tokens[i].text) == 4 and tokens[i].text.isdigit()
        ]
        if not years or not chunk.prep:
            return chunk
        return msgspec.structs.replace(chunk, first=years[-1] + 1, prep="", cases="nadg")

    def chunk_before(self, token: int) -> Chunk | None:
        """Return the chunk of the sentence that ends right before a token."""
        clauses = self.scene.sentence_clauses(self.clause.first)
        return next((c for clause in clauses for c in clause.chunks if c.last == token), None)

    def with_preposition(self, preps: frozenset[str], *, of_noun: bool = False) -> Ids:
        """Return the actors of the first phrase of the clause with one of the prepositions.

        ``of_noun`` lets it stand right behind a noun: ``Krieg gegen die Ukraine``.
        """
        nouns = {c.last for c in self.clause.chunks if not c.pronoun and c != self.clause.subject}
        for chunk in self.clause.chunks:
            # Right behind another noun it belongs to that: "aus Solidarität mit Aserbaidschan".
            if chunk.prep in preps and not chunk.joined and (of_noun or chunk.first not in nouns):
                found = self.named(chunk)
                if found:
                    return found
        return ()

    def attribute(self, chunk: Chunk, preps: frozenset[str]) -> Ids:
        """Return the actors of an attribute with one of the prepositions; without any, of a genitive."""
        for other in attributes(self.clause, chunk):
            if (other.prep in preps) if preps else (other.genitive and not other.prep):
                found = self.named(other)
                if found:
                    return found
        return ()

    def object_in(self, case: str) -> Ids:
        """Return the actors of the first chunk that may be the object in a case."""
        subject = self.subject
        for chunk in self.clause.chunks:
            if chunk.prep or chunk.genitive or chunk.joined or case not in chunk.cases:
                continue
            found = tuple(i for i in self.named(chunk) if i not in subject)
            if found:
                return found
        return ()

    def possessor(self, chunk: Chunk, token: int) -> Ids:
        """Return whom ``ihr`` or ``unser`` before a noun means, if its sentence tells."""
        scene = self.scene
        tokens = scene.document.tokens
        found = (i for i in range(chunk.first, token) if tokens[i].lower in words_of("poss"))
        at = next(found, None)
        if at is None:
            return ()
        if at in scene.findings.references:
            return scene.findings.references[at]
        if tokens[at].lower.startswith(_OWN):
            speaker = scene.speaker_at(token)
            return (speaker,) if speaker else ()
        if chunk.joined and (before := self.chunk_before(chunk.first - 1)):
            return scene.actors_of(before)
        if self.clause.subject is None or self.clause.subject.first != chunk.first:
            return self.subject
        return ()

    def owner(self, chunk: Chunk, token: int) -> Ids:
        """Return to whom a noun belongs: a name before it, possessive, genitive, ``von``, adjective."""
        scene = self.scene
        itself = scene.actors_at.get(token)  # "die verfeindeten Nachbarn" may be a group of its own
        before = (scene.actors_at[i] for i in range(chunk.first, token) if i in scene.actors_at)
        named = merge(tuple(actor for actor in before if actor != itself))
        return (
            named
            or self.possessor(chunk, token)
            or self._genitive_before(chunk)
            or self._genitive_after(chunk, token)
            or self.attribute(chunk, frozenset())
            or self.attribute(chunk, _OWNING)
            or scene.by_adjective(chunk)
            or scene.by_first_part(token)
            or self._itself(token)
        )

    def _itself(self, token: int) -> Ids:
        """Return the body that a noun such as ``US-Botschaft`` names; of a person or group its state.

        ``ein Verbündeter Russlands`` is an actor of its own, whose country tells whose ally is meant.
        """
        actor = self.scene.actors_at.get(token)
        if actor is None:
            return ()
        if self.scene.types[actor] == "ORG":
            frame = noun_frame(self.scene.document.tokens[token].text)
            return (actor,) if frame is not None and frame.mode == "embassy" else ()
        country = self.scene.countries[actor]
        state = self.scene.states.get(country) if country else None
        return (state,) if state else ()

    def _genitive_before(self, chunk: Chunk) -> Ids:
        """Return whose name stands in the genitive right before: ``Israels wichtigster Verbündeter``."""
        before = self.chunk_before(chunk.first)
        if before is None or before.prep or not self._is_genitive(before.last - 1):
            return ()
        return self.scene.named_in(before.first, before.last)

    def _genitive_after(self, chunk: Chunk, token: int) -> Ids:
        """Return whose name stands in the genitive behind a noun in its chunk: ``Verbündeter Russlands``."""
        if token + 1 < chunk.last and self._is_genitive(chunk.last - 1):
            return self.scene.named_in(token + 1, chunk.last)
        return ()

    def named_after(self, chunk: Chunk, token: int) -> Ids:
        """Return who stands behind a noun as its apposition, coordinated ones too: ``Schutzmacht Iran``."""
        if token + 1 >= chunk.last or self._is_genitive(chunk.last - 1):
            return ()
        first = self.scene.named_in(token + 1, chunk.last)
        group = self.scene.groups.get(chunk.first, ())
        later = [self.scene.actors_of(c) for c in group if c.first > chunk.first and c.joined]
        return merge(first, *later) if first else ()

    def _is_genitive(self, token: int) -> bool:
        """Whether the name at a token has the ending of a genitive that is no part of the name."""
        text = self.scene.document.tokens[token].text
        actor = self.scene.actors_at.get(token)
        if actor is None or not text.endswith(("s", "’", "'")):
            return False
        words = {w for a in self.scene.findings.actors if a.id == actor for w in a.name.split()}
        return text not in words

    def of_bond(self, chunk: Chunk, token: int, *, directed: bool) -> Ids:
        """Return the parties of what a noun names: ``Beziehungen``, ``Embargo``."""
        between = self.attribute(chunk, _BETWEEN)
        if between:
            return between
        owner = self.owner(chunk, token)
        if len(owner) > 1 and not directed:
            return owner
        towards = tuple(i for i in self.attribute(chunk, _TOWARDS) if i not in owner)
        is_subject = self.clause.subject is not None and self.clause.subject.first == chunk.first
        if not (owner and towards):
            between = self.with_preposition(_BETWEEN)
            if between:
                return between
        towards = towards or tuple(i for i in self.with_preposition(_DISTANT) if i not in owner)
        if owner and towards:
            return merge(owner, towards)
        if is_subject or self.clause.voice == "passive":
            return merge(self.with_preposition(_AGENTS) if not owner else (), owner, towards)
        return merge(self.subject, owner, towards)


def are_parties(scene: Scene, ids: Ids, kind: RelationKind, *, alone: bool) -> bool:
    """Whether actors can stand in a political relation: states and bodies, not all of one state."""
    actors = [a for a in scene.findings.actors if a.id in ids]
    if not actors or (len(actors) < 2 and not alone) or not all(map(_is_political, actors)):
        return False
    countries = {a.country for a in actors}
    if len(actors) < 2:
        return actors[0].country is not None or actors[0].sector == "IGO"
    if len(countries) > 1 or None in countries:
        return True
    return kind in {"conflict", "peace"} and any(a.sector in _INSIDE for a in actors)


def _is_political(actor: Actor) -> bool:
    if actor.type == "GPE":
        return True
    return actor.sector in _POLITICAL or (actor.type == "PER" and actor.office is not None)


def are_of(scene: Scene, ids: Ids, types: str) -> bool:
    """Whether there are actors and all are of one of the types."""
    return bool(ids) and all(scene.types.get(i) in types.split() for i in ids)


def is_elsewhere(scene: Scene, clause: Clause) -> bool:
    """Whether a sentence is about sport or business, where rivals and partners are others."""
    sentence = scene.document.sentence_of(clause.first)
    foreign = statement_words("sport") | statement_words("business")
    return any(scene.document.tokens[i].lower in foreign for i in range(sentence.first, sentence.last))
