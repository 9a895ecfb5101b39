"""A few moments of the campaign of kills (scripts/campaigns/kills.py)."""

from __future__ import annotations

import importlib
import time

import pytest

# By its full name, which the processes that it starts know it by.
kills = importlib.import_module("scripts.campaigns.kills")


@pytest.mark.parametrize(("work", "count"), [("read", 6), ("judge", 6), ("migrate", 0), ("watch", 9)])
def test_what_was_killed_and_resumed_leaves_the_same(work: str, count: int) -> None:
    outcome = kills.try_work(work, 2, 1, time.monotonic() + 60, count=count)
    assert outcome.kills
    assert outcome.broken == []


def test_what_is_lost_and_what_is_there_twice_is_told() -> None:
    assert kills.compare(b"a\nb\n", b"a\nb\n") == []
    assert kills.compare(b"a\n", b"a\nb\n") == ["missing: b'b'"]
    assert kills.compare(b"a\nc\n", b"a\n") == ["too much: b'c'"]
    assert kills.compare(b"a\na\n", b"a\n") == ["a line stands there more or less often"]
