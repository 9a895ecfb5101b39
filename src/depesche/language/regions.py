"""Regions, cities and buildings that are listed by hand, from data/de/places.yaml."""

from __future__ import annotations

import functools
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries

PlaceKind = Literal["state", "region", "city", "site"]


class PlaceEntry(msgspec.Struct, frozen=True):
    """An entry of places.yaml; ``locative`` says that it counts only where a place is looked for.

    Latitude and longitude in degrees. ``adjectives`` give the country of a noun as those of states do
    (tschetschenisch: RUS); ``inhabitants`` are the people.
    """

    id: str
    name: str
    latitude: float
    longitude: float
    yes: str
    no: str
    kind: PlaceKind = "region"
    names: tuple[str, ...] = ()
    country: str | None = None
    geonames: int | None = None
    adjectives: tuple[str, ...] = ()
    inhabitants: tuple[str, ...] = ()
    locative: bool = False


@functools.cache
def load_places() -> tuple[PlaceEntry, ...]:
    """Return the regions, cities and sites of places.yaml. Raises LexiconError where it has a fault."""
    return load_entries("de/places.yaml", PlaceEntry)
