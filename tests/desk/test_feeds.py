"""Feeds: valid, with ids that stay, and texts of strangers as nothing but text."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.samples import ANY_TEXT
from depesche.archive.rows import Passage, SearchHit
from depesche.desk.feeds import Feed, write_atom, write_json_feed

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def check_atom(written: bytes) -> ElementTree.Element:
    """What RFC 4287 demands of a feed and of its entries."""
    root = ElementTree.fromstring(written)
    assert root.tag == f"{ATOM}feed"
    for part in (root, *root.iter(f"{ATOM}entry")):
        for name in ("title", "id", "updated"):
            (one,) = part.findall(f"{ATOM}{name}")
            assert one.text is not None or name == "title"
        assert TIME.fullmatch(part.findtext(f"{ATOM}updated") or "")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    (own,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == root.findtext(f"{ATOM}id")
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for entry in root.iter(f"{ATOM}entry"):
        assert [link.get("href") for link in entry.findall(f"{ATOM}link")] != [None]
        assert {child.tag for child in entry.find(f"{ATOM}summary") or ()} == set()
    return root


def check_json(written: bytes) -> dict[str, object]:
    """What JSON Feed 1.1 demands."""
    told = json.loads(written)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(told["title"], str)
    for item in told["items"]:
        assert isinstance(item["id"], str) and item["id"]
        assert isinstance(item["content_text"], str)
        assert "content_html" not in item
        assert TIME.fullmatch(item.get("date_published", "2025-01-01T00:00:00Z"))
        assert all(author["name"] is not None for author in item.get("authors", ()))
    ids = [item["id"] for item in told["items"]]
    assert len(set(ids)) == len(ids)
    return told  # type: ignore[no-any-return]


HITS = st.lists(
    st.builds(
        SearchHit,
        report=st.from_regex("[0-9a-f]{64}", fullmatch=True),
        title=st.none() | ANY_TEXT,
        published=st.sampled_from([None, "2025-07-11", "2025-07-20T08:15:00+02:00", "0001-01-01", "soon"]),
        source=st.none() | ANY_TEXT,
        url=st.sampled_from(
            [None, "https://a.example/<x>", "https://a.example/1?a=1&b=2", "javascript:alert(1)"]
        ),
        score=st.just(0.0),
        snippet=st.builds(Passage, st.just(0), st.just(1), ANY_TEXT),
        marks=st.just(()),
        title_marks=st.just(()),
    ),
    max_size=3,
    unique_by=lambda hit: hit.report,
)


@settings(max_examples=60, deadline=None)
@given(hits=HITS, title=ANY_TEXT)
def test_any_reports_are_a_valid_feed(hits: list[SearchHit], title: str) -> None:
    feed = Feed(
        title, "http://a.example/search?q=<&", "http://a.example/feed", "http://a.example", "de", hits
    )
    root, told = check_atom(write_atom(feed)), check_json(write_json_feed(feed))
    assert len(list(root.iter(f"{ATOM}entry"))) == len(hits) == len(told["items"])  # type: ignore[arg-type]
    assert b"javascript:" not in write_json_feed(feed)


def test_markup_in_a_report_is_text() -> None:
    hit = SearchHit(
        "ab" * 32, "<b>Krieg</b> & Frieden", "2025-07-11", None, None, 0.0, Passage(0, 9, "<i>so</i>"), (), ()
    )
    feed = Feed("Suche", "http://a.example/", "http://a.example/feed", "http://a.example", "de", [hit])
    root = check_atom(write_atom(feed))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "<b>Krieg</b> & Frieden"
    assert root.findtext(f"{ATOM}entry/{ATOM}summary") == "<i>so</i>"
    item: dict[str, object]
    (item,) = check_json(write_json_feed(feed))["items"]  # type: ignore[misc]
    assert item["title"] == "<b>Krieg</b> & Frieden"


def test_a_search_is_a_feed_with_ids_that_stay(client: TestClient) -> None:
    found = client.get("/search/feed.json?q=Treffen&sort=best")
    assert found.headers["content-type"].startswith("application/feed+json")
    one = check_json(found.content)
    other = check_json(client.get("/search/feed.json?q=Au%C3%9Fenminister").content)
    ids = [{item["id"] for item in told["items"]} for told in (one, other)]  # type: ignore[attr-defined]
    assert ids[0] & ids[1]
    days = [item["date_published"] for item in one["items"] if "date_published" in item]  # type: ignore[attr-defined]
    assert days == sorted(days, reverse=True)
    atom = client.get("/search/feed.atom?q=Treffen")
    assert atom.headers["content-type"].startswith("application/atom+xml")
    assert len(list(check_atom(atom.content).iter(f"{ATOM}entry"))) == len(ids[0])
    assert check_json(client.get("/search/feed.json").content)["items"] == []
