"""PLOVER's records of events as JSON Lines, one for each event of each report.

Fields are those of the PLOVER draft of 2021. An event without a date has none here either, though PLOVER
would have one; ``date`` is its first day and ``enddate`` its last where they differ. What was said to be
future, hypothetical, historical or not to have happened carries PLOVER's auxiliary mode. Codes that Depesche
tells apart and PLOVER does not are mapped by the lists in data/ontology. Nothing depends on the clock, so
``coded_date`` is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, TextIO

import msgspec

from depesche.archive.rows import EventRow, Party
from depesche.exchange.facts import Testimony
from depesche.exchange.json import write_lines
from depesche.language.ontology import event_score, load_modes, load_sectors, load_types
from depesche.reading import Place

Record = dict[str, Any]

CODEBOOK = "PLOVER draft 2021"
# How PLOVER calls what Depesche calls the status of an event; "actual" needs no word.
AUXILIARY = {
    "future": "future",
    "hypothetical": "hypothetical",
    "historical": "historical",
    "negated": "negation",
}
# PLOVER's country codes are ISO's but for this one.
_COUNTRIES = {"XKX": "KOS"}


def write_plover(rows: Iterable[EventRow], stream: TextIO) -> None:
    """Write the events as PLOVER records, in the order given."""
    write_lines(map(to_record, rows), stream)


def to_record(row: EventRow, testimony: Iterable[Testimony] | None = None) -> Record:
    """Return an event as a PLOVER record; ``testimony`` is what its parties say of it, if somebody asked."""
    known = load_types().get(row.type)
    record: Record = {
        "id": f"{row.report}:{row.event}",
        "has_event": True,
        "date": row.earliest or row.latest,
        "enddate": row.latest if row.latest != row.earliest else None,
        "actor": [_entity(party) for party in row.actor],
        "recipient": [_entity(party) for party in row.recipient],
        "event": [row.type],
        "event_loc": _location(row.place, row.location),
        "event_text": [row.text],
        "quad_code": known.quad if known else None,
        "event_scale": event_score(row.type, row.mode),
        "mode": list_modes(row),
        "context": list(row.context),
        "text": row.sentence.text,
        "text_info": _text_info(row),
        "cite_info": _citation(row),
        "coder": coder(),
        "rule": row.rule or None,
        "comment": f"on the word of {row.source.name}" if row.source else None,
        "testimony": [_tell(one) for one in testimony] if testimony is not None else None,
    }
    return {name: value for name, value in record.items() if value is not None or name == "date"}


def _tell(one: Testimony) -> Record:
    told = msgspec.structs.asdict(one)
    return {name: value for name, value in told.items() if value is not None}


def coder() -> str:
    """Return what coded the events: program and version."""
    return f"depesche {version('depesche')}"


def _entity(party: Party) -> Record:
    code, sector = find_codes(party)
    entity = {
        "code": code,
        "sector": sector,
        "entity_text": party.name,
        "role": party.role,
        "office": party.office,
        "tenure": party.tenure,
    }
    return {name: value for name, value in entity.items() if value is not None}


def find_codes(party: Party) -> tuple[str | None, str | None]:
    """Return PLOVER's code and sector: a body that belongs to no state has its kind for a country."""
    sector = load_sectors().get(party.sector or "")
    country = _COUNTRIES.get(party.country or "", party.country)
    if sector is None:
        return country, party.sector
    if sector.kind == "body":
        return country or sector.id, None
    return country, sector.plover or sector.id


def list_modes(row: EventRow) -> list[str]:
    """Return PLOVER's mode of an event, and its auxiliary mode, as far as it has them."""
    known = load_modes().get(f"{row.type}/{row.mode}")
    # An empty name in the list says that PLOVER has no such mode.
    mode = known.plover if known and known.plover is not None else row.mode
    return [name for name in (mode, AUXILIARY.get(row.status)) if name]


def _location(name: str | None, place: Place | None) -> Record | None:
    if name is None:
        return None
    location: Record = {"extracted_place": name}
    if place:
        location |= {
            "resolved_place": place.name,
            "geonameid": place.geonames,
            "lat": place.latitude,
            "lon": place.longitude,
            "country_code": _COUNTRIES.get(place.country or "", place.country),
        }
    return {field: value for field, value in location.items() if value is not None}


def _text_info(row: EventRow) -> Record:
    """Return where the words stand in the report: the sentence, and in it the words of the event."""
    sentence = row.sentence
    return {
        "start": sentence.start,
        "end": sentence.end,
        "text_story": [sentence.text],
        "event_start": row.start,
        "event_end": row.end,
    }


def cite(row: EventRow) -> str:
    """Return what an event's report is quoted as: outlet, title and day; its id if it has none of these."""
    return ", ".join(part for part in (row.outlet, row.title, row.published) if part) or row.report


def _citation(row: EventRow) -> Record:
    info = {
        "citation": cite(row),
        "url": row.url,
        "title": row.title,
        "language": row.language,
        "publication": row.outlet,
        "date": row.published,
        "coder": coder(),
        "codebook": CODEBOOK,
    }
    return {name: value for name, value in info.items() if value}
