"""The clock of watching, which no machine's clock can turn back or hold."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.archive.watching import Beat
from depesche.watch.clock import Clock, is_alive, name_machine


class Hands:
    """Two clocks that a test sets."""

    def __init__(self, wall: float, monotonic: float = 0.0) -> None:
        self.wall = wall
        self.monotonic = monotonic

    def clock(self, last: Beat | None = None) -> Clock:
        return Clock(last, wall=lambda: self.wall, monotonic=lambda: self.monotonic)


def test_while_somebody_watches_the_machine_s_clock_means_nothing() -> None:
    hands = Hands(1_000_000.0)
    clock = hands.clock()
    for jump in (3600.0, -1e9, 1e9, 0.0):
        hands.wall += jump
        hands.monotonic += 5.0
    assert clock.now() == pytest.approx(20.0)


def test_over_a_rest_the_machine_s_clock_counts() -> None:
    hands = Hands(1_000_000.0)
    beat = hands.clock().beat()
    hands.wall += 3600.0
    hands.monotonic = 77.0  # another machine, or the same after it was started anew
    assert hands.clock(beat).now() == pytest.approx(3600.0)


@given(st.lists(st.tuples(st.floats(-1e10, 1e10), st.floats(0, 1e6)), max_size=20))
def test_whatever_the_machine_s_clock_does_it_goes_forward(steps: list[tuple[float, float]]) -> None:
    hands, beat, before = Hands(1e9), None, 0.0
    for jump, passed in steps:
        hands.wall += jump
        clock = hands.clock(beat)
        hands.monotonic += passed
        now = clock.now()
        assert before - 1e-3 <= now <= before + passed + 7 * 24 * 3600 + 1
        beat, before = clock.beat(), now


def beat(**fields: object) -> Beat:
    plain = {
        "clock": 0.0,
        "wall": 1000.0,
        "running": True,
        "machine": name_machine(),
        "process": os.getppid(),
    }
    return Beat(**{**plain, "started": "", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("last", "wall", "alive"),
    [
        (None, 1000.0, False),
        (beat(), 1010.0, True),
        (beat(), 2000.0, False),
        (beat(running=False), 1010.0, False),
        (beat(process=os.getpid()), 1010.0, False),
        (beat(process=2**22 + 5), 1010.0, False),
        (beat(process=2**22 + 5, machine="another"), 1010.0, True),
        # The machine's clock was turned back: nobody waits until it is there again.
        (beat(), 10.0, False),
    ],
)
def test_who_watches(last: Beat | None, wall: float, alive: bool) -> None:
    assert is_alive(last, wall) == alive
