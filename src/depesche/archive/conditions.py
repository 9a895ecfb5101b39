"""What the filters of a list mean in SQL: each function returns the conditions of one filter, or none."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement, FromClause

from depesche.archive import tables
from depesche.archive.selection import Selection

Condition = ColumnElement[bool]

_COUNTRY = re.compile("[A-Z]{3}")

reports = tables.reports


def contains(column: ColumnElement[Any], words: str) -> Condition:
    """Return the condition that a column holds these words, in upper or lower case."""
    return tables.small_letters(column).contains(_as_stored(words), autoescape=True)


def is_type(column: ColumnElement[Any], selection: Selection) -> list[Condition]:
    """Return the condition that a finding is of the wanted type."""
    return [tables.small_letters(column) == _as_stored(selection.type)] if selection.type else []


def _as_stored(words: str) -> str:
    """Return words as they are stored: of small letters SQLAlchemy does not know it."""
    return tables.escape_text(words.lower())


def is_actor(actors: FromClause, wanted: str) -> Condition:
    """Return the condition that an actor has this country code, or these words in its name."""
    if _COUNTRY.fullmatch(wanted):
        # "USA" must not find Jerusalem.
        return sa.or_(actors.c.country == wanted, actors.c.name == wanted)
    return actors.c.name.in_(_containing(tables.actors.c.name, wanted))


def _containing(column: ColumnElement[Any], words: str) -> sa.Select[Any]:
    """Return the different values of a column that hold these words.

    There are far fewer of them than rows, and small letters are made outside of SQLite, which takes long. The
    offset of nothing keeps databases from asking of every row first.
    """
    values = sa.select(column.label("value")).distinct().offset(0).subquery()
    return sa.select(values.c.value).where(contains(values.c.value, words))


def has_party(event: FromClause, wanted: str) -> Condition:
    """Return the condition that such an actor is a party of the event, on whichever side."""
    party, actor = tables.event_actors.alias(), tables.actors.alias()
    taking_part = sa.select(party.c.report, party.c.event).where(
        actor.c.report == party.c.report, actor.c.id == party.c.actor, is_actor(actor, wanted)
    )
    return sa.tuple_(event.c.report, event.c.id).in_(taking_part)


def relates(relation: FromClause, wanted: str) -> Condition:
    """Return the condition that such an actor is a party of the statement about relations."""
    party, actor = tables.relation_parties.alias(), tables.actors.alias()
    taking_part = sa.select(party.c.report, party.c.relation).where(
        actor.c.report == party.c.report, actor.c.id == party.c.actor, is_actor(actor, wanted)
    )
    return sa.tuple_(relation.c.report, relation.c.id).in_(taking_part)


def rests_on(finding: FromClause, wanted: str) -> Condition:
    """Return the condition that the event or statement rests on the word of such an actor."""
    actor = tables.actors.alias()
    return sa.exists().where(
        actor.c.report == finding.c.report, actor.c.id == finding.c.source, is_actor(actor, wanted)
    )


def has_voice(
    number: ColumnElement[int], wanted: str, quotation: ColumnElement[int] | None = None, *, addressee: bool
) -> Condition:
    """Return the condition that somebody is quoted (or also spoken to) in the report or the quotation."""
    voice, actor = tables.voices.alias(), tables.actors.alias()
    known = sa.exists().where(
        actor.c.report == voice.c.report, actor.c.id == voice.c.actor, is_actor(actor, wanted)
    )
    conditions = [voice.c.report == number]
    if quotation is not None:
        conditions.append(voice.c.quotation == quotation)
    if not addressee:
        conditions.append(voice.c.side == "speaker")
    told = voice.c.text.in_(_containing(tables.voices.c.text, wanted))
    return sa.exists().where(*conditions, sa.or_(known, told))


def is_place(places: FromClause, wanted: str) -> Condition:
    """Return the condition that a place lies in this country, or has these words in its name."""
    if _COUNTRY.fullmatch(wanted):
        return places.c.country == wanted
    return sa.or_(contains(places.c.name, wanted), contains(places.c.text, wanted))


def happened_at(selection: Selection) -> list[Condition]:
    """Return the condition on the place of an event: its own words, or what its report says of them."""
    if not selection.place:
        return []
    event, place = tables.events, tables.places.alias()
    known = sa.exists().where(
        place.c.report == event.c.report,
        sa.or_(place.c.text == event.c.place, place.c.name == event.c.place),
        is_place(place, selection.place),
    )
    return [sa.or_(known, contains(event.c.place, selection.place))]


def report_has_place(selection: Selection) -> list[Condition]:
    """Return the condition that the report names such a place."""
    if not selection.place:
        return []
    place = tables.places.alias()
    return [sa.exists().where(place.c.report == reports.c.number, is_place(place, selection.place))]


def of_report(selection: Selection) -> list[Condition]:
    """Return the conditions on the report's outlets, id and number."""
    conditions: list[Condition] = []
    if selection.numbers is not None:
        conditions.append(reports.c.number.in_(selection.numbers))
    if selection.source:
        elsewhere = tables.appearances.alias()
        also = sa.exists().where(
            elsewhere.c.report == reports.c.number, contains(elsewhere.c.source, selection.source)
        )
        conditions.append(sa.or_(contains(reports.c.source, selection.source), also))
    if selection.report:
        # Ids are hexadecimal, so "g" stands behind all that begin with the prefix; LIKE would use no index.
        prefix = selection.report.strip().lower()
        conditions += [reports.c.id >= prefix, reports.c.id < prefix + "g"]
    return conditions


def published_within(selection: Selection) -> list[Condition]:
    """Return the conditions on the day of publication."""
    conditions: list[Condition] = []
    if selection.first:
        conditions.append(reports.c.day >= selection.first)
    if selection.last:
        conditions.append(reports.c.day <= selection.last)
    return conditions


def happened_within(selection: Selection) -> list[Condition]:
    """Return the conditions that the days of an event overlap those wanted."""
    event = tables.events
    conditions: list[Condition] = []
    if selection.first:
        conditions.append(sa.func.coalesce(event.c.latest, event.c.earliest) >= selection.first)
    if selection.last:
        # A time of that day ("2025-07-11T10:00") is still within it.
        conditions.append(sa.func.coalesce(event.c.earliest, event.c.latest) <= selection.last + "T24")
    return conditions


def report_has_actor(selection: Selection) -> list[Condition]:
    """Return the condition that such an actor stands in the report."""
    if not selection.actor:
        return []
    actor = tables.actors.alias()
    return [reports.c.number.in_(sa.select(actor.c.report).where(is_actor(actor, selection.actor)))]


def report_has_dyad(selection: Selection) -> list[Condition]:
    """Return the condition that the report holds an event between the two."""
    if not selection.between:
        return []
    event = tables.events.alias()
    parties = [has_party(event, wanted) for wanted in selection.between]
    return [sa.exists().where(event.c.report == reports.c.number, *parties)]


def report_has_type(selection: Selection) -> list[Condition]:
    """Return the condition that the report holds an event of the wanted type."""
    event = tables.events.alias()
    same = is_type(event.c.type, selection)
    return [sa.exists().where(event.c.report == reports.c.number, *same)] if same else []


def report_has_speaker(selection: Selection) -> list[Condition]:
    """Return the condition that such a speaker is quoted in the report."""
    if not selection.speaker:
        return []
    return [has_voice(reports.c.number, selection.speaker, addressee=False)]


def report_has_words(selection: Selection) -> list[Condition]:
    """Return the condition that the words stand in the report's text or title."""
    if not selection.text:
        return []
    return [sa.or_(contains(reports.c.text, selection.text), contains(reports.c.title, selection.text))]


def on_report(selection: Selection) -> list[Condition]:
    """Return all conditions of a list of reports but that on its words."""
    parts = (of_report, published_within, report_has_actor, report_has_dyad, report_has_type)
    return [c for part in (*parts, report_has_speaker, report_has_place) for c in part(selection)]
