"""Since when and until when a relation holds, as far as its clause tells."""

from __future__ import annotations

import bisect

import msgspec

from depesche.find.events.scene import Scene, calendar_part
from depesche.language.clauses import Clause
from depesche.reading import Time

# "seit dem Angriff Russlands auf die Ukraine im Februar 2022": so far before a time its "seit" may stand.
MAX_REACH = 10
_SINCE = frozenset({"seit"})
_UNTIL = frozenset({"bis"})
_OF_NOUN = frozenset({"von", "vom"})


class Duration(msgspec.Struct, frozen=True):
    """The times of a clause by what they tell: from when on, up to when, and when."""

    since: Time | None = None
    until: Time | None = None
    plain: Time | None = None


def find_duration(scene: Scene, clause: Clause) -> Duration:
    """Return what the times of a clause tell of how long a relation holds."""
    found: dict[str, Time] = {}
    for token, time in _times_in(scene, clause):
        side = _side_of(scene, clause, token, time)
        if side and side not in found:
            found[side] = time
    return Duration(**found)


def _times_in(scene: Scene, clause: Clause) -> list[tuple[int, Time]]:
    times = scene.findings.times
    document = scene.document
    low = bisect.bisect_left(times, document.tokens[clause.first].start, key=lambda t: t.start)
    found: list[tuple[int, Time]] = []
    for time in times[low:]:
        if time.start >= document.tokens[clause.last - 1].end:
            break
        token = document.token_at(time.start)
        if token in clause.tokens:
            found.append((token, time))
    return found


def _side_of(scene: Scene, clause: Clause, token: int, time: Time) -> str:
    """Return ``since``, ``until``, ``plain`` or, of a time that tells nothing of a relation, nothing."""
    tokens = scene.document.tokens
    for i in range(token, max(clause.first, token - MAX_REACH) - 1, -1):
        word = tokens[i].lower
        if word in _SINCE:
            return "since"
        if word in _UNTIL and token - i <= 2:
            return "until"
        if i == clause.finite or i in clause.verb or word == ",":
            break
    if time.type in {"DURATION", "SET"} or not calendar_part(time):
        return ""
    return "" if token and tokens[token - 1].lower in _OF_NOUN else "plain"
