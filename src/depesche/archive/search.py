"""Full-text search: what a user types, the index that answers it, and the words that it found.

A user types words, which must all be in the report or its title, in whatever form (``Verhandlung`` finds
``Verhandlungen``); ``"words in quotation marks"`` stand side by side; ``-word`` must not be there;
``Verhand*`` is the beginning of a word. Every other character only divides words: no query is malformed.

``parse_query`` makes terms of stems of that, the same for every database. ``Search`` is what a database must
offer; ``SqliteSearch`` does it with FTS5, whose index holds nothing but stems, since SQLite knows no German.
``PostgresSearch`` (postgres_search.py) has the same stems in a ``tsvector``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive.conditions import on_report, reports
from depesche.archive.nearness import Near
from depesche.archive.paging import Step, behind, in_order
from depesche.archive.query import BLOCK
from depesche.archive.rows import Passage, SearchHit
from depesche.archive.selection import Selection
from depesche.reading import Span
from depesche.stems import WORD, find_stems, stem_text, stem_word, strip_accents

# A word in the title says more about a report than one in its text.
TITLE_WEIGHT = 5.0
# How many hits come if nobody says; a snippet's length in characters; how many found words are looked at.
DEFAULT_LIMIT = 50
SNIPPET = 240
MAX_MARKS = 200
# Nobody types more; what a program pastes in is cut.
MAX_TERMS = 32

_NONE: Mapping[int, Near] = {}
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


class Search(Protocol):
    """A full-text index over titles and texts of reports."""

    def add(self, connection: Connection, number: int, title: str, text: str) -> None:
        """Put the report ``number`` into the index."""

    def find(
        self, connection: Connection, query: Query, selection: Selection, *, latest: bool = False
    ) -> list[tuple[int, float]]:
        """Return number and score of the reports that answer, the best first, or the ``latest``."""

    def find_unindexed(self, connection: Connection, most: int) -> list[str]:
        """Return the ids of reports that are not in the index, at most so many."""

    def clear(self, connection: Connection) -> None:
        """Take all reports out of the index."""


class SqliteSearch:
    """The index as an FTS5 table without content: its row id is the report's number."""

    def add(self, connection: Connection, number: int, title: str, text: str) -> None:
        """Put the report ``number`` into the index."""
        connection.execute(
            sa.text("INSERT INTO search_index (rowid, title, text) VALUES (:number, :title, :text)"),
            {"number": number, "title": stem_text(title), "text": stem_text(text)},
        )

    def find(
        self, connection: Connection, query: Query, selection: Selection, *, latest: bool = False
    ) -> list[tuple[int, float]]:
        """Return number and score of the reports that answer, the best first, or the ``latest``."""
        index = sa.table("search_index", sa.column("rowid"))
        # FTS5 gives the best the lowest number.
        rank: sa.ColumnElement[float] = sa.literal_column(
            f"-bm25(search_index, {TITLE_WEIGHT}, 1.0)", sa.Float
        )
        matches = sa.text("search_index MATCH :search").bindparams(search=_match(query))
        of_reports = list(on_report(selection))
        weights = sa.select(index.c.rowid.label("number"), rank.label("weight")).where(matches)
        if not of_reports and not latest and selection.after is None and selection.limit is not None:
            weights = _take_best(weights, selection.offset + selection.limit)
        weighed = weights.cte("weighed")
        found = (
            sa.select(reports.c.number, reports.c.id, reports.c.day, weighed.c.weight)
            .join_from(weighed, reports, reports.c.number == weighed.c.number)
            .where(*of_reports)
        )
        return take_page(connection, found, selection, latest=latest)

    def find_unindexed(self, connection: Connection, most: int) -> list[str]:
        """Return the ids of reports that are not in the index, at most so many."""
        # FTS5 notes here how long each text is.
        known = sa.table("search_index_docsize", sa.column("id"))
        return list_missing(connection, known.c.id, most)

    def clear(self, connection: Connection) -> None:
        """Take all reports out of the index."""
        connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('delete-all')")


def _take_best(weights: sa.Select[Any], most: int) -> sa.Select[Any]:
    """Return the question for the ``most`` reports with the highest weights, and those that weigh the same.

    Half of an archive may hold a word: days are looked up of those alone that may stand on the page.
    """
    every = weights.cte("every").prefix_with("MATERIALIZED", dialect="sqlite")
    heaviest = sa.select(every.c.weight).order_by(every.c.weight.desc()).limit(most).subquery()
    least = sa.select(sa.func.min(heaviest.c.weight)).scalar_subquery()
    return sa.select(every.c.number, every.c.weight).where(every.c.weight >= least)


def list_missing(connection: Connection, known: sa.ColumnElement[int], most: int) -> list[str]:
    """Return the ids of reports whose numbers do not stand in a column, at most so many."""
    query = (
        sa.select(reports.c.id).where(~sa.exists().where(known == reports.c.number)).order_by(reports.c.id)
    )
    return list(connection.execute(query.limit(most)).scalars())


def take_page(
    connection: Connection, answer: sa.Select[Any], selection: Selection, *, latest: bool
) -> list[tuple[int, float]]:
    """Return the page that is asked for of reports with their ``number``, ``id``, ``day`` and ``weight``.

    The one with the highest weight comes first, or the ``latest``.
    """
    found = answer.cte("found")
    by_day = (Step(found.c.day, descending=True), Step(found.c.id))
    steps = by_day if latest else (Step(found.c.weight, descending=True), *by_day)
    page = sa.select(found.c.number, found.c.weight).order_by(*in_order(steps))
    if selection.after is not None:
        # Every weight changes with each report that is added, so what the last one had says nothing.
        last = connection.execute(sa.select(found).where(found.c.id == selection.after[0])).one_or_none()
        key = (last.weight, last.day, last.id)[-len(steps) :] if last else None
        page = page.where(*behind(steps, key) or [sa.false()])
    page = page.limit(DEFAULT_LIMIT if selection.limit is None else selection.limit)
    return [(row.number, row.weight) for row in connection.execute(page.offset(selection.offset))]


def _match(query: Query) -> str:
    """Return the query in FTS5's language. Stems are letters and digits only, so nothing needs escaping."""
    wanted = " AND ".join(map(_match_term, query.wanted))
    return f"({wanted})" + "".join(f" NOT {_match_term(term)}" for term in query.unwanted)


def _match_term(term: Term) -> str:
    phrase = '"' + " ".join(term.stems) + '"'
    return "(" + " OR ".join([phrase, *(f'"{prefix}"*' for prefix in term.prefixes)]) + ")"


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


def describe_hits(
    connection: Connection, query: Query, found: list[tuple[int, float]], near: Mapping[int, Near] = _NONE
) -> Iterator[SearchHit]:
    """Yield the hits with their snippets, in the order of ``found``; ``near`` are those near in meaning."""
    for first in range(0, len(found), BLOCK):
        yield from _describe_block(connection, query, found[first : first + BLOCK], near)


def _describe_block(
    connection: Connection, query: Query, found: list[tuple[int, float]], near: Mapping[int, Near]
) -> Iterator[SearchHit]:
    numbers = [number for number, _ in found]
    rows = {
        row.number: row for row in connection.execute(sa.select(reports).where(reports.c.number.in_(numbers)))
    }
    for number, score in found:
        row = rows[number]
        marks = find_marks(row.text, query)
        meant = near.get(number)
        snippet = cut_snippet(row.text, marks) if marks or not meant else _show(row.text, meant.sentences[0])
        yield SearchHit(
            report=row.id,
            title=row.title,
            published=row.published,
            source=row.source,
            url=row.url,
            score=round(score, 6),
            snippet=snippet,
            marks=tuple(m for m in marks if snippet.start <= m.start and m.end <= snippet.end),
            title_marks=find_marks(row.title or "", query),
            likeness=round(meant.likeness, 4) if meant else None,
        )


def _show(text: str, sentence: Span) -> Passage:
    """Return a sentence as a snippet, cut if it is very long."""
    end = min(sentence.end, sentence.start + 2 * SNIPPET)
    return Passage(sentence.start, end, text[sentence.start : end])


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
