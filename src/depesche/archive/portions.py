"""Queries by many values go in portions: databases bound how many a query may hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

# So many values go into one query.
AT_ONCE = 500


def portions(items: Iterable[T], size: int = AT_ONCE) -> Iterator[tuple[T, ...]]:
    """Yield items in tuples of ``size``, the last one shorter.

    >>> list(portions("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    iterator = iter(items)
    while some := tuple(itertools.islice(iterator, size)):
        yield some
