"""Reads reports in several processes, in the order in which they came.

A report at which a process dies (out of memory, a fault in a library) becomes a Fault; the others go on.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import msgspec

from depesche.bookmark import Bookmark
from depesche.garbage import collect_rarely
from depesche.reading import Meaning, Reading, Report
from depesche.sources.records import Fault


class Twin(msgspec.Struct, frozen=True):
    """A report that need not be read, because one with the same text and day stands before it."""

    report: Report


class Done(msgspec.Struct, frozen=True):
    """How far files are done, once everything that came before it is."""

    bookmarks: tuple[Bookmark, ...]


# What reading gives: with ``read_with_meaning``, the reading and its meaning.
Result = tuple[Reading, Meaning | None]
Reader = Callable[[Report], Result]
Item = Report | Twin | Done | Fault
Outcome = tuple[Report, Result] | Twin | Done | Fault
# So many reports may wait for each process: enough to keep it busy, few enough to hold in memory.
_AHEAD = 8


def read_reports(items: Iterable[Item], read: Reader, jobs: int = 1) -> Iterator[Outcome]:
    """Yield each report with what reading gave, and all other items as they are, in the order of ``items``.

    ``read`` must be a function at the top level of a module, or a ``functools.partial`` of one; what it loads
    and caches (word lists, a language model) is loaded once in each process. An exception that it raises
    becomes a Fault.
    """
    if jobs <= 1:
        for item in items:
            yield read_safely(read, item) if isinstance(item, Report) else item
    else:
        yield from _Pool(read, jobs).run(items)


def read_alone(read: Reader, report: Report) -> Outcome:
    """Return what reading a report gives in a process of its own; a Fault if that process dies."""
    with _start(1) as executor:
        try:
            return executor.submit(read_safely, read, report).result()
        except BrokenProcessPool:
            return Fault(name_report(report), "cannot be read (the process that read it died)")


def name_report(report: Report) -> str:
    """Return what a user can find the report by."""
    return report.url or report.key or report.title or f"{report.text[:40].strip()!r}"


def read_safely(read: Reader, report: Report) -> Outcome:
    """Return a report with what reading gives; whatever it raises becomes a Fault."""
    try:
        return report, read(report)
    except Exception as fault:  # whatever one report does must not cost the others
        return Fault(name_report(report), f"cannot be read ({type(fault).__name__}: {fault})")


class _Pool:
    """Processes that read, made anew when one of them dies."""

    def __init__(self, read: Reader, jobs: int) -> None:
        self._read = read
        self._jobs = jobs
        self._executor = _start(jobs)

    def run(self, items: Iterable[Item]) -> Iterator[Outcome]:
        waiting: deque[tuple[Item, Future[Outcome] | None]] = deque()
        try:
            for item in items:
                waiting.append((item, self._submit(item)))
                if len(waiting) >= self._jobs * _AHEAD:
                    yield self._take(waiting)
            while waiting:
                yield self._take(waiting)
        finally:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _submit(self, item: Item) -> Future[Outcome] | None:
        if not isinstance(item, Report):
            return None
        try:
            return self._executor.submit(read_safely, self._read, item)
        except BrokenProcessPool:
            return None

    def _take(self, waiting: deque[tuple[Item, Future[Outcome] | None]]) -> Outcome:
        item, future = waiting.popleft()
        if not isinstance(item, Report):
            return item
        try:
            if future is not None:
                return future.result()
        except BrokenProcessPool:
            pass
        outcome = read_alone(self._read, item)
        # All that was under way died with the process: hand it in again.
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = _start(self._jobs)
        for k, (other, pending) in enumerate(waiting):
            if pending is None or not pending.done() or pending.exception() is not None:
                waiting[k] = (other, self._submit(other))
        return outcome


def _start(jobs: int) -> ProcessPoolExecutor:
    # Not fork: it would copy open database connections into the workers.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=collect_rarely)
