"""Expressions that name no day: now, once, soon, and then."""

from __future__ import annotations

from depesche.find.times import calendar
from depesche.find.times.moments import Meaning, Moment, date_meaning, meaning
from depesche.find.times.rules import Match


@meaning
def reference(match: Match, moment: Moment) -> Meaning | None:
    """``derzeit``, ``künftig``, ``damals``."""
    return Meaning("DATE", str(match.value("ref", "then")), tells=False)


@meaning
def then(match: Match, moment: Moment) -> Meaning | None:
    """``damals``: the month, season or year just told, if it is past; else the past at large."""
    told = calendar.enclose(moment.last) if moment.last and len(moment.last) < 8 else None
    if moment.before:
        # Within a sentence it mostly points back further than to what was told last.
        told = None
    if told and moment.last and moment.day and told[1] < moment.day:
        return date_meaning(moment.last)
    return Meaning("DATE", "PAST_REF", tells=False)


@meaning
def that_moment(match: Match, moment: Moment) -> Meaning | None:
    """``zu diesem Zeitpunkt``: the one just told."""
    if moment.history:
        return None
    if moment.last is None:
        return Meaning("DATE", "PRESENT_REF", tells=False) if match.has("this") else None
    return Meaning("TIME" if "T" in moment.last else "DATE", moment.last)


@meaning
def present(match: Match, moment: Moment) -> Meaning | None:
    """``die aktuellen Zahlen``."""
    return Meaning("DATE", "PRESENT_REF", tells=False)


@meaning
def past(match: Match, moment: Moment) -> Meaning | None:
    """``vor einigen Monaten``."""
    return Meaning("DATE", "PAST_REF", tells=False)
