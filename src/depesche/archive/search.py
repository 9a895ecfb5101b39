"""Full-text search: the index that answers what a user types, and the words that it found.

``parse_query`` (terms.py) makes terms of stems of what is typed, the same for every database. ``Search`` is
what a database must offer; ``SqliteSearch`` does it with FTS5, whose index holds nothing but stems, since
SQLite knows no German.
``PostgresSearch`` (postgres_search.py) has the same stems in a ``tsvector``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive.conditions import on_report, reports
from depesche.archive.nearness import Near
from depesche.archive.paging import Step, behind, in_order
from depesche.archive.query import BLOCK
from depesche.archive.rows import Passage, SearchHit
from depesche.archive.selection import Selection
from depesche.archive.terms import SNIPPET, Query, Term, cut_snippet, find_marks
from depesche.reading import Span
from depesche.stems import stem_text

# A word in the title says more about a report than one in its text.
TITLE_WEIGHT = 5.0
# How many hits come if nobody says.
DEFAULT_LIMIT = 50

_NONE: Mapping[int, Near] = {}


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


_ADD = sa.text("INSERT INTO search_index (rowid, title, text) VALUES (:number, :title, :text)")


class SqliteSearch:
    """The index as an FTS5 table without content: its row id is the report's number."""

    def add(self, connection: Connection, number: int, title: str, text: str) -> None:
        """Put the report ``number`` into the index."""
        connection.execute(_ADD, {"number": number, "title": stem_text(title), "text": stem_text(text)})

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
