"""Queries by many values go in portions: databases bound how many a query may hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")

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


def heaps(sizes: Mapping[K, int], most: int) -> Iterator[list[K]]:
    """Yield what has sizes in lists, each so long that together they have ``most`` or just more.

    >>> list(heaps({"a": 1, "b": 2, "c": 9, "d": 1}, 3))
    [['a', 'b'], ['c'], ['d']]
    """
    some: list[K] = []
    together = 0
    for one, size in sizes.items():
        some.append(one)
        together += size
        if together >= most:
            yield some
            some, together = [], 0
    if some:
        yield some
