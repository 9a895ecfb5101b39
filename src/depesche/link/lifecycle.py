"""How an event came about: proposed, agreed, announced, held, postponed, cancelled, as one object."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from depesche.link.happenings import STAGES, Stage
from depesche.link.mentions import Mention


class Step(msgspec.Struct, frozen=True):
    """A stage of an event: the day on which it came to that (YYYY-MM-DD, None if unknown), and who tells it.

    ``report`` is the id of the first report that tells it.
    """

    stage: Stage
    date: str | None
    report: str


def trace_cycle(mentions: Iterable[Mention]) -> tuple[Step, ...]:
    """Return the stages of one event in the world, in the order of their days; it has each stage once.

    Of several reports of a stage the first counts, but the day of what was held is the one that most reports
    give.
    """
    told: dict[Stage, list[Mention]] = {}
    for mention in sorted(mentions, key=_by_report):
        if mention.stage is not None:
            told.setdefault(mention.stage, []).append(mention)
    steps = [_step(stage, group) for stage, group in told.items()]
    return tuple(sorted(steps, key=lambda s: (s.date or "9999", STAGES.index(s.stage))))


def held_on(mentions: Iterable[Mention]) -> int | None:
    """Return the day (counted from year 1) that most reports give for what was held, the first of equals."""
    days = Counter(m.first for m in mentions if m.held and m.exact and m.first is not None)
    return min(days, key=lambda day: (-days[day], day)) if days else None


def set_for(mentions: Iterable[Mention]) -> int | None:
    """Return the last day for which something was planned, as the last reports have it."""
    planned = [m for m in mentions if m.exact and not m.held and m.known is not None]
    ahead = [m for m in planned if m.first is not None and m.known is not None and m.first >= m.known]
    return max(ahead, key=lambda m: (m.known or 0, m.first or 0)).first if ahead else None


def day_of(number: int | None) -> str | None:
    """Return a count of days as a day, YYYY-MM-DD."""
    return datetime.date.fromordinal(number).isoformat() if number is not None and number > 0 else None


def _step(stage: Stage, group: Sequence[Mention]) -> Step:
    if stage == "held" and (day := held_on(group)) is not None:
        first = next(m for m in group if m.first == day and m.exact)
        return Step(stage, day_of(day), first.key.report)
    first = min(group, key=lambda m: (_came_to(m) or 10**7, _by_report(m)))
    return Step(stage, day_of(_came_to(first)), first.key.report)


def _came_to(mention: Mention) -> int | None:
    """Return the day on which it came to a stage: the one that is told, if it is past, or the report's."""
    if (
        mention.exact
        and mention.first is not None
        and (mention.known is None or mention.first <= mention.known)
    ):
        return mention.first
    return mention.known


def _by_report(mention: Mention) -> tuple[int, str, int]:
    return mention.known or 10**7, mention.key.report, mention.start
