"""What every source yields: a Report, or a Fault that says where one should have been and why it is not.

The fields that a supplier gives are checked here, once for all formats. The text is never altered:
what cannot be kept as it is (a NUL character, half a surrogate pair) is refused.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

import msgspec

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.settings import MAX_TEXT
from depesche.sources.dates import parse_published

FIELDS = ("text", "title", "published", "source", "url", "id", "language", "author")

# NUL cannot be stored in PostgreSQL, a lone surrogate not even be encoded.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Control characters, and those that turn the direction of writing, would garble a terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Fault(msgspec.Struct, frozen=True):
    """One report or file that cannot be read.

    ``where`` is fit to be shown: ``folder/file.jsonl, line 40000``. ``reason`` completes it to a
    sentence: ``is empty``. Neither holds control characters.
    """

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class Defaults(msgspec.Struct, frozen=True):
    """What to put where a report lacks it: the date of publication (ISO 8601) and the outlet.

    ``columns`` are pairs of one of FIELDS and the name that it has in tables and JSON objects instead of its
    own; with dots for what stands in another object (``article.body``).
    """

    published: str | None = None
    source: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    def column(self, field: str) -> str:
        """Return the name under which a field stands in tables and objects."""
        return next((name for known, name in self.columns if known == field), field)


NO_DEFAULTS = Defaults()


def complete_report(report: Report, defaults: Defaults) -> Report:
    """Return the report with its fields checked and its date in ISO 8601; what it lacks, the defaults fill.

    Raises ReportError where a field cannot be kept, DateError where ``published`` is no date.
    """
    _check_text(report.text)
    published = _tidy("published", report.published)
    return Report(
        text=report.text,
        published=parse_published(published) if published else defaults.published,
        title=_tidy("title", report.title),
        source=_tidy("source", report.source) or defaults.source,
        url=_tidy("url", report.url),
        key=_tidy("id", report.key),
        language=_tidy("language", report.language),
        author=_tidy("author", report.author),
    )


def to_report(record: Mapping[str, object], defaults: Defaults) -> Report:
    """Return the report that a JSON object or table row gives in the fields of FIELDS.

    Raises ReportError, which names the field, or DateError.
    """
    values = {field: _pick(record, defaults.column(field)) for field in FIELDS}
    if values["text"] is None:
        raise ReportError(f"has no field {show_value(defaults.column('text'))}")
    for field, _ in defaults.columns:
        values[field] = _join(field, values[field])
    fields = {name: _to_string(name, value) for name, value in values.items()}
    text, key = fields.pop("text") or "", fields.pop("id")
    return complete_report(Report(text=text, key=key, **fields), defaults)


def show_value(value: object, limit: int = 60) -> str:
    """Return a value, shortened and with control characters escaped, fit for one line of a message."""
    return show_name(str(value)[: limit + 1], limit)


def show_name(name: str, limit: int = 500) -> str:
    """Return a file's name with control characters escaped: names come from strangers' ZIP files too."""
    name = name if len(name) <= limit else name[: limit - 1] + "…"
    return _UNPRINTABLE.sub(lambda match: repr(match[0])[1:-1], name)


def _pick(record: Mapping[str, object], name: str) -> object:
    """Return the value under a name, or under its parts in one object after the other, or None."""
    for known in (name, name.lower()):
        if known in record:
            return record[known]
    found: object = record
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


# What parts the paragraphs of a text, and several authors.
_JOINTS = {"text": "\n\n", "author": ", "}


def _join(name: str, value: object) -> object:
    """Return a list of strings, in a field that somebody has named, as one string."""
    if name in _JOINTS and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _JOINTS[name].join(value)
    return value


def _to_string(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if name == "published" and isinstance(value, datetime.date):
        return value.isoformat()
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ReportError(f"its field {name} is {_KIND_NAMES.get(type(value), 'something else')}, not a string")


_KIND_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    bytes: "binary",
    datetime.date: "a date",
    datetime.datetime: "a date",
}


def _check_text(text: str) -> None:
    if not text or text.isspace():
        raise ReportError("its text is empty")
    if len(text) > MAX_TEXT:
        raise ReportError(f"its text has {len(text):,} characters, more than the {MAX_TEXT:,} allowed")
    _check_storable("text", text)


def _check_storable(name: str, value: str) -> None:
    found = _UNSTORABLE.search(value)
    if found:
        kind = "a NUL character" if found[0] == "\0" else "half a character (a lone surrogate)"
        raise ReportError(f"its field {name} holds {kind} at character {found.start() + 1:,}")


def _tidy(name: str, value: str | None) -> str | None:
    value = value.strip() if value else None
    if value:
        _check_storable(name, value)
    return value or None
