"""Which feeds to watch: a list in OPML, as feed readers write it, or in YAML, which says more.

contact: redaktion@elbtagblatt.example
feeds:
  - https://elbtagblatt.example/feed.xml
  - {address: "https://amt.example/presse.json", outlet: Auswärtiges Amt, every: 60}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.etree  # type: ignore[import-untyped]
import msgspec
import yaml

from depesche.errors import FetchError, ReportError, WatchError
from depesche.sources.encodings import decode_text
from depesche.sources.fetching import parse_address

# A list of feeds that is larger is none.
_LARGEST = 5_000_000
_EVERY = 15.0


class ListedFeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feed: its address, the outlet if its reports do not say it, and how often to look, in minutes."""

    address: str
    outlet: str | None = None
    every: float | None = None


class FeedList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The feeds, and what holds for all of them.

    ``contact`` is what servers are told, so that somebody can write to whoever asks; ``every`` is in minutes,
    ``allow`` are networks inside the own one that may be reached all the same.
    """

    feeds: tuple[ListedFeed, ...]
    contact: str | None = None
    every: float = _EVERY
    allow: tuple[str, ...] = ()


def load_feed_list(path: Path) -> FeedList:
    """Return the feeds that a file lists, each once. Raises WatchError, which says what is wrong with it."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise WatchError(f"{path} is too large for a list of feeds.")
        return parse_feed_list(raw)
    except OSError as fault:
        raise WatchError(f"{path} cannot be read: {fault.strerror}.") from fault
    except (FetchError, ReportError, ValueError) as fault:
        raise WatchError(f"{path} is no list of feeds: {fault}.") from fault


def parse_feed_list(raw: bytes) -> FeedList:
    """Return the feeds that OPML or YAML lists. Raises ReportError, FetchError or ValueError."""
    text = decode_text(raw)
    found = _read_opml(raw) if text.lstrip().startswith("<") else _read_yaml(text)
    if found.every <= 0 or any(feed.every is not None and feed.every <= 0 for feed in found.feeds):
        raise ValueError("`every` must be more than nothing")
    feeds: dict[str, ListedFeed] = {}
    for feed in found.feeds:
        try:
            address = str(parse_address(feed.address))
        except FetchError as fault:
            raise ValueError(f"{feed.address!r}: {fault}") from fault
        feeds.setdefault(address, msgspec.structs.replace(feed, address=address))
    if not feeds:
        raise ValueError("it lists no feed")
    return msgspec.structs.replace(found, feeds=tuple(feeds.values()))


def _read_yaml(text: str) -> FeedList:
    try:
        told = yaml.safe_load(text)
        # A feed without more to say is its address.
        if isinstance(told, dict) and isinstance(told.get("feeds"), list):
            told["feeds"] = [{"address": one} if isinstance(one, str) else one for one in told["feeds"]]
        return msgspec.convert(told, FeedList)
    except yaml.YAMLError as fault:
        raise ValueError(f"it is neither OPML nor YAML ({' '.join(str(fault).split())})") from fault
    except RecursionError as fault:
        raise ValueError("it is nested too deep") from fault


def _read_opml(raw: bytes) -> FeedList:
    parser = lxml.etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True)
    try:
        root = lxml.etree.fromstring(raw, parser)
    except lxml.etree.LxmlError as fault:
        raise ValueError("it is no OPML") from fault
    if root is None or root.tag != "opml":
        raise ValueError("it is no OPML")
    return FeedList(feeds=tuple(_iter_outlines(root)))


def _iter_outlines(root: Any) -> Iterator[ListedFeed]:
    for outline in root.iter("outline"):
        address = outline.get("xmlUrl") or outline.get("xmlurl")
        if address:
            yield ListedFeed(address, (outline.get("title") or outline.get("text") or "").strip() or None)
