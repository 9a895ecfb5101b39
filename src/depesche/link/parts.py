"""Long stories in parts: the events of a story are compared within a part of few reports.

Which reports are in a part depends on the story's reports alone, and one more report changes the part that it
comes into and no other: the days are halved, and those of one day by the ids, until few enough are left.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from depesche.link.profiles import day_number

# So many reports are in a part at most: to compare the events of all of a story of hundreds takes minutes.
MOST = 40

# Bits of a day (counted from year 1; undated reports come last), and of an id that tell the order of one day.
_DAYS, _IDS = 22, 60
_DIGITS = _IDS // 4


class Member(NamedTuple):
    """A report of a story: its day of publication (YYYY-MM-DD), None if undated, and its id."""

    day: str | None
    id: str


def split_story(members: Iterable[Member], most: int = MOST) -> Iterator[tuple[Member, ...]]:
    """Yield the parts of a story in the order of the days, each with at most ``most`` reports."""
    placed = sorted((_place(member), member) for member in set(members))
    yield from _split(placed, 0, 1 << (_DAYS + _IDS), most)


def _place(member: Member) -> int:
    day = day_number(member.day)
    return ((1 << _DAYS) - 1 if day is None else day) << _IDS | int(member.id[:_DIGITS], 16)


def _split(
    placed: Sequence[tuple[int, Member]], low: int, high: int, most: int
) -> Iterator[tuple[Member, ...]]:
    if len(placed) <= most or high - low <= 1:
        if placed:
            yield tuple(member for _, member in placed)
        return
    middle = (low + high) // 2
    at = bisect.bisect_left(placed, middle, key=lambda p: p[0])
    yield from _split(placed[:at], low, middle, most)
    yield from _split(placed[at:], middle, high, most)


def name_part(members: Iterable[Member]) -> str:
    """Return what tells the reports of a part from those of any other."""
    ids = " ".join(sorted(member.id for member in members))
    return hashlib.blake2b(ids.encode(), digest_size=12).hexdigest()
