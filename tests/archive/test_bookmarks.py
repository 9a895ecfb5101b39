"""How far files were read: one bookmark a file and way of reading, gone with the run that kept it."""

from __future__ import annotations

import msgspec
from hypothesis import HealthCheck, given, settings

from archive.samples import ANY_TEXT
from depesche.archive.store import Archive
from depesche.bookmark import Bookmark

FIRST = Bookmark(
    path="/a.warc.gz", size=5_000_000_000, changed=1_760_000_000_123_456_789, offset=3_000_000_000
)
SECOND = Bookmark(path="/b.warc.gz", size=7, changed=1, offset=7, records=4, reports=2, faults=1, skipped=1)


def test_a_later_bookmark_takes_the_place_of_an_earlier(archive: Archive) -> None:
    later = msgspec.structs.replace(FIRST, offset=4_000_000_000, reports=9)
    archive.keep_bookmarks("s", "r", [FIRST, SECOND])
    archive.keep_bookmarks("s", "r", [later])
    archive.keep_bookmarks("s", "r", [])
    assert archive.bookmark("s", FIRST.path) == later
    assert archive.bookmark("s", SECOND.path) == SECOND


def test_a_bookmark_is_good_for_one_way_of_reading(archive: Archive) -> None:
    archive.keep_bookmarks("with", "r", [FIRST])
    assert archive.bookmark("without", FIRST.path) is None
    assert archive.bookmark("with", SECOND.path) is None


def test_the_end_of_a_run_takes_its_own_bookmarks(archive: Archive) -> None:
    archive.keep_bookmarks("s", "stopped", [FIRST])
    archive.keep_bookmarks("s", "ended", [SECOND])
    archive.drop_bookmarks("ended")
    assert archive.bookmark("s", FIRST.path) == FIRST
    assert archive.bookmark("s", SECOND.path) is None
    archive.keep_bookmarks("s", "resumed", [FIRST])
    archive.drop_bookmarks("resumed")
    assert archive.bookmark("s", FIRST.path) is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=ANY_TEXT)
def test_any_path_comes_back(archive: Archive, path: str) -> None:
    bookmark = msgspec.structs.replace(FIRST, path=path)
    archive.keep_bookmarks("s", "r", [bookmark])
    assert archive.bookmark("s", path) == bookmark
