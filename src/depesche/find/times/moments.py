"""What a time expression can mean, and what is known where it stands.

The functions that resolve expressions enter themselves here under the names by which times-rules.yaml
calls them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from depesche.find.times import calendar
from depesche.find.times.calendar import Day
from depesche.find.times.rules import Match
from depesche.find.times.tenses import Tense
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

    ``day`` is the report's day; ``tense`` that of the clause or else of the sentence, ``clause`` of the
    clause alone. ``before`` is the word before the expression and its article, in small letters;
    ``previous`` the very word before it and ``after`` the one after it, as they stand. ``last`` is the
    value that the text told last nearby, ``told`` the last day told anywhere before. ``history``: the text
    tells by its own dates, and ``year`` is the one it is in.
    """

    day: Day | None
    tense: Tense
    before: str = ""
    previous: str = ""
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


def date_meaning(value: str, last: Day | None = None) -> Meaning:
    """Return the meaning of a DATE that later words may refer to."""
    return Meaning("DATE", value, last)


def days_of(found: Meaning) -> tuple[Day, Day] | None:
    """Return the first and the last day that a meaning encloses, or None."""
    if found.type in {"DURATION", "SET"}:
        return None
    interval = calendar.enclose(found.value)
    return (interval[0], found.last or interval[1]) if interval else None
