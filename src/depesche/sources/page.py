"""A report from an HTML page: main text, headline, outlet, author and date of publication.

trafilatura finds the text. The text of the report is what it extracts, paragraphs parted by an empty
line, without the headline; offsets count in that. The date must be stated as that of publication: in
the page's metadata, its address, or a date line. A date in the running text, a copyright year or the
date of the file is none, and no clock is read.
"""

from __future__ import annotations

import copy
import html
import json
import logging
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import htmldate
import trafilatura
import trafilatura.metadata
import trafilatura.utils

from depesche.errors import DateError, ReportError
from depesche.reading import Report
from depesche.settings import MAX_PAGE, MAX_PAGE_TAGS, MAX_TAG_ATTRIBUTES
from depesche.sources.dates import parse_published
from depesche.sources.encodings import decode_text
from depesche.sources.markup import tree_text
from depesche.sources.records import Defaults, complete_report
from depesche.sources.whole import read_whole

# They report what they cannot do on standard error unless somebody listens.
for _name in ("trafilatura", "htmldate", "readability", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*(?:["']\s*)?([\w.:-]{2,40})""", re.IGNORECASE)
# Where pages state when they were published, the most exact first.
_DATE_PATHS = (
    ".//meta[@property='article:published_time']/@content",
    ".//*[@itemprop='datePublished']/@datetime",
    ".//*[@itemprop='datePublished']/@content",
    ".//meta[@name='date' or @name='dc.date' or @name='DC.date' or @name='DC.date.issued'"
    " or @name='dcterms.created' or @name='pubdate' or @name='publish-date']/@content",
    ".//time[@pubdate]/@datetime",
)
# Parts of a page whose dates are not its own: other reports, long running text, the imprint.
_FOREIGN = ".//aside | .//nav | .//footer | .//form | .//figure | .//img | .//li | .//p[string-length() > 80]"
# Words behind the beginning of a paragraph, or of what follows a link or stress in it.
_PARAGRAPH = re.compile(r"<(?:p|/a|/strong|/b|/em|/i|br|div|span)\b[^<>]{0,300}>([^<>]{80,5000})")
# So much of a page is glanced at, in bytes: where it has a text, it begins there.
_GLANCED = 400_000
# References to characters, of which those that XML does not know stop libraries that move text about.
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}))(?![0-9a-fA-F]);?")
_TAG = re.compile(r"""<[A-Za-z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+""")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
# A paragraph longer than this, in characters, is text and no date line.
_LONG_LINE = 80
# Fixed, because the default asks the clock.
_LATEST = "2199-12-31"


def read_page(stream: BinaryIO, where: str, defaults: Defaults) -> Iterator[Report]:
    """Yield the one report of an HTML page. Raises ReportError where it has no text."""
    raw = read_whole(stream, MAX_PAGE)
    yield page_report(raw, defaults)


def page_report(
    raw: bytes, defaults: Defaults, charset: str | None = None, address: str | None = None
) -> Report:
    """Return the report in the bytes of an HTML page. Raises ReportError where it has no text.

    ``charset`` is the encoding that the page was sent with, which counts before the one that it names itself;
    ``address`` the one that it was fetched from.
    """
    if len(raw) > MAX_PAGE:
        raise ReportError(f"is larger than the {MAX_PAGE:,} bytes allowed for a file of its kind")
    declared = _CHARSET.search(raw[:4096])
    markup = decode_text(raw, charset or (declared[1].decode("ascii") if declared else None))
    if not markup.strip():
        raise ReportError("is empty")
    _check_size(markup)
    markup = _REFERENCE.sub(_known_character, markup)
    try:
        tree = trafilatura.utils.load_html(markup)
        if tree is None:
            raise ReportError("is not a page that can be parsed")
        return _tree_report(tree, defaults, address)
    except RecursionError as fault:
        raise ReportError("is a page nested too deep") from fault
    except (AssertionError, ValueError) as fault:
        # Of the libraries, on a tree that no browser makes: ``<svg><meta><p>``.
        raise ReportError("is not a page that can be taken apart") from fault


def _known_character(reference: re.Match[str]) -> str:
    """Return a reference to a character as it is, or a space for one that may not stand in a document."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    known = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return reference[0] if known or 0x10000 <= number < 0x110000 else " "


def glance_paragraphs(raw: bytes) -> Iterator[str]:
    """Yield some paragraphs of a page, roughly and fast: what may be a text, before tags are looked at."""
    try:
        markup = decode_text(raw[:_GLANCED])
    except ReportError:
        return
    for found in _PARAGRAPH.finditer(markup):
        yield html.unescape(found[1])


def _check_size(markup: str) -> None:
    """Raise ReportError for a page that would take minutes to parse."""
    for number, tag in enumerate(_TAG.finditer(markup)):
        if number == MAX_PAGE_TAGS:
            raise ReportError(f"is a page of more than the {MAX_PAGE_TAGS:,} tags allowed")
        if tag.end() - tag.start() > MAX_TAG_ATTRIBUTES:
            bare = _QUOTED.sub("", tag[0])
            if max(len(bare.split()), bare.count("=")) > MAX_TAG_ATTRIBUTES:
                raise ReportError(f"has a tag with more than the {MAX_TAG_ATTRIBUTES:,} attributes allowed")


def _tree_report(tree: Any, defaults: Defaults, address: str | None) -> Report:
    facts = trafilatura.metadata.extract_metadata(
        copy.deepcopy(tree), date_config={"max_date": _LATEST, "extensive_search": False}
    )
    published = find_published(tree, address or facts.url)
    found = trafilatura.bare_extraction(copy.deepcopy(tree), include_comments=False)
    body = getattr(found, "body", None)
    text = tree_text(body) if body is not None else ""
    text = _drop_headline(text, facts.title)
    if not text:
        raise ReportError("is a page without text")
    report = Report(
        text=text,
        published=published,
        title=facts.title,
        source=facts.sitename,
        url=address or facts.url,
        language=tree.get("lang"),
        author=facts.author,
    )
    return complete_report(report, defaults)


def find_published(tree: Any, url: str | None) -> str | None:
    """Return the date of publication that a page states, ISO 8601, or None if it states none."""
    stated = (str(date) for path in _DATE_PATHS for date in tree.xpath(path))
    for date in (*_linked_dates(tree), *stated, *_headline_dates(tree)):
        try:
            return parse_published(date)
        except DateError:
            continue
    lines = copy.deepcopy(tree)
    for element in lines.xpath(_FOREIGN):
        # Emptied, not dropped: that would move the text behind it, each time all of it.
        element.clear(keep_tail=True)
    times = lines.xpath(".//time")
    if len({time.get("datetime", "")[:10] for time in times}) > 1:
        # Those of other reports are among them, and nothing tells which.
        for time in times:
            time.clear(keep_tail=True)
    found = htmldate.find_date(lines, extensive_search=False, original_date=True, url=url, max_date=_LATEST)
    return str(found) if found else None


def _linked_dates(tree: Any) -> Iterator[str]:
    """Yield each datePublished of the page's JSON-LD, outermost first."""
    for script in tree.xpath(".//script[@type='application/ld+json']/text()"):
        try:
            level: list[object] = [json.loads(script)]
        except (ValueError, RecursionError):
            continue
        while level:
            objects = [value for value in level if isinstance(value, dict)]
            yield from (date for value in objects if isinstance(date := value.get("datePublished"), str))
            lists = [value for value in level if isinstance(value, list)]
            level = [item for value in lists for item in value]
            level += [item for value in objects for item in value.values() if isinstance(item, dict | list)]


def _headline_dates(tree: Any) -> Iterator[str]:
    """Yield the dates of the time elements between the first headline and the text below it."""
    headline = tree.find(".//h1")
    if headline is None:
        return
    for element in headline.xpath("following::*[self::p or self::time]"):
        if element.tag == "time":
            yield element.get("datetime", "")
        elif len(element.text_content()) > _LONG_LINE:
            return


def _drop_headline(text: str, title: str | None) -> str:
    """Return the text without a first paragraph that is the headline: that stands in its own field."""
    first, _, rest = text.partition("\n\n")
    return rest if title and rest and first.strip() == title.strip() else text
