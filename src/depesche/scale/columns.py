"""The columns of the Parquet files of a batch, and reports and readings in them and out of them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from depesche.reading import Meaning, Reading, Report, Span

# Where and how a report was published: whatever is neither its text nor said of that.
_PLACE_OF_PUBLICATION = tuple(name for name in Report.__struct_fields__ if name not in ("text", "language"))
_FIELDS = (*_PLACE_OF_PUBLICATION, "text", "language")
_STRINGS = pa.list_(pa.string())

# Reports as they were gathered, not read yet. ``record`` counts those of a file.
GATHERED = pa.schema(
    [("id", pa.binary(32)), ("day", pa.string()), ("record", pa.int64())]
    + [(name, pa.string()) for name in _FIELDS]
)
# What could not be read.
REFUSED = pa.schema([("file", pa.string()), ("record", pa.string()), ("reason", pa.string())])
# Reports with what was read in them. ``language`` is the reading's, ``stated_language`` the supplier's.
READINGS = pa.schema(
    [
        ("id", pa.string()),
        *((name, pa.string()) for name in _PLACE_OF_PUBLICATION),
        ("text", pa.string()),
        ("stated_language", pa.string()),
        ("appearances", pa.list_(pa.struct([(name, pa.string()) for name in _PLACE_OF_PUBLICATION]))),
        ("file", pa.string()),
        ("record", pa.int64()),
        ("language", pa.string()),
        ("reader", pa.string()),
        ("agencies", _STRINGS),
        ("actors", _STRINGS),
        ("countries", _STRINGS),
        ("places", _STRINGS),
        ("event_types", _STRINGS),
        ("events", pa.int32()),
        ("quotations", pa.int32()),
        ("relations", pa.int32()),
        ("reading", pa.string()),
        ("meaning_model", pa.string()),
        ("meaning_size", pa.int32()),
        ("meaning_sentences", pa.list_(pa.list_(pa.int32(), 2))),
        ("meaning_vectors", pa.binary()),
    ]
)


class Entry(msgspec.Struct, frozen=True):
    """A report of a batch: itself, where else its text was published that day, its reading, what it means."""

    report: Report
    appearances: tuple[Report, ...]
    reading: Reading
    meaning: Meaning | None


def to_table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table."""
    return pa.Table.from_pylist(list(rows), schema=schema)


def gathered_row(report: Report, record: int) -> dict[str, Any]:
    """Return the row of a report that was gathered, the ``record``-th of its file."""
    fields = {name: getattr(report, name) for name in _FIELDS}
    return {"id": bytes.fromhex(report.id), "day": report.day, "record": record, **fields}


def gathered_report(row: Mapping[str, Any]) -> Report:
    """Return the report of a row of GATHERED."""
    return Report(**{name: row[name] for name in _FIELDS})


def reading_row(
    report: Report,
    twins: Iterable[Report],
    reading: Reading,
    meaning: Meaning | None,
    file: str,
    record: int,
) -> dict[str, Any]:
    """Return the row of a report that was read; ``twins`` are the same text in other places that day."""
    return {
        "id": report.id,
        **_place(report),
        "text": report.text,
        "stated_language": report.language,
        "appearances": list(_other_places(report, twins)),
        "file": file,
        "record": record,
        "language": reading.language,
        "reader": reading.reader,
        "agencies": list(reading.agency),
        "actors": sorted({actor.name for actor in reading.actors}),
        "countries": sorted({actor.country for actor in reading.actors if actor.country}),
        "places": sorted({place.name for place in reading.places}),
        "event_types": sorted({event.type for event in reading.events}),
        "events": len(reading.events),
        "quotations": len(reading.quotations),
        "relations": len(reading.relations),
        "reading": msgspec.json.encode(reading).decode(),
        "meaning_model": meaning.model if meaning else None,
        "meaning_size": meaning.size if meaning else None,
        "meaning_sentences": [[s.start, s.end] for s in meaning.sentences] if meaning else None,
        "meaning_vectors": meaning.vectors if meaning else None,
    }


def _place(report: Report) -> dict[str, str | None]:
    return {name: getattr(report, name) for name in _PLACE_OF_PUBLICATION}


def _other_places(report: Report, twins: Iterable[Report]) -> Iterable[dict[str, str | None]]:
    """Yield each further place of publication once; to be fetched again is no other place."""
    seen = {msgspec.structs.replace(report, fetched=None)}
    for twin in twins:
        bare = msgspec.structs.replace(twin, fetched=None)
        if bare not in seen:
            seen.add(bare)
            yield _place(twin)


def read_entry(row: Mapping[str, Any]) -> Entry:
    """Return what a row of READINGS holds. Raises msgspec.ValidationError or DecodeError if it is broken."""
    text, language = row["text"], row["stated_language"]
    report = Report(text=text, language=language, **{name: row[name] for name in _PLACE_OF_PUBLICATION})
    twins = tuple(Report(text=text, **place) for place in row["appearances"])
    reading = msgspec.json.decode(row["reading"], type=Reading)
    meaning = None
    if row["meaning_model"] is not None:
        sentences = tuple(Span(start, end) for start, end in row["meaning_sentences"])
        meaning = Meaning(row["meaning_model"], sentences, row["meaning_size"], row["meaning_vectors"])
    return Entry(report, twins, reading, meaning)
