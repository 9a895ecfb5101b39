"""Expressions that name a day: dates, weekdays, today and the day before, feasts."""

from __future__ import annotations

from depesche.find.times import calendar
from depesche.find.times.calendar import Day
from depesche.find.times.moments import Meaning, Moment, date_meaning, meaning
from depesche.find.times.rules import Match
from depesche.find.times.words import expand_year
from depesche.find.times.years import distance_by_tense, guess_year, shift_of, with_year, year_of


def day_value(match: Match, moment: Moment) -> str | None:
    """Return the day that the expression names, as a TIMEX3 value, from whichever words name it."""
    if match.has("fulldate", "shortdate"):
        return _full_value(match, moment)
    if match.has("dotted"):
        return _calendar_day(match, moment, *_split_dotted(match))
    if match.has("month", "monthshort") and match.has("small", "ordinal"):
        month, day = match.number("month", "monthshort"), match.number("small", "ordinal")
        return _calendar_day(match, moment, month, day)
    return _named_day_value(match, moment)


_ADJACENT = (
    "priorday", "nextday", "priorevening", "later", "before", "same", "following", "preceding", "next",
    "coming", "this", "that",
)  # fmt: skip


def _split_dotted(match: Match) -> tuple[int, int]:
    """Return month and day of ``11.7.``."""
    day, month = str(match.value("dotted")).split(".")
    return int(month), int(day)


def _named_day_value(match: Match, moment: Moment) -> str | None:
    if match.has("deictic", "deicticadj"):
        return from_day(moment, match.number("deictic", "deicticadj") or 0)
    if match.has("feast"):
        return feast_value(match, moment)
    if match.has("weekday", "weekshort"):
        return _week_weekday(match, moment) if match.has("weekunit") else _weekday_value(match, moment)
    return _adjacent_value(match, moment) if match.has(*_ADJACENT) else None


def _full_value(match: Match, moment: Moment) -> str:
    """Return the day of ``1.9.2039`` or ``1.9.39``: a short year is none that lies far ahead."""
    value = str(match.value("fulldate", "shortdate"))
    if match.has("shortdate") and moment.day and int(value[:4]) > moment.day.year + 20:
        return f"{int(value[:4]) - 100:04d}{value[4:]}"
    return value


def _calendar_day(match: Match, moment: Moment, month: int | None, day: int | None) -> str | None:
    if month is None or day is None or calendar.make_day(2000, month, day) is None:
        return None
    year = year_of(match, moment)
    if year is None:
        year = guess_year(month, day, moment)
    if year is not None and calendar.make_day(year, month, day) is None:
        return None
    return with_year(year, f"{month:02d}-{day:02d}")


def from_day(moment: Moment, days: int) -> str:
    """Return the day so many days after the report's."""
    shifted = calendar.shift_days(moment.day, days) if moment.day else None
    return shifted.isoformat() if shifted else "XXXX-XX-XX"


def _weekday_value(match: Match, moment: Moment) -> str:
    number = match.number("weekday", "weekshort") or 1
    unknown = f"XXXX-WXX-{number}"
    if moment.day is None:
        return unknown
    shift = shift_of(match)
    if shift and shift[0] in {"following", "same", "that"} and moment.near:
        day = calendar.next_weekday(moment.near, number, strictly=shift[0] == "following")
    elif shift and shift[1]:
        step = calendar.next_weekday if shift[1] > 0 else calendar.previous_weekday
        day = step(moment.day, number, strictly=True)
        if day and abs(shift[1]) > 1:
            day = calendar.shift_days(day, 7 if shift[1] > 0 else -7)
    else:
        day = _plain_weekday(number, moment, moment.day, bool(shift))
    return day.isoformat() if day else unknown


def _plain_weekday(number: int, moment: Moment, today: Day, this: bool) -> Day | None:
    if moment.before == "seit" or (moment.before == "vom" and moment.after != "an"):
        return calendar.previous_weekday(today, number, strictly=False)
    if moment.before in {"vom", "von"} and moment.after == "an" and moment.clause != "past":
        return calendar.next_weekday(today, number, strictly=False)
    if moment.ahead or (this and moment.tense != "past"):
        return calendar.next_weekday(today, number, strictly=False)
    return calendar.previous_weekday(today, number, strictly=False)


def _adjacent_value(match: Match, moment: Moment) -> str:
    days = (
        match.number("priorday", "nextday", "priorevening", "later", "before", "following", "preceding") or 0
    )
    if match.has("next", "coming") or match.value("following"):
        days = 1
    # "Am selben Tag" points back to the last day told, however far; "am Vortag" else counts from today.
    near = (moment.told or moment.near) if match.has("same", "following") else moment.near
    shifted = calendar.shift_days(near, days) if near else None
    return shifted.isoformat() if shifted else "XXXX-XX-XX"


@meaning
def date(match: Match, moment: Moment) -> Meaning | None:
    """``11. Juli 2025``, ``11.7.``: the day, in its own year or the one that fits."""
    if match.has("dotted") and not match.has("year") and not _is_dotted_date(match, moment):
        return None
    if match.has("monthshort") and not _names_month(match, moment):
        return None
    value = day_value(match, moment)
    if value and match.has("part"):
        return Meaning("TIME", f"{value}T{match.value('part')}")
    return date_meaning(value) if value else None


def _names_month(match: Match, moment: Moment) -> bool:
    """Whether ``9. Jan`` is a date: with a stop or a year, or where no name follows (``9. Jan Müller``)."""
    return len(match.atoms.get("dot", ())) > 1 or match.has("year") or not moment.after[:1].isupper()


def _is_dotted_date(match: Match, moment: Moment) -> bool:
    """Whether ``11.07`` is a date and not a number: a stop after it, or a word that says so."""
    if match.has("dot", "weekday", "weekshort") or match.has("open"):
        return True
    text = str(match.value("dotted"))
    named = moment.before in {"am", "vom", "zum", "dem", "den", "ab", "bis", "seit"}
    return (
        (named or not moment.before)
        and moment.after.lower() not in {"prozent", "uhr", "euro", "%"}
        and text[-1] != "0"
    )


@meaning
def eleventh_of_september(match: Match, moment: Moment) -> Meaning | None:
    """The attacks of 11 September are those of 2001, whatever the year of the report."""
    if (match.number("small"), match.number("month")) != (11, 9) or (
        moment.day and moment.day < Day(2001, 9, 11)
    ):
        return None
    return date_meaning("2001-09-11")


@meaning
def date_before_full(match: Match, moment: Moment) -> Meaning | None:
    """``3.`` of ``3.-5.05.2024``: month and year stand in the second date."""
    dotted = match.atoms.get("dotted", ())
    full = match.value("fulldate")
    if match.has("small"):
        second = str(full) if full else None
        month = int(second[5:7]) if second else int(str(dotted[0].value).split(".")[1]) if dotted else None
        day = match.number("small")
    else:
        second = str(full) if full else None
        day, month = (int(part) for part in str(dotted[0].value).split("."))
    if month is None or day is None:
        return None
    year = int(second[:4]) if second else guess_year(month, day, moment)
    return (
        date_meaning(with_year(year, f"{month:02d}-{day:02d}"))
        if calendar.make_day(2000, month, day)
        else None
    )


@meaning
def date_slashed(match: Match, moment: Moment) -> Meaning | None:
    """``21/04/2016``."""
    days = [a.value for a in match.atoms.get("small", ()) if isinstance(a.value, int)]
    month = match.number("month")
    year = match.number("year")
    if year is None:
        short = days[1] if len(days) > 1 else match.number("number")
        year = expand_year(f"{short:02d}") if short is not None and short < 100 else None
    day = calendar.make_day(year, month, days[0]) if year and month and days else None
    return date_meaning(day.isoformat()) if day else None


@meaning
def day_of_month(match: Match, moment: Moment) -> Meaning | None:
    """``am 15.``: of the month told last, or of the report's; not a count (``am 15. Verhandlungstag``)."""
    number = match.number("small")
    counts = moment.after[:1].isupper() or moment.after == "auf"
    if number is None or (counts and not match.has("weekday")):
        return None
    near = moment.near
    if moment.last and len(moment.last) == 7 and moment.last[5:].isdecimal():
        near = Day(int(moment.last[:4]), int(moment.last[5:]), 1)
    day = calendar.make_day(near.year, near.month, number) if near else None
    return date_meaning(day.isoformat() if day else f"XXXX-XX-{number:02d}")


@meaning
def weekday(match: Match, moment: Moment) -> Meaning | None:
    """``am Freitag``: the last or the next one, as the tense says."""
    return date_meaning(_weekday_value(match, moment))


@meaning
def nearest_weekday(match: Match, moment: Moment) -> Meaning | None:
    """``der Zeitung (Samstag)``: papers are quoted on their day or the day before."""
    number = match.number("weekday") or 1
    if moment.day is None:
        return date_meaning(f"XXXX-WXX-{number}")
    last = calendar.previous_weekday(moment.day, number, strictly=False)
    following = calendar.next_weekday(moment.day, number, strictly=False)
    if last is None or following is None:
        return None
    ahead = following - moment.day < moment.day - last
    return date_meaning((following if ahead else last).isoformat())


@meaning
def weekday_of_week(match: Match, moment: Moment) -> Meaning | None:
    """``Mittwoch vergangener Woche``."""
    return date_meaning(_week_weekday(match, moment))


def _week_weekday(match: Match, moment: Moment) -> str:
    number = match.number("weekday") or 1
    shift = shift_of(match) or ("last", match.number("weeknoun") or 0)
    base = moment.near if shift[0] in {"same", "following", "that"} else moment.day
    shifted = calendar.shift_days(base, 7 * shift[1]) if base else None
    day = calendar.shift_days(shifted, number - shifted.isoweekday()) if shifted else None
    return day.isoformat() if day else f"XXXX-WXX-{number}"


@meaning
def deictic(match: Match, moment: Moment) -> Meaning | None:
    """``heute``, ``gestern``, ``der gestrige Mittwoch``; in a history ``heute`` is the present at large."""
    days = match.number("deictic", "deicticadj") or 0
    if moment.history and days == 0 and not match.has("weekday"):
        return Meaning("DATE", "PRESENT_REF", tells=False)
    return date_meaning(from_day(moment, days))


@meaning
def deictic_or_present(match: Match, moment: Moment) -> Meaning | None:
    """``bis heute``, ``heute noch``: the present at large; ``bis morgen`` is a day."""
    if match.number("deictic") == 0:
        return Meaning("DATE", "PRESENT_REF", tells=False)
    return deictic(match, moment)


@meaning
def adjacent_day(match: Match, moment: Moment) -> Meaning | None:
    """``am Vortag``, ``tags darauf``, ``am selben Tag``: from the day told last."""
    value = _adjacent_value(match, moment)
    return Meaning("TIME", value + "TEV") if match.has("priorevening") else date_meaning(value)


def feast_value(match: Match, moment: Moment) -> str | None:
    """Return the day of a feast in the year named, or in the one that fits."""
    rule = str(match.value("feast"))
    year = year_of(match, moment)
    if year is None and moment.history:
        year = moment.year
    if year is None and moment.day:
        years = (moment.day.year - 1, moment.day.year, moment.day.year + 1)
        near = [(d, y) for y in years if (d := calendar.feast_day(rule, y))]
        today = moment.day
        year = (
            min(near, key=lambda pair: distance_by_tense((pair[0] - today).days, moment))[1] if near else None
        )
    if year is None or not 0 < year < 10000:
        return f"XXXX-{rule}" if rule[2:3] == "-" and len(rule) == 5 else "XXXX-XX-XX"
    day = calendar.feast_day(rule, year)
    return day.isoformat() if day else None


@meaning
def feast(match: Match, moment: Moment) -> Meaning | None:
    """``Weihnachten 2004``, ``Karfreitag``."""
    value = feast_value(match, moment)
    return date_meaning(value) if value else None
