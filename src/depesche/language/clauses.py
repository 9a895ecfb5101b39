"""Clauses: who does what in a sentence, as far as commas, verb forms, articles and word order tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from depesche.language.chunks import Chunk
from depesche.language.stretches import ClauseKind
from depesche.language.tokens import Token
from depesche.language.verbs import Mood
from depesche.language.word_classes import word_class

VerbTense = Literal["", "pres", "past", "perf", "pluperf", "fut"]
PAST_TENSES = frozenset({"past", "perf", "pluperf"})
Voice = Literal["active", "passive"]
# How sure the language model must be of the form of a verb that may have several.
SURE = 0.55


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A clause of one sentence. All indexes count the document's tokens.

    ``lemma`` is the infinitive of the main verb with its particle; ``verb`` the tokens of the main verb
    (its particle included), ``finite`` the finite verb. ``modal`` is the infinitive of a modal verb that
    governs it. ``opener`` is the subordinating word or the relative pronoun. ``parent`` is the index in the
    sentence's list of the clause that this one depends on. ``subject`` is its subject, which stands in an
    earlier clause where coordinated verbs share it.
    """

    kind: ClauseKind
    tokens: tuple[int, ...]
    lemma: str = ""
    verb: tuple[int, ...] = ()
    finite: int | None = None
    voice: Voice = "active"
    tense: VerbTense = ""
    mood: Mood = ""
    modal: str = ""
    negated: bool = False
    opener: str = ""
    pronoun: int | None = None
    antecedent: Chunk | None = None
    parent: int | None = None
    chunks: tuple[Chunk, ...] = ()
    subject: Chunk | None = None

    @property
    def first(self) -> int:
        """The index of the first token."""
        return self.tokens[0]

    @property
    def last(self) -> int:
        """The index after the last token."""
        return self.tokens[-1] + 1

    def chunk_at(self, token: int) -> Chunk | None:
        """Return the chunk that holds a token, None if it stands in none."""
        return next((c for c in self.chunks if c.first <= token < c.last), None)

    def chunk_before(self, chunk: Chunk) -> Chunk | None:
        """Return the chunk that ends where another begins, None if there is none."""
        return next((c for c in self.chunks if c.last == chunk.first), None)


def joined_to(clause: Clause, chunk: Chunk) -> tuple[Chunk, ...]:
    """Return the chunk with all that are coordinated with it."""
    chunks = clause.chunks
    start = chunks.index(chunk)
    group = [chunk]
    for other in chunks[start + 1 :]:
        if other.joined and other.genitive == chunk.genitive:
            group.append(other)
        elif not other.genitive:
            break
    return tuple(group)


def stands_beside(tokens: Sequence[Token], clause: Clause) -> bool:
    """Whether a main clause begins with its verb and a word that sets it beside the last: ``rief aber``."""
    if clause.kind != "main" or clause.mood != "ind" or clause.finite != clause.first or not clause.first:
        return False
    behind = tokens[clause.first + 1].lower if clause.first + 1 < len(tokens) else ""
    return behind in word_class("beside-words") and tokens[clause.first - 1].text == ","
