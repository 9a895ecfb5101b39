"""What a matched time expression means: one pure function for each kind of rule.

Each takes the match and the moment (report's day, tense, what the text has last spoken of) and returns a
``Meaning``: TIMEX3 type and value. None says that these words are no time here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import msgspec

from depesche.find import calendar
from depesche.find.calendar import Day
from depesche.find.tenses import Tense
from depesche.find.time_rules import Match
from depesche.find.time_words import expand_year, write_duration
from depesche.reading import TimeType


class Meaning(msgspec.Struct, frozen=True):
    """TIMEX3 type and value; ``last`` is the last day where the value alone does not tell it.

    ``tells`` says that what follows may refer to it (``am Vortag``).
    """

    type: TimeType
    value: str
    last: Day | None = None
    tells: bool = True


class Moment(msgspec.Struct, frozen=True):
    """What is known where an expression stands.

    ``day`` is the report's day, ``tense`` the clause's, ``before`` the word before the expression, ``after``
    the one after it, ``last`` the value of the last date that the text has told nearby, ``year`` the year
    it tells of (of a history, not of news), ``history`` whether the text is one. ``told`` is the last day
    told anywhere before; ``clause`` is the tense of the clause alone, ``tense`` also looks around it.
    """

    day: Day | None
    tense: Tense
    before: str = ""
    after: str = ""
    last: str | None = None
    told: Day | None = None
    year: int | None = None
    history: bool = False
    clause: Tense = "none"

    @property
    def near(self) -> Day | None:
        """The day that the text last told of nearby, or the report's; a history has no day of its own."""
        found = calendar.enclose(self.last[:10]) if self.last and len(self.last) >= 10 else None
        if found:
            return found[0]
        return self.told if self.history else self.day

    @property
    def ahead(self) -> bool:
        """Whether a time without more words lies ahead rather than back."""
        if self.before in {"für", "auf"}:
            return True
        if self.before in {"bis", "ab"} and self.clause != "past":
            return True
        return self.tense in {"future", "present"} and self.before != "seit"


Resolver = Callable[[Match, Moment], Meaning | None]
MEANINGS: dict[str, Resolver] = {}


def meaning(function: Resolver) -> Resolver:
    """Enter a function under its name, by which times-rules.yaml calls it."""
    MEANINGS[function.__name__] = function
    return function


def _date(value: str, last: Day | None = None) -> Meaning:
    return Meaning("DATE", value, last)


# Years


def _shift_of(match: Match) -> tuple[str, int] | None:
    """Return how a word shifts the time (``last``: back from now; ``following``: on from then) and by how much."""
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


def _told_year(moment: Moment) -> int | None:
    """Return the year of the date that the text last told."""
    if moment.last and moment.last[:4].isdecimal():
        return int(moment.last[:4])
    return moment.year


def _year_of(match: Match, moment: Moment) -> int | None:
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
    if not match.has("yearunit", "followyear"):
        return None
    told = _told_year(moment) or base
    shift = _shift_of(match) or (
        "following" if match.has("followyear") else "same",
        int(match.has("followyear")),
    )
    start = told if shift[0] in {"same", "following", "preceding", "that"} or moment.history else base
    return start + shift[1] if start else None


def _guess_year(month: int, day: int | None, moment: Moment) -> int | None:
    """Return the year of a date that names none.

    In a history it is the year told last. In news it is the nearest that the tense allows; but where that
    is most of a year away and the other side is near, the near one is meant ("kündigte Wahlen am 18. Mai an").
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
    return min(near, key=lambda pair: _distance(pair[0], moment))[1] if near else None


def _last_months(year: int) -> tuple[str, ...]:
    """Return November and December of a year: a history that then names January is in the next year."""
    return (f"{year:04d}-11", f"{year:04d}-12")


def _distance(days: int, moment: Moment) -> float:
    """Return how far a day is, counting the side that the tense speaks against three times."""
    against = (days > 0 and moment.tense == "past") or (days < 0 and moment.tense == "future")
    return abs(days) * (3.0 if against else 1.0)


def _with_year(year: int | None, rest: str) -> str:
    return f"{year:04d}-{rest}" if year is not None else f"XXXX-{rest}"


# Days


def _day_value(match: Match, moment: Moment) -> str | None:
    """Return the day that the expression names, as a TIMEX3 value, from whichever words name it."""
    if match.has("fulldate", "shortdate"):
        return _full_value(match, moment)
    if match.has("dotted"):
        day, month = (int(part) for part in str(match.value("dotted")).split("."))
        return _calendar_day(match, moment, month, day)
    if match.has("month", "monthshort") and match.has("small", "ordinal"):
        return _calendar_day(
            match, moment, match.number("month", "monthshort"), match.number("small", "ordinal")
        )
    if match.has("deictic", "deicticadj"):
        return _from_day(moment, match.number("deictic", "deicticadj") or 0)
    if match.has("feast"):
        return _feast_value(match, moment)
    if match.has("weekday", "weekshort"):
        return _week_weekday(match, moment) if match.has("weekunit") else _weekday_value(match, moment)
    if match.has(
        "priorday",
        "nextday",
        "priorevening",
        "later",
        "before",
        "same",
        "following",
        "preceding",
        "next",
        "coming",
        "this",
        "that",
    ):
        return _adjacent_value(match, moment)
    return None


def _full_value(match: Match, moment: Moment) -> str:
    """Return the day of ``1.9.2039`` or ``1.9.39``: a short year is none that lies far ahead."""
    value = str(match.value("fulldate", "shortdate"))
    if match.has("shortdate") and moment.day and int(value[:4]) > moment.day.year + 20:
        return f"{int(value[:4]) - 100:04d}{value[4:]}"
    return value


def _calendar_day(match: Match, moment: Moment, month: int | None, day: int | None) -> str | None:
    if month is None or day is None or calendar.make_day(2000, month, day) is None:
        return None
    year = _year_of(match, moment)
    if year is None:
        year = _guess_year(month, day, moment)
    if year is not None and calendar.make_day(year, month, day) is None:
        return None
    return _with_year(year, f"{month:02d}-{day:02d}")


def _from_day(moment: Moment, days: int) -> str:
    shifted = calendar.shift_days(moment.day, days) if moment.day else None
    return shifted.isoformat() if shifted else "XXXX-XX-XX"


def _weekday_value(match: Match, moment: Moment) -> str:
    number = match.number("weekday", "weekshort") or 1
    unknown = f"XXXX-WXX-{number}"
    if moment.day is None:
        return unknown
    shift = _shift_of(match)
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
    value = _day_value(match, moment)
    if value and match.has("part"):
        return Meaning("TIME", f"{value}T{_part_of(match)}")
    return _date(value) if value else None


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
    year = int(second[:4]) if second else _guess_year(month, day, moment)
    return _date(_with_year(year, f"{month:02d}-{day:02d}")) if calendar.make_day(2000, month, day) else None


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
    return _date(day.isoformat()) if day else None


@meaning
def day_of_month(match: Match, moment: Moment) -> Meaning | None:
    """``am 15.``: of the month told last, or of the report's; not a count (``am 15. Verhandlungstag``)."""
    number = match.number("small")
    if number is None or (moment.after[:1].isupper() and not match.has("weekday")):
        return None
    near = moment.near
    if moment.last and len(moment.last) == 7 and moment.last[5:].isdecimal():
        near = Day(int(moment.last[:4]), int(moment.last[5:]), 1)
    day = calendar.make_day(near.year, near.month, number) if near else None
    return _date(day.isoformat() if day else f"XXXX-XX-{number:02d}")


@meaning
def weekday(match: Match, moment: Moment) -> Meaning | None:
    """``am Freitag``: the last or the next one, as the tense says."""
    return _date(_weekday_value(match, moment))


@meaning
def weekday_of_week(match: Match, moment: Moment) -> Meaning | None:
    """``Mittwoch vergangener Woche``."""
    return _date(_week_weekday(match, moment))


def _week_weekday(match: Match, moment: Moment) -> str:
    number = match.number("weekday") or 1
    shift = _shift_of(match) or ("last", match.number("weeknoun") or 0)
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
    return _date(_from_day(moment, days))


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
    return Meaning("TIME", value + "TEV") if match.has("priorevening") else _date(value)


# Parts of the day and clock times


def _part_of(match: Match) -> str:
    return str(match.value("part", "partly", "early", "eventevening"))


@meaning
def day_part(match: Match, moment: Moment) -> Meaning | None:
    """``Freitagabend``, ``heute früh``, ``am Abend des 13. Januar``, ``in der vergangenen Nacht``."""
    part = _part_of(match)
    if match.has("deicticadj") and not match.has("weekday", "month"):
        return Meaning("TIME", _from_day(moment, match.number("deicticadj") or 0) + "T" + part)
    if match.has("last") and not match.has("weekday", "month", "fulldate", "dotted"):
        return Meaning("TIME", _from_day(moment, -1) + "T" + part)
    if match.has("smalls"):
        return None
    value = _day_value(match, moment)
    if value is None and match.has("small"):
        value = "XXXX-XX-XX"
    return Meaning("TIME", f"{value}T{part}") if value else None


@meaning
def part_alone(match: Match, moment: Moment) -> Meaning | None:
    """``am Abend``: of the day told last; a past night without a day is the one before the report."""
    part = _part_of(match)
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
    value = _day_value(match, moment)
    if value is None:
        return None
    if not value[0].isdecimal():
        if value.startswith("XXXX-WXX-"):
            return Meaning("TIME", f"XXXX-WXX-{(int(value[-1]) - 2) % 7 + 1}TNI")
        return Meaning("TIME", "XXXX-XX-XXTNI")
    before = calendar.shift_days(Day.fromisoformat(value), -1)
    return Meaning("TIME", before.isoformat() + "TNI") if before else None


def _clock_value(match: Match) -> str | None:
    """Return ``10:30`` from whichever words give hour and minute; evenings count on from twelve."""
    text = match.value("clock", "dotclock")
    if text is None and match.has("dotted") and not match.has("hour"):
        hour, _, minute = str(match.value("dotted")).partition(".")
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
    """Return ``07:30`` for ``halb acht``, ``07:15`` for ``viertel acht``, ``07:45`` for ``viertel vor acht``."""
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
    value = _clock_value(match)
    if value is None or _names_length(moment):
        return None
    day = _day_value(match, moment)
    if match.has("clock") and day is None and not match.has("oclock", "zone", "partly", "part"):
        # 23:21 may be a score.
        if moment.before not in _BEFORE_CLOCKS and not match.has(*_BEFORE_CLOCKS):
            return None
    if day is None:
        near = moment.near
        day = near.isoformat() if near else "XXXX-XX-XX"
    return Meaning("TIME", f"{day}T{value}")


@meaning
def clock_bare(match: Match, moment: Moment) -> Meaning | None:
    """``um 10.30``: where no unit follows."""
    text = str(match.value("dotted", "dotclock"))
    unit = moment.after[:1].isupper() or moment.after[:1] in {"%", "€", "$"} or moment.after == "auf"
    return None if unit or len(text) - text.find(".") != 3 and ":" not in text else clock(match, moment)


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


_BEFORE_CLOCKS = frozenset(
    {"", "(", "um", "gegen", "ab", "bis", "von", "zwischen", "seit", "ist", "nach", "vor", "–", "-", "und"}
)


def _names_length(moment: Moment) -> bool:
    return moment.after.lower() in {"stunden", "minuten", "km/h"}


@meaning
def midnight(match: Match, moment: Moment) -> Meaning | None:
    """``um Mitternacht``: the end of the day."""
    day = _day_value(match, moment)
    if day is None:
        day = moment.near.isoformat() if moment.near else "XXXX-XX-XX"
    return Meaning("TIME", f"{day}T24:00")


# Months, years and other periods


@meaning
def month(match: Match, moment: Moment) -> Meaning | None:
    """``im Januar``, ``Anfang August 2024``, ``vergangenen Dezember``."""
    number = match.number("month", "monthshort")
    if number is None:
        return None
    year = _year_of(match, moment)
    if year is None:
        year = _shifted_month_year(match, moment, number)
    return _date(_with_year(year, f"{number:02d}"))


def _shifted_month_year(match: Match, moment: Moment, number: int) -> int | None:
    shift = _shift_of(match)
    if shift is None or moment.day is None:
        return _guess_year(number, None, moment)
    if shift[0] in {"same", "that"}:
        return _told_year(moment)
    if not shift[1]:
        return moment.day.year
    back, ahead = number < moment.day.month, number > moment.day.month
    year = moment.day.year + (
        0 if (back and shift[1] < 0) or (ahead and shift[1] > 0) else 1 if shift[1] > 0 else -1
    )
    return year + (shift[1] - 1 if shift[1] > 0 else shift[1] + 1)


@meaning
def month_short_year(match: Match, moment: Moment) -> Meaning | None:
    """``August 99``; ``im August 80 Menschen`` is none."""
    number = match.number("number") or 0
    if moment.after[:1].isupper() or not 50 <= number <= 99:
        return None
    return _date(f"{1900 + number}-{match.number('month'):02d}")


@meaning
def month_number(match: Match, moment: Moment) -> Meaning | None:
    """``05.2016``, ``05/2016``."""
    if match.has("monthyear"):
        return _date(str(match.value("monthyear")))
    number = match.number("month", "small")
    year = match.number("year")
    return _date(f"{year:04d}-{number:02d}") if year and number and number <= 12 else None


@meaning
def year(match: Match, moment: Moment) -> Meaning | None:
    """``2016``, ``im Jahr 2016``, ``Ende 2016``; a bare number only where it can be no count."""
    number = match.number("year")
    if number is None:
        return None
    if not match.has("yearunit", "begin", "middle", "finish", "periodnoun", "course") and not _is_year(
        number, moment
    ):
        return None
    return _date(f"{number:04d}")


_BEFORE_YEARS = frozenset(
    "in seit bis ab von vor nach und oder zwischen um gegen anno ( – - / noch schon bereits erst auch jahrgang".split()
)
_SURE_BEFORE_YEARS = frozenset({"seit", "ab", "bis", "anno", "jahrgang"})
_NUMBERED = frozenset(
    "resolution resolutionen agenda artikel paragraph nr nr. nummer boeing airbus § seite platz ziffer horizon euro "
    "dollar franken tel. telefon windows rund etwa mehr über fast knapp ca. circa ungefähr insgesamt je mindestens".split()
)


def _is_year(number: int, moment: Moment) -> bool:
    before = moment.before
    if (
        before in _NUMBERED
        or moment.after[:1] in {"%", "€", "$", "°"}
        or moment.after in {"km", "m", "kg", "ha", "qkm"}
    ):
        return False
    if before.endswith("resolution") or (number % 100 == 0 and before not in _BEFORE_YEARS):
        return False
    if moment.after[:1].isupper():
        # A noun after it may be what is counted; a preposition of time and an uneven number say year.
        return (number % 10 > 0 or before in _SURE_BEFORE_YEARS) and 1900 <= number < 2050
    return 1400 <= number < 2100 or before in _BEFORE_YEARS


@meaning
def year_small(match: Match, moment: Moment) -> Meaning | None:
    """``im Jahr 480``: before Christ, if the text has just been there."""
    number = match.number("number") or 0
    if number >= 1000 or number < 32:
        return None
    ancient = moment.last is not None and moment.last.startswith("BC")
    return _date(f"BC{number:04d}" if ancient else f"{number:04d}")


@meaning
def year_before_christ(match: Match, moment: Moment) -> Meaning | None:
    """``480 v. Chr.``."""
    return _date(f"BC{match.number('small', 'number', 'year') or 0:04d}")


@meaning
def year_after_christ(match: Match, moment: Moment) -> Meaning | None:
    """``480 n. Chr.``."""
    number = match.number("small", "number", "year") or 0
    return _date(f"{number:04d}") if number < 10000 else None


@meaning
def year_pair(match: Match, moment: Moment) -> Meaning | None:
    """``2024/25``: named after its first year, and reaching to the end of the second."""
    years = [a.value for a in match.atoms["year"] if isinstance(a.value, int)]
    second = years[1] % 100 if len(years) > 1 else match.number("small", "number") or 0
    if (years[0] + 1) % 100 != second and not (second > years[0] % 100 and second < 100 and len(years) == 1):
        return None
    end = years[0] // 100 * 100 + second
    return _date(f"{years[0]:04d}", Day(end if end >= years[0] else end + 100, 12, 31))


@meaning
def year_edge(match: Match, moment: Moment) -> Meaning | None:
    """``Jahresende``, ``Jahresbeginn 2024``."""
    number = _year_of(match, moment)
    if number is None:
        number = moment.year if moment.history else moment.day.year if moment.day else None
        edge = match.value("yearedge")
        if number is not None and moment.day and not moment.history:
            number -= int(
                edge == "end" and not moment.ahead and moment.day.month < 7 and moment.tense == "past"
            )
            number += int(edge in {"begin", "turn"} and moment.tense == "future" and moment.day.month > 6)
    return _date(f"{number:04d}" if number else "XXXX")


@meaning
def month_edge(match: Match, moment: Moment) -> Meaning | None:
    """``Monatsende``."""
    near = moment.near
    return _date(f"{near.year:04d}-{near.month:02d}" if near else "XXXX-XX")


@meaning
def week_noun(match: Match, moment: Moment) -> Meaning | None:
    """``Wochenbeginn``: of the report's week."""
    return _date(calendar.week_value(moment.day) if moment.day else "XXXX-WXX")


@meaning
def period(match: Match, moment: Moment) -> Meaning | None:
    """``vergangene Woche``, ``dieses Jahr``, ``Ende des Monats``, ``im Vorjahr``."""
    if match.has("yearunit", "yearnoun", "yearadj", "followyear"):
        number = _year_of(match, moment)
        return _date(f"{number:04d}" if number is not None and 0 < number < 10000 else "XXXX")
    shift = _shift_of(match) or (
        "last",
        match.number("weeknoun", "monthnoun", "quarternoun", "followmonth") or 0,
    )
    told = shift[0] in {"same", "following", "preceding", "that"} or match.has("followmonth")
    base = moment.near if told or moment.history else moment.day
    if match.has("weekunit", "weeknoun"):
        shifted = calendar.shift_days(base, 7 * shift[1]) if base else None
        return _date(calendar.week_value(shifted) if shifted else "XXXX-WXX")
    if match.has("monthunit", "monthnoun", "followmonth"):
        found = calendar.shift_months(base, shift[1]) if base else None
        return _date(f"{found[0]:04d}-{found[1]:02d}" if found else "XXXX-XX")
    return _shifted_part(match, base, shift[1])


def _shifted_part(match: Match, base: Day | None, steps: int) -> Meaning | None:
    if match.has("quarterunit", "quarternoun", "halfunit"):
        length, letter = (6, "H") if match.has("halfunit") else (3, "Q")
        found = calendar.shift_months(base, steps * length) if base else None
        return _date(f"{found[0]:04d}-{letter}{(found[1] - 1) // length + 1}" if found else f"XXXX-{letter}X")
    return _date(f"{base.year // 10 + steps:03d}" if base else "XXX")


@meaning
def weekend(match: Match, moment: Moment) -> Meaning | None:
    """``am Wochenende``: the last or the coming one."""
    if moment.day is None:
        return _date("XXXX-WXX-WE")
    shift = _shift_of(match)
    sunday = calendar.next_weekday(moment.day, 7, strictly=False)
    steps = shift[1] if shift else 0
    back = moment.day.isoweekday() < 6 and (
        steps < 0 or (not shift and not moment.ahead and moment.tense != "none")
    )
    if back or (steps < 0 and moment.day.isoweekday() >= 6):
        sunday = calendar.shift_days(sunday, -7) if sunday else None
    elif steps > 0 and moment.day.isoweekday() >= 6:
        sunday = calendar.shift_days(sunday, 7) if sunday else None
    return _date(calendar.week_value(sunday) + "-WE") if sunday else None


@meaning
def calendar_week(match: Match, moment: Moment) -> Meaning | None:
    """``in der 5. Kalenderwoche``; ``in der 5. Woche`` of anything else is none."""
    week = match.number("small") or 0
    year = match.number("year") or (moment.day.year if moment.day else None)
    if match.atoms["weekunit"][0].end - match.atoms["weekunit"][0].start < 10:
        return None
    return _date(_with_year(year, f"W{week:02d}"))


@meaning
def season(match: Match, moment: Moment) -> Meaning | None:
    """``im Sommer``, ``Herbst 2012``, ``vergangenen Winter``."""
    name = str(match.value("season"))
    number = _year_of(match, moment)
    if number is None:
        number = _season_year(match, moment, name)
    return _date(_with_year(number, name))


def _season_year(match: Match, moment: Moment, name: str) -> int | None:
    if moment.history and moment.year:
        return moment.year
    if moment.day is None or moment.history:
        return None
    shift = _shift_of(match)
    intervals = [
        (y, calendar.enclose(f"{y:04d}-{name}")) for y in range(moment.day.year - 1, moment.day.year + 2)
    ]
    seasons = [(y, i) for y, i in intervals if i]
    if shift and shift[1] > 0:
        return next((y for y, i in seasons if i[0] > moment.day), None)
    if shift and shift[1] < 0:
        return next((y for y, i in reversed(seasons) if i[1] < moment.day), None)
    if moment.ahead or (shift and not shift[1]):
        return next((y for y, i in seasons if i[1] >= moment.day), None)
    return next((y for y, i in reversed(seasons) if i[0] <= moment.day), None)


@meaning
def quarter(match: Match, moment: Moment) -> Meaning | None:
    """``im dritten Quartal 2024``, ``erste Jahreshälfte``."""
    number = match.number("ordinal", "small") or 0
    half = match.has("halfunit", "halfnoun")
    if number > (2 if half else 4):
        return None
    year = _year_of(match, moment)
    if year is None:
        year = moment.year if moment.history else moment.day.year if moment.day else None
        if year and moment.day and not moment.history:
            begin = (number - 1) * (6 if half else 3) + 1
            year -= int(begin > moment.day.month and moment.tense == "past")
    return _date(_with_year(year, f"{'H' if half else 'Q'}{number}"))


@meaning
def decade(match: Match, moment: Moment) -> Meaning | None:
    """``90er-Jahre``: of the last century unless the text is of another."""
    digits = str(match.value("decadeyears", "decade"))
    if match.has("units") and match.value("units") != "Y":
        return None
    if len(digits) == 3:
        return _date(digits)
    century = 18 if moment.history and moment.year and 1800 <= moment.year < 1900 else 19
    return _date(f"{century}{digits}" if digits != "0" else "200")


@meaning
def century(match: Match, moment: Moment) -> Meaning | None:
    """``19. Jahrhundert``: the years that begin with 18."""
    number = match.atoms["small"][-1].value if match.has("small") else match.atoms["ordinal"][-1].value
    if not isinstance(number, int) or not 1 <= number <= 30:
        return None
    return _date(f"BC{number - 1:02d}" if match.has("bce") else f"{number - 1:02d}")


def _feast_value(match: Match, moment: Moment) -> str | None:
    rule = str(match.value("feast"))
    year = _year_of(match, moment)
    if year is None and moment.history:
        year = moment.year
    if year is None and moment.day:
        years = (moment.day.year - 1, moment.day.year, moment.day.year + 1)
        near = [(d, y) for y in years if (d := calendar.feast_day(rule, y))]
        today = moment.day
        year = min(near, key=lambda pair: _distance((pair[0] - today).days, moment))[1] if near else None
    if year is None or not 0 < year < 10000:
        return f"XXXX-{rule}" if rule[2:3] == "-" and len(rule) == 5 else "XXXX-XX-XX"
    day = calendar.feast_day(rule, year)
    return day.isoformat() if day else None


@meaning
def feast(match: Match, moment: Moment) -> Meaning | None:
    """``Weihnachten 2004``, ``Karfreitag``."""
    value = _feast_value(match, moment)
    return _date(value) if value else None


# From here


def _quantity(match: Match) -> tuple[float, str] | None:
    """Return number and unit of ``zwei Jahren``, ``zwei bis drei Monaten`` (the larger), ``einem halben Jahr``."""
    roles = (
        "units",
        "dayunit",
        "weekunit",
        "monthunit",
        "yearunit",
        "weekend",
        "quarterunit",
        "halfunit",
        "hourunit",
        "decadeunit",
        "century",
    )
    unit = match.value(*roles)
    numbers = [
        a
        for role in ("numword", "small", "number", "decimal", "year", "one")
        for a in match.atoms.get(role, ())
    ]
    last = max(numbers, key=lambda a: a.start).value if numbers else 1
    if unit is None or not isinstance(last, int | float):
        return None
    number = float(last)
    if match.has("half"):
        number = number - 0.5 if match.has("one") or not numbers else number + 0.5
    return number, str(unit)


def _shift_by(base: Day | None, number: float, unit: str, sign: int) -> str | None:
    """Return the value that lies so many units from a day, as precise as the unit."""
    if base is None:
        return None
    if unit in {"Y", "DE", "CE", "M", "Q", "H"}:
        months = round(number * {"Y": 12, "DE": 120, "CE": 1200, "M": 1, "Q": 3, "H": 6}[unit])
        found = calendar.shift_months(base, sign * months)
        if found is None:
            return None
        whole = unit in {"Y", "DE", "CE"} and number == int(number)
        return f"{found[0]:04d}" if whole else f"{found[0]:04d}-{found[1]:02d}"
    days = {"D": 1, "NI": 1, "W": 7, "WE": 7}.get(unit)
    if days is None:
        return None
    shifted = calendar.shift_days(base, sign * round(number * days))
    if shifted is None:
        return None
    return calendar.week_value(shifted) if unit == "W" else shifted.isoformat()


def _hours_away(base: Day | None, unit: str) -> str:
    return f"{base.isoformat()}TXX:XX" if base else "XXXX-XX-XXTXX:XX"


@meaning
def ago(match: Match, moment: Moment) -> Meaning | None:
    """``vor knapp fünf Monaten``: as precise as its unit."""
    found = _quantity(match)
    if found is None:
        return None
    if found[1].startswith("T"):
        return Meaning("TIME", _hours_away(moment.day, found[1]), tells=False)
    base = moment.near if moment.history else moment.day
    value = _shift_by(base, *found, -1)
    return Meaning("DATE", value or "PAST_REF", tells=value is not None)


@meaning
def ahead(match: Match, moment: Moment) -> Meaning | None:
    """``in zwei Wochen``: a date ahead; in the past tense a span."""
    found = _quantity(match)
    if found is None:
        return None
    if moment.tense == "past" or found[1].startswith("T"):
        return duration(match, moment)
    value = _shift_by(moment.day, *found, 1)
    return Meaning("DATE", value or "FUTURE_REF", tells=value is not None)


@meaning
def later(match: Match, moment: Moment) -> Meaning | None:
    """``zwei Tage später``: from the date told last."""
    found = _quantity(match)
    if found is None:
        return None
    sign = match.number("later", "before") or 1
    if found[1].startswith("T"):
        return None
    base = moment.near
    if moment.last and len(moment.last) in {4, 7}:
        interval = calendar.enclose(moment.last)
        base = interval[0] if interval and found[1] in {"Y", "M", "DE"} else base
    value = _shift_by(base, *found, sign)
    return Meaning("DATE", value or ("FUTURE_REF" if sign > 0 else "PAST_REF"), tells=value is not None)


# Durations and sets


@meaning
def duration(match: Match, moment: Moment) -> Meaning | None:
    """``zwei Wochen``, ``ein halbes Jahr``, ``48 Stunden``."""
    found = _quantity(match)
    if found is None or found[0] > 100_000:
        return None
    if found[1] == "WE":
        return Meaning("DURATION", f"P{found[0]:g}WE", tells=False)
    if match.has("bis", "oder", "dash"):
        return Meaning("DURATION", _vague(found[1]), tells=False)
    return Meaning("DURATION", write_duration(*found), tells=False)


def _vague(unit: str) -> str:
    unit = {"NI": "D", "WE": "WE", "Q": "M", "H": "M"}.get(unit, unit)
    return f"PTX{unit[1]}" if unit[0] == "T" else f"PX{unit}"


@meaning
def vague_duration(match: Match, moment: Moment) -> Meaning | None:
    """``einige Wochen``, ``seit Jahren``."""
    return Meaning("DURATION", _vague(str(match.value("units"))), tells=False)


@meaning
def vague_years(match: Match, moment: Moment) -> Meaning | None:
    """``Folgejahre``."""
    return Meaning("DURATION", "PXY", tells=False)


@meaning
def lasting(match: Match, moment: Moment) -> Meaning | None:
    """``einstündig``, ``37-jährige``, ``jahrelang``, ``Viertelstunde``."""
    return Meaning("DURATION", str(match.value("lasting", "span")), tells=False)


@meaning
def whole_unit(match: Match, moment: Moment) -> Meaning | None:
    """``den ganzen Tag``."""
    found = _quantity(match)
    return Meaning("DURATION", write_duration(*found), tells=False) if found else None


@meaning
def shifted_units(match: Match, moment: Moment) -> Meaning | None:
    """``in den letzten sechs Jahren``: a span; ``in den kommenden Tagen``: some time ahead."""
    unit = str(match.value("units"))
    number = match.number("numword", "small", "number")
    if number is not None:
        return Meaning("DURATION", write_duration(number, unit), tells=False)
    if match.has("coming"):
        return Meaning("DATE", "FUTURE_REF", tells=False)
    return Meaning("DURATION", _vague(unit), tells=False)


@meaning
def fixed_set(match: Match, moment: Moment) -> Meaning | None:
    """``täglich``."""
    return Meaning("SET", str(match.value("set", "setword")), tells=False)


@meaning
def set_weekday(match: Match, moment: Moment) -> Meaning | None:
    """``freitags``."""
    part = f"T{match.value('partly')}" if match.has("partly") else ""
    return Meaning("SET", f"XXXX-WXX-{match.number('weekdays')}{part}", tells=False)


@meaning
def set_each(match: Match, moment: Moment) -> Meaning | None:
    """``jeden Freitag``, ``jedes Jahr``, ``pro Tag``, ``jeden Tag um 8 Uhr``."""
    time = _clock_value(match) if match.has("clock", "dotclock", "dotted", "hour") else None
    tail = f"T{time}" if time else f"T{match.value('part')}" if match.has("part") else ""
    if match.has("weekday"):
        return Meaning("SET", f"XXXX-WXX-{match.number('weekday')}{tail}", tells=False)
    if match.has("month"):
        return Meaning("SET", f"XXXX-{match.number('month'):02d}", tells=False)
    if match.has("season"):
        return Meaning("SET", f"XXXX-{match.value('season')}", tells=False)
    if match.has("part") or time:
        return Meaning("SET", f"XXXX-XX-XX{tail}", tells=False)
    number = match.number("ordinal") or 1
    found = _quantity(match)
    return Meaning("SET", write_duration(number, found[1]), tells=False) if found else None


@meaning
def set_every(match: Match, moment: Moment) -> Meaning | None:
    """``alle zwei Jahre``."""
    found = _quantity(match)
    return Meaning("SET", write_duration(*found), tells=False) if found else None


@meaning
def set_times(match: Match, moment: Moment) -> Meaning | None:
    """``einmal im Monat``, ``zweimal wöchentlich``; ``einmal`` alone is none."""
    if match.has("set"):
        return Meaning("SET", str(match.value("set")), tells=False)
    found = _quantity(match)
    return Meaning("SET", write_duration(1, found[1]), tells=False) if found else None


# No day at all


@meaning
def reference(match: Match, moment: Moment) -> Meaning | None:
    """``derzeit``, ``künftig``, ``damals``."""
    return Meaning("DATE", str(match.value("ref", "then")), tells=False)


@meaning
def then(match: Match, moment: Moment) -> Meaning | None:
    """``damals``: the month, season or year just told, if it is past; else the past at large."""
    told = calendar.enclose(moment.last) if moment.last and len(moment.last) < 8 else None
    if told and moment.last and moment.day and told[1] < moment.day:
        return _date(moment.last)
    return Meaning("DATE", "PAST_REF", tells=False)


@meaning
def that_moment(match: Match, moment: Moment) -> Meaning | None:
    """``zu diesem Zeitpunkt``: the one just told."""
    if moment.history or moment.last is None:
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


def days_of(found: Meaning) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and the last day that a meaning encloses, or None."""
    if found.type in {"DURATION", "SET"}:
        return None
    interval = calendar.enclose(found.value)
    return (interval[0], found.last or interval[1]) if interval else None
