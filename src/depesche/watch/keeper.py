"""What is decided about feeds and pages, from what their servers answered, and kept at once.

Nothing here waits for anybody: these functions run in threads, each with transactions of its own. A page
stays due until its report stands in the archive, so that what is killed in between is done again; the archive
knows reports that it has, so nothing is there twice.
"""

from __future__ import annotations

import datetime
import hashlib
import random
import urllib.parse
from collections.abc import Callable

import msgspec

from depesche.archive.store import Archive
from depesche.archive.watching import FeedState, PageState, Watching
from depesche.archive.write import now
from depesche.errors import ArchiveError, DateError, FetchError, MissingError, ReadingError, ReportError
from depesche.reading import Report
from depesche.sources.encodings import find_charset
from depesche.sources.feeds import Entry, Feed, parse_feed
from depesche.sources.fetching import Answer
from depesche.sources.page import page_report
from depesche.sources.records import Defaults, complete_report
from depesche.watch.clock import Clock
from depesche.watch.waits import (
    DAY,
    MOST_VISITS,
    REVISITS,
    SOONEST_REVISIT,
    read_retry_after,
    wait_after_fault,
    wait_for_feed,
    wait_for_page,
)

# What no feed has named for so long is forgotten.
_FORGET = 180 * DAY
# A page with less than this share of the text that the feed gives shows a beginning, or a notice.
_WHOLE = 0.5
# Of a feed, so many articles may wait; one that names more has to wait itself.
MOST_WAITING = 2_000
# A page that was about to be read so often when the process died is not read any more.
_MOST_DEATHS = 5
# Longest value of a header that is kept to be sent back.
_LONGEST_MARK = 1_000
_LONGEST_DETAIL = 300

# Reads a report into the archive; says whether the archive changed.
AddReport = Callable[[Report], bool]


class Done(msgspec.Struct, frozen=True):
    """What became of one request: how many articles are new, whether a report or a version of one was read.

    ``fault`` is a kind of FetchError where it failed; ``failed_before`` whether that was so the last time.
    """

    new: int = 0
    report: bool = False
    version: bool = False
    from_feed: bool = False
    fault: str | None = None
    detail: str | None = None
    failed_before: bool = False


class Keeper:
    """Keeps in an archive what is watched."""

    def __init__(
        self,
        archive: Archive,
        clock: Clock,
        add: AddReport,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``add`` reads a report into the archive; ``chance`` gives numbers from 0 to 1."""
        self._archive = archive
        self._clock = clock
        self._add = add
        self._chance = chance

    # --- feeds

    def take_feed(self, feed: FeedState, answer: Answer) -> Done:
        """Keep what a feed answered: the articles that are new, when to ask again, or what was wrong."""
        if answer.status == 304:
            return self._feed_went_well(feed, answer, None)
        if answer.status != 200:
            return self.fail_feed(feed, FetchError("status", str(answer.status)), answer)
        digest = hashlib.sha256(answer.content).hexdigest()
        if digest == feed.digest:
            return self._feed_went_well(feed, answer, None)
        try:
            found = parse_feed(answer.content, answer.address, answer.headers.get("content-type", ""))
        except FetchError as fault:
            return self.fail_feed(feed, fault, answer)
        marked = msgspec.structs.replace(feed, digest=digest, title=found.title or feed.title)
        return self._feed_went_well(marked, answer, found)

    def _feed_went_well(self, feed: FeedState, answer: Answer, found: Feed | None) -> Done:
        clock, at = self._clock.now(), now()
        with self._archive.watching() as watching:
            new, is_all = self._keep_entries(watching, feed, found) if found else (0, True)
            kept = msgspec.structs.replace(
                feed,
                due=clock + wait_for_feed(feed.every, self._chance()),
                asked=at,
                answered=at,
                fault=None,
                detail=None,
                failures=0,
                moved=answer.moved,
                articles=feed.articles + new,
            )
            if found:
                kept = msgspec.structs.replace(
                    kept, etag=_mark(answer, "etag"), modified=_mark(answer, "last-modified")
                )
            if not is_all:
                kept = msgspec.structs.replace(kept, digest=None, etag=None, modified=None)
            watching.keep_feed(kept)
        return Done(new=new, failed_before=feed.failures > 0)

    def fail_feed(self, feed: FeedState, fault: FetchError, answer: Answer | None = None) -> Done:
        """Keep that a feed could not be had, and when to try again; never, if it says that it is gone."""
        asked_to_wait = _retry_after(answer)
        failures = feed.failures + 1
        wait = wait_after_fault(feed.every, failures, fault.kind, asked_to_wait, self._chance())
        clock = self._clock.now()
        gone = answer is not None and answer.status == 410
        detail = str(fault)[:_LONGEST_DETAIL]
        with self._archive.watching() as watching:
            watching.keep_feed(
                msgspec.structs.replace(
                    feed,
                    due=None if gone else clock + wait,
                    asked=now(),
                    fault=fault.kind,
                    detail=detail,
                    failures=failures,
                )
            )
            if asked_to_wait:
                watching.delay_host(feed.host, clock + asked_to_wait)
        return Done(fault=fault.kind, detail=detail, failed_before=feed.fault == fault.kind)

    def _keep_entries(self, watching: Watching, feed: FeedState, found: Feed) -> tuple[int, bool]:
        """Keep the articles that a feed names; return how many are new, and whether all found room."""
        clock = self._clock.now()
        entries = {_address_of(feed, entry): entry for entry in found.entries}
        known = watching.find_pages(entries)
        watching.see_pages([page.number for page in known.values()], clock)
        new = [
            _new_page(feed, address, entries[address], clock) for address in entries if address not in known
        ]
        room = max(0, MOST_WAITING - watching.count_waiting(feed.address)) if new else 0
        changed = (_see_change(page, entries[address], clock) for address, page in known.items())
        # The feed's own order is the latest first; read is the earliest first.
        taken = new[::-1][:room]
        watching.keep_pages([*taken, *(page for page in changed if page)])
        return len(taken), len(taken) == len(new)

    # --- pages

    def take_page(self, page: PageState, feed: FeedState | None, answer: Answer) -> Done:
        """Read the page that was answered into the archive, and keep what became of it."""
        if answer.status == 304:
            return self._page_is_the_same(page)
        if answer.status != 200:
            return self.fail_page(page, feed, FetchError("status", str(answer.status)), answer)
        if page.fault == "reading" and page.failures >= _MOST_DEATHS:
            return self.give_up(page, "died")
        with self._archive.watching() as watching:
            watching.try_page(page.number)
        entry = _unpack(page)
        defaults = Defaults(entry.published, feed.title if feed else None)
        charset = find_charset(answer.headers.get("content-type", ""))
        try:
            report = page_report(answer.content, defaults, charset, answer.address)
        except (ReportError, DateError) as fault:
            return self.fail_page(page, feed, FetchError("page", str(fault)), answer)
        told = entry.text() if page.content else None
        if told and len(report.text) < _WHOLE * len(told):
            return self._read_entry(page, feed)
        report = msgspec.structs.replace(
            report,
            url=_choose_address(report.url, answer.address),
            source=(feed.outlet if feed else None) or report.source,
            title=report.title or entry.title,
            author=report.author or entry.author,
            key=entry.key[:1000] or None,
        )
        marked = msgspec.structs.replace(
            page, etag=_mark(answer, "etag"), modified=_mark(answer, "last-modified")
        )
        return self._keep_report(marked, report, "page")

    def take_entry(self, page: PageState, feed: FeedState | None) -> Done:
        """Read what a feed gives of an article that has no page."""
        return self._read_entry(page, feed)

    def fail_page(
        self, page: PageState, feed: FeedState | None, fault: FetchError, answer: Answer | None = None
    ) -> Done:
        """Keep that a page could not be had: to be tried again, to be done without, or given up."""
        asked_to_wait, clock = _retry_after(answer), self._clock.now()
        if asked_to_wait:
            with self._archive.watching() as watching:
                watching.delay_host(page.host, clock + asked_to_wait)
        if page.reports:
            # It was read before; what it says now is not to be had.
            return self._page_is_the_same(page)
        status = answer.status if answer else None
        wait = wait_for_page(
            page.failures + 1, fault.kind, status, has_text=bool(page.content), chance=self._chance()
        )
        if wait is None and page.content:
            return self._read_entry(page, feed)
        detail = str(fault)[:_LONGEST_DETAIL]
        failed = msgspec.structs.replace(
            page,
            due=None if wait is None else clock + max(wait, asked_to_wait or 0.0),
            visited=clock,
            visits=page.visits + 1,
            failures=page.failures + 1,
            fault=fault.kind,
            detail=detail,
        )
        with self._archive.watching() as watching:
            watching.keep_pages([failed])
        return Done(fault=fault.kind, detail=detail, failed_before=page.failures > 0)

    def _read_entry(self, page: PageState, feed: FeedState | None) -> Done:
        """Read an article's text as the feed gives it."""
        entry = _unpack(page)
        try:
            text = entry.text()
            if not text:
                raise ReportError("has no text")
            report = complete_report(
                Report(
                    text=text, title=entry.title, published=entry.published, url=entry.address,
                    key=entry.key[:1000], author=entry.author,
                ),
                Defaults(source=feed.outlet or feed.title if feed else None),
            )  # fmt: skip
        except (ReportError, DateError) as fault:
            bare = msgspec.structs.replace(page, content=None)
            return self.fail_page(bare, feed, FetchError("page", str(fault)))
        return self._keep_report(page, report, "feed")

    def _keep_report(self, page: PageState, report: Report, origin: str) -> Done:
        if page.report and self._is_same_text(page.report, report.text):
            return self._page_is_the_same(page)
        try:
            self._add(msgspec.structs.replace(report, fetched=now()))
        except ArchiveError as fault:
            if not isinstance(fault, ReadingError):
                raise
            return self.give_up(page, type(fault).__name__)
        except Exception as fault:  # a fault of ours in one report must not end the watch
            return self.give_up(page, type(fault).__name__)
        is_version = page.report is not None and page.report != report.id
        kept = msgspec.structs.replace(
            page,
            # Whatever failed before it was read for the first time does not count.
            visits=page.visits if page.reports else 0,
            report=report.id,
            origin=origin,
            reports=page.reports + (page.report != report.id),
            content=None,
            failures=0,
            fault=None,
            detail=None,
        )
        self._visited(kept)
        return Done(report=not is_version, version=is_version, from_feed=origin == "feed")

    def _is_same_text(self, report_id: str, text: str) -> bool:
        try:
            return self._archive.report(report_id).text == text
        except MissingError:
            return False

    def give_up(self, page: PageState, detail: str) -> Done:
        """Keep that a page is not asked for again, because we fail at it."""
        given_up = msgspec.structs.replace(page, due=None, fault="reading", detail=detail, content=None)
        with self._archive.watching() as watching:
            watching.keep_pages([given_up])
        return Done(fault="reading", detail=detail)

    def _page_is_the_same(self, page: PageState) -> Done:
        self._visited(page)
        return Done()

    def _visited(self, page: PageState) -> None:
        """Keep that a page was read, and when to look at it again."""
        clock = self._clock.now()
        # What the page did not give once is taken from the feed, when that says that it changed.
        is_page = page.origin != "feed" and page.visits < len(REVISITS)
        again = REVISITS[page.visits] if is_page else None
        seen = msgspec.structs.replace(
            page,
            due=None if again is None else clock + again,
            visited=clock,
            visits=page.visits + 1,
            content=None,
        )
        with self._archive.watching() as watching:
            watching.keep_pages([seen])

    # --- now and then

    def tidy(self) -> int:
        """Forget pages that nobody has named for half a year; return how many."""
        with self._archive.watching() as watching:
            return watching.drop_pages(self._clock.now() - _FORGET)


def _address_of(feed: FeedState, entry: Entry) -> str:
    """Return the address of an article's page, or, if it has none, one that only we know it by."""
    if entry.address:
        return entry.address
    return f"{feed.address}#{hashlib.sha256(entry.key.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _new_page(feed: FeedState, address: str, entry: Entry, clock: float) -> PageState:
    return PageState(
        address=address,
        host=urllib.parse.urlsplit(address).netloc,
        feed=feed.address,
        digest=entry.digest,
        entry=_pack(entry),
        content=entry.content,
        due=clock,
        seen=clock,
    )


def _see_change(page: PageState, entry: Entry, clock: float) -> PageState | None:
    """Return a page with what its feed now says of it; None if it says nothing new.

    It is due again, unless it was asked for often enough.
    """
    if page.digest == entry.digest:
        return None
    due = page.due
    if page.visits < MOST_VISITS and (page.reports or page.due is None):
        soonest = max(clock, (page.visited or 0.0) + SOONEST_REVISIT)
        due = soonest if due is None else min(due, soonest)
    return msgspec.structs.replace(
        page, digest=entry.digest, entry=_pack(entry), content=entry.content, due=due
    )


def _pack(entry: Entry) -> str:
    return msgspec.json.encode(msgspec.structs.replace(entry, content=None)).decode()


def _unpack(page: PageState) -> Entry:
    entry = msgspec.json.decode(page.entry, type=Entry)
    return msgspec.structs.replace(entry, content=page.content)


def _choose_address(named: str | None, fetched: str) -> str:
    """Return the address that a page names as its own, if it is one of the same host; else the one it has."""
    if named and urllib.parse.urlsplit(named).hostname == urllib.parse.urlsplit(fetched).hostname:
        return named
    return fetched


def _mark(answer: Answer, name: str) -> str | None:
    """Return a header that is sent back the next time, if it is one that anybody would send."""
    told = answer.headers.get(name)
    return told if told and len(told) <= _LONGEST_MARK else None


def _retry_after(answer: Answer | None) -> float | None:
    if answer is None or answer.status not in (429, 503):
        return None
    return read_retry_after(answer.headers, datetime.datetime.now(datetime.UTC))
