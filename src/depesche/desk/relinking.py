"""Carries out what people decide on the desk: links what hangs on it anew, beside the requests."""

from __future__ import annotations

import contextlib
import functools
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from depesche.archive.store import Archive
from depesche.desk.memory import leave_no_gaps
from depesche.errors import DepescheError, tell_where
from depesche.linking import Linker

_LOG = logging.getLogger(__name__)
# So long a process that was told to end goes on with what it is at, in seconds.
_PATIENCE = 2.0
# Readers have what is new told at most once in so many seconds: a story of hundreds of reports takes some.
_APART = 15.0
# By so much what is told anew stands behind who reads pages, where they want the same processor: it has a
# thirtieth of what they have, and all that they leave.
_NICER = 15


class Work(Protocol):
    """Where linking is done. What goes wrong is logged: what is left stays marked in the archive."""

    def prepare(self) -> None:
        """Make ready for what somebody may decide soon."""

    def link(self, reports: set[str]) -> None:
        """Link these reports anew, by their ids, and what hangs on them."""

    def follow_up(self) -> None:
        """Do what is left after linking, unless that is done without being asked for."""

    def renew(self) -> None:
        """Keep what is told of all that is new or changed, or have it done soon."""

    def close(self) -> None:
        """End."""


class Here:
    """Links in this process."""

    def __init__(self, archive: Archive) -> None:
        # It remembers what it compared.
        self._linker = Linker(archive)

    def prepare(self) -> None:
        """Do nothing: it is ready."""

    def link(self, reports: set[str]) -> None:
        """Link these reports anew, by their ids, and what hangs on them."""
        self._try("relinking", functools.partial(Linker.relink, reports=reports))

    def follow_up(self) -> None:
        """Keep what is told of all that is new or changed."""
        self.renew()

    def renew(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Keep what is told of all that is new or changed, piece by piece, as long as it shall go on."""

        def renew(linker: Linker) -> None:
            for _ in linker.renewing():
                if not go_on():
                    return

        self._try("renewing", renew)

    def close(self) -> None:
        """Do nothing: the archive is another's."""

    def _try(self, what: str, do: Callable[[Linker], None]) -> None:
        try:
            do(self._linker)
        except DepescheError as fault:
            # What is left stays marked: ``depesche link`` will do it.
            _LOG.error("%s", fault)
        except Exception as fault:
            _LOG.error("%s: %s", what, tell_where(fault))


class Apart:
    """Links in a process of its own, which does not take from the processor of those who answer.

    It begins when somebody opens a form, waits for decisions, and ends with the process that began it, in
    whatever way. It keeps what is told of what is new after each linking, and goes on linking meanwhile.
    """

    def __init__(self, place: str | Path) -> None:
        self._place = place
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False
        # Held while the process is asked.
        self._asking = threading.Lock()

    def prepare(self) -> None:
        """Begin, which takes a second or two, unless it has begun."""
        if self._process is None:
            self.link(set())

    def link(self, reports: set[str]) -> None:
        """Link these reports anew, by their ids, and what hangs on them."""
        with self._asking:
            if self._closed:
                return
            try:
                pipe = self._pipe or self._start()
                if self._closed:
                    raise EOFError
                pipe.send(reports)
                pipe.recv()
            except (EOFError, OSError):
                self._end()
                if not self._closed:
                    _LOG.error(
                        "The process that carries out decisions ended; depesche link does what is left."
                    )

    def follow_up(self) -> None:
        """Do nothing: the process does so itself."""

    def renew(self) -> None:
        """Have the process keep what is told of all that is new or changed, as it does after each linking."""
        self.link(set())

    def close(self) -> None:
        """End the process. What it leaves undone stays marked in the archive."""
        self._closed = True
        if not self._asking.acquire(blocking=False):
            if self._process is not None:
                # Whoever waits for it is told so by that.
                self._process.terminate()
            self._asking.acquire()
        self._end()

    def _end(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.join(_PATIENCE)
            if process.is_alive():
                process.terminate()
                process.join()

    def _start(self) -> Connection:
        # Not fork: it would copy open connections to the archive.
        context = multiprocessing.get_context("spawn")
        mine, its = context.Pipe()
        self._process = context.Process(
            target=_work_apart, args=(self._place, its), name="relinking", daemon=True
        )
        self._process.start()
        # So that whoever waits here is told when the process is gone.
        its.close()
        self._pipe = mine
        return mine


def _work_apart(place: str | Path, pipe: Connection) -> None:
    """Link what is asked for through a pipe, until its other end is closed."""
    # Whoever stops the desk from a terminal stops it alone; this process ends after it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_no_gaps()
    with Archive(place) as archive, contextlib.suppress(EOFError, OSError):
        work = Here(archive)
        asked, over = threading.Event(), threading.Event()
        # What was decided waits for nothing that is told meanwhile, which may take seconds.
        renewing = threading.Thread(target=_renew_apart, args=(work, asked, over), name="renewing")
        renewing.start()
        try:
            while True:
                reports = pipe.recv()
                if reports:
                    work.link(reports)
                pipe.send(None)
                asked.set()
        finally:
            over.set()
            asked.set()
            renewing.join()


def _renew_apart(work: Here, asked: threading.Event, over: threading.Event) -> None:
    """Keep what is told of what is new whenever that is asked for, until it is over."""
    # Only Linux knows this of threads, and only there it does anything.
    with contextlib.suppress(AttributeError, OSError):
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICER)
    while not over.is_set():
        asked.wait()
        asked.clear()
        work.renew(lambda: not over.is_set())


class Relinker:
    """Has reports linked anew by a thread of its own, which runs while there are any."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._wanted: set[str] = set()
        self._running = self._ready = False
        # When somebody may ask again for what is new to be told.
        self._next = 0.0
        self._changed = threading.Condition()

    def add(self, reports: Iterable[str]) -> None:
        """Link these reports anew, by their ids, as soon as can be."""
        with self._changed:
            self._wanted.update(reports)
            if self._wanted and not self._running:
                self._running = True
                threading.Thread(target=self._run, name="relinking", daemon=True).start()

    def prepare(self) -> None:
        """Make ready, without waiting for it, for what somebody may decide soon."""
        with self._changed:
            ready, self._ready = self._ready, True
        if not ready:
            threading.Thread(target=self._work.prepare, name="preparing", daemon=True).start()

    def renew(self) -> None:
        """Have told what is new or changed, in a thread of its own, unless that was asked for just now."""
        with self._changed:
            now = time.monotonic()
            if now < self._next:
                return
            self._next = now + _APART
        threading.Thread(target=self._work.renew, name="renewing", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait until everything is linked, but not longer; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    def close(self, seconds: float) -> None:
        """Wait until everything is linked, but not longer, and end."""
        self.wait(seconds)
        self._work.close()

    @property
    def is_running(self) -> bool:
        """Whether something is being linked."""
        return self._running

    def _run(self) -> None:
        while reports := self._take():
            self._work.link(reports)
        # Nobody waits for this: until it is done, pages put together themselves what changed, or show large
        # stories as they were.
        self._work.follow_up()

    def _take(self) -> set[str]:
        """Return what is to be linked now; if nothing is, the thread ends."""
        with self._changed:
            reports, self._wanted = self._wanted, set()
            if not reports:
                self._running = False
                self._changed.notify_all()
            return reports
