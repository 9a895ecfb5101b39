"""A search as a feed: JSON Feed 1.1 and Atom (RFC 4287), the latest reports first.

An entry is a report; its id is made of that of the report (``tag:...:8b2f...``), so that a reader of feeds
knows it again, whatever the search and wherever the desk is served.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

import msgspec

from depesche.archive.rows import SearchHit
from depesche.desk.addresses import report_address

JSON_FEED, ATOM = "application/feed+json", "application/atom+xml; charset=utf-8"
_VERSION = "https://jsonfeed.org/version/1.1"
_ATOM = "http://www.w3.org/2005/Atom"
# What nobody knows the time of, and what an empty feed was last changed at.
_NEVER = "1970-01-01T00:00:00Z"
# Characters that XML 1.0 cannot hold, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed(msgspec.Struct, frozen=True):
    """A search as a feed: its title, its page, its own address, both with the host, and what was found.

    ``ids`` are those of the entries, where an entry is not a report.
    """

    title: str
    page: str
    address: str
    host: str
    language: str
    hits: Sequence[SearchHit]
    ids: Sequence[str] = ()

    @property
    def entries(self) -> Iterator[tuple[str, SearchHit]]:
        """What was found, each with the id of its entry."""
        return zip(self.ids or map(name_entry, self.hits), self.hits, strict=True)


def write_json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed 1.1."""
    items = [_item(feed, id_, hit) for id_, hit in feed.entries]
    told = {
        "version": _VERSION,
        "title": clean_text(feed.title),
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "items": items,
    }
    return msgspec.json.encode(told)


def _item(feed: Feed, id_: str, hit: SearchHit) -> dict[str, object]:
    item: dict[str, object] = {
        "id": id_,
        "url": f"{feed.host}{report_address(hit.report)}",
        "title": clean_text(hit.title or hit.source or hit.report[:12]),
        "content_text": clean_text(hit.snippet.text),
        "language": "de",
    }
    if hit.url and re.fullmatch(r"https?://[^\s<>\"]+", hit.url):
        item["external_url"] = clean_text(hit.url)
    if hit.published:
        item["date_published"] = write_time(hit.published)
    if hit.source:
        item["authors"] = [{"name": clean_text(hit.source)}]
    return item


def write_atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    _add(root, "title", feed.title)
    _add(root, "id", feed.address)
    ElementTree.SubElement(root, "link", {"rel": "self", "href": clean_text(feed.address)})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "href": clean_text(feed.page)})
    _add(root, "updated", max((write_time(hit.published) for hit in feed.hits), default=_NEVER))
    _add(ElementTree.SubElement(root, "author"), "name", "Depesche")
    for id_, hit in feed.entries:
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, "title", hit.title or hit.source or hit.report[:12])
        _add(entry, "id", id_)
        ElementTree.SubElement(entry, "link", {"href": f"{feed.host}{report_address(hit.report)}"})
        _add(entry, "updated", write_time(hit.published))
        if hit.published:
            _add(entry, "published", write_time(hit.published))
        if hit.source:
            _add(ElementTree.SubElement(entry, "author"), "name", hit.source)
        # Words, and no markup: whatever the text holds stays text.
        summary = ElementTree.SubElement(entry, "summary", {"type": "text", "xml:lang": "de"})
        summary.text = clean_text(hit.snippet.text)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = clean_text(text)


def name_entry(hit: SearchHit) -> str:
    """Return the id of a report in feeds: a URI (RFC 4151) that never changes."""
    return f"tag:depesche.example,2025:report:{hit.report}"


def write_time(published: str | None) -> str:
    """Return a day, or a day with a time, as RFC 3339 has it: of a day alone its beginning, in UTC.

    >>> write_time("2025-07-11"), write_time("2025-07-20T08:15:00+02:00"), write_time("bald")
    ('2025-07-11T00:00:00Z', '2025-07-20T06:15:00Z', '1970-01-01T00:00:00Z')
    """
    try:
        time = datetime.datetime.fromisoformat(published or "")
        told = time.astimezone(datetime.UTC) if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    except (ValueError, OverflowError):
        return _NEVER
    return told.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def clean_text(text: str) -> str:
    """Return a text with U+FFFD for the characters that cannot stand in a feed."""
    return _UNWRITABLE.sub("\ufffd", text)
