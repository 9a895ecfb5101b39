"""Watching, against real servers on this machine: what is asked for, what is read, what is kept."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from depesche.archive.watching import FeedState
from depesche.errors import ArchiveError, WatchError
from depesche.linking import Linker
from depesche.read import words_digest
from depesche.reading import Report
from depesche.watch.status import find_status
from depesche.watch.watcher import Options, Watcher
from watch.papers import (
    NOW,
    Article,
    QuickArchive,
    list_feeds,
    make_feed,
    make_page,
    make_text,
    make_watcher,
    publish,
    texts,
    watch,
)
from web import Handler, Web, answer, endless, raw, redirect, reset, run_web

HOUR = 3600.0
GENF, RIAD, WIEN = make_text("Genf"), make_text("Riad"), make_text("Wien")


def states(place: Path) -> dict[str, FeedState]:
    with QuickArchive(place) as archive, archive.watched() as watched:
        return {feed.address: feed for feed in watched.feeds()}


def pages(place: Path) -> list[tuple[str | None, str | None]]:
    """Return where the report of each page came from, and what went wrong with it."""
    with QuickArchive(place) as archive, archive.watched() as watched:
        urls = [row.url for row in archive.reports()]
        known = watched.find_pages([url for url in urls if url])
    return [(page.origin, page.fault) for page in known.values()]


def count_unlinked(archive: QuickArchive) -> int:
    with archive.linked() as links:
        return links.count_unlinked(words_digest())


def test_every_article_of_a_feed_is_read(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])
    tally = watch(place, web.url("/feed"))
    assert (tally.feeds, tally.articles, tally.reports, tally.page_faults) == (1, 2, 2, 0)
    assert texts(place) == [GENF, RIAD]
    with QuickArchive(place) as archive:
        row = next(row for row in archive.reports() if row.url == web.url("/genf"))
        report = archive.report(row.id)
    assert report.title == "Titel /genf"
    assert report.published == "2025-07-11T14:30:00+02:00"
    assert (report.source, report.key, report.url) == ("Elbtagblatt", "/genf", web.url("/genf"))
    assert report.fetched
    assert [request.path for request in web.requests] == ["/robots.txt", "/feed", "/riad", "/genf"]


def test_what_did_not_change_is_not_read_again(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)], etag='"1"')
    watch(place, web.url("/feed"))
    web.routes["/feed"] = answer(status=304)
    tally = watch(place, web.url("/feed"), at=NOW + 900)
    assert web.asked("/feed")[1].headers["if-none-match"] == '"1"'
    assert (tally.feeds, tally.feed_faults, tally.articles, tally.reports) == (1, 0, 0, 0)
    assert len(web.asked("/genf")) == 1


def test_nor_is_what_the_server_sends_again(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    watch(place, web.url("/feed"))
    assert watch(place, web.url("/feed"), at=NOW + 900).articles == 0
    assert len(web.asked("/genf")) == 1


def test_what_is_new_is_read(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    watch(place, web.url("/feed"))
    publish(web, [Article("/riad", RIAD), Article("/genf", GENF)])
    tally = watch(place, web.url("/feed"), at=NOW + 900)
    assert (tally.articles, tally.reports) == (1, 1)
    assert len(web.asked("/genf")) == 1


def test_an_article_in_two_feeds_is_one(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    publish(web, [Article("/genf", GENF)], feed="/politik")
    assert watch(place, web.url("/feed"), web.url("/politik")).reports == 1
    assert len(web.asked("/genf")) == 1


# --- Versions -------------------------------------------------------------------------------------


def test_an_article_that_its_feed_calls_changed_becomes_a_version(web: Web, place: Path) -> None:
    article = Article("/genf", GENF)
    publish(web, [article])
    watch(place, web.url("/feed"))
    article.text, article.updated = GENF + " Es gab kein Ergebnis.", "2025-07-11T16:00:00+02:00"
    publish(web, [article])
    tally = watch(place, web.url("/feed"), at=NOW + 900)
    assert (tally.reports, tally.versions) == (0, 1)
    assert texts(place) == [GENF, GENF + " Es gab kein Ergebnis."]
    with QuickArchive(place) as archive:
        assert {row.url for row in archive.reports()} == {web.url("/genf")}


def test_a_page_is_looked_at_again_after_an_hour(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    web.routes["/genf"] = answer(make_page("Titel", GENF), headers={"ETag": '"p"'})
    watch(place, web.url("/feed"))
    web.routes["/genf"] = answer(status=304)
    assert watch(place, web.url("/feed"), at=NOW + HOUR + 60).versions == 0
    assert web.asked("/genf")[1].headers["if-none-match"] == '"p"'
    web.routes["/genf"] = answer(make_page("Titel", RIAD))
    assert watch(place, web.url("/feed"), at=NOW + 8 * HOUR).versions == 1
    assert texts(place) == [GENF, RIAD]


def test_a_page_that_changes_around_its_text_gives_no_version(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    watch(place, web.url("/feed"))
    web.routes["/genf"] = answer(make_page("Titel", GENF).replace("Impressum", "Impressum, neu"))
    assert watch(place, web.url("/feed"), at=NOW + HOUR + 60).versions == 0
    assert texts(place) == [GENF]


@pytest.mark.parametrize("now", [answer(status=404), answer(status=410), answer("", 500), reset])
def test_what_was_read_stays_when_its_page_goes(web: Web, place: Path, now: Handler) -> None:
    publish(web, [Article("/genf", GENF)])
    watch(place, web.url("/feed"))
    web.routes["/genf"] = now
    watch(place, web.url("/feed"), at=NOW + HOUR + 60)
    assert texts(place) == [GENF]
    assert len(web.asked("/genf")) == 2


# --- Pages that are not to be had -----------------------------------------------------------------

NO_PAGES: dict[str, Handler] = {
    "gone": answer("nothing here", 404),
    "forbidden": answer("pay", 403),
    "no html": answer(b"%PDF-1.7 \x00\x01\x02\x03\x04\x05\x06\x07\x08" * 50, kind="application/pdf"),
    "no text": answer("<html><body></body></html>"),
    "huge": endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<p>Wort</p>" * 10_000),
    "bomb": answer(gzip.compress(b"\0" * 20_000_000), headers={"Content-Encoding": "gzip"}),
    "loop": redirect("/genf"),
    "into the own network": redirect("http://169.254.169.254/latest/meta-data/"),
    "a beginning": answer(make_page("Titel", "Der Minister hat sich getroffen.")),
    "deep": answer("<html><body>" + "<div>" * 50_000 + "x"),
}


@pytest.mark.parametrize("name", NO_PAGES)
def test_the_feed_s_own_text_is_taken_where_the_page_is_not_to_be_had(
    web: Web, place: Path, name: str
) -> None:
    publish(web, [Article("/genf", GENF, content=True)])
    web.routes["/genf"] = NO_PAGES[name]
    tally = watch(place, web.url("/feed"))
    assert (tally.reports, tally.from_feeds, tally.page_faults) == (1, 1, 0)
    assert texts(place) == [GENF]
    assert pages(place) == [("feed", None)]


@pytest.mark.parametrize("name", [name for name in NO_PAGES if name != "a beginning"])
def test_without_it_the_page_is_named_and_not_asked_for_again(web: Web, place: Path, name: str) -> None:
    publish(web, [Article("/genf", GENF)])
    web.routes["/genf"] = NO_PAGES[name]
    lines: list[str] = []
    assert watch(place, web.url("/feed"), lines=lines).page_faults == 1
    assert any(web.url("/genf") in line for line in lines)
    asked = len(web.asked("/genf"))
    watch(place, web.url("/feed"), at=NOW + 48 * HOUR)
    assert len(web.asked("/genf")) == asked
    assert texts(place) == []


@pytest.mark.parametrize(
    "trouble",
    [
        answer("trouble", 500),
        answer("later", 429),
        reset,
        raw(b""),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.05),
    ],
)
def test_a_page_that_cannot_be_had_now_is_read_later(web: Web, place: Path, trouble: Handler) -> None:
    publish(web, [Article("/genf", GENF, content=True), Article("/riad", RIAD)])
    web.routes["/genf"] = trouble
    assert watch(place, web.url("/feed")).reports == 1
    publish(web, [Article("/genf", GENF, content=True), Article("/riad", RIAD)])
    tally = watch(place, web.url("/feed"), at=NOW + 900)
    assert (tally.reports, tally.from_feeds) == (1, 0)
    assert texts(place) == [GENF, RIAD]


def test_what_robots_txt_forbids_is_not_asked_for(web: Web, place: Path) -> None:
    publish(
        web, [Article("/genf", GENF, content=True), Article("/intern/riad", RIAD), Article("/wien", WIEN)]
    )
    web.routes["/robots.txt"] = answer("User-agent: *\nDisallow: /genf\nDisallow: /intern")
    watch(place, web.url("/feed"))
    assert texts(place) == [GENF, WIEN]
    assert not web.asked("/genf")
    assert not web.asked("/intern/riad")


def test_an_article_without_a_page_is_read_from_the_feed(web: Web, place: Path) -> None:
    item = f"<item><guid>1</guid><title>Genf</title><description>{GENF}</description></item>"
    web.routes["/feed"] = answer(f"<rss><channel><title>Blatt</title>{item}</channel></rss>")
    assert watch(place, web.url("/feed")).from_feeds == 1
    web.routes["/feed"] = answer(
        f"<rss><channel><title>Blatt</title>{item.replace(GENF, RIAD)}</channel></rss>"
    )
    assert watch(place, web.url("/feed"), at=NOW + 900).versions == 1
    assert texts(place) == [GENF, RIAD]


# --- Feeds that misbehave -------------------------------------------------------------------------

ENTITIES = "<!DOCTYPE x [<!ENTITY a '{}'>]>".format("a" * 1000)
BAD_FEEDS: dict[str, tuple[Handler, str]] = {
    "not there": (answer("nothing", 404), "status"),
    "in trouble": (answer("trouble", 500), "status"),
    "a page": (answer(make_page("Start", GENF)), "feed"),
    "broken": (answer("<rss><chan"), "feed"),
    "nothing": (answer(""), "feed"),
    "binary": (answer(bytes(range(256)) * 50), "feed"),
    "too many tags": (answer("<rss>" + "<a/>" * 300_000), "feed"),
    "slow": (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<rss>", 0.05), "time"),
    "endless": (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<item/>" * 10_000), "size"),
    "a bomb": (answer(gzip.compress(b"\0" * 20_000_000), headers={"Content-Encoding": "gzip"}), "size"),
    "packed wrongly": (answer(b"plain", headers={"Content-Encoding": "gzip"}), "answer"),
    "a loop": (redirect("/bad"), "redirects"),
    "inside": (redirect("http://192.168.0.1/feed"), "forbidden"),
    "this machine": (redirect("http://[::1]/feed"), "forbidden"),
    "cut": (reset, "connection"),
    "no http": (raw(b"220 mail.example ESMTP\r\n"), "answer"),
}


@pytest.mark.parametrize("name", BAD_FEEDS)
def test_a_feed_that_misbehaves_is_named_and_costs_the_others_nothing(
    web: Web, place: Path, name: str
) -> None:
    handler, kind = BAD_FEEDS[name]
    web.routes["/bad"] = handler
    with run_web("127.0.0.2") as other:
        publish(other, [Article("/genf", GENF)])
        begun = time.monotonic()
        tally = watch(place, web.url("/bad"), other.url("/feed"))
        assert time.monotonic() - begun < 20
    assert (tally.feeds, tally.feed_faults, tally.reports) == (2, 1, 1)
    bad = states(place)[web.url("/bad")]
    assert (bad.fault, bad.failures) == (kind, 1)
    with QuickArchive(place) as archive, archive.watched() as watched:
        clock = watched.beat()
    assert clock is not None and bad.due is not None
    assert 600 < bad.due - clock.clock < 1200


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "application/octet-stream", ""])
def test_whatever_a_server_calls_it(web: Web, place: Path, kind: str) -> None:
    publish(web, [Article("/genf", GENF)])
    web.routes["/feed"] = answer(make_feed([Article("/genf", GENF).item()]), kind=kind)
    web.routes["/genf"] = answer(make_page("Titel", GENF), kind=kind)
    watch(place, web.url("/feed"))
    assert texts(place) == [GENF]


def test_a_page_in_the_encoding_that_its_server_names(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    page = make_page("Titel", GENF).encode("latin-1")
    web.routes["/genf"] = answer(page, kind="text/html; charset=iso-8859-1")
    watch(place, web.url("/feed"))
    assert texts(place) == [GENF]


def test_entities_of_a_feed_s_own_are_not_put_in(web: Web, place: Path) -> None:
    feed = make_feed(["<entry><id>1</id><title>&a;</title><link href='/genf'/></entry>"])
    web.routes |= {"/feed": answer(ENTITIES + feed), "/genf": answer(make_page("", GENF))}
    watch(place, web.url("/feed"))
    assert texts(place) == [GENF]


def test_a_feed_that_works_again_is_said_to(web: Web, place: Path) -> None:
    web.routes["/feed"] = answer("trouble", 500)
    watch(place, web.url("/feed"))
    publish(web, [Article("/genf", GENF)])
    # It waits, also when somebody asks for one more look, but not for ever.
    assert watch(place, web.url("/feed"), at=NOW + 60).feeds == 0
    lines: list[str] = []
    assert watch(place, web.url("/feed"), at=NOW + 1500, lines=lines).reports == 1
    assert any("works again" in line or "geht wieder" in line for line in lines)
    assert states(place)[web.url("/feed")].fault is None


def test_a_feed_that_is_gone_is_not_asked_for_again(web: Web, place: Path) -> None:
    web.routes["/feed"] = answer("gone", 410)
    watch(place, web.url("/feed"))
    watch(place, web.url("/feed"), at=NOW + 1000 * HOUR)
    assert len(web.asked("/feed")) == 1
    with QuickArchive(place) as archive:
        assert find_status(archive, NOW).feeds[0].next is None


def test_as_long_as_a_server_asks_for_nothing_of_it_is_asked_for(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])
    web.routes["/riad"] = answer("slow down", 429, {"Retry-After": "3600"})
    watch(place, web.url("/feed"))
    assert not web.asked("/genf")  # it comes after the one that was told to wait
    watch(place, web.url("/feed"), at=NOW + 3000)
    assert not web.asked("/genf")
    assert len(web.asked("/feed")) == 1
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])
    watch(place, web.url("/feed"), at=NOW + 4000)
    assert texts(place) == [GENF, RIAD]


def test_a_feed_that_moved_says_so(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)], feed="/new")
    web.routes["/feed"] = redirect("/new", 301)
    assert watch(place, web.url("/feed")).reports == 1
    assert states(place)[web.url("/feed")].moved == web.url("/new")


def test_what_is_not_listed_any_more_is_left_alone(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])
    web.routes["/genf"] = answer("trouble", 500)
    watch(place, web.url("/feed"))
    publish(web, [], feed="/other")
    before = len(web.requests)
    watch(place, web.url("/other"), at=NOW + HOUR)
    assert {request.path for request in web.requests[before:]} == {"/robots.txt", "/other"}
    assert list(states(place)) == [web.url("/other")]


# --- Clocks, stops, and faults of ours ------------------------------------------------------------


@pytest.mark.parametrize("jump", [-1e9, -HOUR, HOUR, 1e9])
def test_a_clock_that_jumps_holds_nothing_up(web: Web, place: Path, jump: float) -> None:
    publish(web, [Article("/genf", GENF)])
    watch(place, web.url("/feed"))
    publish(web, [Article("/riad", RIAD), Article("/genf", GENF)])
    watch(place, web.url("/feed"), at=NOW + jump)
    assert texts(place) == [GENF, RIAD]
    with QuickArchive(place) as archive, archive.watched() as watched:
        last, due = watched.beat(), watched.next_due()
    assert last is not None and due is not None
    assert due - last.clock < 1100


def test_a_clock_that_jumps_while_somebody_watches_changes_nothing(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    jumps = iter([NOW, NOW, NOW - 1e9, NOW + 1e9, NOW - 1e6])
    with QuickArchive(place) as archive:
        wall = lambda: next(jumps, NOW)  # noqa: E731
        make_watcher(archive, web.url("/feed"), wall=wall).run(once=True)
    state = states(place)[web.url("/feed")]
    assert state.due is not None and 700 < state.due < 1100


def test_two_do_not_watch_for_one_archive(web: Web, place: Path) -> None:
    with QuickArchive(place) as archive:
        watcher = make_watcher(archive, web.url("/feed"))
        with archive.watching() as watching:
            other = watcher._clock.beat()
            watching.keep_beat(msgspec.structs.replace(other, process=1, wall=NOW))
        with pytest.raises(WatchError, match="1"):
            make_watcher(archive, web.url("/feed"))
        make_watcher(archive, web.url("/feed"), wall=lambda: NOW + 300)


def test_it_stops_at_once(web: Web, place: Path) -> None:
    web.routes["/slow"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<rss>", 0.05)
    publish(web, [Article("/genf", GENF)])
    with QuickArchive(place) as archive:
        watcher = make_watcher(archive, web.url("/slow"), seconds=60)
        threading.Timer(0.5, watcher.stop).start()
        begun = time.monotonic()
        watcher.run()
        assert time.monotonic() - begun < 8
        assert not find_status(archive, NOW).running


def test_it_goes_on_watching_until_it_is_stopped(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF)])
    with QuickArchive(place) as archive:
        watcher = make_watcher(archive, web.url("/feed"))
        watcher._feeds = type(watcher._feeds)(
            feeds=watcher._feeds.feeds, every=0.5 / 60, allow=watcher._feeds.allow
        )
        threading.Timer(4.0, watcher.stop).start()
        watcher.run()
    assert len(web.asked("/feed")) > 2
    assert len(web.asked("/genf")) == 1


def test_a_fault_of_ours_in_one_article_costs_the_others_nothing(
    web: Web, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])
    add = QuickArchive.add

    def fail(self: QuickArchive, report: Report, *, link: bool = True) -> bool:
        if report.text == GENF:
            raise RuntimeError(report.text)
        return add(self, report, link=link)

    monkeypatch.setattr(QuickArchive, "add", fail)
    lines: list[str] = []
    tally = watch(place, web.url("/feed"), lines=lines)
    assert (tally.reports, tally.page_faults) == (1, 1)
    assert texts(place) == [RIAD]
    assert not any("Minister" in line for line in lines)


def test_what_is_read_is_linked_and_what_was_left_is_too(web: Web, place: Path) -> None:
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])
    watch(place, web.url("/feed"))
    with QuickArchive(place) as archive:
        linking = Options(pause=0.0, link=True)
        feeds = list_feeds(web.url("/feed"))
        assert count_unlinked(archive) == 2
        Watcher(archive, feeds, print, linking, wall=lambda: NOW).run(once=True)
        assert count_unlinked(archive) == 0


def test_linking_that_fails_is_tried_again(web: Web, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(web, [Article("/genf", GENF)])
    monkeypatch.setattr("depesche.watch.watcher._LINK_EVERY", 0.3)
    run, faults = Linker.run, iter([RuntimeError("secret")] * 2)

    def fail(self: Linker) -> Iterator[int]:
        for fault in faults:
            raise fault
        return run(self)

    monkeypatch.setattr(Linker, "run", fail)
    lines: list[str] = []
    with QuickArchive(place) as archive:
        linking = Options(pause=0.0, link=True)
        watcher = Watcher(archive, list_feeds(web.url("/feed")), lines.append, linking, wall=lambda: NOW)
        watching = threading.Thread(target=watcher.run)
        watching.start()
        patience = time.monotonic() + 60
        while (count_unlinked(archive) or not archive.count()) and time.monotonic() < patience:
            time.sleep(0.1)
        watcher.stop()
        watching.join(60)
        assert (archive.count(), count_unlinked(archive)) == (1, 0)
    assert sum("RuntimeError" in line for line in lines) == 2
    assert not any("secret" in line for line in lines)


def test_a_page_at_which_the_process_dies_is_given_up_in_the_end(
    web: Web, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(web, [Article("/genf", GENF), Article("/riad", RIAD)])

    class Death(BaseException):
        """Ends the process, as a fault in a library does."""

    add = QuickArchive.add

    def die(self: QuickArchive, report: Report, *, link: bool = True) -> bool:
        if report.text == RIAD:
            raise Death
        return add(self, report, link=link)

    monkeypatch.setattr(QuickArchive, "add", die)
    for _ in range(5):
        with pytest.raises(Death):
            watch(place, web.url("/feed"))
    tally = watch(place, web.url("/feed"))
    assert (tally.reports, tally.page_faults) == (1, 1)
    assert texts(place) == [GENF]


def test_a_feed_without_end_fills_no_archive(web: Web, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depesche.watch.keeper.MOST_WAITING", 5)
    publish(web, [Article(f"/a{i}", make_text(f"A{i}")) for i in range(12)], etag='"1"')
    # What does not find room is taken up the next time.
    assert [watch(place, web.url("/feed"), at=NOW + 900 * i).reports for i in range(4)] == [5, 5, 2, 0]


def test_an_archive_in_trouble_is_waited_for(web: Web, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(web, [Article("/genf", GENF)])
    monkeypatch.setattr("depesche.watch.watcher._TROUBLE", 0.05)
    add, faults = QuickArchive.add, iter([ArchiveError("The disk is full.")] * 3)

    def fail(self: QuickArchive, report: Report, *, link: bool = True) -> bool:
        for fault in faults:
            raise fault
        return add(self, report, link=link)

    monkeypatch.setattr(QuickArchive, "add", fail)
    lines: list[str] = []
    assert watch(place, web.url("/feed"), lines=lines).reports == 1
    assert lines.count("The disk is full.") == 1


def test_the_log_holds_no_words_of_reports_and_no_secrets_of_addresses(web: Web, place: Path) -> None:
    publish(web, [Article("/genf?key=secret", GENF), Article("/riad", RIAD)], feed="/feed?key=secret")
    web.routes["/genf?key=secret"] = answer("trouble", 500)
    lines: list[str] = []
    watch(place, web.url("/feed?key=secret"), lines=lines)
    assert len(lines) > 2
    assert not any(word in line for line in lines for word in ("secret", "Minister", "Titel", "trouble"))


def test_one_host_is_asked_one_thing_after_another_and_many_hosts_at_the_same_time(place: Path) -> None:
    addresses = [f"127.0.1.{i}" for i in range(1, 6)]
    with run_web("0.0.0.0") as web:
        publish(web, [Article(f"/a{i}", make_text(f"A{i}")) for i in range(3)])
        begun = time.monotonic()
        watch(place, *[web.url("/feed", address) for address in addresses], pause=0.3)
        took = time.monotonic() - begun
        times = {
            address: [r.at for r in web.requests if r.headers["host"].startswith(address)]
            for address in addresses
        }
    assert [len(asked) for asked in times.values()] == [5] * 5
    assert all(asked[-1] - asked[0] > 1.1 for asked in times.values())
    assert took < 5 * 1.2
