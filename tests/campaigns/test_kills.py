"""A few moments of the campaign of kills (scripts/campaigns/kills.py)."""

from __future__ import annotations

import time

import pytest

from scripts.campaigns.kills import compare, try_work


@pytest.mark.parametrize(("work", "count"), [("read", 6), ("judge", 6), ("migrate", 0), ("watch", 9)])
def test_what_was_killed_and_resumed_leaves_the_same(work: str, count: int) -> None:
    outcome = try_work(work, 2, 1, time.monotonic() + 60, count=count)
    assert outcome.kills
    assert outcome.broken == []


def test_what_is_lost_and_what_is_there_twice_is_told() -> None:
    assert compare(b"a\nb\n", b"a\nb\n") == []
    assert compare(b"a\n", b"a\nb\n") == ["missing: b'b'"]
    assert compare(b"a\nc\n", b"a\n") == ["too much: b'c'"]
    assert compare(b"a\na\n", b"a\n") == ["a line stands there more or less often"]
