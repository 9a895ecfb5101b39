"""What feeds say: of every kind, broken as they come, hostile as they may be (cases/feeds.yaml)."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.errors import FetchError
from depesche.settings import MAX_FEED_ENTRIES
from depesche.sources.feeds import Entry, parse_feed

BASE = "https://blatt.example/feed/"
CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "feeds.yaml").read_text("utf-8"))


def told(entry: Entry, names: dict[str, Any]) -> dict[str, Any]:
    return {name: entry.text() if name == "text" else getattr(entry, name) for name in names}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_feeds(case: dict[str, Any]) -> None:
    raw = case["feed"].encode()
    if case.get("none"):
        with pytest.raises(FetchError) as caught:
            parse_feed(raw, BASE)
        assert caught.value.kind == "feed"
        return
    feed = parse_feed(raw, BASE)
    assert feed.title == case.get("title", feed.title)
    wanted = case["entries"]
    assert [told(entry, names) for entry, names in zip(feed.entries, wanted, strict=False)] == wanted
    assert len(feed.entries) == len(wanted)


RSS = (
    "<rss version='2.0'><channel><title>Grüße</title>"
    "<item><title>Straße</title><link>/a</link></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (RSS.encode(), ""),
        (RSS.encode(), "application/rss+xml; charset=iso-8859-1"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + RSS.encode(), "text/xml"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + RSS.encode("latin-1"), "text/xml; charset=utf-8"),
        (b"<?xml version='1.0' encoding='utf-8'?>" + RSS.encode("cp1252"), "application/octet-stream"),
        (RSS.encode("utf-8-sig"), "image/png"),
        (RSS.encode("utf-16"), ""),
        (("<?xml version='1.0' encoding='utf-16'?>" + RSS).encode("utf-16"), ""),
        (RSS.replace("Straße", "Stra\x00\x08ße").replace("\x00", "").encode(), ""),
    ],
)
def test_whatever_it_says_of_itself_it_is_read_in_its_own_encoding(raw: bytes, content_type: str) -> None:
    feed = parse_feed(raw, BASE, content_type)
    assert (feed.title, feed.entries[0].title) == ("Grüße", "Straße")


def test_a_change_changes_the_digest() -> None:
    one, two = (parse_feed(RSS.replace("Straße", word).encode(), BASE).entries[0] for word in ("A", "B"))
    assert one.digest != two.digest
    assert one.digest == parse_feed(RSS.replace("Straße", "A").encode(), BASE).entries[0].digest


def make_rss(items: str, head: str = "") -> bytes:
    return f"{head}<rss version='2.0'><channel><title>B</title>{items}</channel></rss>".encode()


BOMB = "<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>{}]>".format(
    "".join(f"<!ENTITY a{i + 1} '{f'&a{i};' * 10}'>" for i in range(20))
)
HOSTILE = {
    "many entries": make_rss("".join(f"<item><link>/a{i}</link></item>" for i in range(20_000))),
    "entities": make_rss("<item><title>&a20;</title><link>/a</link></item>", BOMB),
    "one long entity": make_rss(
        f"<item><title>{'&a;' * 50_000}</title><link>/a</link></item>",
        f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>",
    ),
    "nested": make_rss("<item>" * 60_000),
    "nested content": make_rss(
        f"<item><link>/a</link><description>{'&lt;b&gt;' * 60_000}</description></item>"
    ),
    "ampersands": make_rss(f"<item><title>{'&' * 1_000_000}</title><link>/a</link></item>"),
    "verbatim": make_rss("<![CDATA[" * 100_000),
    "half tags": make_rss("<" * 190_000),
    "attributes": make_rss(
        "<item " + " ".join(f"a{i}='1'" for i in range(50_000)) + "><link>/a</link></item>"
    ),
    "namespaces": make_rss("<item " + " ".join(f"xmlns:a{i}='u'" for i in range(5_000)) + "></item>"),
    "a long declaration": b"<?xml " + b"x" * 2_000_000,
    "white space": b" " * 5_000_000,
    "nested json": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feeds_take_no_time(name: str) -> None:
    begun = time.monotonic()
    with contextlib.suppress(FetchError):
        feed = parse_feed(HOSTILE[name], BASE)
        assert len(feed.entries) <= MAX_FEED_ENTRIES
        assert all(len(entry.title or "") < 10_000 for entry in feed.entries)
        for entry in feed.entries:
            entry.text()
    assert time.monotonic() - begun < 10


@settings(deadline=None, max_examples=200)
@given(st.text(), st.sampled_from(["{}", RSS, CASES[0]["feed"], CASES[5]["feed"]]), st.integers(0, 2_000))
def test_no_text_makes_it_raise_anything_else(text: str, around: str, at: int) -> None:
    raw = (around[:at] + text + around[at:]).encode("utf-8", "surrogatepass")
    with contextlib.suppress(FetchError):
        for entry in parse_feed(raw, BASE, text).entries:
            entry.text()


@settings(deadline=None, max_examples=100)
@given(st.binary(), st.integers(0, 2_000))
def test_no_bytes_do_either(noise: bytes, at: int) -> None:
    raw = CASES[0]["feed"].encode()
    with contextlib.suppress(FetchError):
        parse_feed(raw[:at] + noise + raw[at + len(noise) :], BASE)
