"""What people decided about readings and links, and what they are asked: the types.

Judgements are only ever added: one that was wrong is withdrawn by another. They point at places in texts and
not at ids of findings, because a better reader gives other ids, and their decisions must outlive it. How they
are carried out stands in link/judgements.py.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from depesche.errors import DaysError, JudgementError

Verdict = Literal[
    "same_story",
    "other_story",
    "same_event",
    "other_event",
    "same_actor",
    "other_actor",
    "wrong_speaker",
    "no_event",
    "is_event",
    "wrong_time",
    "wrong_place",
    "event_date",
    "event_place",
    "withdrawn",
]
DoubtKind = Literal["story", "event", "actor", "speaker", "reading"]
DOUBT_KINDS: tuple[DoubtKind, ...] = get_args(DoubtKind)

# Verdicts on two things; the others are on one.
PAIRED = frozenset({"same_story", "other_story", "same_event", "other_event", "same_actor", "other_actor"})
# What a judgement decides; of what is no doubt nobody asks.
Matter = Literal[DoubtKind, "time", "place", "event_date", "event_place"]
# What kind of question each verdict answers; of two answers to one question the later holds.
ANSWERS: dict[Verdict, Matter] = {
    "same_story": "story",
    "other_story": "story",
    "same_event": "event",
    "other_event": "event",
    "same_actor": "actor",
    "other_actor": "actor",
    "wrong_speaker": "speaker",
    "no_event": "reading",
    "is_event": "reading",
    "wrong_time": "time",
    "wrong_place": "place",
    "event_date": "event_date",
    "event_place": "event_place",
}
# Verdicts whose value is days (``days_of``).
DATED = frozenset({"wrong_time", "event_date"})
# What people put into a reading has a rule that begins so and ends with the verdict.
RULES = "judgements/"
# The rule of a place that the report does not name: it stands at the words of the event that happened there.
TOLD_PLACE = f"{RULES}event_place"

_DATE = re.compile(r"(\d{4})(?:-W(\d\d)|-(\d\d)(?:-(\d\d))?)?", re.ASCII)


class Anchor(msgspec.Struct, frozen=True, order=True):
    """A place in a report's text, in characters; of a whole report both ends are None."""

    report: str
    start: int | None = None
    end: int | None = None


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One decision: who made it, when (ISO 8601, UTC), why, about what.

    ``subject`` and ``object`` are reports (stories), or the words of events or for actors. ``is_event`` says
    that an event was read rightly. Of ``wrong_speaker`` the subject
    is the words of the quotation and ``value`` the right speaker's name as the report has it, None if nobody
    speaks. Of ``wrong_time`` and ``event_date`` ``value`` is the right days (``days_of``), of ``wrong_place``
    and ``event_place`` the right place with its country (``Genf, CHE``); None says of words that they tell no
    time or place, of an event that nobody knows when or where it was. ``withdrawn`` takes back the judgement
    ``withdraws``. ``number`` counts them from 1.
    """

    number: int
    made: str
    by: str
    verdict: Verdict
    why: str = ""
    subject: Anchor | None = None
    object: Anchor | None = None
    value: str | None = None
    withdraws: int | None = None


class Doubt(msgspec.Struct, frozen=True):
    """A question to people: of two things whether they are one, of one thing whether it was read rightly.

    ``joined`` says that they are one now, or that it stands as it was read. ``doubt`` goes from 0 to 1, where
    the decision was made by a hair; ``weight`` counts what changes with the answer: the reports or mentions
    of the smaller side. They decide the order of questions and nothing else.
    """

    kind: DoubtKind
    subject: Anchor
    object: Anchor | None
    joined: bool
    doubt: float
    weight: int

    @property
    def rank(self) -> float:
        """What orders the questions: more is asked first."""
        return round(self.doubt * math.log2(1 + self.weight), 6)


def judged_reports(judgement: Judgement, made: Iterable[Judgement]) -> frozenset[str]:
    """Return the reports that a judgement is about; ``made`` are all, for those that it withdraws."""
    told = list(made)
    found, asked = set[str](), [judgement]
    while asked:
        one = asked.pop()
        found.update(end.report for end in (one.subject, one.object) if end is not None)
        # Withdrawing a withdrawal brings back what that one took.
        asked += [j for j in told if j.number == one.withdraws and j.number < one.number]
    return frozenset(found)


def check_judgement(judgement: Judgement) -> None:
    """Make sure that a judgement says all that its verdict needs. Raises JudgementError."""
    if not judgement.by.strip():
        raise JudgementError("A judgement needs somebody who made it.")
    if judgement.verdict == "withdrawn":
        if judgement.withdraws is None:
            raise JudgementError("What is withdrawn must be named by its number.")
        return
    if judgement.subject is None:
        raise JudgementError("A judgement needs something that it is about.")
    if judgement.verdict in PAIRED:
        if judgement.object is None:
            raise JudgementError(f"{judgement.verdict} is about two things; only one is named.")
        if judgement.object == judgement.subject:
            raise JudgementError(f"{judgement.verdict} is about two things; the same one is named twice.")
    if judgement.verdict not in {"same_story", "other_story"} and judgement.subject.start is None:
        raise JudgementError(f"{judgement.verdict} is about words of a report; only the report is named.")
    if judgement.verdict in DATED and judgement.value is not None:
        days_of(judgement.value)


def days_of(value: str) -> tuple[str, str]:
    """Return the first and the last day, YYYY-MM-DD, of a day, week, month or year, or of two with a slash.

    Raises DaysError for what is none of these.

    >>> days_of("2025-02"), days_of("2025-W28"), days_of("2025-07-08/2025-07-10")
    (('2025-02-01', '2025-02-28'), ('2025-07-07', '2025-07-13'), ('2025-07-08', '2025-07-10'))
    """
    begin, *end = value.split("/")
    try:
        first, last = _enclose(begin)[0], _enclose(end[0] if end else begin)[1]
    except ValueError:
        first, last = datetime.date.max, datetime.date.min
    if len(end) > 1 or first > last:
        raise DaysError(
            f"{value!r} is no day, week, month or year: write 2025-07-11, 2025-W28, 2025-07 or 2025, or the "
            f"first and the last with a slash between them, 2025-07-08/2025-07-10."
        )
    return first.isoformat(), last.isoformat()


def _enclose(value: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of one day, week, month or year. Raises ValueError if it is none."""
    form = _DATE.fullmatch(value)
    if form is None:
        raise ValueError(value)
    year, week, month, day = (int(part) if part else None for part in form.groups())
    assert year is not None
    if week is not None:
        return datetime.date.fromisocalendar(year, week, 1), datetime.date.fromisocalendar(year, week, 7)
    first = datetime.date(year, month or 1, day or 1)
    if day is not None:
        return first, first
    return first, datetime.date(year, month or 12, calendar.monthrange(year, month or 12)[1])
