"""What hangs together: groups of things by links between pairs, and by what people decided.

The groups depend on the set of links alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from depesche.link.records import EventKey

# What is grouped: reports by their ids, or events.
T = TypeVar("T", str, EventKey)


class Link(NamedTuple):
    """A link between two things and how strong it is; more is stronger."""

    first: Any
    second: Any
    strength: float = 1.0


class Groups:
    """Groups that grow as their members are joined (union-find), and which of them must stay apart."""

    def __init__(self) -> None:
        self._parent: dict[Any, Any] = {}
        self._apart: dict[Any, set[Any]] = {}

    def find(self, member: Any) -> Any:
        """Return what stands for the group of a member; of a new one, itself."""
        parent = self._parent
        parent.setdefault(member, member)
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def keep_apart(self, first: Any, second: Any) -> None:
        """Note that the groups of two members must not become one; of one group nothing can be kept apart."""
        one, other = self.find(first), self.find(second)
        if one != other:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)

    def may_join(self, first: Any, second: Any) -> bool:
        """Whether the groups of two members may become one, or are one."""
        return self.find(second) not in self._apart.get(self.find(first), ())

    def join(self, first: Any, second: Any) -> None:
        """Make the groups of two members one."""
        one, other = self.find(first), self.find(second)
        if one == other:
            return
        # The one with less to be told goes into the other.
        if len(self._apart.get(one, ())) > len(self._apart.get(other, ())):
            one, other = other, one
        self._parent[one] = other
        for foe in self._apart.pop(one, ()):
            self._apart[foe].discard(one)
            if foe != other:
                self._apart[foe].add(other)
                self._apart.setdefault(other, set()).add(foe)


def find_groups(
    members: Iterable[T],
    links: Iterable[Link],
    together: Iterable[tuple[T, T]] = (),
    apart: Iterable[tuple[T, T]] = (),
) -> tuple[tuple[T, ...], ...]:
    """Return the groups of the members, each sorted, in the order of their first members.

    Pairs that are ``together`` are joined first, then links from the strongest
    on; a link that would bring a pair ``apart`` into one group is left out. Where people decided both of a
    pair, being together wins. Links to others than the members are ignored.
    """
    known = sorted(set(members))
    inside = set(known)
    groups = Groups()
    for first, second in together:
        if first in inside and second in inside:
            groups.join(first, second)
    for first, second in apart:
        if first in inside and second in inside:
            groups.keep_apart(first, second)
    for link in sorted(_inside(links, inside), key=_rank):
        if groups.may_join(link.first, link.second):
            groups.join(link.first, link.second)
    found: dict[T, list[T]] = {}
    for member in known:
        found.setdefault(groups.find(member), []).append(member)
    return tuple(tuple(group) for group in found.values())


def _inside(links: Iterable[Link], members: set[T]) -> Iterable[Link]:
    for first, second, strength in links:
        if first in members and second in members and first != second:
            # One way round, so that a link is the same from either side.
            low, high = sorted((first, second))
            yield Link(low, high, strength)


def _rank(link: Link) -> tuple[float, Any, Any]:
    return (-link.strength, link.first, link.second)
