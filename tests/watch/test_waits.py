"""How long to wait."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.watch.waits import (
    DAY,
    HOUR,
    MINUTE,
    read_retry_after,
    wait_after_fault,
    wait_for_feed,
    wait_for_page,
)

NOW = datetime.datetime(2025, 7, 11, 12, tzinfo=datetime.UTC)
EVERY = 15 * MINUTE


@pytest.mark.parametrize(
    ("told", "date", "seconds"),
    [
        ("120", "", 120),
        ("0", "", 0),
        ("99999999999999999999", "", DAY),
        ("Fri, 11 Jul 2025 12:10:00 GMT", "", 600),
        # The server's clock goes wrong, and so does what it asks for: only the difference counts.
        ("Sat, 01 Jan 2000 00:10:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT", 600),
        ("Fri, 11 Jul 2025 11:00:00 GMT", "", 0),
        ("Fri, 11 Jul 2087 11:00:00 GMT", "", DAY),
        ("", "", None),
        ("soon", "", None),
        ("-5", "", None),
        ("٣", "", None),
    ],
)
def test_retry_after(told: str, date: str, seconds: float | None) -> None:
    assert read_retry_after({"retry-after": told, "date": date}, NOW) == seconds


@given(st.text(), st.text())
def test_no_header_makes_it_raise(told: str, date: str) -> None:
    wait = read_retry_after({"retry-after": told, "date": date}, NOW)
    assert wait is None or 0 <= wait <= DAY


def test_a_feed_that_fails_is_asked_less_and_less_often() -> None:
    waits = [wait_after_fault(EVERY, n, "status", None, 0.5) for n in range(1, 12)]
    assert waits[:3] == [EVERY, 2 * EVERY, 4 * EVERY]
    assert waits == sorted(waits)
    assert waits[-1] == DAY


def test_without_a_network_no_feed_waits_longer_than_an_hour() -> None:
    for kind in ("name", "connection", "time"):
        assert wait_after_fault(EVERY, 50, kind, None, 0.5) == HOUR


def test_a_feed_waits_as_long_as_its_server_asks_for() -> None:
    assert wait_after_fault(EVERY, 1, "status", 7 * HOUR, 0.5) == 7 * HOUR


def test_what_is_asked_for_once_a_day_is_not_asked_for_more_often_when_it_fails() -> None:
    assert wait_after_fault(2 * DAY, 3, "name", None, 0.5) == 2 * DAY


@given(st.floats(1, 1e6), st.floats(0, 1), st.integers(1, 10_000))
def test_chance_spreads_and_no_more(every: float, chance: float, failures: int) -> None:
    assert 0.89 * every <= wait_for_feed(every, chance) <= 1.11 * every
    assert (
        0.79 * every
        <= wait_after_fault(every, failures, "status", None, chance)
        <= max(1.21 * every, 1.21 * DAY)
    )


@pytest.mark.parametrize(
    ("kind", "status", "lasting"),
    [
        ("status", 404, True), ("status", 410, True), ("status", 403, True), ("status", 429, False),
        ("status", 500, False), ("status", 503, False), ("robots", None, True), ("size", None, True),
        ("page", 200, True), ("time", None, False), ("connection", None, False), ("name", None, False),
        ("forbidden", None, True), ("certificate", None, False), ("rules", None, False),
    ],
)  # fmt: skip
def test_what_the_same_request_would_meet_again_is_not_tried_again(
    kind: str, status: int | None, lasting: bool
) -> None:
    assert (wait_for_page(1, kind, status, has_text=False, chance=0.5) is None) == lasting


def test_a_page_is_tried_for_about_a_day() -> None:
    waits: list[float] = []
    while (wait := wait_for_page(len(waits) + 1, "time", None, has_text=False, chance=0.5)) is not None:
        waits.append(wait)
    assert waits == sorted(waits)
    assert 0.5 * DAY < sum(waits) < 2 * DAY


def test_where_the_feed_gives_the_text_a_page_is_given_up_sooner() -> None:
    assert wait_for_page(3, "time", None, has_text=True, chance=0.5) is None
    assert wait_for_page(3, "time", None, has_text=False, chance=0.5) is not None
