"""CSV of the archive's rows, for spreadsheets.

Comma, quotation marks around every cell, line ends as RFC 4180 has them, a header line. A spreadsheet takes
a cell that begins with ``= + - @`` (also as full-width characters), tab or a line end for a formula, and
a text from the web may be made to be one: such a cell gets an apostrophe before it, which spreadsheets take
for "this is text". Cells made of numbers stay as they are. NUL and lone surrogates become U+FFFD.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

import msgspec

from depesche.archive.alerts import AlertRow
from depesche.archive.rows import (
    ActorRow,
    EventRow,
    Party,
    QuotationRow,
    RelationRow,
    ReportRow,
    SearchHit,
    other_outlets,
)
from depesche.archive.tokens import Token
from depesche.judgement import Doubt, Judgement

Cell = str | int | float | bool | None
Column = Callable[[Any], Cell]

_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# Between several things in one cell.
DIVIDER = "; "


def _field(name: str) -> Column:
    return lambda row: getattr(row, name)


def fields(*names: str) -> dict[str, Column]:
    """Return columns that hold fields of their rows under the fields' names."""
    return {name: _field(name) for name in names}


def _list(name: str) -> Column:
    return lambda row: DIVIDER.join(getattr(row, name))


def _party(party: Party | None) -> str | None:
    """Return an actor as a cell: its name and country (``Marco Rubio (USA)``)."""
    if party is None:
        return None
    return f"{party.name} ({party.country})" if party.country else party.name


def _parties(name: str) -> Column:
    return lambda row: DIVIDER.join(_party(party) or "" for party in getattr(row, name))


def _countries(name: str) -> Column:
    return lambda row: DIVIDER.join(dict.fromkeys(p.country for p in getattr(row, name) if p.country))


def _part(name: str, field: str) -> Column:
    """Return the column of a field of what stands in another field, empty where nothing stands there."""
    return lambda row: getattr(getattr(row, name), field) if getattr(row, name) else None


_SENTENCE: Column = lambda row: row.sentence.text if row.sentence else None  # noqa: E731

# What people decided about, or are asked about: one thing or two.
_ANCHORS = {
    f"{side}_{name}": _part(side, name)
    for side in ("subject", "object")
    for name in ("report", "start", "end")
}

COLUMNS: dict[type[msgspec.Struct], dict[str, Column]] = {
    ReportRow: {
        **fields("id", "url", "title", "published", "source", "author", "key", "language"),
        "agency": _list("agency"),
        **fields("actors", "quotations", "events"),
        "other_outlets": lambda row: DIVIDER.join(other_outlets(row.source, row.appearances)),
    },
    ActorRow: {
        **fields("name", "type", "country", "sector", "role", "office", "tenure", "mentions", "reports"),
        **fields("first", "last", "report", "start", "end", "text"),
        "sentence": _SENTENCE,
    },
    EventRow: {
        **fields("date", "earliest", "latest", "type", "mode"),
        "context": _list("context"),
        "status": _field("status"),
        "actor": _parties("actor"),
        "actor_country": _countries("actor"),
        "recipient": _parties("recipient"),
        "recipient_country": _countries("recipient"),
        "place": _field("place"),
        **{
            f"place_{name}": _part("location", name)
            for name in ("country", "latitude", "longitude", "geonames")
        },
        "source": lambda row: _party(row.source),
        "text": _field("text"),
        "sentence": _SENTENCE,
        **fields("report", "event", "start", "end", "rule", "title", "published", "outlet", "url"),
    },
    RelationRow: {
        **fields("published", "kind", "mode", "status"),
        "parties": _parties("parties"),
        "countries": _countries("parties"),
        "mutual": _field("mutual"),
        **{
            name + ("" if field == "value" else f"_{field}"): _part(name, field)
            for name in ("since", "until")
            for field in ("value", "earliest", "latest")
        },
        "source": lambda row: _party(row.source),
        "text": _field("text"),
        "sentence": _SENTENCE,
        **fields("report", "relation", "start", "end", "rule", "title", "outlet", "url"),
    },
    QuotationRow: {
        **fields("published", "type"),
        "speaker": lambda row: row.speaker.text if row.speaker else None,
        "speaker_name": lambda row: row.actor.name if row.actor else None,
        "speaker_country": lambda row: row.actor.country if row.actor else None,
        "addressee": lambda row: row.addressee.text if row.addressee else None,
        "text": _field("text"),
        "sentence": _SENTENCE,
        "spans": lambda row: DIVIDER.join(f"{span.start}:{span.end}" for span in row.spans),
        **fields("nested", "report", "number", "rule", "title", "outlet", "url"),
    },
    Judgement: {
        **fields("number", "made", "by", "verdict"),
        **_ANCHORS,
        **fields("value", "withdraws", "why"),
    },
    Doubt: {**fields("kind"), **_ANCHORS, **fields("joined", "doubt", "weight")},
    AlertRow: fields(
        *("number", "name", "kind", "query", "wanted", "channel", "target", "made"),
        *("found", "sent", "waiting", "failed", "fault"),
    ),
    Token: {**fields("number", "name"), "scopes": _list("scopes"), **fields("made", "expires", "revoked")},
    SearchHit: {
        **fields("report", "title", "published", "source", "url", "score"),
        "snippet": lambda row: row.snippet.text,
        "likeness": _field("likeness"),
    },
}


def write_csv(kind: type[msgspec.Struct], rows: Iterable[msgspec.Struct], stream: TextIO) -> None:
    """Write rows of one kind, with the header also if there is none. Open the stream with newline=""."""
    write_table(COLUMNS[kind], rows, stream)


def write_table(columns: Mapping[str, Column], rows: Iterable[Any], stream: TextIO) -> None:
    """Write rows under columns, each of which tells its cell of a row. Open the stream with newline=""."""
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([to_cell(column(row)) for column in columns.values()])


def to_cell(value: Cell) -> str:
    """Return a value as a cell that no spreadsheet computes.

    >>> to_cell("=1+1"), to_cell(-1.5), to_cell(True), to_cell(None)
    ("'=1+1", '-1.5', 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = _UNWRITABLE.sub("\ufffd", value)
    return f"'{text}" if _FORMULA.match(text) else text
