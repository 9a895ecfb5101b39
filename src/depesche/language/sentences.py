"""A sentence as the grammar and a language model see it: for whoever asks why something was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from depesche.language.chunks import Chunk
from depesche.language.clause_finder import clauses_of
from depesche.language.clauses import Clause
from depesche.language.document import Document


class Place(msgspec.Struct, frozen=True):
    """Words with their place in the text."""

    start: int
    end: int
    text: str


class ChunkView(msgspec.Struct, frozen=True, kw_only=True):
    """A noun chunk: ``cases`` are the letters of those that its words allow, see ``Chunk``."""

    words: Place
    prep: str
    cases: str
    genitive: bool
    joined: bool
    pronoun: bool
    subject: bool


class ClauseView(msgspec.Struct, frozen=True, kw_only=True):
    """A clause, see ``Clause``. ``parent`` is the number of another clause of the sentence."""

    number: int
    kind: str
    words: tuple[Place, ...]
    lemma: str
    verb: tuple[Place, ...]
    voice: str
    tense: str
    mood: str
    modal: str
    negated: bool
    opener: str
    parent: int | None
    subject: Place | None
    chunks: tuple[ChunkView, ...]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A word in the tree of its sentence.

    ``head`` is the number of another node, None for a root; ``depth`` how many words stand above it.
    ``confidence`` is that of head and relation together.
    """

    number: int
    words: Place
    lemma: str
    upos: str
    relation: str
    head: int | None
    depth: int
    confidence: float


class SentenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence, the ``index``-th of its text, with its clauses and, if a model was asked, its tree.

    The nodes stand in the order in which a tree is read: each word before those that hang on it.
    """

    index: int
    words: Place
    clauses: tuple[ClauseView, ...]
    tree: tuple[Node, ...] = ()


def describe_sentence(document: Document, index: int) -> SentenceView:
    """Return the ``index``-th sentence of a document with its clauses and, if it is known, its tree."""
    sentence = document.sentences[index]
    clauses = clauses_of(document)[index]
    return SentenceView(
        index=index,
        words=place_of(document, sentence.first, sentence.last),
        clauses=tuple(_describe_clause(document, n, clause) for n, clause in enumerate(clauses)),
        tree=tuple(_list_nodes(document, sentence.first, sentence.last)),
    )


def place_of(document: Document, first: int, last: int) -> Place:
    """Return the place of the tokens ``first`` to ``last`` (exclusive), of which there is one at least."""
    start, end = document.tokens[first].start, document.tokens[last - 1].end
    return Place(start, end, document.text[start:end])


def places_of(document: Document, tokens: Iterable[int]) -> tuple[Place, ...]:
    """Return the places of tokens, those that follow one another as one."""
    runs: list[tuple[int, int]] = []
    for i in sorted(set(tokens)):
        if runs and runs[-1][1] == i:
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return tuple(place_of(document, first, last) for first, last in runs)


def _describe_clause(document: Document, number: int, clause: Clause) -> ClauseView:
    verb = clause.verb if clause.finite is None else (*clause.verb, clause.finite)
    subject = clause.subject
    return ClauseView(
        number=number,
        kind=clause.kind,
        words=places_of(document, clause.tokens),
        lemma=clause.lemma,
        verb=places_of(document, verb),
        voice=clause.voice,
        tense=clause.tense,
        mood=clause.mood,
        modal=clause.modal,
        negated=clause.negated,
        opener=clause.opener,
        parent=clause.parent,
        subject=place_of(document, subject.first, subject.last) if subject else None,
        chunks=tuple(_describe_chunk(document, clause, chunk) for chunk in clause.chunks),
    )


def _describe_chunk(document: Document, clause: Clause, chunk: Chunk) -> ChunkView:
    return ChunkView(
        words=place_of(document, chunk.first, chunk.last),
        prep=chunk.prep,
        cases=chunk.cases,
        genitive=chunk.genitive,
        joined=chunk.joined,
        pronoun=chunk.pronoun,
        subject=chunk == clause.subject,
    )


def _list_nodes(document: Document, first: int, last: int) -> Iterator[Node]:
    """Yield the words of a sentence as the tree is read; what no root leads to stands as roots of its own."""
    words = document.analysis.words if document.analysis else ()
    if not words:
        return
    below: dict[int, list[int]] = {}
    for i in range(first, last):
        below.setdefault(words[i].head, []).append(i)
    seen: set[int] = set()
    # A model may put heads in a circle: whoever is not reached from a root comes afterwards.
    roots = [i for i in range(first, last) if words[i].head in {i, -1}]
    for root in (*roots, *range(first, last)):
        waiting = [] if root in seen else [(root, 0)]
        while waiting:
            i, depth = waiting.pop()
            if i in seen:
                continue
            seen.add(i)
            word = words[i]
            yield Node(
                number=i - first,
                words=place_of(document, i, i + 1),
                lemma=word.lemma,
                upos=word.upos,
                relation=word.relation,
                head=None if depth == 0 else word.head - first,
                depth=depth,
                confidence=word.confidence,
            )
            waiting += [(k, depth + 1) for k in reversed(below.get(i, ())) if k not in seen]
