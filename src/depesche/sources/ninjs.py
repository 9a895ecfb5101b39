"""News items in IPTC ninjs, versions 1, 2 and 3, recognised by their shape.

https://iptc.org/standards/ninjs/. Version 1 gives ``body_text``, ``body_xhtml`` and ``headline``, version 2
``bodies`` and ``headlines`` as lists, version 3 the same with names such as ``versionCreated`` for
``versioncreated``; drafts of version 2 that are still about call the lists ``body`` and ``headline``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.sources.markup import markup_text
from depesche.sources.records import Defaults, complete_report, show_value

_MARKS = (
    "bodies",
    "body",
    "body_text",
    "body_xhtml",
    "headlines",
    "versioncreated",
    "firstcreated",
    "pubstatus",
)
# The version's own date comes first: the text as given is that version's.
_DATES = ("versioncreated", "firstcreated", "contentcreated")


def is_ninjs(record: Mapping[str, object]) -> bool:
    """Return whether a JSON object looks like a ninjs item: it has a ``uri`` and no field ``text``."""
    if not isinstance(record.get("uri"), str) or "text" in record:
        return False
    names = _lowered(record)
    return any(mark in names for mark in _MARKS)


def from_ninjs(record: Mapping[str, object], defaults: Defaults) -> Report:
    """Return the report of a ninjs item; its text is its longest body. Raises ReportError, DateError."""
    record = _lowered(record)
    uri = _string(record, "uri")
    texts = list(_body_texts(record))
    if not texts:
        kind = f" of type {show_value(record['type'])}" if isinstance(record.get("type"), str) else ""
        raise ReportError(f"is a ninjs item{kind} without a text")
    report = Report(
        text=max(texts, key=len),
        published=next(filter(None, (_string(record, name) for name in _DATES)), None),
        title=_headline(record),
        source=_source(record),
        url=uri if uri and uri.startswith(("http://", "https://")) else None,
        key=uri,
        language=_string(record, "language"),
        author=_string(record, "by") or _string(record, "byline"),
    )
    return complete_report(report, defaults)


def _body_texts(record: Mapping[str, object]) -> Iterator[str]:
    for name in ("bodies", "body"):
        for body in _objects(record.get(name)):
            kind = " ".join(str(body.get(mark, "")) for mark in ("contenttype", "role", "name"))
            yield from _plain(body.get("value"), kind)
    for name, value in record.items():
        if name.startswith("body_"):
            yield from _plain(value, name)


def _plain(value: object, kind: str) -> Iterator[str]:
    if not isinstance(value, str):
        return
    is_markup = "html" in kind or "xml" in kind or value.lstrip().startswith("<")
    text = markup_text(value) if is_markup else value
    if text and not text.isspace():
        yield text


def _headline(record: Mapping[str, object]) -> str | None:
    headlines = [*_objects(record.get("headlines")), *_objects(record.get("headline"))]
    main = sorted(headlines, key=lambda headline: "main" not in (headline.get("role"), headline.get("name")))
    stated = (_string(headline, name) for headline in main for name in ("value", "text"))
    return next(filter(None, stated), None) or _string(record, "headline") or _string(record, "title")


def _source(record: Mapping[str, object]) -> str | None:
    sources = [*_objects(record.get("infosources")), *_objects(record.get("infosource"))]
    named = filter(None, (_string(source, "name") for source in sources))
    return next(named, None) or _string(record, "copyrightholder")


def _objects(value: object) -> list[Mapping[str, object]]:
    return [_lowered(item) for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _lowered(record: Mapping[str, object]) -> dict[str, object]:
    """Return an object with its names in lower case, as versions 1 and 2 have them."""
    return {name.lower(): value for name, value in record.items()}


def _string(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) and value.strip() else None
