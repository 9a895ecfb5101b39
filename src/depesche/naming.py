"""How users name things: a report, a story, an event, an event in the world, a quotation, an actor.

| typed | what |
|---|---|
| ``1a2b3c`` | the report whose id begins so |
| ``s1a2b3c`` | the story that the report belongs to |
| ``1a2b3c:e3``, ``e1a2b3c-e3`` | an event of the report, the event in the world that it tells |
| ``1a2b3c:120`` | what stands at a character of the report |
| ``a1a2b3c-a2`` | the actor over the archive whom the report calls a2 |

An id may begin with a or e itself, so the first letter alone tells nothing.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Kind = Literal["report", "story", "event", "offset", "actor"]

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(form))  # type: ignore[misc]
    for kind, form in (
        ("report", r"(?P<report>[0-9a-f]+)"),
        ("story", r"s(?P<report>[0-9a-f]+)"),
        ("event", r"(?P<report>[0-9a-f]+):(?P<part>e\d+)"),
        ("event", r"e(?P<report>[0-9a-f]+)-(?P<part>e\d+)"),
        ("offset", r"(?P<report>[0-9a-f]+):(?P<part>\d+)"),
        ("actor", r"a(?P<report>[0-9a-f]+)-(?P<part>a\d+)"),
    )
)


class Named(msgspec.Struct, frozen=True):
    """What was named: the beginning of a report's id, and the id or character within it."""

    kind: Kind
    report: str
    part: str = ""


def parse_name(typed: str) -> Named | None:
    """Return what a user names, None if it is no name at all.

    >>> parse_name("e1a2b-e3")
    Named(kind='event', report='1a2b', part='e3')
    """
    text = typed.strip().lower()
    for kind, form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return Named(kind, found["report"], found.groupdict().get("part", ""))
    return None
