"""POLECAT's table of events: 40 columns divided by tabs, with a header, one line for each event of a report.

Names and order of the columns are those of POLECAT's yearly files. What several parties have stands in one
cell, divided by "; ", in the order of the parties; ``None`` there is what is not known of one of them. What
is not known at all is empty. What was said to be future, hypothetical, historical or not to have happened has
PLOVER's auxiliary mode behind its mode, as in the PLOVER export: who counts what happened leaves these out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO

from depesche.archive.rows import Party
from depesche.exchange.csv import DIVIDER, Cell
from depesche.exchange.facts import Fact
from depesche.exchange.plover import coder, find_codes, list_modes
from depesche.exchange.tsv import Column, write_tsv
from depesche.language.countries import Country, find_place_kind, load_countries
from depesche.language.ontology import event_score, load_types
from depesche.reading import Place

QUADS = {1: "VERBAL COOPERATION", 2: "MATERIAL COOPERATION", 3: "VERBAL CONFLICT", 4: "MATERIAL CONFLICT"}


def write_polecat(facts: Iterable[Fact], stream: TextIO) -> None:
    """Write the events with the header. Open the stream with newline=""."""
    write_tsv(COLUMNS, facts, stream, header=True)


def _join(values: Iterable[str | None]) -> str | None:
    """Return several values as one cell, None if none of them is known."""
    told = [value.replace(";", ",") if value else None for value in values]
    return DIVIDER.join(value or "None" for value in told) if any(told) else None


def _quad(fact: Fact) -> str | None:
    known = load_types().get(fact.row.type)
    return QUADS[known.quad] if known else None


def _country(party: Party) -> Country | None:
    return load_countries().get(party.country or "")


def _country_name(party: Party) -> str | None:
    country = _country(party)
    return country.name if country else None


def _cow(party: Party) -> str | None:
    country = _country(party)
    return str(country.cow) if country and country.cow is not None else None


def _sector(party: Party) -> str | None:
    """Return PLOVER's sector; of a body that belongs to no state its kind, which PLOVER has for a country."""
    code, sector = find_codes(party)
    return sector or (code if party.country is None else None)


def _parties(side: str, value: Callable[[Party], str | None]) -> Callable[[Fact], Cell]:
    return lambda fact: _join(value(party) for party in getattr(fact.row, side))


def _side(title: str, side: str) -> dict[str, Column]:
    """Return the eight columns on those on one side of an event."""

    def tell(name: str, what: str, value: Callable[[Party], str | None]) -> tuple[str, Column]:
        return name, Column(what, _parties(side, value))

    return dict(
        (
            tell(f"{title} Name", "names, the fullest form in the report", lambda party: party.name),
            tell(f"{title} Country", "English names of the states they belong to", _country_name),
            tell(f"{title} COW", "numbers of these in the Correlates of War", _cow),
            tell(f"Primary {title} Sector", "PLOVER's sectors, one each", _sector),
            tell(f"{title} Sectors", "the same: Depesche gives each actor one", _sector),
            tell(f"{title} Title", "functions as the report words them", lambda party: party.role),
            tell(f"{title} Name Raw", "as the name: the words are the report's", lambda party: party.name),
            tell(f"Wikipedia {title} ID", "empty: actors are not looked up anywhere", lambda _: None),
        )
    )


def _located(value: Callable[[Place], Cell], kind: str | None = None) -> Callable[[Fact], Cell]:
    """Return what is told of a place on the map, of those of one kind if one is given."""

    def tell(fact: Fact) -> Cell:
        place = fact.row.location
        return value(place) if place and kind in (None, find_place_kind(place)) else None

    return tell


def _place_country(place: Place) -> str | None:
    country = load_countries().get(place.country or "")
    return country.name if country else None


COLUMNS: dict[str, Column] = {
    "Event ID": Column(
        "id of the report, `_`, id of the event in it", lambda f: f"{f.row.report}_{f.row.event}"
    ),
    "Event Date": Column(
        "first day on which it may have been, YYYY-MM-DD", lambda f: str(f.day) if f.day else None
    ),
    "Event Type": Column("PLOVER's type", lambda f: f.row.type),
    "Event Mode": Column(
        "PLOVER's mode, and the auxiliary mode of what is no plain fact", lambda f: _join(list_modes(f.row))
    ),
    "Intensity": Column("PLOVER's score, -10 to 10", lambda f: event_score(f.row.type, f.row.mode)),
    "Quad Code": Column("PLOVER's quadrant in capitals", _quad),
    "Contexts": Column("PLOVER's contexts", lambda f: _join(f.row.context)),
    **_side("Actor", "actor"),
    **_side("Recipient", "recipient"),
    "Placename": Column("name of the place, if it is on the map", _located(lambda place: place.name)),
    "City": Column("the same, if it is a city or a site", _located(lambda place: place.name, "city")),
    "District": Column("empty: not known", lambda _: None),
    "Province": Column(
        "the name, if it is a region of one state",
        _located(lambda place: place.name if place.country else None, "region"),
    ),
    "Country": Column("English name of the state it lies in", _located(_place_country)),
    "Latitude": Column("degrees, WGS 84", _located(lambda place: place.latitude)),
    "Longitude": Column("degrees, WGS 84", _located(lambda place: place.longitude)),
    "GeoNames ID": Column("its id there", _located(lambda place: place.geonames)),
    "Raw Placename": Column("the place as the report words it", lambda f: f.row.place),
    "Feature Type": Column("`country`, `region` or `city`, where it is known", _located(find_place_kind)),
    "Source": Column("the outlet", lambda f: f.row.outlet),
    "Publication Date": Column(
        "day of publication", lambda f: f.row.published[:10] if f.row.published else None
    ),
    "Story People": Column("all people whom the report names", lambda f: _join(f.telling.people)),
    "Story Organizations": Column("all bodies that it names", lambda f: _join(f.telling.organisations)),
    "Story Locations": Column("all places that it names", lambda f: _join(f.telling.places)),
    "Language": Column("language of the report, ISO 639-1", lambda f: f.row.language),
    "Version": Column("program and version that coded it", lambda _: coder()),
}
