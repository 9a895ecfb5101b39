"""Lists of feeds, in OPML and YAML."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.errors import FetchError, ReportError, WatchError
from depesche.sources.feed_lists import ListedFeed, load_feed_list, parse_feed_list

YAML = b"""
contact: redaktion@blatt.example
every: 30
allow: [192.168.10.0/24]
feeds:
  - https://blatt.example/feed.xml
  - {address: "https://amt.example/presse.json", outlet: Ausw\xc3\xa4rtiges Amt, every: 60}
  - https://blatt.example/feed.xml
"""
OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Politik"><outline type="rss" text="Blatt" title="Elbtagblatt" xmlUrl="https://blatt.example/feed.xml"/></outline>
<outline text="Amt" xmlUrl="https://amt.example/presse.json"/><outline text="Nichts" htmlUrl="https://x.example"/></body></opml>"""


def test_yaml() -> None:
    found = parse_feed_list(YAML)
    assert (found.contact, found.every, found.allow) == ("redaktion@blatt.example", 30, ("192.168.10.0/24",))
    assert found.feeds == (
        ListedFeed("https://blatt.example/feed.xml"),
        ListedFeed("https://amt.example/presse.json", "Auswärtiges Amt", 60),
    )


def test_opml() -> None:
    assert parse_feed_list(OPML).feeds == (
        ListedFeed("https://blatt.example/feed.xml", "Elbtagblatt"),
        ListedFeed("https://amt.example/presse.json", "Amt"),
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"feeds: []", b"feeds: [ftp://x.example]", b"feeds: ['http://me:word@x.example/']",
        b"just words",
        b"feeds: [https://x.example]\nevry: 5", b"feeds: [https://x.example]\nevery: 0", b"feeds: {a: 1}",
        b"feeds: [{outlet: X}]", b"feeds: [1]", b"a: [", b"<html></html>", b"<opml><body/></opml>",
        b"\x00\x01\x02\x03",
        b"feeds: &a [*a]",
    ],
)  # fmt: skip
def test_what_is_no_list_is_named(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(raw)
    with pytest.raises(WatchError, match=str(path)):
        load_feed_list(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WatchError):
        load_feed_list(tmp_path / "none.yaml")


@settings(deadline=None, max_examples=200)
@given(st.text(), st.integers(0, 300), st.sampled_from([YAML, OPML]))
def test_no_text_makes_it_raise_anything_else(text: str, at: int, around: bytes) -> None:
    raw = around[:at] + text.encode("utf-8", "surrogatepass") + around[at:]
    with contextlib.suppress(ValueError, FetchError, ReportError):
        assert parse_feed_list(raw).feeds


def test_bombs_do_not_go_off(tmp_path: Path) -> None:
    entities = "".join(f"<!ENTITY a{i + 1} '{f'&a{i};' * 10}'>" for i in range(20))
    opml = tmp_path / "a.opml"
    opml.write_text(
        f"<!DOCTYPE opml [<!ENTITY a0 'aaaaaaaaaa'>{entities}<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
        "<opml><body><outline xmlUrl='https://a.example/f' text='B'/><p>&a19;&f;</p></body></opml>"
    )
    assert [feed.outlet for feed in load_feed_list(opml).feeds] == ["B"]
    aliases = "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]\n" for i in range(20))
    listed = tmp_path / "a.yaml"
    listed.write_text(f"a0: &a0 [x]\n{aliases}feeds: *a20\n")
    with pytest.raises(WatchError, match="is no list of feeds"):
        load_feed_list(listed)
