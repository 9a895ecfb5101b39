"""Lists in which a report finds those that stand near it."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from archive.conftest import Place
from depesche.archive.links import Links
from depesche.archive.postings import Pair, Posting, Postings
from depesche.archive.store import Archive
from depesche.reading import Reading, Report

REPORTS = 12


@pytest.fixture
def links(place: Place) -> Iterator[Links]:
    with Archive(place) as archive:
        for number in range(1, REPORTS + 1):
            report = Report(text=f"Text {number}")
            archive.write(report, Reading(id=report.id))
        with archive.linking() as opened:
            yield opened


def lists_of(links: Links, window: int) -> Postings:
    return links.lists(window, lambda one, other: abs(one - other) <= 5)


def id_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def expect(held: dict[int, set[Posting]], window: int) -> Counter[Pair]:
    """Return the support of all pairs, counted from nothing."""
    lists: dict[int, list[tuple[int, int, int]]] = {}
    for number, postings in held.items():
        for key, day in postings:
            lists.setdefault(key, []).append((day, int(id_of(number)[:15], 16), number))
    near: Counter[Pair] = Counter()
    for places in lists.values():
        for (n, one), (m, other) in itertools.combinations(enumerate(sorted(places)), 2):
            if m - n <= window and other[0] - one[0] <= 5 and one[2] != other[2]:
                near[min(one[2], other[2]), max(one[2], other[2])] += 1
    return near


@pytest.mark.parametrize("seed", range(6))
def test_support_is_what_it_would_be_counted_anew(links: Links, seed: int) -> None:
    """However reports come and go: also in long lists, and of a report that stands in one list twice."""
    dice = random.Random(seed)
    window = dice.choice((2, 3, 5))
    lists = lists_of(links, window)
    held: dict[int, set[Posting]] = {}
    near: Counter[Pair] = Counter()
    for _ in range(60):
        number = dice.randrange(1, REPORTS + 1)
        if number in held:
            near.update(lists.take_out(number))
            near = Counter({pair: n for pair, n in near.items() if number not in pair})
            del held[number]
        else:
            postings = {(dice.randrange(4), dice.randrange(9)) for _ in range(5)}
            near.update(lists.put_in(number, id_of(number), postings))
            held[number] = postings
        assert +near == expect(held, window)
        assert min(near.values(), default=0) >= 0


def test_lists_of_other_keys_and_far_days_do_not_count(links: Links) -> None:
    lists = lists_of(links, 3)
    assert lists.put_in(1, id_of(1), [(7, 100)]) == {}
    assert lists.put_in(2, id_of(2), [(8, 100), (7, 106)]) == {}
    assert lists.put_in(3, id_of(3), [(8, 101), (7, 104)]) == {(1, 3): 1, (2, 3): 2}
    assert lists.take_out(4) == {}
