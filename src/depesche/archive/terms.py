"""What a user types as terms, and where these stand in a text.

A user types words, which must all be in the report or its title, in whatever form (``Verhandlung`` finds
``Verhandlungen``); ``"words in quotation marks"`` stand side by side; ``-word`` must not be there;
``Verhand*`` is the beginning of a word. Every other character only divides words: no query is malformed.
"""

from __future__ import annotations

import re
from collections import deque

import msgspec

from depesche.archive.rows import Passage
from depesche.reading import Span
from depesche.stems import WORD, find_stems, stem_word, strip_accents

# A snippet's length in characters; how many found words are looked at.
SNIPPET = 240
MAX_MARKS = 200
# Nobody types more; what a program pastes in is cut.
MAX_TERMS = 32

# Start, end and stem of a word.
_Word = tuple[int, int, str]
_PART = re.compile(r'(?P<minus>-?)(?:["“”„»«](?P<phrase>[^"“”„»«]*)["“”„»«]?|(?P<word>\S+))')


class Term(msgspec.Struct, frozen=True):
    """Stems that must stand side by side. ``prefixes``: instead, how a word may begin."""

    stems: tuple[str, ...]
    prefixes: tuple[str, ...] = ()


class Query(msgspec.Struct, frozen=True):
    """What is wanted, and what must not be there."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def parse_query(words: str) -> Query:
    """Return what a user typed as a query; it wants nothing where nothing was said.

    >>> parse_query('Verhandlungen "in Genf" -Lawrow').unwanted
    (Term(stems=('lawrow',), prefixes=()),)
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for part in _PART.finditer(words):
        term = _parse_term(part["phrase"], part["word"])
        if term and len(wanted) + len(unwanted) < MAX_TERMS:
            (unwanted if part["minus"] else wanted).append(term)
    return Query(tuple(wanted), tuple(unwanted))


def _parse_term(phrase: str | None, word: str | None) -> Term | None:
    """Return the term of a phrase or of a word (``US-Außenminister`` is a phrase), None without letters."""
    found = WORD.findall(phrase if phrase is not None else word or "")
    if not found:
        return None
    stems = tuple(map(stem_word, found))
    if word is None or not word.endswith("*") or len(found) > 1:
        return Term(stems)
    # Stems in the index have lost their umlauts, however these were written.
    plain = strip_accents(found[0])
    folded = re.sub("([aou])e", r"\1", plain)
    return Term(stems, (plain,) if folded == plain else (plain, folded))


def find_marks(text: str, query: Query) -> tuple[Span, ...]:
    """Return the words of the text that the query wants, at most ``MAX_MARKS``; a phrase is one span."""
    marks: list[Span] = []
    # The last words seen, enough for the longest phrase.
    window: deque[_Word] = deque(maxlen=max((len(term.stems) for term in query.wanted), default=0))
    # Most words end no term: only those that may are compared with each.
    last = {term.stems[-1] for term in query.wanted}
    prefixes = tuple(prefix for term in query.wanted for prefix in term.prefixes)
    for word in find_stems(text):
        window.append(word)
        if word[2] not in last and not word[2].startswith(prefixes):
            continue
        mark = _mark_end(list(window), query)
        if mark is not None:
            marks.append(mark)
        if len(marks) >= MAX_MARKS:
            break
    return _without_overlap(marks)


def _mark_end(words: list[_Word], query: Query) -> Span | None:
    """Return the characters of the first term that the last of some words ends, None if it ends none."""
    start, end, stem = words[-1]
    for term in query.wanted:
        some = words[-len(term.stems) :]
        if tuple(told for _, _, told in some) == term.stems:
            return Span(some[0][0], end)
        if stem.startswith(term.prefixes):
            return Span(start, end)
    return None


def _without_overlap(marks: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for mark in sorted(marks):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def cut_snippet(text: str, marks: tuple[Span, ...]) -> Passage:
    """Return the stretch of the text, about ``SNIPPET`` characters, that holds most of the marks."""
    best = _densest(marks)
    if best is None:
        return _whole_words(text, 0, min(len(text), SNIPPET))
    first, last = best
    room = max(0, SNIPPET - (last - first))
    start = max(0, first - room // 2)
    return _whole_words(text, start, min(len(text), max(last, start + SNIPPET)))


def _densest(marks: tuple[Span, ...]) -> tuple[int, int] | None:
    """Return first and last character of the marks that most stand within one snippet, the earliest such."""
    best: tuple[int, int] | None = None
    most = 0
    begin = 0
    for i, mark in enumerate(marks):
        while mark.end - marks[begin].start > SNIPPET and begin < i:
            begin += 1
        if i - begin + 1 > most:
            most, best = i - begin + 1, (marks[begin].start, mark.end)
    return best


def _whole_words(text: str, start: int, end: int) -> Passage:
    """Move both ends inwards to white space, if there is any near."""
    if start:
        gap = re.search(r"\s+", text[start : start + 30])
        start += gap.end() if gap else 0
    if end < len(text):
        gap_end = max(text.rfind(" ", end - 30, end), text.rfind("\n", end - 30, end))
        end = gap_end if gap_end > start else end
    return Passage(start, end, text[start:end])
