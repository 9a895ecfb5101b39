"""Full-text search in PostgreSQL: the stems of each report as a ``tsvector``, under a GIN index.

The stems are ours (stems.py), as in SQLite, so that both find the same: PostgreSQL's own configuration
``german`` has the same stemmer, but leaves out the most frequent words, also within phrases, and knows
neither the genitives of names nor spellings without umlauts. What PostgreSQL does differently:

* It ranks by ``ts_rank``: how often the words stand there, in the title five times as much, weighed down by
  the length of the report. Of several words the rarer counts more, as in SQLite's BM25; the figures differ.
* Of each word of a report it knows the first 256 places, and no place behind the 16,383rd word: there words
  are found, but no phrases. Of a report with about a megabyte of different words the rest is not found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from depesche.archive.conditions import on_report, reports
from depesche.archive.search import TITLE_WEIGHT, list_missing, take_page
from depesche.archive.selection import Selection
from depesche.archive.terms import Query, Term
from depesche.stems import WORD, stem_word

# What a tsvector holds: places of words, places of one word, bytes of one word and of all.
_LAST, _MOST_PLACES, _LONGEST, _MOST_BYTES = 16_383, 256, 2_000, 900_000
# Between title and text, so that no phrase reaches from one into the other.
_GAP = 2
_TITLE_WORDS = 1_000
# Of the weights D, C, B and A: words of a text have none, which is D, those of a title A.
_WEIGHTS = f"'{{{1 / TITLE_WEIGHT}, 0, 0, 1}}'::float4[]"
# Divides the rank by 1 and the logarithm of the number of different words.
_BY_LENGTH = 1

index = sa.table("search_index", sa.column("report", sa.Integer), sa.column("words"))


class PostgresSearch:
    """The index as a table beside ``reports``."""

    def add(self, connection: Connection, number: int, title: str, text: str) -> None:
        """Put the report ``number`` into the index."""
        connection.execute(
            sa.text("INSERT INTO search_index (report, words) VALUES (:number, CAST(:words AS tsvector))"),
            {"number": number, "words": write_vector(title, text)},
        )

    def find(
        self, connection: Connection, query: Query, selection: Selection, *, latest: bool = False
    ) -> list[tuple[int, float]]:
        """Return number and score of the reports that answer, the best first, or the ``latest``."""
        rank = sa.literal(0.0) if latest else _rank(connection, query)
        found = (
            sa.select(reports.c.number, reports.c.id, reports.c.day, rank.label("weight"))
            .join_from(index, reports, reports.c.number == index.c.report)
            .where(_answers(write_query(query)), *on_report(selection))
        )
        return take_page(connection, found, selection, latest=latest)

    def find_unindexed(self, connection: Connection, most: int) -> list[str]:
        """Return the ids of reports that are not in the index, at most so many."""
        return list_missing(connection, index.c.report, most)

    def clear(self, connection: Connection) -> None:
        """Take all reports out of the index."""
        connection.execute(sa.delete(index))


def _answers(query: str) -> sa.ColumnElement[bool]:
    return sa.type_coerce(index.c.words.op("@@")(_as_query(query)), sa.Boolean)


def _as_query(query: str) -> sa.ColumnElement[str]:
    return sa.cast(sa.literal(query, sa.Text), TSQUERY)


def _rank(connection: Connection, query: Query) -> sa.ColumnElement[float]:
    """Return what a report answers: for each term how often, and how rare the term is."""
    terms = [_write_term(term) for term in query.wanted]
    rarities = _find_rarities(connection, terms) if len(terms) > 1 else [1.0]
    ranks = [
        sa.literal(rarity, sa.Float)
        * sa.func.ts_rank(
            sa.literal_column(_WEIGHTS), index.c.words, _as_query(term), _BY_LENGTH, type_=sa.Float
        )
        for rarity, term in zip(rarities, terms, strict=True)
    ]
    return sum(ranks[1:], start=ranks[0])


def _find_rarities(connection: Connection, terms: list[str]) -> list[float]:
    """Return for each term how rare it is, as in BM25: the logarithm of how few reports have it."""
    total = connection.execute(sa.select(sa.func.count()).select_from(reports)).scalar_one()
    rarities = []
    for term in terms:
        counted = sa.select(sa.func.count()).select_from(index).where(_answers(term))
        having = connection.execute(counted).scalar_one()
        rarities.append(max(math.log((total - having + 0.5) / (having + 0.5)), 1e-6))
    return rarities


def write_query(query: Query) -> str:
    """Return the query in PostgreSQL's language.

    >>> from depesche.archive.terms import parse_query
    >>> write_query(parse_query('Verhandl* "in Genf" -Lawrow'))
    "('verhandl' | 'verhandl':*) & ('in' <-> 'genf') & !('lawrow')"
    """
    return " & ".join(
        [*map(_write_term, query.wanted), *(f"!{_write_term(term)}" for term in query.unwanted)]
    )


def _write_term(term: Term) -> str:
    phrase = " <-> ".join(map(_quote, term.stems))
    return "(" + " | ".join([phrase, *(f"{_quote(prefix)}:*" for prefix in term.prefixes)]) + ")"


def _quote(stem: str) -> str:
    # Stems are letters and digits only, so nothing needs escaping.
    return f"'{_cut(stem)}'"


def _cut(stem: str) -> str:
    """Return as much of a stem as a tsvector holds: some letters are twenty when their accents go."""
    return stem if len(stem) < _LONGEST // 4 else stem.encode()[:_LONGEST].decode(errors="ignore")


def write_vector(title: str, text: str) -> str:
    """Return the stems of a report with their places, as a ``tsvector`` is written.

    >>> write_vector("Treffen", "Rubio trifft Lawrow. Rubio lacht.")
    "'treff':1A 'rubio':4,7 'trifft':5 'lawrow':6 'lacht':8"
    """
    places: dict[str, list[str]] = {}
    size = 0
    for stem, place, mark in _place_stems(title, text):
        told = places.get(stem)
        if told is None:
            size += len(stem.encode()) + 10
            if size > _MOST_BYTES:
                continue
            places[stem] = [f"{place}{mark}"]
        elif len(told) < _MOST_PLACES and place < _LAST:
            size += 2
            told.append(f"{place}{mark}")
    return " ".join(f"'{stem}':{','.join(told)}" for stem, told in places.items())


def _place_stems(title: str, text: str) -> Iterator[tuple[str, int, str]]:
    """Yield each word's stem, its place, and the mark of a title's words."""
    last = 0
    for last, word in enumerate(WORD.findall(title)[:_TITLE_WORDS], start=1):
        yield _cut(stem_word(word)), last, "A"
    for place, match in enumerate(WORD.finditer(text), start=last + _GAP + 1):
        yield _cut(stem_word(match.group())), min(place, _LAST), ""
