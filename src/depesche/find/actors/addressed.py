"""The nouns that stand where only somebody can: ``rief die Konfliktparteien auf``, ``dankte den Stämmen``."""

from __future__ import annotations

from depesche.language.chunks import Chunk
from depesche.language.clause_finder import clauses_of
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.language.function_words import words_of
from depesche.language.offices import context_words


def find_addressed(document: Document) -> frozenset[int]:
    """Return the heads of the objects, with an article, of verbs that are done to somebody."""
    return frozenset(
        chunk.head
        for clauses in clauses_of(document)
        for clause in clauses
        if clause.lemma in context_words("addressing")
        for chunk in clause.chunks
        if _is_object(document, clause, chunk)
    )


def _is_object(document: Document, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk with an article is an object, or the subject of a passive."""
    if chunk.prep or chunk.genitive or chunk.pronoun or not {"a", "d"} & set(chunk.cases):
        return False
    if document.tokens[chunk.first].lower not in words_of("det"):
        return False
    return chunk != clause.subject or clause.voice == "passive"
