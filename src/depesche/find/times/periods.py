"""Expressions that name a week, month, quarter, season, year, decade or century."""

from __future__ import annotations

from depesche.find.times import calendar
from depesche.find.times.calendar import Day
from depesche.find.times.moments import Meaning, Moment, date_meaning, meaning
from depesche.find.times.rules import Match
from depesche.find.times.words import load_vocabulary
from depesche.find.times.years import guess_year, shift_of, told_year, with_year, year_of
from depesche.language.word_classes import word_class


@meaning
def month(match: Match, moment: Moment) -> Meaning | None:
    """``im Januar``, ``Anfang August 2024``, ``vergangenen Dezember``."""
    number = match.number("month", "monthshort")
    bare = not match.has(
        "year", "yearunit", "yearnoun", "begin", "middle", "finish", "last", "next", "coming", "this"
    )
    if number is None or (bare and number == 8 and moment.after[:1].isupper() and _follows_name(moment)):
        return None
    year = year_of(match, moment)
    if year is None:
        year = _shifted_month_year(match, moment, number)
    return date_meaning(with_year(year, f"{number:02d}"))


def _shifted_month_year(match: Match, moment: Moment, number: int) -> int | None:
    shift = shift_of(match)
    if shift is None or moment.day is None:
        return guess_year(number, None, moment)
    if shift[0] in {"same", "that"}:
        return told_year(moment)
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
    return date_meaning(f"{1900 + number}-{match.number('month'):02d}")


@meaning
def month_number(match: Match, moment: Moment) -> Meaning | None:
    """``05.2016``, ``05/2016``."""
    if match.has("monthyear"):
        return date_meaning(str(match.value("monthyear")))
    number = match.number("month", "small")
    year = match.number("year")
    return date_meaning(f"{year:04d}-{number:02d}") if year and number and number <= 12 else None


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
    return date_meaning(f"{number:04d}")


_BEFORE_YEARS = frozenset(
    "in seit bis ab von vor nach und oder zwischen um gegen anno ( – - / noch schon bereits erst auch "
    "jahrgang".split()
)
_SURE_BEFORE_YEARS = frozenset({"seit", "ab", "bis", "anno", "jahrgang"})


def _is_year(number: int, moment: Moment) -> bool:
    before = moment.before
    if (
        before in word_class("numbered")
        or moment.after[:1] in {"%", "€", "$", "°"}
        or moment.after in {"km", "m", "kg", "ha", "qkm"}
    ):
        return False
    if (
        before.endswith("resolution")
        or before.isdecimal()
        or (number % 100 == 0 and before not in _BEFORE_YEARS)
    ):
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
    return date_meaning(f"BC{number:04d}" if ancient else f"{number:04d}")


@meaning
def year_before_christ(match: Match, moment: Moment) -> Meaning | None:
    """``480 v. Chr.``."""
    return date_meaning(f"BC{match.number('small', 'number', 'year') or 0:04d}")


@meaning
def year_after_christ(match: Match, moment: Moment) -> Meaning | None:
    """``480 n. Chr.``."""
    number = match.number("small", "number", "year") or 0
    return date_meaning(f"{number:04d}") if number < 10000 else None


@meaning
def year_pair(match: Match, moment: Moment) -> Meaning | None:
    """``2024/25``: named after its first year, and reaching to the end of the second."""
    years = [a.value for a in match.atoms["year"] if isinstance(a.value, int)]
    second = years[1] % 100 if len(years) > 1 else match.number("small", "number") or 0
    if (years[0] + 1) % 100 != second and not (second > years[0] % 100 and second < 100 and len(years) == 1):
        return None
    end = years[0] // 100 * 100 + second
    return date_meaning(f"{years[0]:04d}", Day(end if end >= years[0] else end + 100, 12, 31))


@meaning
def year_edge(match: Match, moment: Moment) -> Meaning | None:
    """``Jahresende``, ``Jahresbeginn 2024``."""
    number = year_of(match, moment)
    if number is None:
        number = moment.year if moment.history else moment.day.year if moment.day else None
        edge = match.value("yearedge")
        if number is not None and moment.day and not moment.history:
            over = moment.tense == "past" and moment.before not in {"zum", "bis"} and moment.day.month < 7
            number -= int(edge == "end" and over)
            coming = moment.tense == "future" and moment.before != "seit" and moment.day.month > 6
            number += int(edge in {"begin", "turn"} and coming)
    return date_meaning(f"{number:04d}" if number else "XXXX")


@meaning
def month_edge(match: Match, moment: Moment) -> Meaning | None:
    """``Monatsende``."""
    near = moment.near
    return date_meaning(f"{near.year:04d}-{near.month:02d}" if near else "XXXX-XX")


@meaning
def week_noun(match: Match, moment: Moment) -> Meaning | None:
    """``Wochenbeginn``: of the report's week."""
    return date_meaning(calendar.week_value(moment.day) if moment.day else "XXXX-WXX")


@meaning
def period(match: Match, moment: Moment) -> Meaning | None:
    """``vergangene Woche``, ``dieses Jahr``, ``Ende des Monats``, ``im Vorjahr``."""
    if match.has("yearunit", "yearnoun", "yearadj", "followyear", "periodnoun"):
        number = year_of(match, moment)
        return date_meaning(f"{number:04d}" if number is not None and 0 < number < 10000 else "XXXX")
    shift = shift_of(match) or (
        "last",
        match.number("weeknoun", "monthnoun", "quarternoun", "followmonth") or 0,
    )
    told = shift[0] in {"same", "following", "preceding", "that"} or match.has("followmonth")
    base = moment.near if told or moment.history else moment.day
    if match.has("weekunit", "weeknoun"):
        shifted = calendar.shift_days(base, 7 * shift[1]) if base else None
        return date_meaning(calendar.week_value(shifted) if shifted else "XXXX-WXX")
    if match.has("monthunit", "monthnoun", "followmonth"):
        found = calendar.shift_months(base, shift[1]) if base else None
        return date_meaning(f"{found[0]:04d}-{found[1]:02d}" if found else "XXXX-XX")
    return _shifted_part(match, base, shift[1])


def _shifted_part(match: Match, base: Day | None, steps: int) -> Meaning | None:
    if match.has("quarterunit", "quarternoun", "halfunit"):
        length, letter = (6, "H") if match.has("halfunit") else (3, "Q")
        found = calendar.shift_months(base, steps * length) if base else None
        return date_meaning(
            f"{found[0]:04d}-{letter}{(found[1] - 1) // length + 1}" if found else f"XXXX-{letter}X"
        )
    return date_meaning(f"{base.year // 10 + steps:03d}" if base else "XXX")


@meaning
def weekend(match: Match, moment: Moment) -> Meaning | None:
    """``am Wochenende``: the last or the coming one."""
    if moment.day is None:
        return date_meaning("XXXX-WXX-WE")
    shift = shift_of(match)
    sunday = calendar.next_weekday(moment.day, 7, strictly=False)
    steps = shift[1] if shift else 0
    back = moment.day.isoweekday() < 6 and (
        steps < 0 or (not shift and not moment.ahead and moment.tense != "none")
    )
    if back or (steps < 0 and moment.day.isoweekday() >= 6):
        sunday = calendar.shift_days(sunday, -7) if sunday else None
    elif steps > 0 and moment.day.isoweekday() >= 6:
        sunday = calendar.shift_days(sunday, 7) if sunday else None
    return date_meaning(calendar.week_value(sunday) + "-WE") if sunday else None


@meaning
def calendar_week(match: Match, moment: Moment) -> Meaning | None:
    """``in der 5. Kalenderwoche``; ``in der 5. Woche`` of anything else is none."""
    week = match.number("small") or 0
    year = match.number("year") or (moment.day.year if moment.day else None)
    if match.atoms["weekunit"][0].end - match.atoms["weekunit"][0].start < 10:
        return None
    return date_meaning(with_year(year, f"W{week:02d}"))


def _follows_name(moment: Moment) -> bool:
    """Whether the word before is a name or title (``Ron Sommer``, ``Kanzler August Müller``)."""
    previous = moment.previous
    return (
        previous[:1].isupper()
        and previous not in load_vocabulary().words
        and previous.lower() not in _SMALL_WORDS
    )


_SMALL_WORDS = frozenset(
    "im in seit bis ab für und oder über vor nach zum vom am ein einen den dem der".split()
)


@meaning
def season(match: Match, moment: Moment) -> Meaning | None:
    """``im Sommer``, ``Herbst 2012``, ``vergangenen Winter``."""
    if not match.has("year", "yearunit", "yearnoun") and _follows_name(moment):
        return None
    name = str(match.value("season"))
    number = year_of(match, moment)
    if number is None:
        number = _season_year(match, moment, name)
    return date_meaning(with_year(number, name))


def _season_year(match: Match, moment: Moment, name: str) -> int | None:
    if moment.history and moment.year:
        return moment.year
    if moment.day is None or moment.history:
        return None
    shift = shift_of(match)
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
    year = year_of(match, moment)
    if year is None:
        year = moment.year if moment.history else moment.day.year if moment.day else None
        if year and moment.day and not moment.history:
            begin = (number - 1) * (6 if half else 3) + 1
            year -= int(begin > moment.day.month and moment.tense == "past")
    return date_meaning(with_year(year, f"{'H' if half else 'Q'}{number}"))


@meaning
def decade(match: Match, moment: Moment) -> Meaning | None:
    """``90er-Jahre``: of the last century unless the text is of another."""
    digits = str(match.value("decadeyears", "decade"))
    if match.has("units") and match.value("units") != "Y":
        return None
    if len(digits) == 3:
        return date_meaning(digits)
    century = 18 if moment.history and moment.year and 1800 <= moment.year < 1900 else 19
    return date_meaning(f"{century}{digits}" if digits != "0" else "200")


@meaning
def century(match: Match, moment: Moment) -> Meaning | None:
    """``19. Jahrhundert``: the years that begin with 18."""
    number = match.atoms["small"][-1].value if match.has("small") else match.atoms["ordinal"][-1].value
    if not isinstance(number, int) or not 1 <= number <= 30:
        return None
    return date_meaning(f"BC{number - 1:02d}" if match.has("bce") else f"{number - 1:02d}")
