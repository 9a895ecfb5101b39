"""What the archive keeps of the feeds that are watched, and of the pages that they name.

Everything that was decided stands here before anything else is done, in one transaction each, so that whoever
watches may be stopped at any moment. Times are seconds on the clock of watching (``Beat``), but for those
that people are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from depesche.archive import tables
from depesche.archive.portions import portions
from depesche.archive.structs import fill

_feeds, _pages, _watches = tables.watched_feeds, tables.watched_pages, tables.watches
T = TypeVar("T")


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life of whoever watches: what the clock of watching says, and the machine's (since 1970)."""

    clock: float
    wall: float
    running: bool
    machine: str
    process: int
    started: str


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a feed. ``due`` is None for one that is not asked for any more.

    ``asked`` and ``answered`` say when it was asked last, and when it last gave what it should, ISO 8601.
    ``fault`` is a kind of FetchError, ``detail`` what went wrong, ``failures`` how often in a row. It named
    so many ``articles``.
    """

    address: str
    host: str
    every: float
    due: float | None = None
    listed: bool = True
    outlet: str | None = None
    title: str | None = None
    etag: str | None = None
    modified: str | None = None
    digest: str | None = None
    moved: str | None = None
    asked: str | None = None
    answered: str | None = None
    fault: str | None = None
    detail: str | None = None
    failures: int = 0
    articles: int = 0


class PageState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a page that a feed names; ``number`` is 0 for one that is not kept yet.

    ``entry`` is what the feed says of it, as JSON, ``content`` the text that the feed gives for as long as
    the page may still have to be done without. ``origin`` is where the last report came from, ``page`` or
    ``feed``.
    """

    address: str
    host: str
    feed: str
    digest: str
    entry: str
    seen: float
    number: int = 0
    due: float | None = None
    visited: float | None = None
    content: str | None = None
    etag: str | None = None
    modified: str | None = None
    report: str | None = None
    origin: str | None = None
    fault: str | None = None
    detail: str | None = None
    visits: int = 0
    failures: int = 0
    reports: int = 0


class PageCounts(msgspec.Struct, frozen=True):
    """How many pages are known, wait to be asked for the first time, gave reports, and gave none."""

    known: int = 0
    waiting: int = 0
    read: int = 0
    lost: int = 0
    reports: int = 0
    from_feeds: int = 0


class Watching:
    """The tables of watching, in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- who watches

    def beat(self) -> Beat | None:
        """Return the last sign of life, None if nobody ever watched."""
        row = self._connection.execute(sa.select(_watches).where(_watches.c.number == 1)).one_or_none()
        return Beat(**{name: getattr(row, name) for name in Beat.__struct_fields__}) if row else None

    def keep_beat(self, beat: Beat) -> None:
        """Keep a sign of life in the place of the last."""
        self._connection.execute(sa.delete(_watches))
        self._connection.execute(_watches.insert(), {"number": 1, **msgspec.structs.asdict(beat)})

    # --- feeds

    def feeds(self) -> tuple[FeedState, ...]:
        """Return the feeds that are listed, by their addresses."""
        query = sa.select(_feeds).where(_feeds.c.listed).order_by(_feeds.c.address)
        return tuple(map(_feed, self._connection.execute(query)))

    def list_feeds(self, listed: Sequence[FeedState]) -> None:
        """Let these feeds be those that are watched, and no others.

        One that was listed before goes on as it was, but is due no later than it now says; one that comes
        anew, or comes back, is due as it says. Pages that only others named are not asked for any more.
        """
        self._connection.execute(sa.update(_feeds).values(listed=False))
        known = set(self._connection.execute(sa.select(_feeds.c.address)).scalars())
        for feed in listed:
            if feed.address in known:
                told = {"listed": True, "every": feed.every, "outlet": feed.outlet, "host": feed.host}
                chosen = sa.update(_feeds).where(_feeds.c.address == feed.address)
                self._connection.execute(chosen.values(told))
                latest = (feed.due or 0) + feed.every
                late = (_feeds.c.address == feed.address) & (_feeds.c.failures == 0) & (_feeds.c.due > latest)
                self._connection.execute(sa.update(_feeds).where(late).values(due=latest))
            else:
                self._connection.execute(_feeds.insert(), msgspec.structs.asdict(feed))
        # So that one that comes back one day is asked at once, gone or not.
        self._connection.execute(sa.delete(_feeds).where(~_feeds.c.listed))
        left = _pages.c.feed.not_in(sa.select(_feeds.c.address))
        self._connection.execute(sa.update(_pages).where(left).values(due=None))

    def hurry_feeds(self, clock: float) -> None:
        """Let every feed that is well be due at once, but for those of hosts that asked to be left alone."""
        well = _feeds.c.listed & (_feeds.c.failures == 0) & _feeds.c.due.is_not(None)
        well &= _feeds.c.host.not_in(_hosts_that_wait(clock))
        self._connection.execute(sa.update(_feeds).where(well).values(due=clock))

    def retry_refused(self, clock: float) -> None:
        """Let the feeds that we refused to ask for, as they lie inside the own network, be due at once.

        They may be allowed now; if not, nothing goes out this time either.
        """
        refused = _feeds.c.listed & (_feeds.c.fault == "forbidden")
        refused &= _feeds.c.host.not_in(_hosts_that_wait(clock))
        self._connection.execute(sa.update(_feeds).where(refused).values(due=clock))

    def keep_feed(self, feed: FeedState) -> None:
        """Keep what is known of a feed."""
        chosen = sa.update(_feeds).where(_feeds.c.address == feed.address)
        self._connection.execute(chosen.values(msgspec.structs.asdict(feed)))

    # --- pages

    def find_pages(self, addresses: Iterable[str]) -> dict[str, PageState]:
        """Return what is known of the pages with these addresses, by address."""
        found: dict[str, PageState] = {}
        for some in portions(addresses):
            query = sa.select(_pages).where(_pages.c.address.in_(some))
            found.update((row.address, _page(row)) for row in self._connection.execute(query))
        return found

    def keep_pages(self, pages: Iterable[PageState]) -> None:
        """Keep what is known of pages, be they new or not."""
        new: list[dict[str, object]] = []
        for page in pages:
            row = msgspec.structs.asdict(page)
            number = row.pop("number")
            if number:
                self._connection.execute(sa.update(_pages).where(_pages.c.number == number).values(row))
            else:
                new.append(row)
        if new:
            self._connection.execute(_pages.insert(), new)

    def try_page(self, number: int) -> None:
        """Note that a page is about to be read; whoever dies of it has left a trace."""
        chosen = sa.update(_pages).where(_pages.c.number == number)
        self._connection.execute(chosen.values(failures=_pages.c.failures + 1, fault="reading"))

    def count_waiting(self, feed: str) -> int:
        """Return how many pages of a feed have not been read and are to be."""
        wait = (_pages.c.feed == feed) & (_pages.c.reports == 0) & _pages.c.due.is_not(None)
        return int(self._connection.execute(sa.select(sa.func.count()).where(wait)).scalar_one())

    def see_pages(self, numbers: Sequence[int], clock: float) -> None:
        """Note that a feed still names these pages."""
        for some in portions(numbers):
            chosen = sa.update(_pages).where(_pages.c.number.in_(some))
            self._connection.execute(chosen.values(seen=clock))

    def drop_pages(self, before: float) -> int:
        """Forget pages that nothing is to be done about and that no feed has named since; return how many."""
        gone = sa.delete(_pages).where(_pages.c.due.is_(None), _pages.c.seen < before)
        return self._connection.execute(gone).rowcount

    # --- what is to be done

    def due_hosts(self, clock: float) -> list[str]:
        """Return the hosts at which something is due, those that have waited longest first."""
        feeds = sa.select(_feeds.c.host, _feeds.c.due).where(_feeds.c.due <= clock)
        pages = sa.select(_pages.c.host, _pages.c.due).where(_pages.c.due <= clock)
        both = sa.union_all(feeds, pages).subquery()
        query = sa.select(both.c.host).group_by(both.c.host).order_by(sa.func.min(both.c.due), both.c.host)
        return list(self._connection.execute(query).scalars())

    def due_feed(self, host: str, clock: float) -> FeedState | None:
        """Return the feed of a host that is due, the one that has waited longest, if any."""
        query = sa.select(_feeds).where(_feeds.c.host == host, _feeds.c.due <= clock)
        row = self._connection.execute(query.order_by(_feeds.c.due, _feeds.c.address).limit(1)).one_or_none()
        return _feed(row) if row else None

    def find_feed(self, address: str) -> FeedState | None:
        """Return what is known of a feed, None if it is not watched."""
        row = self._connection.execute(sa.select(_feeds).where(_feeds.c.address == address)).one_or_none()
        return _feed(row) if row else None

    def due_page(self, host: str, clock: float) -> PageState | None:
        """Return the page of a host that is due, the one that has waited longest, if any."""
        query = sa.select(_pages).where(_pages.c.host == host, _pages.c.due <= clock)
        row = self._connection.execute(query.order_by(_pages.c.due, _pages.c.number).limit(1)).one_or_none()
        return _page(row) if row else None

    def delay_host(self, host: str, until: float) -> None:
        """Let nothing of a host be due before a time."""
        for table in (_feeds, _pages):
            early = (table.c.host == host) & (table.c.due < until)
            self._connection.execute(sa.update(table).where(early).values(due=until))

    def next_due(self) -> float | None:
        """Return when the next thing is due, None if nothing ever is."""
        times = [self._connection.execute(sa.select(sa.func.min(t.c.due))).scalar() for t in (_feeds, _pages)]
        return min((time for time in times if time is not None), default=None)

    def count_pages(self) -> PageCounts:
        """Return how many pages there are of each sort."""
        reports, due = _pages.c.reports, _pages.c.due
        row = self._connection.execute(
            sa.select(
                sa.func.count(),
                _count((reports == 0) & due.is_not(None)),
                _count(reports > 0),
                _count((reports == 0) & due.is_(None)),
                sa.func.coalesce(sa.func.sum(reports), 0),
                _count((_pages.c.origin == "feed") & (reports > 0)),
            )
        ).one()
        return PageCounts(*map(int, row))


def _hosts_that_wait(clock: float) -> sa.CompoundSelect[tuple[str]]:
    """Return what selects the hosts that asked to be left alone for longer."""
    told = [
        sa.select(table.c.host).where(
            table.c.due > clock, table.c.fault == "status", table.c.detail.in_(("429", "503"))
        )
        for table in (_feeds, _pages)
    ]
    return sa.union(*told)


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _feed(row: Row[tuple[object, ...]]) -> FeedState:
    return fill(FeedState, row)


def _page(row: Row[tuple[object, ...]]) -> PageState:
    return fill(PageState, row)
