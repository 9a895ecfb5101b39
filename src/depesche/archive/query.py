"""The archive's lists: reports, actors, events, quotations, each row with the way to its words.

Rows stand in the order of time (those without a day last), then of the report's id and of their place in
the reading, so that the same archive gives the same list; actors stand by how often they are in the news.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import ColumnElement, Select

from depesche.archive import tables
from depesche.archive.conditions import (
    contains,
    happened_at,
    happened_within,
    has_party,
    has_voice,
    is_actor,
    is_type,
    of_report,
    on_report,
    published_within,
    relates,
    report_has_dyad,
    report_has_place,
    report_has_speaker,
    report_has_words,
    rests_on,
)
from depesche.archive.context import sentence_around
from depesche.archive.paging import Step, behind, in_order, parts
from depesche.archive.rows import (
    ActorRow,
    Appearance,
    EventRow,
    Party,
    QuotationRow,
    RelationRow,
    ReportRow,
)
from depesche.archive.selection import Selection
from depesche.reading import Place, Span, Time, Voice

T = TypeVar("T")
S = TypeVar("S", EventRow, RelationRow)
Block = Sequence[Row[Any]]

# Rows are completed in blocks of this size: one question to each table for all of them.
BLOCK = 200

reports, actors, events, quotations = tables.reports, tables.actors, tables.events, tables.quotations
relations = tables.relations

# What a row says of its report.
_ABOUT: tuple[ColumnElement[Any], ...] = (
    reports.c.number,
    reports.c.id.label("report_id"),
    reports.c.title,
    reports.c.published,
    reports.c.source.label("outlet"),
    reports.c.url,
)

# The oldest report first.
_BY_AGE = (Step(reports.c.day), Step(reports.c.id))

# What makes actors of different reports one row.
_GROUP: tuple[ColumnElement[Any], ...] = (actors.c.name, actors.c.type, actors.c.country)


# Reports


def list_reports(connection: Connection, selection: Selection) -> Iterator[ReportRow]:
    """Yield the reports, oldest first."""
    query = (
        sa.select(
            *_ABOUT,
            reports.c.author,
            reports.c.key,
            sa.func.coalesce(tables.readings.c.language, reports.c.language).label("language"),
            tables.readings.c.reader,
            *(_count(table) for table in (actors, quotations, events)),
        )
        .join(tables.readings, isouter=True)
        .where(*on_report(selection), *report_has_words(selection), *behind(_BY_AGE, selection.after))
        .order_by(*in_order(_BY_AGE))
    )
    for block in _walk(connection, query, selection, _BY_AGE[0]):
        yield from _complete_reports(connection, block)


def _count(table: sa.Table) -> ColumnElement[int]:
    counted = sa.select(sa.func.count()).select_from(table).where(table.c.report == reports.c.number)
    return counted.scalar_subquery().label(f"{table.name}_count")


def _complete_reports(connection: Connection, block: Block) -> Iterator[ReportRow]:
    agency = _gather(connection, tables.agencies, block, ("report",), lambda row: row.name)
    appearances = _gather(connection, tables.appearances, block, ("report",), _appearance)
    for row in block:
        yield ReportRow(
            id=row.report_id,
            url=row.url,
            title=row.title,
            published=row.published,
            source=row.outlet,
            author=row.author,
            key=row.key,
            language=row.language,
            agency=tuple(agency[(row.number,)]),
            actors=row.actors_count,
            quotations=row.quotations_count,
            events=row.events_count,
            reader=row.reader,
            appearances=tuple(appearances[(row.number,)]),
        )


def _appearance(row: Row[Any]) -> Appearance:
    return Appearance(**{name: row._mapping[name] for name in Appearance.__struct_fields__})


# Actors


def list_actors(connection: Connection, selection: Selection) -> Iterator[ActorRow]:
    """Yield the actors by name, type and country, those in most reports first."""
    mentions, many = sa.func.sum(actors.c.named), sa.func.count(actors.c.report.distinct())
    steps = (
        Step(many, descending=True),
        Step(mentions, descending=True),
        *map(Step, _GROUP[:2]),
        Step(actors.c.country, nulls_first=True),
    )
    query = (
        sa.select(*_GROUP, mentions.label("mentions"), many.label("reports"))
        .where(*_on_actor(selection))
        .group_by(*_GROUP)
        .having(sa.and_(True, *behind(steps, selection.after)))
        .order_by(*in_order(steps))
    )
    for block in _blocks(connection, _page(query, selection)):
        yield from _complete_actors(connection, block, selection)


def _is_mention() -> ColumnElement[bool]:
    mention = tables.mentions
    return sa.and_(mention.c.report == actors.c.report, mention.c.actor == actors.c.id)


def _on_actor(selection: Selection) -> list[ColumnElement[bool]]:
    """Return the conditions of a list of actors."""
    of_reports = [
        *of_report(selection),
        *published_within(selection),
        *report_has_dyad(selection),
        *report_has_place(selection),
        *report_has_speaker(selection),
    ]
    conditions = is_type(actors.c.type, selection)
    if of_reports:
        conditions.append(actors.c.report.in_(sa.select(reports.c.number).where(*of_reports)))
    if selection.actor:
        conditions.append(is_actor(actors, selection.actor))
    if selection.text:
        conditions.append(sa.exists().where(_is_mention(), contains(tables.mentions.c.text, selection.text)))
    return conditions


def _complete_actors(connection: Connection, block: Block, selection: Selection) -> Iterator[ActorRow]:
    lives = _find_lives(connection, block, selection)
    oldest, fullest = _find_members(connection, lives, selection)
    # Only the earliest mention is shown, so only its report is needed.
    shown = list(oldest.values())
    texts = _texts(connection, shown)
    first = tables.mentions.c.position == 0
    mentions = _gather(connection, tables.mentions, shown, ("report", "actor"), lambda row: row, first)
    for row in block:
        life, earliest, known = (found[_group_of(row)] for found in (lives, oldest, fullest))
        mention = next(iter(mentions[earliest.number, earliest.id]), None)
        yield ActorRow(
            name=row.name,
            type=row.type,
            country=row.country,
            sector=known.sector,
            role=known.role,
            office=known.office,
            tenure=known.tenure,
            mentions=int(row.mentions),
            reports=row.reports,
            first=life.first,
            last=life.last,
            report=earliest.report_id,
            start=mention.start if mention else None,
            end=mention.end if mention else None,
            text=mention.text if mention else None,
            sentence=sentence_around(texts[earliest.number], mention.start, mention.end) if mention else None,
        )


Groups = dict[tuple[str, str, str | None], Row[Any]]


def _find_lives(connection: Connection, block: Block, selection: Selection) -> Groups:
    """Return of each group of the block its first and last day, and the last with a role ("": undated)."""
    day = reports.c.day
    query: Select[Any] = (
        sa.select(
            *_GROUP,
            sa.func.min(day).label("first"),
            sa.func.max(day).label("last"),
            sa.func.max(sa.case((actors.c.role.is_not(None), sa.func.coalesce(day, "")))).label("with_role"),
        )
        .join_from(actors, reports, actors.c.report == reports.c.number)
        .where(actors.c.name.in_(sorted({row.name for row in block})), *_on_actor(selection))
        .group_by(*_GROUP)
    )
    return {_group_of(row): row for row in connection.execute(query)}


def _find_members(connection: Connection, lives: Groups, selection: Selection) -> tuple[Groups, Groups]:
    """Return of each group the actor of the oldest report, and the latest that has a role, if any has.

    Only the reports of those days are looked at: to number all actors of a group takes many times longer.
    """
    told = {g: (life.last or "") if life.with_role is None else life.with_role for g, life in lives.items()}
    days = {*told.values(), *(life.first or "" for life in lives.values())}
    then = sa.or_(
        reports.c.day.in_(sorted(days - {""})), reports.c.day.is_(None) if "" in days else sa.false()
    )
    fields = ("id", "name", "type", "country", "sector", "role", "office", "tenure")
    query: Select[Any] = (
        sa.select(
            *(actors.c[name] for name in fields),
            reports.c.number,
            reports.c.id.label("report_id"),
            reports.c.day,
        )
        .join_from(actors, reports, actors.c.report == reports.c.number)
        .where(actors.c.report.in_(sa.select(reports.c.number).where(then)), *_on_actor(selection))
        .order_by(reports.c.id, actors.c.position)
    )
    oldest: Groups = {}
    fullest: Groups = {}
    for row in connection.execute(query):
        group, day = _group_of(row), row.day or ""
        if group not in lives:
            continue
        if day == (lives[group].first or ""):
            oldest.setdefault(group, row)
        if day == told[group] and (row.role is None) == (lives[group].with_role is None):
            fullest.setdefault(group, row)
    return oldest, fullest


def _group_of(row: Row[Any]) -> tuple[str, str, str | None]:
    return row.name, row.type, row.country


# Events


def list_events(connection: Connection, selection: Selection) -> Iterator[EventRow]:
    """Yield the events by their first day."""
    steps = (Step(events.c.earliest), *_BY_AGE, Step(events.c.position))
    query = (
        sa.select(*_ABOUT, events, tables.readings.c.language)
        .join_from(events, tables.readings, events.c.report == tables.readings.c.report)
        .join(reports, events.c.report == reports.c.number)
        .where(
            *of_report(selection),
            *happened_within(selection),
            *happened_at(selection),
            *is_type(events.c.type, selection),
            *behind(steps, _place_key(selection, events)),
        )
        .order_by(*in_order(steps))
    )
    if selection.speaker:
        query = query.where(rests_on(events, selection.speaker))
    for wanted in (selection.actor, *(selection.between or ())):
        if wanted:
            query = query.where(has_party(events, wanted))
    yield from _select_rows(connection, query, selection, steps[0], _complete_events)


def _complete_events(connection: Connection, block: Block) -> Iterator[EventRow]:
    texts = _texts(connection, block)
    parties = _parties(connection, block)
    taking_part = _gather(
        connection, tables.event_actors, block, ("report", "event", "side"), lambda row: row.actor
    )
    contexts = _gather(connection, tables.event_contexts, block, ("report", "event"), lambda row: row.context)
    places = _gather(connection, tables.places, block, ("report",), _place)
    for row in block:
        sides = {
            side: tuple(parties[row.number, actor] for actor in taking_part[row.number, row.id, side])
            for side in ("actor", "recipient")
        }
        yield EventRow(
            report=row.report_id,
            event=row.id,
            type=row.type,
            mode=row.mode,
            context=tuple(contexts[row.number, row.id]),
            status=row.status,
            date=row.date,
            earliest=row.earliest,
            latest=row.latest,
            **sides,
            place=row.place,
            location=_find_place(row.place, places[(row.number,)]),
            source=parties[row.number, row.source] if row.source else None,
            start=row.start,
            end=row.end,
            text=row.text,
            sentence=sentence_around(texts[row.number], row.start, row.end),
            rule=row.rule,
            title=row.title,
            published=row.published,
            outlet=row.outlet,
            url=row.url,
            language=row.language,
        )


def _place(row: Row[Any]) -> Place:
    return Place(**{name: row._mapping[name] for name in Place.__struct_fields__})


def _find_place(name: str | None, places: Iterable[Place]) -> Place | None:
    """Return the place of the report that an event's place names."""
    return next((place for place in places if place.is_called(name)), None)


# Quotations


def list_quotations(connection: Connection, selection: Selection) -> Iterator[QuotationRow]:
    """Yield the quotations, those of the oldest report first."""
    steps = (*_BY_AGE, Step(quotations.c.position))
    query = (
        sa.select(*_ABOUT, quotations)
        .join_from(quotations, reports, quotations.c.report == reports.c.number)
        .where(
            *of_report(selection),
            *published_within(selection),
            *report_has_dyad(selection),
            *report_has_place(selection),
            *is_type(quotations.c.type, selection),
            *behind(steps, selection.after),
        )
        .order_by(*in_order(steps))
    )
    number, position = quotations.c.report, quotations.c.position
    if selection.speaker:
        query = query.where(has_voice(number, selection.speaker, position, addressee=False))
    if selection.actor:
        query = query.where(has_voice(number, selection.actor, position, addressee=True))
    if selection.text:
        query = query.where(contains(quotations.c.text, selection.text))
    for block in _walk(connection, query, selection, steps[0]):
        yield from _complete_quotations(connection, block)


def _complete_quotations(connection: Connection, block: Block) -> Iterator[QuotationRow]:
    texts = _texts(connection, block)
    parties = _parties(connection, block)
    part = tables.quotation_spans
    spans = _gather(
        connection,
        part,
        block,
        ("report", "quotation"),
        lambda row: Span(row.start, row.end),
        part.c.part == "content",
    )
    voices = _gather(connection, tables.voices, block, ("report", "quotation", "side"), _voice)
    for row in block:
        where = spans[row.number, row.position]
        speaker = next(iter(voices[row.number, row.position, "speaker"]), None)
        first, last = min((s.start for s in where), default=0), max((s.end for s in where), default=0)
        yield QuotationRow(
            report=row.report_id,
            number=row.position,
            type=row.type,
            text=row.text,
            spans=tuple(where),
            speaker=speaker,
            actor=parties[row.number, speaker.actor] if speaker and speaker.actor else None,
            addressee=next(iter(voices[row.number, row.position, "addressee"]), None),
            nested=row.nested,
            sentence=sentence_around(texts[row.number], first, last),
            rule=row.rule,
            title=row.title,
            published=row.published,
            outlet=row.outlet,
            url=row.url,
        )


def _voice(row: Row[Any]) -> Voice:
    return Voice(row.start, row.end, row.text, row.actor)


# Relations


def list_relations(connection: Connection, selection: Selection) -> Iterator[RelationRow]:
    """Yield the statements about relations, those of the oldest report first."""
    steps = (*_BY_AGE, Step(relations.c.position))
    query = (
        sa.select(*_ABOUT, relations)
        .join_from(relations, reports, relations.c.report == reports.c.number)
        .where(
            *of_report(selection),
            *published_within(selection),
            *report_has_place(selection),
            *is_type(relations.c.kind, selection),
            *behind(steps, _place_key(selection, relations)),
        )
        .order_by(*in_order(steps))
    )
    if selection.speaker:
        query = query.where(rests_on(relations, selection.speaker))
    for wanted in (selection.actor, *(selection.between or ())):
        if wanted:
            query = query.where(relates(relations, wanted))
    yield from _select_rows(connection, query, selection, steps[0], _complete_relations)


def _complete_relations(connection: Connection, block: Block) -> Iterator[RelationRow]:
    texts = _texts(connection, block)
    known = _parties(connection, block)
    ids = _gather(connection, tables.relation_parties, block, ("report", "relation"), lambda row: row.actor)
    times = _gather(connection, tables.relation_times, block, ("report", "relation", "side"), _time)
    for row in block:
        yield RelationRow(
            report=row.report_id,
            relation=row.id,
            kind=row.kind,
            mode=row.mode,
            status=row.status,
            parties=tuple(known[row.number, actor] for actor in ids[row.number, row.id]),
            mutual=row.mutual,
            since=next(iter(times[row.number, row.id, "since"]), None),
            until=next(iter(times[row.number, row.id, "until"]), None),
            source=known[row.number, row.source] if row.source else None,
            start=row.start,
            end=row.end,
            text=row.text,
            sentence=sentence_around(texts[row.number], row.start, row.end),
            rule=row.rule,
            title=row.title,
            published=row.published,
            outlet=row.outlet,
            url=row.url,
        )


def _time(row: Row[Any]) -> Time:
    return Time(**{name: row._mapping[name] for name in Time.__struct_fields__})


# Single rows


def pick_events(connection: Connection, keys: Sequence[tuple[str, str]]) -> list[EventRow]:
    """Return events by report and id, in the order of the keys; those that are not there are left out."""
    query = (
        sa.select(*_ABOUT, events, tables.readings.c.language)
        .join_from(events, tables.readings, events.c.report == tables.readings.c.report)
        .join(reports, events.c.report == reports.c.number)
    )
    found = (
        row
        for block in _pick(connection, query, events.c.id, keys)
        for row in _complete_events(connection, block)
    )
    known = {(row.report, row.event): row for row in found}
    return [known[key] for key in keys if key in known]


def pick_quotations(connection: Connection, keys: Sequence[tuple[str, int]]) -> list[QuotationRow]:
    """Return quotations by report and number, in the order of the keys, of those that are there."""
    query = sa.select(*_ABOUT, quotations).join_from(
        quotations, reports, quotations.c.report == reports.c.number
    )
    found = (
        row
        for block in _pick(connection, query, quotations.c.position, keys)
        for row in _complete_quotations(connection, block)
    )
    known = {(row.report, row.number): row for row in found}
    return [known[key] for key in keys if key in known]


def _pick(
    connection: Connection, query: Select[Any], part: ColumnElement[Any], keys: Sequence[tuple[str, Any]]
) -> Iterator[Block]:
    for first in range(0, len(keys), BLOCK):
        some = keys[first : first + BLOCK]
        wanted = set(some)
        # More than is wanted, but each report is looked up once: no database compares pairs quickly.
        chosen = query.where(
            reports.c.id.in_({report for report, _ in some}), part.in_({name for _, name in some})
        )
        block = [r for r in connection.execute(chosen) if (r.report_id, r._mapping[part]) in wanted]
        if block:
            yield block


# What the lists share


def _select_rows(
    connection: Connection,
    query: Select[Any],
    selection: Selection,
    first: Step,
    complete: Callable[[Connection, Block], Iterator[S]],
) -> Iterator[S]:
    """Yield the rows of a query, completed; if words are wanted, those in whose sentence they stand."""
    if not selection.text:
        for block in _walk(connection, query, selection, first):
            yield from complete(connection, block)
        return
    texts = reports.alias()
    holding = sa.select(texts.c.number).where(contains(texts.c.text, selection.text))
    whole = msgspec.structs.replace(selection, limit=None, offset=0)
    found = _walk(connection, query.where(reports.c.number.in_(holding)), whole, first)
    blocks = (_with_words(connection, block, selection.text) for block in found)
    rows = (row for block in blocks for row in complete(connection, block))
    limit = None if selection.limit is None else selection.offset + selection.limit
    yield from itertools.islice(rows, selection.offset, limit)


def _with_words(connection: Connection, block: Block, words: str) -> Block:
    """Return those of the rows in whose sentence the words stand: it is cut here, not in the database."""
    texts, wanted = _texts(connection, block), words.lower()
    sentences = ((row, sentence_around(texts[row.number], row.start, row.end)) for row in block)
    return [row for row, sentence in sentences if wanted in sentence.text.lower()]


def _place_key(selection: Selection, findings: sa.Table) -> tuple[Any, ...] | None:
    """Return the key behind which a list of findings begins, the place in its report instead of the id.

    Of a finding that is not there any more, all of its report come again.
    """
    if selection.after is None:
        return None
    *before, id_ = selection.after
    named, found = reports.alias(), findings.alias()
    place = sa.select(found.c.position).join(named, found.c.report == named.c.number)
    place = place.where(named.c.id == before[-1], found.c.id == id_)
    return (*before, sa.func.coalesce(place.scalar_subquery(), -1))


def _walk(connection: Connection, query: Select[Any], selection: Selection, first: Step) -> Iterator[Block]:
    """Yield a page of a list that is ordered by ``first`` before all else, block by block."""
    if selection.offset:
        yield from _blocks(connection, _page(query, selection))
        return
    left = selection.limit
    for conditions in parts(first, selection.after):
        for block in _blocks(connection, query.where(*conditions).limit(left)):
            yield block
            left = None if left is None else left - len(block)
        if left == 0:
            return


def _page(query: Select[Any], selection: Selection) -> Select[Any]:
    if selection.limit is not None:
        query = query.limit(selection.limit)
    # SQLite takes no offset without a limit but -1, which SQLAlchemy writes by itself.
    return query.offset(selection.offset) if selection.offset else query


def _blocks(connection: Connection, query: Select[Any]) -> Iterator[Block]:
    rows = iter(connection.execute(query))
    while block := list(itertools.islice(rows, BLOCK)):
        yield block


def _texts(connection: Connection, block: Block) -> dict[int, str]:
    """Return the texts of the block's reports by their numbers."""
    query = sa.select(reports.c.number, reports.c.text).where(reports.c.number.in_(_numbers(block)))
    return {row.number: row.text for row in connection.execute(query)}


def _parties(connection: Connection, block: Block) -> dict[tuple[int, str], Party]:
    """Return the actors of the block's reports by number and id."""
    query = sa.select(actors).where(actors.c.report.in_(_numbers(block)))
    return {
        (row.report, row.id): Party(
            row.id, row.name, row.type, row.country, row.sector, row.role, row.office, row.tenure
        )
        for row in connection.execute(query)
    }


def _gather(
    connection: Connection,
    table: sa.Table,
    block: Block,
    key: tuple[str, ...],
    value: Callable[[Row[Any]], T],
    *conditions: ColumnElement[bool],
) -> defaultdict[tuple[Any, ...], list[T]]:
    """Return what ``table`` holds for the block's reports, grouped by the columns ``key``."""
    query = sa.select(table).where(table.c.report.in_(_numbers(block)), *conditions)
    if "position" in table.c:
        query = query.order_by(table.c.position)
    groups: defaultdict[tuple[Any, ...], list[T]] = defaultdict(list)
    for row in connection.execute(query):
        groups[tuple(row._mapping[name] for name in key)].append(value(row))
    return groups


def _numbers(block: Block) -> list[int]:
    return sorted({row.number for row in block})
