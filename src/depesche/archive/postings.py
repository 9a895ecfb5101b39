"""Lists of reports by key, each in the order of a day, in which a report finds those that stand near it.

Two reports are *near* in a list if fewer than ``window`` stand between them and their days are in reach;
their *support* is in how many places they are near. It depends on the set of the reports alone, not on the
order in which they came, and however long a list is, a report has few near it. A report that is put between
two others may part them, and one that is taken out may bring them together: what changes is told.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import SOME, find_rows, insert_rows, is_one_of
from depesche.archive.portions import portions

# A key and the day on which a report stands in its list.
Posting = tuple[int, int]
Pair = tuple[int, int]

_T = tables.postings.c
# Of a report's id so many hexadecimal digits, but for the last bit, tell its place among those of one day: a
# number that databases put into six bytes, as keys are (link/postings.py).
_DIGITS, _BYTES = 12, 6


class Place(NamedTuple):
    """Where a report stands in a list."""

    day: int
    place: int
    report: int


class Postings:
    """The lists of an archive, in one transaction.

    ``in_reach`` says of two days in a list whether reports on them may be near each other.
    """

    def __init__(self, connection: Connection, window: int, in_reach: Callable[[int, int], bool]) -> None:
        self._connection = connection
        self._window = window
        self._in_reach = in_reach

    def put_in(self, report: int, id_: str, postings: Iterable[Posting]) -> Counter[Pair]:
        """Put a report into lists; return how the support of pairs changed, its own and that of others.

        A pair is of the numbers of two reports, the smaller first.
        """
        changed: Counter[Pair] = Counter()
        place = int(id_[:_DIGITS], 16) >> 1
        wanted = sorted(set(postings))
        if wanted:
            row = {"report": report, "place": place, "lists": _pack(wanted)}
            insert_rows(self._connection, tables.posted, [row])
        for some in _rounds(wanted):
            for day, before, after in self._around(some, place, report):
                for other in itertools.chain(before, after):
                    if other.report != report and self._in_reach(day, other.day):
                        changed[_pair(report, other.report)] += 1
                for pair in self._at_the_edge(before, after):
                    changed[pair] -= 1
            rows = ({"key": key, "day": day, "place": place, "report": report} for key, day in some)
            insert_rows(self._connection, tables.postings, rows)
        return changed

    def take_out(self, report: int) -> Counter[Pair]:
        """Take a report out of all lists; return how the support of pairs of others changed."""
        stands = tables.posted.c
        asked = (stands.place, stands.lists)
        row = next(find_rows(self._connection, asked, stands.report, [report]), None)
        changed: Counter[Pair] = Counter()
        if row is None:
            return changed
        self._connection.execute(sa.delete(tables.posted).where(stands.report == report))
        for some in _rounds(_unpack(row.lists)):
            self._connection.execute(_DELETE, [{"k": key, "d": day, "r": report} for key, day in some])
            for _, before, after in self._around(some, row.place, report):
                changed.update(pair for pair in self._at_the_edge(before, after) if report not in pair)
        return changed

    def _at_the_edge(self, before: list[Place], after: list[Place]) -> Iterator[Pair]:
        """Yield the pairs that are just near without what stands between them, and not with it."""
        for n, one in enumerate(before):
            m = self._window - 1 - n
            if m < len(after) and one.report != after[m].report and self._in_reach(one.day, after[m].day):
                yield _pair(one.report, after[m].report)

    def _around(
        self, postings: list[Posting], place: int, report: int
    ) -> Iterator[tuple[int, list[Place], list[Place]]]:
        """Yield the day of each posting, and what stands before and behind it, the nearest first."""
        lists = self._short_lists([key for key, _ in postings])
        for key, day in postings:
            here = Place(day, place, report)
            if lists is None:
                yield day, self._beside(key, here, before=True), self._beside(key, here, before=False)
                continue
            found = lists.get(key, [])
            at = bisect.bisect_left(found, here)
            before = found[max(0, at - self._window) : at][::-1]
            yield day, before, found[at : at + self._window]

    def _short_lists(self, keys: list[int]) -> dict[int, list[Place]] | None:
        """Return the whole lists of keys, if they are not long."""
        most = len(keys) * self._window
        found: dict[int, list[Place]] = {}
        for some in portions(keys):
            rows = self._connection.execute(_SHORT, {SOME: some, "most": most + 1}).all()
            most -= len(rows)
            if most < 0:
                return None
            for key, *place in rows:
                found.setdefault(key, []).append(Place(*place))
        return {key: sorted(places) for key, places in found.items()}

    def _beside(self, key: int, here: Place, *, before: bool) -> list[Place]:
        query = _BEFORE if before else _BEHIND
        values = {"key": key, "window": self._window, **here._asdict()}
        return [Place(*row) for row in self._connection.execute(query, values)]


def _beside_query(*, before: bool) -> sa.Select[Any]:
    order = (_T.day, _T.place, _T.report)
    row, here = (
        sa.tuple_(*order),
        sa.tuple_(*(sa.bindparam(name, type_=sa.BigInteger) for name in Place._fields)),
    )
    query = sa.select(*order).where(_T.key == sa.bindparam("key"))
    query = query.where(row < here if before else row > here)
    return query.order_by(*(c.desc() if before else c for c in order)).limit(sa.bindparam("window"))


_BEFORE, _BEHIND = _beside_query(before=True), _beside_query(before=False)
_SHORT = sa.select(_T.key, _T.day, _T.place, _T.report).where(is_one_of(_T.key)).limit(sa.bindparam("most"))
_DELETE = sa.delete(tables.postings).where(
    _T.key == sa.bindparam("k"), _T.day == sa.bindparam("d"), _T.report == sa.bindparam("r")
)


def _pack(postings: Iterable[Posting]) -> bytes:
    """Return postings as bytes: the keys of each day."""
    days: dict[int, bytearray] = {}
    for key, day in postings:
        days.setdefault(day, bytearray()).extend(key.to_bytes(_BYTES))
    return msgspec.msgpack.encode(sorted(days.items()))


def _unpack(lists: bytes) -> list[Posting]:
    days = msgspec.msgpack.decode(lists, type=list[tuple[int, bytes]])
    return [
        (int.from_bytes(keys[at : at + _BYTES]), day)
        for day, keys in days
        for at in range(0, len(keys), _BYTES)
    ]


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _rounds(postings: Iterable[Posting]) -> Iterator[list[Posting]]:
    """Yield postings of different keys: of a key that comes twice, one is put in after the other."""
    left = sorted(set(postings))
    while left:
        first = dict(reversed(left))
        yield sorted(first.items())
        left = sorted(set(left).difference(first.items()))
