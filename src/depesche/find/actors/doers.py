"""Who does or suffers a deed, as the grammar tells: ``Soldaten stürmten``, ``wurden Bergleute erschossen``.

What ``Soldaten`` names is open where they are spoken of in passing; whoever kills or is arrested, strikes or
is set free takes part in what the report tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from depesche.language.chunks import Chunk
from depesche.language.clause_finder import clauses_of
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.language.finite_verbs import AUXILIARIES
from depesche.language.word_classes import word_class

_AGENT = frozenset({"von", "durch"})
# Behind these stands whom a deed is at.
_AT = frozenset({"auf", "gegen"})


def find_doers(document: Document) -> frozenset[int]:
    """Return the tokens of the noun phrases that do a deed or suffer it, as their clauses tell."""
    return frozenset(
        i
        for clauses in clauses_of(document)
        for clause in clauses
        if _tells_deed(document, clause)
        for chunk in _parties(clause)
        for i in range(chunk.head, chunk.last)
    )


def _tells_deed(document: Document, clause: Clause) -> bool:
    """Whether the verb of a clause tells a deed, or a noun beside it: ``setzten Autos in Brand``."""
    if clause.lemma in word_class("deeds"):
        return True
    if not clause.lemma or clause.lemma in AUXILIARIES:
        return False
    return any(document.tokens[c.head].lower in word_class("deed-words") for c in clause.chunks)


def _parties(clause: Clause) -> Iterator[Chunk]:
    """Yield the chunks that name who does what a clause tells, or to whom or at whom it is done."""
    taken = False
    for chunk in clause.chunks:
        if not (chunk.joined and taken):
            plain = not (chunk.prep or chunk.genitive)
            agent = clause.voice == "passive" and chunk.prep in _AGENT
            taken = (plain or agent or chunk.prep in _AT) and not chunk.pronoun
        if taken:
            yield chunk
