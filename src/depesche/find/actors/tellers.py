"""Who says something, as the words around a name tell: ``laut X``, ``X zufolge``, ``nach Angaben von X``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from depesche.find.quotations.words import is_noun_of_saying, needed_words, phrase_words, verb_classes
from depesche.language.clause_finder import clauses_of
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.language.tokens import QUOTES, Token
from depesche.language.word_classes import word_class

_OWNING = frozenset("von vom aus der des eines einer seines seiner ihres ihrer".split())
# So many adjectives may stand before a noun.
_MAX_ADJECTIVES = 3
# Classes of verbs whose subject says something.
_SPEECH = frozenset({"say", "ask", "accuse"})


def tellers_of(document: Document) -> frozenset[int]:
    """Return the nouns of a report, by their tokens, that are the subject of a verb of saying.

    ``Zeugen berichteten``, ``wie ein Arzt schilderte``. Found once and kept with the document.
    """
    kept = document.__dict__
    found: frozenset[int] | None = kept.get("tellers")
    if found is None:
        clauses = (clause for sentence in clauses_of(document) for clause in sentence)
        found = kept["tellers"] = frozenset(i for clause in clauses for i in _tellers(document, clause))
    return found


def _tellers(document: Document, clause: Clause) -> Iterator[int]:
    """Yield the subject of a clause, and what is joined to it, if its verb is one of saying."""
    subject = clause.subject
    if subject is None or clause.voice == "passive" or clause.lemma in word_class("saying-and-more"):
        return
    if not verb_classes().get(clause.lemma, frozenset()) & _SPEECH:
        return
    needed = needed_words().get(clause.lemma)
    if needed and not any(document.tokens[i].lower in needed for i in clause.tokens):
        return
    yield subject.head
    for chunk in clause.chunks:
        if chunk.joined and chunk.first > subject.head and not chunk.prep:
            yield chunk.head


def says_at(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether something rests on the word of whom the tokens from ``first`` to ``last`` (exclusive) name.

    The name may stand in quotation marks: ``laut „Reuters“``. Whom somebody refers to says it, too: ``unter
    Berufung auf Diplomaten``.
    """
    if first > 0 and last < len(tokens) and tokens[first - 1].text in QUOTES and tokens[last].text in QUOTES:
        first, last = first - 1, last + 1
    if last < len(tokens) and tokens[last].lower in phrase_words("zufolge"):
        return True
    before = words_before(tokens, first)
    if before and before[0] in phrase_words("laut"):
        return True
    if " ".join(reversed(before)) in word_class("referring"):
        return True
    if before and before[0] in _OWNING:
        before = before[1:]
    return len(before) > 1 and before[1] == "nach" and is_noun_of_saying(before[0], "nach")


def words_before(tokens: Sequence[Token], first: int) -> list[str]:
    """Return the words before a token in lower case, the nearest first, adjectives left out."""
    begin = first
    while begin and begin > first - _MAX_ADJECTIVES and _is_adjective(tokens[begin - 1]):
        begin -= 1
    return [tokens[i].lower for i in range(begin - 1, max(-1, begin - 4), -1)]


def _is_adjective(token: Token) -> bool:
    return not token.is_capital and len(token.text) > 4 and token.lower.endswith(("er", "en", "e"))
