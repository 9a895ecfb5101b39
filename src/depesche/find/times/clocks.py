"""Expressions that name a part of the day, a night, or a clock time."""

from __future__ import annotations

from depesche.find.times import calendar
from depesche.find.times.calendar import Day
from depesche.find.times.days import day_value, from_day
from depesche.find.times.moments import Meaning, Moment, meaning
from depesche.find.times.rules import Match


def part_of(match: Match) -> str:
    """Return the TIMEX3 code of the part of the day (``EV``)."""
    return str(match.value("part", "partly", "early", "eventevening"))


@meaning
def day_part(match: Match, moment: Moment) -> Meaning | None:
    """``Freitagabend``, ``heute früh``, ``am Abend des 13. Januar``, ``in der vergangenen Nacht``."""
    part = part_of(match)
    if match.has("deicticadj") and not match.has("weekday", "month"):
        return Meaning("TIME", from_day(moment, match.number("deicticadj") or 0) + "T" + part)
    if match.has("last") and not match.has("weekday", "month", "fulldate", "dotted"):
        return Meaning("TIME", from_day(moment, -1) + "T" + part)
    if match.has("smalls"):
        return None
    value = day_value(match, moment)
    if value is None and match.has("small"):
        value = "XXXX-XX-XX"
    return Meaning("TIME", f"{value}T{part}") if value else None


@meaning
def part_alone(match: Match, moment: Moment) -> Meaning | None:
    """``am Abend``: of the day told last; a past night without a day is the one before the report."""
    part = part_of(match)
    if moment.before in {"guten", "guter"} or moment.after == "für":
        return None
    near = _part_day(part, moment)
    return Meaning("TIME", f"{near.isoformat() if near else 'XXXX-XX-XX'}T{part}")


def _part_day(part: str, moment: Moment) -> Day | None:
    """Return the day of a part of the day: the morning after a night told is that of the next day."""
    near = moment.near
    if near is None:
        return None
    if part != "NI" and moment.last and moment.last.endswith("TNI"):
        return calendar.shift_days(near, 1)
    evening = moment.last is not None and moment.last.endswith(("TEV", "TAF"))
    if part == "NI" and near == moment.day and moment.tense == "past" and not evening:
        return calendar.shift_days(near, -1)
    return near


@meaning
def night_to(match: Match, moment: Moment) -> Meaning | None:
    """``Nacht zum Donnerstag``: it begins on the day before."""
    if match.value("part") != "NI":
        return None
    value = day_value(match, moment)
    if value is None:
        return None
    if not value[0].isdecimal():
        if value.startswith("XXXX-WXX-"):
            return Meaning("TIME", f"XXXX-WXX-{(int(value[-1]) - 2) % 7 + 1}TNI")
        return Meaning("TIME", "XXXX-XX-XXTNI")
    before = calendar.shift_days(Day.fromisoformat(value), -1)
    return Meaning("TIME", before.isoformat() + "TNI") if before else None


def clock_value(match: Match) -> str | None:
    """Return ``10:30`` from whichever words give hour and minute; evenings count on from twelve."""
    text = match.value("clock", "dotclock")
    if text is None and match.has("time"):
        hour, _, minute = str(match.value("time")).partition(".")
        text = f"{int(hour):02d}:{minute}" if len(minute) == 2 else None
    if text is None:
        number = match.number("hour", "small")
        minutes = match.number("minute") or 0
        if number is None or number > 24 or minutes > 59:
            return None
        text = _spoken_time(number, minutes, match)
    text = str(text)
    return _move_hour(int(text[:2]), match) + text[2:]


def _spoken_time(hour: int, minutes: int, match: Match) -> str:
    """Return ``07:30`` for ``halb acht``, ``07:15`` for ``viertel acht``."""
    total = hour * 60 + minutes
    if match.has("half"):
        total = hour * 60 - 30
    elif match.has("threequarters"):
        total = hour * 60 - 15
    elif match.has("quarterword"):
        total = hour * 60 + (15 if match.has("nach") else -15 if match.has("vor") else -45)
    elif match.has("vor") and match.has("units"):
        total = hour * 60 - minutes
    elif match.has("units"):
        total = hour * 60 + minutes
    return f"{total // 60 % 25:02d}:{total % 60:02d}"


def _move_hour(hour: int, match: Match) -> str:
    part = match.value("partly", "part")
    if (part in {"AF", "EV"} and 1 <= hour < 12) or (part == "NI" and 7 <= hour < 12):
        hour += 12
    elif part in {"NI", "EV"} and hour == 12:
        hour = 0
    return f"{hour:02d}"


@meaning
def clock(match: Match, moment: Moment) -> Meaning | None:
    """``10.30 Uhr``, ``Freitag um 8``: on the day named, or told last."""
    value = clock_value(match)
    day = day_value(match, moment)
    if value is None or _names_length(moment) or (day is None and _may_be_score(match, moment)):
        return None
    if day is None:
        day = moment.near.isoformat() if moment.near else "XXXX-XX-XX"
    return Meaning("TIME", f"{day}T{value}")


_BEFORE_CLOCKS = frozenset(
    {"", "(", "um", "gegen", "ab", "bis", "von", "zwischen", "seit", "ist", "nach", "vor", "–", "-", "und"}
)


def _may_be_score(match: Match, moment: Moment) -> bool:
    """Whether ``23:21`` stands without anything that makes it a time."""
    if not match.has("clock") or match.has("oclock", "zone", "partly", "part"):
        return False
    return moment.before not in _BEFORE_CLOCKS and not match.has(*_BEFORE_CLOCKS)


@meaning
def clock_bare(match: Match, moment: Moment) -> Meaning | None:
    """``um 10.30``: where no unit follows."""
    text = str(match.value("time", "dotclock"))
    unit = moment.after[:1].isupper() or moment.after[:1] in {"%", "€", "$"} or moment.after == "auf"
    return None if unit or (len(text) - text.find(".") != 3 and ":" not in text) else clock(match, moment)


@meaning
def clock_listed(match: Match, moment: Moment) -> Meaning | None:
    """``10`` of ``zwischen 10 und 11 Uhr``."""
    first = min((a for group in match.atoms.values() for a in group), key=lambda a: a.start)
    text = str(first.value).replace(".", ":")
    hour, _, minute = text.partition(":")
    if int(hour) > 24 or (minute and len(minute) != 2):
        return None
    near = moment.near
    return Meaning(
        "TIME",
        f"{near.isoformat() if near else 'XXXX-XX-XX'}T{_move_hour(int(hour), match)}:{minute or '00'}",
    )


def _names_length(moment: Moment) -> bool:
    return moment.after.lower() in {"stunden", "minuten", "km/h"}


@meaning
def midnight(match: Match, moment: Moment) -> Meaning | None:
    """``um Mitternacht``: the end of the day."""
    day = day_value(match, moment)
    if day is None:
        # Of a day that is over, midnight is when it began.
        back = moment.tense == "past" and moment.last is None and moment.near == moment.day
        near = calendar.shift_days(moment.near, -int(back)) if moment.near else None
        day = near.isoformat() if near else "XXXX-XX-XX"
    return Meaning("TIME", f"{day}T24:00")
