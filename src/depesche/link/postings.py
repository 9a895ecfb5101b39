"""Under which keys and days an index keeps a report, so that those that may tell the same stand near it.

A list of the index holds all reports of one key in the order of a day: mostly that of publication, or one
that the report tells of. Two reports are compared if they stand near each other in a list, so that a report
is compared with few others, however many an archive has.
"""

from __future__ import annotations

import hashlib

# A key, and the day on which the report stands in its list (counted from year 1).
Posting = tuple[int, int]

# Undated reports stand behind all others, near the latest.
NEVER = 10_000_000
# Reports whose days in a list are further apart are not compared; undated ones with all.
REACH = 37


def key_of(*parts: str) -> int:
    """Return the number (47 bits) that stands for a key, the same on every machine.

    Databases keep such a number, with its sign, in six bytes.
    """
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=7).digest()) >> 9


def in_reach(one: int, other: int) -> bool:
    """Whether reports on these days in a list may be compared."""
    return abs(one - other) <= REACH or NEVER in (one, other)


def share_posting(one: frozenset[Posting], other: frozenset[Posting]) -> bool:
    """Whether two reports stand in one list on days in reach."""
    days: dict[int, list[int]] = {}
    for key, day in one:
        days.setdefault(key, []).append(day)
    return any(in_reach(day, mine) for key, day in other for mine in days.get(key, ()))
