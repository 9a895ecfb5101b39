"""Carries out what people decide on the desk: links what hangs on it anew, beside the requests."""

from __future__ import annotations

import functools
import logging
import threading
import traceback
from collections.abc import Callable, Iterable

from depesche.archive.store import Archive
from depesche.errors import DepescheError
from depesche.linking import Linker

_LOG = logging.getLogger(__name__)


class Relinker:
    """Links reports of an archive anew in a thread of its own, which runs while there are any."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._wanted: set[str] = set()
        self._running = False
        self._changed = threading.Condition()

    def add(self, reports: Iterable[str]) -> None:
        """Link these reports anew, by their ids, as soon as can be."""
        with self._changed:
            self._wanted.update(reports)
            if self._wanted and not self._running:
                self._running = True
                threading.Thread(target=self._run, name="relinking", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until everything is linked, but not longer; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    @property
    def is_running(self) -> bool:
        """Whether something is being linked."""
        return self._running

    def _run(self) -> None:
        while reports := self._take():
            self._try("relinking", functools.partial(Linker.relink, reports=reports))
        # Nobody waits for this: until it is done, pages put together themselves what changed.
        self._try("renewing", Linker.renew)

    def _try(self, what: str, do: Callable[[Linker], None]) -> None:
        try:
            do(Linker(self._archive))
        except DepescheError as fault:
            # What is left stays marked: ``depesche link`` will do it.
            _LOG.error("%s", fault)
        except Exception as fault:
            # Where it failed, and not what it said: that may hold words of a report.
            where = "".join(traceback.format_tb(fault.__traceback__))
            _LOG.error("%s: %s\n%s", what, type(fault).__name__, where)

    def _take(self) -> set[str]:
        """Return what is to be linked now; if nothing is, the thread ends."""
        with self._changed:
            reports, self._wanted = self._wanted, set()
            if not reports:
                self._running = False
                self._changed.notify_all()
            return reports
