"""What watching does: each feed, what went wrong with it, what comes next, how much was found."""

from __future__ import annotations

import datetime

import msgspec

from depesche.archive.store import Archive
from depesche.archive.watching import FeedState, PageCounts
from depesche.watch.clock import Clock, is_alive


class FeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as people are told of it; times are ISO 8601, UTC.

    ``asked`` is when it was asked last, ``answered`` when it last gave what it should, ``next`` when it is
    asked again (None: never, it is gone). ``fault`` is why the last attempt failed, a kind of FetchError, and
    ``failures`` how many did in a row.
    """

    address: str
    outlet: str | None
    asked: str | None
    answered: str | None
    next: str | None
    fault: str | None
    detail: str | None
    failures: int
    articles: int
    moved: str | None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What is watched for an archive, by whom and since when."""

    running: bool
    process: int | None
    machine: str | None
    started: str | None
    pages: PageCounts
    feeds: tuple[FeedStatus, ...]


def find_status(archive: Archive, wall: float) -> Status:
    """Return what is watched for an archive at ``wall``, seconds since 1970. Raises ArchiveError."""
    with archive.watched() as watched:
        beat, feeds, pages = watched.beat(), watched.feeds(), watched.count_pages()
    alive = is_alive(beat, wall)
    clock = Clock(beat, wall=lambda: wall, monotonic=lambda: 0.0)
    return Status(
        running=alive,
        process=beat.process if beat and alive else None,
        machine=beat.machine if beat and alive else None,
        started=beat.started if beat else None,
        pages=pages,
        feeds=tuple(_describe(feed, clock.now(), wall) for feed in feeds),
    )


def _describe(feed: FeedState, clock: float, wall: float) -> FeedStatus:
    return FeedStatus(
        address=feed.address,
        outlet=feed.outlet or feed.title,
        asked=feed.asked,
        answered=feed.answered,
        next=None if feed.due is None else _tell(wall + max(0.0, feed.due - clock)),
        fault=feed.fault,
        detail=feed.detail,
        failures=feed.failures,
        articles=feed.articles,
        moved=feed.moved,
    )


def _tell(wall: float) -> str:
    return datetime.datetime.fromtimestamp(wall, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
