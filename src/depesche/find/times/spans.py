"""Expressions that count units: ago and ahead, durations, and what comes again and again."""

from __future__ import annotations

from depesche.find.times import calendar
from depesche.find.times.calendar import Day
from depesche.find.times.clocks import clock_value
from depesche.find.times.moments import Meaning, Moment, meaning
from depesche.find.times.rules import Match
from depesche.find.times.words import write_duration


def _quantity(match: Match) -> tuple[float, str] | None:
    """Return number and unit of ``zwei Jahren``, ``zwei bis drei Monaten`` (the larger number)."""
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


def shift_by(base: Day | None, number: float, unit: str, sign: int) -> str | None:
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
    value = shift_by(base, *found, -1)
    return Meaning("DATE", value or "PAST_REF", tells=value is not None)


@meaning
def ahead(match: Match, moment: Moment) -> Meaning | None:
    """``in zwei Wochen``: a date ahead; in the past tense a span."""
    found = _quantity(match)
    if found is None:
        return None
    if moment.tense == "past" or found[1].startswith("T"):
        return duration(match, moment)
    value = shift_by(moment.day, *found, 1)
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
    value = shift_by(base, *found, sign)
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
    time = clock_value(match) if match.has("clock", "dotclock", "time", "hour") else None
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
