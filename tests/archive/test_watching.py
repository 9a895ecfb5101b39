"""What is kept of feeds and pages: on every database, each operation."""

from __future__ import annotations

import msgspec
from hypothesis import HealthCheck, given, settings

from archive.samples import ANY_TEXT
from depesche.archive.store import Archive
from depesche.archive.watching import Beat, FeedState, PageCounts, PageState

FEED = FeedState(address="https://blatt.example/feed", host="blatt.example", every=900.0, due=10.0)
OTHER = FeedState(address="https://amt.example/feed", host="amt.example", every=900.0, due=20.0, outlet="Amt")
PAGE = PageState(
    address="https://blatt.example/genf", host="blatt.example", feed=FEED.address, digest="d", entry="{}",
    seen=5.0, due=5.0, content="Text",
)  # fmt: skip
BEAT = Beat(
    clock=1.5, wall=1_760_000_000.25, running=True, machine="m", process=7, started="2025-07-11T12:00:00Z"
)


def page(name: str, **fields: object) -> PageState:
    return msgspec.structs.replace(PAGE, address=f"https://blatt.example/{name}", **fields)


def test_there_is_one_sign_of_life(archive: Archive) -> None:
    with archive.watching() as watching:
        assert watching.beat() is None
        watching.keep_beat(BEAT)
        later = msgspec.structs.replace(BEAT, clock=99.0, running=False)
        watching.keep_beat(later)
        assert watching.beat() == later


def test_feeds_come_stay_and_go(archive: Archive) -> None:
    with archive.watching() as watching:
        watching.list_feeds([FEED, OTHER])
        assert watching.feeds() == (OTHER, FEED)
        failed = msgspec.structs.replace(
            FEED, due=5000.0, fault="status", detail="500", failures=2, etag='"1"'
        )
        watching.keep_feed(failed)
        watching.keep_pages([PAGE, page("amt", feed=OTHER.address)])
        watching.list_feeds([msgspec.structs.replace(FEED, every=60.0, due=50.0)])
        assert watching.feeds() == (msgspec.structs.replace(failed, every=60.0),)
        assert watching.find_feed(OTHER.address) is None
        left = watching.find_pages([PAGE.address, "https://blatt.example/amt"])
        assert {name: one.due for name, one in left.items()} == {
            PAGE.address: 5.0,
            "https://blatt.example/amt": None,
        }


def test_a_feed_that_shall_be_asked_more_often_is_due_sooner(archive: Archive) -> None:
    with archive.watching() as watching:
        watching.list_feeds([msgspec.structs.replace(FEED, every=86_400.0, due=80_000.0)])
        watching.list_feeds([msgspec.structs.replace(FEED, every=60.0, due=100.0)])
        assert watching.feeds()[0].due == 160.0


def test_who_is_well_can_be_hurried(archive: Archive) -> None:
    gone = msgspec.structs.replace(OTHER, due=None)
    with archive.watching() as watching:
        watching.list_feeds(
            [FEED, gone, msgspec.structs.replace(FEED, address="https://x.example", failures=1)]
        )
        watching.hurry_feeds(1.0)
        assert [feed.due for feed in watching.feeds()] == [None, 1.0, 10.0]


def test_what_is_due(archive: Archive) -> None:
    with archive.watching() as watching:
        watching.list_feeds([FEED, OTHER])
        watching.keep_pages([PAGE, page("riad", due=4.0), page("done", due=None)])
        assert watching.due_hosts(3.0) == []
        assert watching.due_hosts(15.0) == ["blatt.example"]
        assert watching.due_hosts(25.0) == ["blatt.example", "amt.example"]
        assert watching.due_feed("blatt.example", 9.0) is None
        assert watching.due_feed("blatt.example", 10.0) == FEED
        first = watching.due_page("blatt.example", 9.0)
        assert first is not None and first.address == "https://blatt.example/riad"
        assert watching.next_due() == 4.0
        watching.delay_host("blatt.example", 100.0)
        assert watching.due_hosts(25.0) == ["amt.example"]
        assert watching.next_due() == 20.0


def test_pages_are_counted_and_forgotten(archive: Archive) -> None:
    pages = [
        PAGE, page("read", reports=2, due=None), page("feed", reports=1, origin="feed", due=9.0),
        page("lost", due=None, fault="page"),
    ]  # fmt: skip
    with archive.watching() as watching:
        watching.keep_pages(pages)
        assert watching.count_pages() == PageCounts(
            known=4, waiting=1, read=2, lost=1, reports=3, from_feeds=1
        )
        assert watching.count_waiting(FEED.address) == 1
        found = watching.find_pages([one.address for one in pages])
        watching.see_pages([found["https://blatt.example/lost"].number], 50.0)
        watching.try_page(found[PAGE.address].number)
        tried = watching.find_pages([PAGE.address])[PAGE.address]
        assert (tried.failures, tried.fault) == (1, "reading")
        assert watching.drop_pages(40.0) == 1
        assert watching.drop_pages(60.0) == 1
        assert watching.count_pages() == PageCounts(known=2, waiting=1, read=1, reports=1, from_feeds=1)


def test_nothing_is_kept_of_what_fails(archive: Archive) -> None:
    try:
        with archive.watching() as watching:
            watching.keep_pages([PAGE])
            raise ValueError
    except ValueError:
        pass
    with archive.watched() as watched:
        assert watched.find_pages([PAGE.address]) == {}


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_TEXT, ANY_TEXT)
def test_every_text_comes_back_as_it_is(archive: Archive, address: str, told: str) -> None:
    feed = msgspec.structs.replace(FEED, address=address, title=told, etag=told, detail=told)
    one = msgspec.structs.replace(PAGE, address=address, content=told, entry=told)
    with archive.watching() as watching:
        watching.list_feeds([feed])
        watching.keep_feed(feed)
        assert watching.feeds() == (feed,)
        known = watching.find_pages([address]).get(address)
        watching.keep_pages([msgspec.structs.replace(one, number=known.number if known else 0)])
        kept = watching.find_pages([address])[address]
        assert (kept.content, kept.entry) == (told, told)
