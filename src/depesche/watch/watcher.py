"""Watching itself: many hosts at the same time, each asked one thing after another; all reading in one place.

What is due stands in the archive (archive/watching.py). A loop looks there which hosts have something due,
and starts a task for each; the task asks for one thing after another until nothing is due at its host. What
comes is parsed and kept by one thread, read into the archive by another, so that the loop itself never waits.
Only so many things are under way; whoever wants to fetch more waits until something was read.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import time
import urllib.parse
from collections.abc import Callable
from typing import TypeVar

import msgspec

from depesche.alerts import run_alerts
from depesche.archive.watching import FeedState, PageState
from depesche.errors import ArchiveError, DepescheError, FetchError, WatchError
from depesche.library import Archive
from depesche.linking import Linker
from depesche.messages import say
from depesche.settings import MAX_FEED
from depesche.sources.feed_lists import FeedList, ListedFeed
from depesche.sources.fetching import Fetcher, Gate, Policy, Resolver
from depesche.watch.clock import BEAT_EVERY, Clock, is_alive
from depesche.watch.keeper import Done, Keeper
from depesche.watch.manners import Manners
from depesche.watch.waits import DAY, HOUR, MINUTE

T = TypeVar("T")

# So many hosts have a task at the same time, and so many requests are under way or wait to be read.
_MOST_HOSTS, _UNDER_WAY = 256, 32
# How often to look what is due, in seconds: while something is under way, and else.
_LOOK_SOON, _LOOK_LATER = 0.2, 1.0
# What was read is linked so often, and for so long.
_LINK_EVERY, _LINK_FOR = MINUTE, 20.0
# Alerts look at what was linked, and deliver, so often.
_ALERT_EVERY = MINUTE
# How long to leave an archive alone that cannot be written.
_TROUBLE = 30.0
_FEED_KINDS = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " application/json;q=0.8, */*;q=0.5"
)
_PAGE_KINDS = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to watch: ``pause`` lies between two requests to a host, a request takes at most ``seconds``."""

    pause: float = 1.0
    seconds: float = 30.0
    link: bool = True


class Tally(msgspec.Struct):
    """What was done so far: feeds asked and failed, articles found, reports and versions read, pages lost."""

    feeds: int = 0
    feed_faults: int = 0
    articles: int = 0
    reports: int = 0
    versions: int = 0
    from_feeds: int = 0
    page_faults: int = 0

    def add(self, done: Done) -> None:
        """Count what became of a page."""
        self.reports += done.report
        self.versions += done.version
        self.from_feeds += done.from_feed
        self.page_faults += done.fault is not None


class Watcher:
    """Watches the feeds of a list for an archive."""

    def __init__(
        self,
        archive: Archive,
        feeds: FeedList,
        tell: Callable[[str], None],
        options: Options | None = None,
        *,
        resolve: Resolver | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Watch into ``archive``; ``tell`` is given a line, without any words of reports, about what is done.

        Raises WatchError if somebody watches into this archive already, ArchiveError.
        """
        self._archive = archive
        self._feeds = feeds
        self._tell = tell
        self._options = options or Options()
        self._resolve = resolve
        with archive.watched() as watched:
            last = watched.beat()
        if is_alive(last, wall()):
            assert last is not None
            raise WatchError(say("watch-already", process=last.process, machine=last.machine))
        self._clock = Clock(last, wall=wall)
        self._keeper = Keeper(archive, self._clock, lambda report: archive.add(report, link=False))
        self._stopping = False
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        # When linking ended last, and how many reports and versions had been read when it began; at first
        # there may be some that were read before.
        self._linked_at, self._linked = -_LINK_EVERY, -1
        # What was said of the archive last, and when.
        self._trouble = ("", 0.0)
        self._alerted_at = -_ALERT_EVERY
        self._alerting: asyncio.Task[None] | None = None
        self.tally = Tally()

    def stop(self) -> None:
        """Stop as soon as what is being read is read. May be called from any thread and from a signal."""
        self._stopping = True
        if self._loop is not None and self._wake is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake.set)

    def run(self, *, once: bool = False) -> Tally:
        """Watch until ``stop`` is called, or, with ``once``, nothing is due any more. Raises ArchiveError."""
        return asyncio.run(self._run(once))

    async def _run(self, once: bool) -> Tally:
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        policy = Policy(contact=self._feeds.contact, allowed=self._feeds.allow, seconds=self._options.seconds)
        with (
            concurrent.futures.ThreadPoolExecutor(1, "keep") as self._keeping,
            concurrent.futures.ThreadPoolExecutor(1, "read") as self._reading,
        ):
            async with Fetcher(policy, resolve=self._resolve, connections=_UNDER_WAY) as self._fetcher:
                self._manners = Manners(self._fetcher, pause=self._options.pause)
                self._room = asyncio.Semaphore(_UNDER_WAY)
                await self._in_thread(self._begin, once)
                self._tell(say("watch-begins", feeds=len(self._feeds.feeds), archive=self._archive.name))
                try:
                    await self._look(once)
                finally:
                    with contextlib.suppress(ArchiveError):
                        await self._in_thread(self._keep_beat, False)
        return self.tally

    # --- the loop

    async def _look(self, once: bool) -> None:
        """Look again and again what is due, and start a task for each host."""
        tasks: dict[str, asyncio.Task[None]] = {}
        beat = told = tidied = time.monotonic()
        assert self._wake is not None
        try:
            while not self._stopping:
                for host in [host for host, task in tasks.items() if task.done()]:
                    tasks.pop(host).result()
                due = await self._try(self._due_hosts)
                for host in due or ():
                    if host not in tasks and len(tasks) < _MOST_HOSTS:
                        tasks[host] = asyncio.create_task(self._serve(host))
                await self._link(to_the_end=False)
                self._alert()
                if once and due == [] and not tasks:
                    await self._link(to_the_end=True)
                    if self._options.link:
                        await asyncio.to_thread(self._run_alerts)
                    return
                now = time.monotonic()
                if now - beat >= BEAT_EVERY:
                    beat = now
                    await self._try(self._keep_beat, True)
                if now - told >= HOUR:
                    told = now
                    self._tell(self.describe())
                if now - tidied >= DAY:
                    tidied = now
                    await self._try(self._keeper.tidy)
                self._wake.clear()
                if not self._stopping:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), _LOOK_SOON if tasks else _LOOK_LATER)
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    async def _serve(self, host: str) -> None:
        """Do what is due at a host, one thing after another."""
        while not self._stopping:
            job = await self._try(self._next_job, host)
            if job is None:
                return
            try:
                if isinstance(job[0], FeedState):
                    await self._ask_feed(job[0])
                else:
                    await self._ask_page(*job)
            except ArchiveError as fault:
                await self._be_in_trouble(fault)

    async def _ask_feed(self, feed: FeedState) -> None:
        try:
            await self._manners.gate(feed.address)
            async with self._room:
                answer = await self._fetcher.get(
                    feed.address, etag=feed.etag, modified=feed.modified, accept=_FEED_KINDS, most=MAX_FEED,
                    gate=self._gate_redirects(),
                )  # fmt: skip
                done = await self._in_thread(self._keeper.take_feed, feed, answer)
        except FetchError as fault:
            done = await self._in_thread(self._keeper.fail_feed, feed, fault)
        except ArchiveError:
            raise
        except Exception as fault:  # a fault of ours in one feed must not cost the others
            ours = FetchError("reading", type(fault).__name__)
            done = await self._in_thread(self._keeper.fail_feed, feed, ours)
        self.tally.feeds += 1
        self.tally.feed_faults += done.fault is not None
        self.tally.articles += done.new
        if done.fault and not done.failed_before:
            self._tell(
                say(
                    "watch-feed-failed",
                    feed=name_plain(feed.address),
                    why=explain_fault(done.fault, done.detail),
                )
            )
        elif done.failed_before and not done.fault:
            self._tell(say("watch-feed-again", feed=name_plain(feed.address)))
        if done.new:
            self._tell(say("watch-feed-new", feed=name_plain(feed.address), new=done.new))

    async def _ask_page(self, page: PageState, feed: FeedState | None) -> None:
        address = None if "#" in page.address else page.address
        try:
            if address:
                await self._manners.gate(address)
            async with self._room:
                if address is None:
                    done = await self._in_reader(self._keeper.take_entry, page, feed)
                else:
                    answer = await self._fetcher.get(
                        address, etag=page.etag, modified=page.modified, accept=_PAGE_KINDS,
                        gate=self._gate_redirects(),
                    )  # fmt: skip
                    done = await self._in_reader(self._keeper.take_page, page, feed, answer)
        except FetchError as fault:
            done = await self._in_reader(self._keeper.fail_page, page, feed, fault)
        except ArchiveError:
            raise
        except Exception as fault:  # a fault of ours in one page must not cost the others
            done = await self._in_reader(self._keeper.give_up, page, type(fault).__name__)
        self.tally.add(done)
        if done.fault and not done.failed_before:
            self._tell(
                say(
                    "watch-page-failed",
                    page=name_plain(page.address),
                    why=explain_fault(done.fault, done.detail),
                )
            )

    def _gate_redirects(self) -> Gate:
        """Return what lets the first request pass, which has waited already, and sends others to the gate."""
        first = True

        async def gate(address: str) -> None:
            nonlocal first
            if not first:
                await self._manners.gate(address)
            first = False

        return gate

    # --- what threads do

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._keeping, work, *arguments)

    async def _in_reader(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, work, *arguments)

    async def _try(self, work: Callable[..., T], *arguments: object) -> T | None:
        """Do something with the archive; if that is in trouble, say so, wait, and return None."""
        try:
            return await self._in_thread(work, *arguments)
        except ArchiveError as fault:
            await self._be_in_trouble(fault)
            return None

    async def _be_in_trouble(self, fault: DepescheError) -> None:
        told = (str(fault), time.monotonic())
        if told[0] != self._trouble[0] or told[1] - self._trouble[1] > HOUR:
            self._trouble = told
            self._tell(told[0])
        await asyncio.sleep(_TROUBLE)

    def _begin(self, once: bool) -> None:
        clock = self._clock.now()
        with self._archive.watching() as watching:
            watching.keep_beat(self._clock.beat())
            watching.list_feeds([_new_feed(feed, self._feeds.every, clock) for feed in self._feeds.feeds])
            watching.retry_refused(clock)
            if once:
                watching.hurry_feeds(clock)

    def _keep_beat(self, running: bool) -> None:
        with self._archive.watching() as watching:
            watching.keep_beat(self._clock.beat(running=running))

    def _due_hosts(self) -> list[str]:
        with self._archive.watched() as watched:
            return watched.due_hosts(self._clock.now())

    def _next_job(self, host: str) -> tuple[FeedState] | tuple[PageState, FeedState | None] | None:
        clock = self._clock.now()
        with self._archive.watched() as watched:
            feed = watched.due_feed(host, clock)
            if feed is not None:
                return (feed,)
            page = watched.due_page(host, clock)
            return (page, watched.find_feed(page.feed)) if page is not None else None

    async def _link(self, *, to_the_end: bool) -> None:
        """Link what was read, now and then; it takes its turn among what is read."""
        is_linked = self._linked == self.tally.reports + self.tally.versions
        since = time.monotonic() - self._linked_at
        if not self._options.link or is_linked or (since < _LINK_EVERY and not to_the_end):
            return
        self._linked_at = time.monotonic()
        work = asyncio.ensure_future(self._in_reader(self._link_some, to_the_end))
        if to_the_end:
            await work
        else:
            work.add_done_callback(self._tell_fault)

    def _tell_fault(self, linking: asyncio.Future[None]) -> None:
        """Say why linking failed, if it did; it is tried again."""
        fault = None if linking.cancelled() else linking.exception()
        if fault is not None:
            self._tell(
                say(
                    "watch-link-failed",
                    why=fault if isinstance(fault, DepescheError) else type(fault).__name__,
                )
            )

    def _link_some(self, to_the_end: bool) -> None:
        end = time.monotonic() + _LINK_FOR
        wanted = self.tally.reports + self.tally.versions
        if self._stopping:
            return
        for _ in Linker(self._archive).run():
            if self._stopping or (not to_the_end and time.monotonic() > end):
                break
        else:
            self._linked = wanted
        self._linked_at = time.monotonic()

    def _alert(self) -> None:
        """Run the alerts now and then, in a thread of their own: receivers may keep them waiting."""
        idle = self._alerting is None or self._alerting.done()
        if self._options.link and idle and time.monotonic() - self._alerted_at >= _ALERT_EVERY:
            self._alerted_at = time.monotonic()
            self._alerting = asyncio.create_task(asyncio.to_thread(self._run_alerts))

    def _run_alerts(self) -> None:
        try:
            run_alerts(self._archive)
        except DepescheError as fault:
            self._tell(str(fault))

    def describe(self) -> str:
        """Return in one line what was done so far."""
        return say("watch-so-far", **msgspec.structs.asdict(self.tally))


def _new_feed(feed: ListedFeed, every: float, clock: float) -> FeedState:
    return FeedState(
        address=feed.address,
        host=urllib.parse.urlsplit(feed.address).netloc,
        every=(feed.every or every) * MINUTE,
        due=clock,
        outlet=feed.outlet,
    )


def name_plain(address: str) -> str:
    """Return an address as a log may hold it: without what may be a secret in it."""
    return address.partition("?")[0]


def explain_fault(kind: str, detail: str | None) -> str:
    """Return why something failed, in the user's language."""
    return say(f"fault-{kind}", detail=detail or "")
