"""The clock of watching: seconds since somebody first watched, which only ever go forward.

A machine's clock may be set, forwards and backwards; what is due in an hour must be due in an hour all the
same. So while somebody watches only monotonic time counts. Over a rest the machine's clock tells how long it
was, and nobody believes it that it was less than nothing or more than a week.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable

from depesche.archive.watching import Beat
from depesche.archive.write import now

_LONGEST_REST = 7 * 24 * 3600.0
# How long after its last sign of life somebody is taken to be watching still, in seconds.
_ALIVE = 90.0
BEAT_EVERY = 20.0


class Clock:
    """Tells the time of watching, and makes signs of life."""

    def __init__(
        self,
        last: Beat | None,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Go on from the last sign of life that anybody gave."""
        self._wall = wall
        self._monotonic = monotonic
        rest = min(max(0.0, wall() - last.wall), _LONGEST_REST) if last else 0.0
        self._base = (last.clock if last else 0.0) + rest - monotonic()
        self._started = now()

    def now(self) -> float:
        """Return the time of watching, in seconds."""
        return self._base + self._monotonic()

    def beat(self, *, running: bool = True) -> Beat:
        """Return a sign of life."""
        return Beat(
            clock=self.now(),
            wall=self._wall(),
            running=running,
            machine=name_machine(),
            process=os.getpid(),
            started=self._started,
        )


def name_machine() -> str:
    """Return the name of this machine."""
    return platform.node()


def is_alive(beat: Beat | None, wall: float) -> bool:
    """Return whether somebody else watches, by the last sign of life."""
    if beat is None or not beat.running or not 0 <= wall - beat.wall < _ALIVE:
        return False
    if beat.machine != name_machine():
        return True
    return beat.process != os.getpid() and _runs(beat.process)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
