"""Groups depend on the set of links, not on their order; what people decided goes before."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from depesche.link.components import Link, find_groups

letters = st.sampled_from("abcdefgh")
links = st.lists(st.builds(Link, letters, letters, st.sampled_from([0.5, 1.0, 2.0])), max_size=20)
pairs = st.lists(st.tuples(letters, letters), max_size=3)


def test_links_make_groups() -> None:
    found = find_groups("dcbae", [Link("a", "b"), Link("b", "d"), Link("a", "z")])
    assert found == (("a", "b", "d"), ("c",), ("e",))


def test_a_pair_apart_is_parted_at_the_weakest_link() -> None:
    chain = [Link("a", "b", 3.0), Link("b", "c", 1.0), Link("c", "d", 2.0)]
    assert find_groups("abcd", chain, apart=[("a", "d")]) == (("a", "b"), ("c", "d"))


def test_together_wins_over_apart_and_over_no_link() -> None:
    assert find_groups("abc", [], together=[("a", "c")], apart=[("a", "c")]) == (("a", "c"), ("b",))


def test_apart_holds_for_whole_groups() -> None:
    tight = [Link("a", "b", 5.0), Link("c", "d", 5.0), Link("b", "c", 1.0), Link("a", "c", 2.0)]
    assert find_groups("abcd", tight, apart=[("b", "d")]) == (("a", "b"), ("c", "d"))


@given(links, pairs, pairs, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(
    given_links: list[Link],
    together: list[tuple[str, str]],
    apart: list[tuple[str, str]],
    chance: random.Random,
) -> None:
    found = find_groups("abcdefgh", given_links, together, apart)
    turned = [Link(b, a, s) for a, b, s in given_links]
    chance.shuffle(turned)
    chance.shuffle(together)
    chance.shuffle(apart)
    assert find_groups("hgfedcba", turned, together, apart) == found
    where = {member: group for group in found for member in group}
    assert sorted(where) == list("abcdefgh")
    assert all(where[a] == where[b] for a, b in together)
    if not together:
        assert all(where[a] != where[b] for a, b in apart if a != b)
