"""Writing a report and its reading: everything of one report in one transaction, or nothing of it."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, Select

from depesche.archive import tables
from depesche.archive.asking import insert_rows
from depesche.archive.database import Database
from depesche.archive.marks import forget_outlines, mark_unpacked
from depesche.archive.meanings import write_meaning
from depesche.archive.rows import Appearance
from depesche.archive.seals import seal_reading, seal_report, write_seal
from depesche.errors import ReadingError
from depesche.reading import (
    INNER_MENTION,
    Actor,
    Event,
    Meaning,
    Mention,
    Place,
    Quotation,
    Reading,
    Report,
    Span,
    Statement,
    Time,
    Voice,
)

Row = dict[str, Any]


def write_report(
    connection: Connection,
    database: Database,
    report: Report,
    reading: Reading,
    meaning: Meaning | None = None,
    keep: Callable[[int, Reading], None] | None = None,
) -> bool:
    """Write a report, what was read in it and what it means; return whether the archive changed.

    A report that is there is not written again, but noted (``note_report``). If another reader has read it
    (its digest differs), the findings are replaced; the report stays as it was written first, and so do
    title and outlet in its reading. ``keep`` is given the number of a report and what was written of its
    reading, in the same transaction.
    """
    known = connection.execute(_known_query(), {"id": report.id}).one_or_none()
    turn = _next_turn(connection)
    if known is None:
        number = _insert_report(connection, database, report)
        _insert_reading(connection, database, number, turn, reading, meaning, keep)
        return True
    noted = note_report(connection, report)
    if known.reader == reading.reader:
        return noted
    # What was read may be a copy of the text in another paper: its findings are the same, its heading is not.
    reading = msgspec.structs.replace(reading, title=known.title, source=known.source)
    connection.execute(sa.delete(tables.readings).where(tables.readings.c.report == known.number))
    _insert_reading(connection, database, known.number, turn, reading, meaning, keep)
    return True


@functools.cache
def _known_query() -> Select[Any]:
    report = tables.reports.c
    query = sa.select(report.number, report.title, report.source, tables.readings.c.reader)
    return query.join(tables.readings, isouter=True).where(report.id == sa.bindparam("id"))


def _next_turn(connection: Connection) -> int:
    """Return the turn of the next reading: asked for before another is removed, none comes twice."""
    return (connection.execute(_turn_query()).scalar() or 0) + 1


@functools.cache
def _turn_query() -> Select[Any]:
    return sa.select(sa.func.max(tables.readings.c.turn))


def note_report(connection: Connection, report: Report) -> bool:
    """Write where a report that is there was published too; return whether the archive changed."""
    number = find_unnoted(connection, report)
    if number is None:
        return False
    last = sa.select(sa.func.max(tables.appearances.c.position)).where(tables.appearances.c.report == number)
    position = connection.execute(last).scalar()
    row = {"report": number, "position": 0 if position is None else position + 1}
    connection.execute(tables.appearances.insert(), row | _fields_of(report))
    story = sa.select(tables.stories.c.story).where(tables.stories.c.report == number)
    forget_outlines(connection, connection.execute(story).scalars().all())
    return True


def find_unnoted(connection: Connection, report: Report) -> int | None:
    """Return the number of the report if it is there and this place of publication is not known yet.

    Nothing is new in a place of which the report or one of its appearances says as much or more: the same
    fields, and perhaps some others, or a time of day where this one has the day alone.
    """
    stated = {name: value for name, value in _fields_of(report).items() if value is not None}
    number: int | None = connection.execute(
        _unnoted_query(tuple(stated)), {"id": report.id, **stated}
    ).scalar()
    return number


# A run over known reports asks this of each of them, and building the query takes longer than its answer.
@functools.cache
def _unnoted_query(stated: tuple[str, ...]) -> Select[Any]:
    """Return the query for the report of which no place says all that is ``stated``."""
    number, first, further = tables.reports.c.number, tables.reports.alias(), tables.appearances
    return sa.select(number).where(
        tables.reports.c.id == sa.bindparam("id"),
        ~sa.exists().where(first.c.number == number, *_says(first, stated)),
        ~sa.exists().where(further.c.report == number, *_says(further, stated)),
    )


def _fields_of(report: Report) -> dict[str, str | None]:
    """Return what a report says of the place where it was published."""
    return {name: getattr(report, name) for name in Appearance.__struct_fields__}


def _says(table: sa.FromClause, stated: tuple[str, ...]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that a row of the table says all that is stated of a place."""
    for name in stated:
        value = sa.bindparam(name, type_=tables.AnyText())
        if name == "published":
            yield sa.func.substr(table.c.published, 1, sa.func.length(value)) == value
        else:
            yield table.c[name] == value


def check_reading(report: Report, reading: Reading) -> None:
    """Make sure that the reading is of this report and that each finding stands where it says.

    Raises ReadingError: a finding without its words is never kept.
    """
    if reading.id != report.id:
        raise ReadingError(f"The reading {reading.id[:12]} is not of the report {report.id[:12]}.")
    for finding in _worded(reading):
        if report.text[finding.start : finding.end] != finding.text:
            raise ReadingError(
                f"The reading of the report {report.id[:12]} is wrong: its words at {finding.start} to "
                f"{finding.end} are not {finding.text[:40]!r} (rule {getattr(finding, 'rule', '')!r})."
            )
    for quotation in reading.quotations:
        if " ".join(report.text[s.start : s.end] for s in quotation.spans) != quotation.text:
            raise ReadingError(
                f"The reading of the report {report.id[:12]} is wrong: the spans of a quotation "
                f"do not hold {quotation.text[:40]!r} (rule {quotation.rule!r})."
            )


def _worded(reading: Reading) -> Iterator[Mention | Place | Time | Voice | Event | Statement]:
    for actor in reading.actors:
        yield from actor.mentions
    yield from reading.places
    yield from reading.times
    yield from reading.events
    yield from reading.relations
    for relation in reading.relations:
        yield from (time for time in (relation.since, relation.until) if time)
    for quotation in reading.quotations:
        yield from (voice for voice in (quotation.speaker, quotation.addressee) if voice)


def _insert_report(connection: Connection, database: Database, report: Report) -> int:
    row = {name: getattr(report, name) for name in report.__struct_fields__}
    row |= {"id": report.id, "day": report.day, "added": now()}
    number = connection.execute(tables.reports.insert(), row).inserted_primary_key
    assert number is not None
    database.search.add(connection, int(number[0]), report.title or "", report.text)
    write_seal(connection, int(number[0]), "report", seal_report(report))
    # Alerts look at it once it is linked.
    insert_rows(connection, tables.arrivals, [{"report": int(number[0])}])
    return int(number[0])


def now() -> str:
    """Return the time as the archive notes it: ISO 8601, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _insert_reading(
    connection: Connection,
    database: Database,
    number: int,
    turn: int,
    reading: Reading,
    meaning: Meaning | None,
    keep: Callable[[int, Reading], None] | None,
) -> None:
    for table, rows in rows_of(number, reading):
        told = ({**row, "turn": turn} for row in rows) if table is tables.readings else rows
        insert_rows(connection, table, told)
    insert_rows(connection, tables.linked, [{"report": number, "linker": ""}])
    if meaning is not None:
        write_meaning(connection, number, meaning)
        database.nearness.add(connection, number, meaning)
    write_seal(connection, number, "reading", seal_reading(reading, meaning))
    if keep is not None:
        keep(number, reading)
    else:
        mark_unpacked(connection, number)


def rows_of(number: int, reading: Reading) -> Iterator[tuple[sa.Table, list[Row]]]:
    """Yield the rows of a reading, table by table, parents first."""

    def rows(items: Iterable[Row]) -> list[Row]:
        return [{"report": number, **item} for item in items]

    head = ("version", "reader", "title", "published", "source", "language")
    yield tables.readings, rows([{name: getattr(reading, name) for name in head}])
    yield tables.agencies, rows({"position": i, "name": name} for i, name in enumerate(reading.agency))
    yield (
        tables.actors,
        rows(
            _fields(i, actor, "mentions") | {"named": sum(m.rule != INNER_MENTION for m in actor.mentions)}
            for i, actor in enumerate(reading.actors)
        ),
    )
    yield tables.mentions, rows(row for actor in reading.actors for row in _mention_rows(actor))
    yield tables.places, rows(_fields(i, place) for i, place in enumerate(reading.places))
    yield tables.times, rows(_fields(i, time) for i, time in enumerate(reading.times))
    yield (
        tables.quotations,
        rows(
            _fields(i, quotation, "spans", "speaker", "cue", "frame", "addressee")
            for i, quotation in enumerate(reading.quotations)
        ),
    )
    yield (
        tables.quotation_spans,
        rows(row for i, quotation in enumerate(reading.quotations) for row in _span_rows(i, quotation)),
    )
    yield (
        tables.voices,
        rows(row for i, quotation in enumerate(reading.quotations) for row in _voice_rows(i, quotation)),
    )
    yield (
        tables.events,
        rows(_fields(i, event, "context", "actor", "recipient") for i, event in enumerate(reading.events)),
    )
    yield tables.event_contexts, rows(row for event in reading.events for row in _context_rows(event))
    yield tables.event_actors, rows(row for event in reading.events for row in _party_rows(event))
    yield (
        tables.relations,
        rows(
            _fields(i, relation, "parties", "since", "until") for i, relation in enumerate(reading.relations)
        ),
    )
    yield (
        tables.relation_parties,
        rows(
            {"relation": relation.id, "position": i, "actor": party}
            for relation in reading.relations
            for i, party in enumerate(relation.parties)
        ),
    )
    yield (
        tables.relation_times,
        rows(row for relation in reading.relations for row in _relation_time_rows(relation)),
    )


def _fields(
    position: int, finding: Actor | Place | Time | Quotation | Event | Statement, *without: str
) -> Row:
    """Return a row of the fields of a finding, but for those that have tables of their own."""
    row: Row = {name: getattr(finding, name) for name in finding.__struct_fields__ if name not in without}
    row["position"] = position
    return row


def _mention_rows(actor: Actor) -> Iterator[Row]:
    for i, mention in enumerate(actor.mentions):
        yield {
            "actor": actor.id,
            "position": i,
            "start": mention.start,
            "end": mention.end,
            "text": mention.text,
            "rule": mention.rule,
        }


def _span_rows(position: int, quotation: Quotation) -> Iterator[Row]:
    parts: dict[str, tuple[Span, ...]] = {
        "content": quotation.spans,
        "cue": quotation.cue,
        "frame": quotation.frame,
    }
    for part, spans in parts.items():
        for i, span in enumerate(spans):
            yield {
                "quotation": position,
                "part": part,
                "position": i,
                "start": span.start,
                "end": span.end,
            }


def _voice_rows(position: int, quotation: Quotation) -> Iterator[Row]:
    for side, voice in (("speaker", quotation.speaker), ("addressee", quotation.addressee)):
        if voice:
            yield {
                "quotation": position,
                "side": side,
                "start": voice.start,
                "end": voice.end,
                "text": voice.text,
                "actor": voice.actor,
            }


def _context_rows(event: Event) -> Iterator[Row]:
    for i, context in enumerate(event.context):
        yield {"event": event.id, "position": i, "context": context}


def _party_rows(event: Event) -> Iterator[Row]:
    for side, parties in (("actor", event.actor), ("recipient", event.recipient)):
        for i, party in enumerate(parties):
            yield {"event": event.id, "side": side, "position": i, "actor": party}


def _relation_time_rows(relation: Statement) -> Iterator[Row]:
    for side, time in (("since", relation.since), ("until", relation.until)):
        if time:
            yield {"relation": relation.id, "side": side, **msgspec.structs.asdict(time)}
