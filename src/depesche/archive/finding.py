"""Searching by words and by meaning: reports, and the quotations and events in them.

A report is found by its words, by sentences that mean nearly what is asked for, or by both. The two lists are
one by the rank in each (reciprocal rank fusion): what stands high in both stands highest. Words that must not
be there keep a report out of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.conditions import has_voice, is_type, on_report
from depesche.archive.context import sentence_around
from depesche.archive.nearness import MOST_REPORTS, Meanings, Near, Sense
from depesche.archive.query import list_events, list_quotations
from depesche.archive.rows import EventRow, QuotationRow
from depesche.archive.search import Search
from depesche.archive.selection import Selection
from depesche.archive.terms import Query, find_marks
from depesche.reading import Span

# Into how many of the reports found, the best first, is looked for quotations and events.
LOOKED_INTO = 100
# What a rank counts for: 1 / (_RANK + rank). Ranks near the top differ little, as is usual.
_RANK = 60
# No archive has more.
_ALL = 2**31

reports = tables.reports


class Found(NamedTuple):
    """Reports in their order, by number, each with its score; and those that are near in meaning."""

    ranked: list[tuple[int, float]]
    near: Mapping[int, Near]


class Finder:
    """Asks the two indexes, of words and of meanings."""

    def __init__(self, search: Search, nearness: Meanings) -> None:
        self._search = search
        self._nearness = nearness

    def find(
        self,
        connection: Connection,
        query: Query,
        sense: Sense | None,
        selection: Selection,
        *,
        latest: bool = False,
    ) -> Found:
        """Return the reports that answer, the best or the ``latest`` first."""
        if sense is None:
            if not query.wanted:
                return Found(_list_latest(connection, selection), {})
            return Found(self._search.find(connection, query, selection, latest=latest), {})
        every = msgspec.structs.replace(selection, limit=MOST_REPORTS, offset=0, after=None)
        worded = self._search.find(connection, query, every) if query.wanted else []
        near = self._find_near(connection, query, sense, every)
        ranked = fuse([number for number, _ in worded], [one.number for one in near])
        if latest:
            ranked = _sort_by_day(connection, ranked)
        return Found(_take(connection, ranked, selection), {one.number: one for one in near})

    def _find_near(
        self, connection: Connection, query: Query, sense: Sense, selection: Selection
    ) -> list[Near]:
        wanted = on_report(selection)
        allowed = (
            set(connection.execute(sa.select(reports.c.number).where(*wanted)).scalars()) if wanted else None
        )
        near = self._nearness.find(connection, sense, allowed)
        everywhere = Selection(limit=_ALL)
        unwanted = {
            number
            for term in query.unwanted
            for number, _ in self._search.find(connection, Query((term,)), everywhere)
        }
        return [one for one in near if one.number not in unwanted]


def fuse(*lists: Sequence[int]) -> list[tuple[int, float]]:
    """Return what stands in any of several lists, in the order of what its ranks sum up to.

    >>> [number for number, _ in fuse([1, 2, 3], [3, 4])]
    [3, 1, 2, 4]
    """
    scores: dict[int, float] = {}
    for ranked in lists:
        for rank, number in enumerate(ranked):
            scores[number] = scores.get(number, 0.0) + 1 / (_RANK + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def _list_latest(connection: Connection, selection: Selection) -> list[tuple[int, float]]:
    """Return the reports that the filters select, the latest first: nobody said any words."""
    query = sa.select(reports.c.number).where(*on_report(selection))
    query = query.order_by(reports.c.day.desc().nulls_last(), reports.c.id)
    page = query.limit(selection.limit).offset(selection.offset)
    return [(number, 0.0) for number in connection.execute(page).scalars()]


def _sort_by_day(connection: Connection, ranked: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    scores = dict(ranked)
    query = sa.select(reports.c.number).where(reports.c.number.in_(scores))
    ordered = connection.execute(query.order_by(reports.c.day.desc().nulls_last(), reports.c.id)).scalars()
    return [(number, scores[number]) for number in ordered]


def _take(
    connection: Connection, ranked: Sequence[tuple[int, float]], selection: Selection
) -> list[tuple[int, float]]:
    """Return the page of a list that the selection asks for."""
    first = selection.offset
    if selection.after is not None:
        query = sa.select(reports.c.number).where(reports.c.id == selection.after[0])
        last = connection.execute(query).scalar()
        first += next((i + 1 for i, (number, _) in enumerate(ranked) if number == last), len(ranked))
    limit = len(ranked) if selection.limit is None else selection.limit
    return list(ranked[first : first + limit])


# --- what stands in the reports -------------------------------------------------------------------------


class _Place(NamedTuple):
    """A finding: its report, its place among the findings of its kind, and its characters."""

    number: int
    position: int
    start: int
    end: int


def find_quotations(
    connection: Connection, query: Query, found: Found, selection: Selection
) -> list[QuotationRow]:
    """Return the quotations that hold the words, or stand in a sentence that is near in meaning."""
    table, span = tables.quotations.c, tables.quotation_spans.c
    asked = (
        sa.select(table.report, table.position, sa.func.min(span.start), sa.func.max(span.end))
        .join(tables.quotation_spans, sa.and_(span.report == table.report, span.quotation == table.position))
        .where(span.part == "content", table.report.in_(_numbers(found)))
        .group_by(table.report, table.position)
    )
    if selection.speaker:
        asked = asked.where(has_voice(table.report, selection.speaker, table.position, addressee=False))
    texts = _load_texts(connection, found)
    chosen = _choose(query, found, texts, [_Place(*row) for row in connection.execute(asked)], selection)
    of = Selection(numbers=tuple({place.number for place in chosen}))
    known = {(row.report, row.number): row for row in list_quotations(connection, of)}
    return [known[texts[place.number][0], place.position] for place in chosen]


def find_events(connection: Connection, query: Query, found: Found, selection: Selection) -> list[EventRow]:
    """Return the events in whose sentence the words stand, or that is near in meaning."""
    table = tables.events.c
    asked = sa.select(table.report, table.position, table.start, table.end, table.id).where(
        table.report.in_(_numbers(found)), *is_type(table.type, selection)
    )
    rows = list(connection.execute(asked))
    texts = _load_texts(connection, found)
    places = []
    for row in rows:
        around = sentence_around(texts[row.report][1], row.start, row.end)
        places.append(_Place(row.report, row.position, around.start, around.end))
    chosen = _choose(query, found, texts, places, selection)
    names = {(row.report, row.position): row.id for row in rows}
    of = Selection(numbers=tuple({place.number for place in chosen}))
    known = {(row.report, row.event): row for row in list_events(connection, of)}
    return [known[texts[place.number][0], names[place.number, place.position]] for place in chosen]


def _numbers(found: Found) -> list[int]:
    return [number for number, _ in found.ranked[:LOOKED_INTO]]


def _load_texts(connection: Connection, found: Found) -> dict[int, tuple[str, str]]:
    """Return id and text of each report that is looked into."""
    query = sa.select(reports.c.number, reports.c.id, reports.c.text)
    rows = connection.execute(query.where(reports.c.number.in_(_numbers(found))))
    return {row.number: (row.id, row.text) for row in rows}


def _choose(
    query: Query,
    found: Found,
    texts: Mapping[int, tuple[str, str]],
    places: Sequence[_Place],
    selection: Selection,
) -> list[_Place]:
    """Return the page of the findings that answer, in the order of their reports and in these."""
    marks = {
        number: [find_marks(texts[number][1], Query((term,))) for term in query.wanted]
        for number in {place.number for place in places}
    }
    rank = {number: i for i, number in enumerate(_numbers(found))}
    good = [place for place in places if _answers(found.near.get(place.number), marks[place.number], place)]
    good.sort(key=lambda place: (rank[place.number], place.position))
    last = None if selection.limit is None else selection.offset + selection.limit
    return good[selection.offset : last]


def _answers(near: Near | None, marks: Sequence[Sequence[Span]], place: _Place) -> bool:
    """Whether a finding stands in a near sentence, or every term of the query in it."""
    if near and any(s.start < place.end and place.start < s.end for s in near.sentences):
        return True
    # Nobody said any words: all that stands in the reports answers.
    return (bool(marks) or near is None) and all(
        any(place.start <= mark.start and mark.end <= place.end for mark in term) for term in marks
    )
