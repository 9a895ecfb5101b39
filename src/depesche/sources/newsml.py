"""News items in IPTC's XML: NewsML-G2 (news items, packages, news messages) and NITF, also in it.

https://iptc.org/standards/newsml-g2/, https://iptc.org/standards/nitf/. Elements are told by their local
names, because suppliers use several namespaces, or none, for the same ones. Files are read piece by piece:
of a news message of any length, one item is held. Nothing is loaded from elsewhere, and a file that declares
entities is refused.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import lxml.etree  # type: ignore[import-untyped]

from depesche.errors import DateError, DepescheError, ReportError
from depesche.reading import Report
from depesche.settings import MAX_RECORD
from depesche.sources.course import Course
from depesche.sources.dates import parse_published
from depesche.sources.encodings import CHUNK
from depesche.sources.markup import markup_text, tree_text
from depesche.sources.packed import meter
from depesche.sources.records import Defaults, Fault, complete_report, show_value

# What holds a report, and what holds those.
_ITEMS = ("newsItem", "nitf")
_ROOTS = frozenset({"newsItem", "newsMessage", "packageItem", "nitf"})
# Items that are understood to hold no text: pictures, lists of concepts, plans.
_OTHER_ITEMS = frozenset({"packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"})
# Elements of an item: more than any report has; they take some hundred times their bytes in memory.
_MAX_ELEMENTS = 100_000
# Its class, in the codes of IPTC and of those who have their own.
_TEXT_CLASS = re.compile(r"(?:.*[:/])?text")
# Why an item is left out; the name of a message.
NO_TEXT = "skipped-no-text"

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d:?\d\d)?")
# What stands in a NITF body and is no text of the report.
_NITF_SILENT = ("media", "body.end", "datasource")
_SPACE = re.compile(r"\s+")


class ForeignError(ReportError):
    """A file is well-formed, but in a format that is not read."""


def read_xml(stream: BinaryIO, where: str, defaults: Defaults, course: Course) -> Iterator[Report | Fault]:
    """Yield the reports of a file in NewsML-G2 or NITF; a broken item is a Fault with its number and line.

    Items of other kinds (pictures, packages) are told to the ``course``. Raises ForeignError where the file
    is other XML, ReportError where it is none.
    """
    gauge = _Gauge()
    metered = meter(stream, gauge.add)
    number = 0
    try:
        for element in _iter_items(metered, gauge):
            number += 1
            place = f"{where}, item {number}" + (
                f" at line {element.sourceline:,}" if element.sourceline else ""
            )
            try:
                report = _read_item(element, defaults)
            except DepescheError as fault:
                yield Fault(place, str(fault))
                continue
            if report is None:
                course.skip(NO_TEXT)
            else:
                yield report
    except lxml.etree.XMLSyntaxError as fault:
        rest = "; what follows it cannot be read" if number else ""
        raise ReportError(f"is not well-formed XML ({show_value(fault.msg, 160)}){rest}") from fault


class _Gauge:
    """How much was read since the last item. Raises ReportError when it is too much for one."""

    def __init__(self) -> None:
        self.bytes = self.elements = 0

    def add(self, number: int) -> None:
        """Count ``number`` more bytes."""
        self.bytes += number
        if self.bytes > MAX_RECORD:
            raise ReportError(f"has an item of more than the {MAX_RECORD:,} bytes allowed")

    def add_element(self) -> None:
        """Count an element."""
        self.elements += 1
        if self.elements > _MAX_ELEMENTS:
            raise ReportError(f"has an item of more than the {_MAX_ELEMENTS:,} elements allowed")

    def reset(self) -> None:
        """Begin another item."""
        self.bytes = self.elements = 0


def _iter_items(stream: BinaryIO, gauge: _Gauge) -> Iterator[Any]:
    """Yield each item that no other one holds. Raises XMLSyntaxError, ReportError."""
    parser = lxml.etree.XMLPullParser(
        events=("start", "end", "comment", "pi"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    depth = 0
    is_first = True
    fault: lxml.etree.XMLSyntaxError | None = None
    finished = False
    while not finished:
        piece = stream.read1(CHUNK)  # type: ignore[attr-defined]
        finished = not piece
        try:
            if piece:
                parser.feed(piece)
            else:
                parser.close()
        except lxml.etree.XMLSyntaxError as found:
            # What stands before the fault comes first.
            fault, finished = found, True
        for event, element in parser.read_events():
            if event in ("comment", "pi"):
                continue
            name = _local_name(element)
            if is_first:
                _check_root(element, name)
                is_first = False
            if event == "start":
                gauge.add_element()
            is_item = name in _ITEMS or name in _OTHER_ITEMS
            if not is_item:
                continue
            depth += 1 if event == "start" else -1
            if event == "end" and not depth:
                yield element
                gauge.reset()
                _drop(element)
    if fault is not None:
        raise fault


def _check_root(root: Any, name: str) -> None:
    """Raise ReportError where the file declares entities, ForeignError where it is of another kind."""
    document = root.getroottree().docinfo.internalDTD
    if document is not None and any(True for _ in document.iterentities()):
        raise ReportError("declares entities of its own, which is refused")
    if name not in _ROOTS:
        raise ForeignError(f"is XML of a kind that is not read (its root is {show_value(name)})")


def _drop(element: Any) -> None:
    """Forget an item and what stands before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_item(item: Any, defaults: Defaults) -> Report | None:
    """Return the report of an item; None if it is no text. Raises ReportError, DateError."""
    name = _local_name(item)
    if name == "nitf":
        return complete_report(_nitf_report(item), defaults)
    kind = _attribute(_first(item, "itemMeta/itemClass"), "qcode", "uri", "literal")
    if name in _OTHER_ITEMS or (kind and not _TEXT_CLASS.fullmatch(kind)):
        return None
    return complete_report(_g2_report(item), defaults)


def _g2_report(item: Any) -> Report:
    """Return the report of a NewsML-G2 news item, as it stands there."""
    content = max(_contents(item), key=lambda found: len(found.text), default=None)
    if content is None:
        raise ReportError("is a NewsML item without a text")
    provider = _first(item, "itemMeta/provider")
    key = item.get("guid")
    return Report(
        text=content.text,
        title=_headline(item) or content.title,
        published=_date(_words(_first(item, "itemMeta/versionCreated")))
        or _date(_words(_first(item, "itemMeta/firstCreated")))
        or _date(_words(_first(item, "contentMeta/contentCreated")))
        or content.published,
        source=_words(_first(item, "contentMeta/creditline"))
        or _name(provider)
        or _words(_first(item, "rightsInfo/copyrightHolder/name")),
        url=key if key and key.startswith(("http://", "https://")) else None,
        key=key,
        language=_attribute(_first(item, "contentMeta/language"), "tag") or _language(item),
        author=_words(_first(item, "contentMeta/by"))
        or content.author
        or _name(_first(item, "contentMeta/creator")),
    )


def _contents(item: Any) -> Iterator[Report]:
    """Yield the texts that an item holds, with what they say of themselves."""
    dateline = _words(_first(item, "contentMeta/dateline"))
    for inline in _all(item, "contentSet/inlineXML"):
        for root in inline.iterchildren(tag=lxml.etree.Element):
            if _local_name(root) == "nitf":
                yield _nitf_report(root)
            elif text := _html_text(root, dateline):
                yield Report(text=text, title=_words(_descendant(root, "h1")))
    for inline in _all(item, "contentSet/inlineData"):
        text = "".join(inline.itertext())
        if inline.get("encoding"):
            continue
        if "html" in inline.get("contenttype", "") or text.lstrip().startswith("<"):
            text = markup_text(text)
        if text.strip():
            yield Report(text=text)


def _nitf_report(root: Any) -> Report:
    """Return the report of a NITF document. Raises ReportError where it has no text."""
    body = _first(root, "body")
    content = _first(root, "body/body.content")
    head = _first(root, "body/body.head")
    text = "" if content is None else _element_text(content, _NITF_SILENT)
    if not text:
        raise ReportError("is a NITF document without a text")
    dateline = _words(_first(head, "dateline"))
    stated = (
        _attribute(_first(root, f"head/docdata/{name}"), "norm") for name in ("date.issue", "date.release")
    )
    printed = _attribute(_first(root, "head/pubdata"), "date.publication")
    told = _attribute(_first(head, "dateline/story.date"), "norm")
    return Report(
        text=_with_dateline(dateline, text),
        title=_words(_first(head, "hedline/hl1")) or _words(_first(root, "head/title")),
        published=next(filter(None, map(_date, (*stated, printed, told))), None),
        source=_attribute(_first(root, "head/pubdata"), "name")
        or _words(_first(head, "distributor"))
        or _attribute(_first(root, "head/docdata/doc.copyright"), "holder"),
        key=_attribute(_first(root, "head/docdata/doc-id"), "id-string"),
        language=_language(root) or _language(body),
        author=_words(_first(head, "byline")),
    )


def _html_text(root: Any, dateline: str | None) -> str:
    """Return the text of inline XHTML: of its main section, where the supplier marks one."""
    body = _descendant(root, "body")
    body = root if body is None else body
    silent = ("header", "nav", "aside", "footer", "figure", "h1")
    return _with_dateline(dateline, _element_text(body, silent))


def _element_text(element: Any, silent: tuple[str, ...]) -> str:
    """Return the paragraphs under an element of any namespace, without those of the ``silent`` ones."""
    copied = lxml.etree.fromstring(
        lxml.etree.tostring(element, with_tail=False),
        lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False),
    )
    for child in list(copied.iter(lxml.etree.Element)):
        # Its parser lets names through that lxml does not take (``<:``).
        with contextlib.suppress(ValueError):
            child.tag = _local_name(child)
    for child in list(copied.iter(*silent)):
        if child is not copied:
            child.clear(keep_tail=True)
    return str(tree_text(copied))


def _with_dateline(dateline: str | None, text: str) -> str:
    """Return the text behind its dateline, with which it may begin: *Genf (dpa) - Die Minister ...*"""
    if not dateline:
        return text
    begins = _SPACE.sub(" ", text[: 2 * len(dateline) + 40])
    if begins.startswith(dateline.rstrip(" -–—")):
        return text
    return f"{dateline} {text}" if dateline.endswith(("-", "–", "—")) else f"{dateline} - {text}"


def _headline(item: Any) -> str | None:
    """Return the headline of an item: the one of the highest rank, in its own words."""
    ranked = sorted(
        _all(item, "contentMeta/headline"),
        key=lambda headline: (not _is_main(headline), _rank(headline.get("rank"))),
    )
    return next(filter(None, map(_words, ranked)), None) or _words(_first(item, "itemMeta/title"))


def _is_main(headline: Any) -> bool:
    role = headline.get("role")
    return role is None or role.endswith(("main", "headline"))


def _rank(rank: str | None) -> int:
    return int(rank) if rank and rank.isascii() and rank.isdecimal() and len(rank) < 10 else 1


def _date(stated: str | None) -> str | None:
    """Return a date as ISO 8601, also from the short form of NITF (``20250711T143000+0200``), or None."""
    if not stated:
        return None
    found = _STAMP.fullmatch(stated.strip())
    if found:
        year, month, day, hour, minute, second, zone = found.groups()
        stated = f"{year}-{month}-{day}"
        if hour:
            stated += f"T{hour}:{minute}:{second or '00'}{zone or ''}"
    try:
        return parse_published(stated)
    except DateError:
        return None


def _language(element: Any) -> str | None:
    return _attribute(element, "{http://www.w3.org/XML/1998/namespace}lang")


def _name(party: Any) -> str | None:
    """Return what a party is called: its name, or the literal or last part of the code it is known by."""
    if party is None:
        return None
    code = _attribute(party, "qcode", "uri")
    return (
        _words(_first(party, "name"))
        or party.get("literal")
        or (re.split(r"[:/]", code)[-1] if code else None)
    )


def _words(element: Any) -> str | None:
    """Return the text of an element in one line, None if it has none."""
    return None if element is None else _SPACE.sub(" ", "".join(element.itertext())).strip() or None


def _attribute(element: Any, *names: str) -> str | None:
    if element is None:
        return None
    return next((str(value) for value in map(element.get, names) if value), None)


def _all(element: Any, path: str) -> list[Any]:
    """Return the elements at a path of local names below an element."""
    found = [element]
    for name in path.split("/"):
        found = [child for parent in found for child in parent.iterchildren(f"{{*}}{name}")]
    return found


def _first(element: Any, path: str) -> Any:
    return next(iter(_all(element, path)), None) if element is not None else None


def _descendant(element: Any, name: str) -> Any:
    return next(element.iter(f"{{*}}{name}"), None)


def _local_name(element: Any) -> str:
    """Return the name of an element without its namespace; lxml refuses some that its parser lets through."""
    return str(element.tag).rpartition("}")[2]
