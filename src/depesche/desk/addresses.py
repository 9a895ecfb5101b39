"""The addresses of the desk's pages: whatever is shown is linked through these functions alone."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from depesche.naming import parse_name

# So many digits of an id stand in an address: enough for every archive, and short enough to be cited.
_DIGITS = 12


def story_address(story: str) -> str:
    """Return the address of a story, named by its id or a report's."""
    return f"/story/{quote(story, safe='')}"


def event_address(event: str) -> str:
    """Return the address of an event in the world, named by its id or a mention (``id:e3``)."""
    named = parse_name(event)
    told = f"e{named.report[:_DIGITS]}-{named.part}" if named and named.kind == "event" else event
    return f"/event/{quote(told, safe='')}"


def report_address(report: str, start: int | None = None, end: int | None = None) -> str:
    """Return the address of a report, or of the words in it from ``start`` to ``end``.

    >>> report_address("8b2f0c1a9e1200ff", 412, 430)
    '/report/8b2f0c1a9e12?at=412-430#at'
    """
    path = f"/report/{quote(report[:_DIGITS], safe='')}"
    if start is None:
        return path
    return f"{path}?at={start}-{end}#at" if end is not None else f"{path}?at={start}#at"


def actor_address(actor: str) -> str:
    """Return the address of an actor, named by an id (``a8b2f0c1a9e12-a2``) or a name."""
    return f"/actor/{quote(actor, safe='')}"


def relation_address(one: str, other: str) -> str:
    """Return the address of the line of two states, named by their codes."""
    return f"/relation/{quote(one, safe='')}/{quote(other, safe='')}"


def search_address(words: str, **filters: str) -> str:
    """Return the address of a search."""
    return address("/search", {"q": words, **filters})


def address(path: str, query: Mapping[str, str | None]) -> str:
    """Return a path with a query; what is empty is left out.

    >>> address("/", {"from": "2025-07-10", "to": None, "actor": "US & A"})
    '/?from=2025-07-10&actor=US+%26+A'
    """
    told = urlencode([(name, value) for name, value in query.items() if value])
    return f"{path}?{told}" if told else path
