"""Bytes in parts, of which several find room on a page of the database.

SQLite puts one row of two or three kilobytes on a page of four, and leaves the rest of it empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# Ten parts of this size, with what stands beside them, fill a page; larger ones leave more of it empty.
PART = 400


def cut(content: bytes) -> list[bytes]:
    """Return bytes in parts, at least one.

    >>> [len(part) for part in cut(bytes(1000))], cut(b"")
    ([400, 400, 200], [b''])
    """
    return [content[at : at + PART] for at in range(0, max(len(content), 1), PART)]


def join(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes of each report: rows are of its number and a part, in their order.

    >>> list(join([(1, b"a"), (1, b"b"), (2, b"c")]))
    [(1, b'ab'), (2, b'c')]
    """
    for number, some in itertools.groupby(rows, lambda row: int(row[0])):
        yield number, b"".join(part for _, part in some)
