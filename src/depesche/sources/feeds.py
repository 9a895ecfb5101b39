"""What a feed says: its title, and its entries with their addresses, dates and texts.

RSS (0.9 to 2.0), Atom and JSON Feed, told by what they begin with and not by what a server calls them. Feeds
in the wild are broken in small ways: XML is read as far as it goes, in the encoding that it really has.
Entities that a feed declares itself are never put in, nothing outside it is ever loaded.
"""

from __future__ import annotations

import hashlib
import html
import html.entities
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import lxml.etree  # type: ignore[import-untyped]
import msgspec

from depesche.errors import DateError, FetchError, ReportError
from depesche.settings import MAX_ADDRESS, MAX_FEED_ENTRIES, MAX_FEED_TAGS
from depesche.sources.dates import parse_published
from depesche.sources.encodings import decode_text, find_charset
from depesche.sources.markup import markup_text

_DECLARATION = re.compile(r"<\?xml[^>]{0,500}\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"""encoding\s*=\s*["']\s*([\w.:-]{2,40})""")
# What no XML may hold.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# HTML's names for characters, which XML does not know; and an ampersand that begins nothing.
_AMPERSAND = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{0,31};)|(#[0-9A-Fa-fxX]{1,8};)|)")
_VERBATIM, _VERBATIM_END = "<![CDATA[", "]]>"
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
# Whose elements mean what their names say; in others, a title may be that of a picture.
_NAMESPACES = frozenset(
    {
        "",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
        "http://purl.org/rss/1.0/modules/content/",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/terms/",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
)
# The same, where a feed forgot to say what a prefix means.
_PREFIXES = frozenset({"content", "dc", "dcterms", "atom", "rdf"})
_DATES = ("pubdate", "published", "issued", "date", "created")
_CHANGES = ("updated", "modified", "date_modified")
# An address as most are, with which nothing has to be done; to take one apart and to put it together again
# takes longer than to read all the rest of an entry.
_WHOLE_ADDRESS = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*/[\w/.-]*(?:\?[\w/.=&-]*)?", re.ASCII)
# A title is a line, not a text.
_MAX_TITLE = 1_000


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of one article.

    ``address`` is that of its page, if it has one; ``key`` what the feed calls it by; ``published`` and
    ``updated`` are ISO 8601. ``content`` is the article's text where the feed means to give all of it, as
    HTML or, if ``is_plain``, as it stands. ``digest`` changes when anything of it does.
    """

    key: str
    address: str | None = None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    content: str | None = None
    is_plain: bool = False
    digest: str = ""

    def text(self) -> str | None:
        """Return the article's text as the feed gives it, paragraphs parted by an empty line; or None."""
        if not self.content or self.is_plain:
            return self.content
        try:
            return markup_text(self.content) or None
        except ReportError:
            return None


class Feed(msgspec.Struct, frozen=True):
    """What a feed says: its title, and its entries in its order, each address once."""

    title: str | None
    entries: tuple[Entry, ...]


def parse_feed(raw: bytes, base: str, content_type: str = "") -> Feed:
    """Return what a feed says. Raises FetchError if it is none.

    ``base`` is its own address, which those in it may be relative to; ``content_type`` is the header that
    came with it.
    """
    declared = _DECLARED.search(raw[:300])
    encoding = find_charset(content_type) or (declared[1].decode("ascii") if declared else None)
    try:
        text = decode_text(raw, encoding).lstrip("\ufeff \t\r\n")
    except ReportError as fault:
        raise FetchError("feed", f"what it answers {fault}") from fault
    if text.startswith("{"):
        title, entries, is_whole = _read_json(text)
    else:
        title, entries, is_whole = _read_xml(text)
    found: dict[str, Entry] = {}
    for entry in entries:
        whole = _complete(entry, base)
        if whole is not None:
            found.setdefault(whole.address or whole.key, whole)
        if len(found) == MAX_FEED_ENTRIES:
            break
    if not found and not is_whole:
        raise FetchError("feed", "it is broken, and nothing in it can be read")
    return Feed(title, tuple(found.values()))


def _complete(entry: Entry, base: str) -> Entry | None:
    """Return the entry with a whole address, a key and its digest; None if nothing leads to an article."""
    address = _join(base, entry.address) if entry.address else None
    content = entry.content if entry.content and entry.content.strip() else None
    if address is None and content is None:
        return None
    told = (entry.title, entry.published, entry.updated, content)
    digest = hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]
    key = entry.key.strip() or address or digest
    return msgspec.structs.replace(entry, key=key, address=address, content=content, digest=digest)


def _join(base: str, address: str) -> str | None:
    address = address.strip()
    if len(address) <= MAX_ADDRESS and _WHOLE_ADDRESS.fullmatch(address):
        return address
    try:
        url = httpx.URL(base).join(address).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None
    whole = str(url)
    return whole if url.scheme in {"http", "https"} and url.host and len(whole) <= MAX_ADDRESS else None


def _title(told: str | None) -> str | None:
    """Return a headline as one line of plain text."""
    if not told:
        return None
    if "<" in told or "&" in told:
        try:
            told = markup_text(told[: 10 * _MAX_TITLE])
        except ReportError:
            return None
    return " ".join(told.split())[:_MAX_TITLE] or None


def _date(told: str | None) -> str | None:
    try:
        return parse_published(told) if told else None
    except DateError:
        return None


# --- RSS and Atom ---------------------------------------------------------------------------------


def _read_xml(text: str) -> tuple[str | None, Iterator[Entry], bool]:
    """Return the title, the entries, and whether there was nothing wrong with the XML."""
    if text.count("<") > MAX_FEED_TAGS:
        raise FetchError("feed", f"it has more than the {MAX_FEED_TAGS:,} tags allowed")
    text = _ILLEGAL.sub("", _DECLARATION.sub("", text, count=1))
    text = "".join(_mend_ampersands(text))
    parser = lxml.etree.XMLParser(
        recover=True, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True,
        remove_pis=True, huge_tree=False, encoding="utf-8",
    )  # fmt: skip
    try:
        root = lxml.etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (lxml.etree.LxmlError, ValueError) as fault:
        raise FetchError("feed", "it is no feed") from fault
    if root is None or _name(root) not in _ROOTS:
        raise FetchError("feed", "it is no feed")
    # In RSS the title stands in a channel, in Atom in the feed itself.
    channel = next((child for child in root if _name(child) == "channel"), root)
    title = next((_text_of(child) for child in channel if _name(child) == "title"), None)
    return _title(title), _iter_items(root, channel), not parser.error_log


def _iter_items(root: Any, channel: Any) -> Iterator[Entry]:
    # In RSS 1.0 the items stand beside the channel.
    for parent in (root, channel) if channel is not root else (root,):
        for child in parent:
            if _name(child) in ("item", "entry"):
                yield _read_item(child)


def _read_item(item: Any) -> Entry:
    told: dict[str, str] = {}
    link = content = None
    for child in item:
        name = _name(child)
        if name == "link":
            link = _better_link(link, child)
        elif name in ("encoded", "content") and content is None:
            content = _markup_of(child)
        elif name == "author":
            told.setdefault(
                name, next((_text_of(part) for part in child if _name(part) == "name"), _text_of(child))
            )
        elif name:
            told.setdefault(name, _text_of(child))
    guid = told.get("guid") or told.get("id") or ""
    link = link or (guid if guid.startswith(("http://", "https://")) else None)
    if content is None and link is None:
        # An item without a link is complete in itself (RSS 2.0), and its description is the text.
        content = told.get("description") or told.get("summary")
    return Entry(
        key=guid,
        address=link,
        title=_title(told.get("title")),
        published=_first_date(told, _DATES),
        updated=_first_date(told, _CHANGES),
        author=_title(told.get("creator") or told.get("author")),
        content=content,
    )


def _first_date(told: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((date for name in names if (date := _date(told.get(name)))), None)


def _better_link(before: str | None, link: Any) -> str | None:
    """Return the address of an article's page: what the link says, unless a better one was there."""
    address = link.get("href")
    if address is None:
        return before or _text_of(link) or None
    return address if before is None and link.get("rel", "alternate") == "alternate" else before


def _markup_of(element: Any) -> str | None:
    """Return the HTML that an element holds, written out or as XML; None if it only says where it is."""
    if element.get("src"):
        return None
    if element.get("type") == "xhtml" or len(element):
        parts = (
            lxml.etree.tostring(child, encoding="unicode") for child in element if isinstance(child.tag, str)
        )
        return "".join((html.escape(element.text or ""), *parts))
    told = _text_of(element)
    return html.escape(told) if element.get("type") in ("text", "text/plain") else told


def _text_of(element: Any) -> str:
    return "".join(element.itertext()).strip()


def _name(element: Any) -> str:
    """Return the name of an element in lower case, or nothing for one that means something else."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    prefix, _, bare = name.rpartition(":")
    known = namespace in _NAMESPACES and (not prefix or prefix in _PREFIXES)
    return bare.lower() if known else ""


def _mend_ampersands(text: str) -> Iterator[str]:
    """Yield the pieces of XML, with ampersands as XML wants them, but for what stands there verbatim."""
    at = 0
    while (start := text.find(_VERBATIM, at)) >= 0 and (end := text.find(_VERBATIM_END, start)) >= 0:
        yield _AMPERSAND.sub(_mend_ampersand, text[at:start])
        yield text[start:end]
        at = end
    yield _AMPERSAND.sub(_mend_ampersand, text[at:])


def _mend_ampersand(match: re.Match[str]) -> str:
    if match[2]:
        return match[0]
    if not match[1]:
        return "&amp;"
    character = html.entities.html5.get(match[1], "")
    return character if character and character not in "&<>\"'" else match[0]


# --- JSON Feed ------------------------------------------------------------------------------------


class _JsonAuthor(msgspec.Struct, frozen=True):
    name: str | None = None


class _JsonItem(msgspec.Struct, frozen=True):
    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: _JsonAuthor | None = None
    authors: tuple[_JsonAuthor, ...] = ()


class _JsonFeed(msgspec.Struct, frozen=True):
    version: str
    items: tuple[msgspec.Raw, ...]
    title: str | None = None


def _read_json(text: str) -> tuple[str | None, Iterator[Entry], bool]:
    try:
        feed = msgspec.json.decode(text, type=_JsonFeed)
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise FetchError("feed", "it is no JSON feed") from fault
    if "jsonfeed.org" not in feed.version:
        raise FetchError("feed", "it is no JSON feed")
    return _title(feed.title), _iter_json(feed.items), True


def _iter_json(items: tuple[msgspec.Raw, ...]) -> Iterator[Entry]:
    for raw in items:
        try:
            item = msgspec.json.decode(raw, type=_JsonItem)
        except (msgspec.MsgspecError, RecursionError):
            continue
        author = item.author or next(iter(item.authors), None)
        yield Entry(
            key=str(item.id or ""),
            address=item.url or item.external_url,
            title=_title(item.title),
            published=_date(item.date_published),
            updated=_date(item.date_modified),
            author=_title(author.name) if author else None,
            content=item.content_html or item.content_text,
            is_plain=not item.content_html,
        )
