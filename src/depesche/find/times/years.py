"""Which year an expression means: its own, one that counts from now or then, or the one that fits."""

from __future__ import annotations

from depesche.find.times import calendar
from depesche.find.times.moments import Moment
from depesche.find.times.rules import Match
from depesche.find.times.words import expand_year


def shift_of(match: Match) -> tuple[str, int] | None:
    """Return how a word shifts the time (``last``: from now; ``following``: from then), and by how much."""
    for role in (
        "last",
        "next",
        "coming",
        "this",
        "thisadj",
        "presentadj",
        "newadj",
        "same",
        "that",
        "following",
        "preceding",
        "deicticadj",
    ):
        if match.has(role):
            return role, match.number(role) or 0
    return None


def told_year(moment: Moment) -> int | None:
    """Return the year of the date that the text last told."""
    if moment.last and moment.last[:4].isdecimal():
        return int(moment.last[:4])
    return moment.year


def year_of(match: Match, moment: Moment) -> int | None:
    """Return the year that the expression itself names, in digits or as ``vorigen Jahres``."""
    named = match.number("year")
    if named is not None:
        return named
    if match.has("number") and match.has("month", "monthshort"):
        return expand_year(f"{match.number('number'):02d}")
    base = moment.year if moment.history else moment.day.year if moment.day else None
    if match.has("yearnoun", "yearadj"):
        back = match.number("yearnoun", "yearadj") or 0
        return base + back if base else None
    if not match.has("yearunit", "followyear", "periodnoun"):
        return None
    told = told_year(moment) or base
    shift = shift_of(match) or (
        "following" if match.has("followyear") else "same",
        int(match.has("followyear")),
    )
    start = told if shift[0] in {"same", "following", "preceding", "that"} or moment.history else base
    return start + shift[1] if start else None


def guess_year(month: int, day: int | None, moment: Moment) -> int | None:
    """Return the year of a date that names none.

    In a history it is the year told last. In news it is the nearest that the tense allows; but where that
    is most of a year away and the other side is near, the near one is meant ("kündigte Wahlen am 18. Mai
    an").
    """
    if moment.history and moment.year:
        turned = month <= 3 and moment.last is not None and moment.last[:7] in _last_months(moment.year)
        return moment.year + turned
    if moment.day is None or moment.history:
        return None
    near: list[tuple[int, int]] = []
    for year in (moment.day.year - 1, moment.day.year, moment.day.year + 1):
        found = calendar.make_day(year, month, day or 15) or calendar.make_day(year, month, 28)
        if found:
            near.append(((found - moment.day).days, year))
    if day is None:
        near = [
            (0 if year == moment.day.year and month == moment.day.month else far, year) for far, year in near
        ]
    return (
        min(near, key=lambda pair: distance_by_tense(pair[0], moment, day is not None))[1] if near else None
    )


def _last_months(year: int) -> tuple[str, ...]:
    """Return November and December of a year: a history that then names January is in the next year."""
    return (f"{year:04d}-11", f"{year:04d}-12")


# "Im Mai" after a past verb may still be the next May ("kündigte Wahlen im Mai an"), if that is much nearer.
_AGAINST = 2.5
# A day in the present tense rather lies ahead ("endet am 31. Januar"); a month may be either.
_PRESENT = 1.5


def distance_by_tense(days: int, moment: Moment, exact: bool = True) -> float:
    """Return how far a day is, counting the side that the words or the tense speak against several times."""
    if moment.before == "seit" or (moment.before == "vom" and moment.after not in {"an", "bis"}):
        weight = 9.0 if days > 0 else 1.0
    elif moment.before in {"für", "auf"}:
        weight = 9.0 if days < 0 else 1.0
    else:
        if exact and days < 0 and moment.tense == "present":
            return abs(days) * _PRESENT
        against = (days > 0 and moment.tense == "past") or (days < 0 and moment.tense == "future")
        weight = _AGAINST if against else 1.0
    return abs(days) * weight


def with_year(year: int | None, rest: str) -> str:
    """Return ``2025-01``, or ``XXXX-01`` where the year is unknown."""
    return f"{year:04d}-{rest}" if year is not None else f"XXXX-{rest}"
