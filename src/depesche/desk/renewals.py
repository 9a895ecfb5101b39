"""Makes anew, beside the requests, what readers see meanwhile as it was lately."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from depesche.errors import DepescheError, tell_where

_LOG = logging.getLogger(__name__)
# The same is made anew at most once in so many seconds.
_APART = 5.0


class Renewals:
    """Makes answers anew in a thread of its own, one after the other, while readers see those made lately."""

    def __init__(self, apart: float = _APART) -> None:
        self._apart = apart
        # What is to be made, by its name, and when what was made lately was asked for.
        self._wanted: dict[str, Callable[[], object]] = {}
        self._asked: dict[str, float] = {}
        self._running = self._closed = False
        self._changed = threading.Condition()

    def ask(self, name: str, make: Callable[[], object]) -> None:
        """Have something made anew, without waiting for it, unless that was asked for just now."""
        with self._changed:
            now = time.monotonic()
            self._asked = {n: asked for n, asked in self._asked.items() if asked > now - self._apart}
            if self._closed or name in self._asked:
                return
            self._asked[name] = now
            self._wanted[name] = make
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="renewals", daemon=True).start()

    def close(self, seconds: float) -> None:
        """Make nothing more, and wait for what is being made, but not longer."""
        with self._changed:
            self._closed = True
            self._wanted.clear()
            self._changed.wait_for(lambda: not self._running, seconds)

    def _run(self) -> None:
        while (make := self._take()) is not None:
            try:
                make()
            except DepescheError as fault:
                # Who asks for it next will be told.
                _LOG.info("%s", fault)
            except Exception as fault:
                _LOG.error("renewing: %s", tell_where(fault))

    def _take(self) -> Callable[[], object] | None:
        """Return what is to be made next; if there is nothing, the thread ends."""
        with self._changed:
            if self._wanted:
                return self._wanted.pop(next(iter(self._wanted)))
            self._running = False
            self._changed.notify_all()
            return None
