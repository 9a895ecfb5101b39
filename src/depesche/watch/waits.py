"""How long to wait before something is asked for again, in seconds; nothing here knows what time it is."""

from __future__ import annotations

import datetime
import email.utils
from collections.abc import Mapping

from depesche.errors import FetchKind

MINUTE, HOUR, DAY = 60.0, 3600.0, 24 * 3600.0

# A page that was read is looked at again after so long, and then so long: articles are corrected early.
REVISITS = (HOUR, 6 * HOUR, DAY)
# Where a feed says that an article changed, it is looked at again, but not sooner after the last time, and
# not more often in all.
SOONEST_REVISIT = 10 * MINUTE
MOST_VISITS = 20
# A page that could not be had is tried again after so long.
_RETRIES = (5 * MINUTE, 20 * MINUTE, 80 * MINUTE, 4 * HOUR)
# So often, where the feed gives the text too, and where it does not: over about a day.
_TRIES_WITH_TEXT, _TRIES_WITHOUT = 3, 9
# Faults that may be ours as well as the server's: no network, no resolver.
_NO_ANSWER = frozenset({"name", "connection", "time"})
# What the same request will meet again.
_LASTING = frozenset({"address", "forbidden", "size", "redirects", "robots", "page", "reading"})
_PASSING_STATUS = frozenset({408, 421, 425, 429})


def wait_for_feed(every: float, chance: float) -> float:
    """Return how long to wait before a feed that is well is asked again; ``chance`` is from 0 to 1.

    Chance spreads what began together.
    """
    return every * (0.9 + 0.2 * chance)


def wait_after_fault(
    every: float, failures: int, kind: str, asked_to_wait: float | None, chance: float
) -> float:
    """Return how long to wait after a feed failed, so many times in a row.

    Each time twice as long, up to a day; up to an hour where there was no answer at all, for that costs
    nobody anything, and may have been the own network. Never less than the server asked for.
    """
    longest = HOUR if kind in _NO_ANSWER else DAY
    wait = max(every, min(every * 2.0 ** min(failures - 1, 20), longest)) * (0.8 + 0.4 * chance)
    return max(wait, asked_to_wait or 0.0)


def wait_for_page(
    failures: int, kind: str, status: int | None, *, has_text: bool, chance: float
) -> float | None:
    """Return how long to wait after a page failed, so many times in a row; None if it is not tried again.

    ``has_text`` is whether the feed gives the article's text too.
    """
    tries = _TRIES_WITH_TEXT if has_text else _TRIES_WITHOUT
    if is_lasting(kind, status) or failures >= tries:
        return None
    return _RETRIES[min(failures, len(_RETRIES)) - 1] * (0.8 + 0.4 * chance)


def is_lasting(kind: FetchKind | str, status: int | None) -> bool:
    """Return whether there is no sense in asking again."""
    if kind == "status":
        return status is not None and 400 <= status < 500 and status not in _PASSING_STATUS
    return kind in _LASTING


def read_retry_after(headers: Mapping[str, str], now: datetime.datetime) -> float | None:
    """Return how long a server asks to wait, at most a day; None if it does not say.

    A date counts from the server's own, and from ``now`` only if it tells none.
    """
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdecimal():
        return min(float(told[:9]), DAY)
    until, since = _read_date(told), _read_date(headers.get("date", "")) or now
    if until is None:
        return None
    return min(max(0.0, (until - since).total_seconds()), DAY)


def _read_date(told: str) -> datetime.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(told[:80])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
