"""GDELT 2.0's table of events: 61 columns divided by tabs, no header, one line for each pair of an event.

One event in the world stands there once, however many reports tell it, as its first mention in the order of
the list tells it; with each of its pairs on a line: actor and recipient, or two who do something together.
The codes are CAMEO's, by PLOVER's crosswalk (data/ontology). CAMEO has no way to say that something is
denied or only possible, and of what is to come only intents of cooperation: such events are left out.

GDELT counts within fifteen minutes, we over all that is in the archive. What is not known stays empty: tone,
which nobody measured; ethnic groups and religions; where actors are.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

import msgspec

from depesche.archive.rows import Party
from depesche.exchange.csv import Cell
from depesche.exchange.facts import Fact
from depesche.exchange.plover import cite
from depesche.exchange.tsv import Column, write_tsv
from depesche.language.cameo import CameoEvent, code_group
from depesche.language.countries import find_place_kind, load_countries
from depesche.language.ontology import load_sectors

# So many bits of a digest make an id: what a spreadsheet or a script still holds exactly.
_ID_BITS = 53
_PLACE_TYPES = {"country": 1, "region": 5, "city": 4}
_PLACE_TYPES_USA = {"country": 1, "region": 2, "city": 3}


class Dyad(msgspec.Struct, frozen=True):
    """One line: an event with one pair of its parties, and what CAMEO has for it."""

    fact: Fact
    event: CameoEvent
    actor: Party | None
    other: Party | None


def write_gdelt(facts: Iterable[Fact], stream: TextIO) -> None:
    """Write the events, each pair on a line. Open the stream with newline=""."""
    write_tsv(COLUMNS, find_dyads(facts), stream, header=False)


def find_dyads(facts: Iterable[Fact]) -> Iterator[Dyad]:
    """Yield the lines of events, each event in the world once.

    What is kept in memory is which events are told by reports that are yet to come.
    """
    # Of events with several mentions: how many are to come, and whether the event stands there already.
    open_: dict[str, tuple[int, bool]] = {}
    for fact in facts:
        event, world = fact.cameo, fact.telling.world
        left, told = open_.pop(world, (fact.telling.mentions, False)) if world else (1, False)
        if world and left > 1:
            open_[world] = (left - 1, told or event is not None)
        if event is None or told:
            continue
        for actor, other in pair_parties(fact.row.actor, fact.row.recipient):
            yield Dyad(fact, event, actor, other)


def pair_parties(
    actors: tuple[Party, ...], recipients: tuple[Party, ...]
) -> list[tuple[Party | None, Party | None]]:
    """Return who stands with whom: each actor with each recipient; without these, each two of the actors."""
    if recipients:
        return [(actor, other) for actor in actors or (None,) for other in recipients]
    if len(actors) > 1:
        return list(itertools.combinations(actors, 2))
    return [(actors[0] if actors else None, None)]


def make_id(dyad: Dyad) -> int:
    """Return the id of a line: the same event and pair have the same everywhere."""
    named = [dyad.fact.telling.world or dyad.fact.id]
    named += [f"{party.name}\0{party.country or ''}" if party else "" for party in (dyad.actor, dyad.other)]
    digest = hashlib.sha256("\0\0".join(named).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _ID_BITS)


def _country(party: Party) -> str | None:
    # CAMEO's codes of states are ISO's; it has none for Kosovo.
    return party.country if party.country != "XKX" else None


def _role(party: Party) -> str | None:
    sector = load_sectors().get(party.sector or "")
    return sector.cameo if sector else None


def _group(party: Party) -> str | None:
    return code_group(party.name) if party.type != "PER" else None


def _code(party: Party) -> str | None:
    """Return all that is known of somebody as one code: country, role and group."""
    return "".join(dict.fromkeys(c for c in (_country(party), _role(party), _group(party)) if c)) or None


def _actor(number: int) -> dict[str, Column]:
    """Return the ten columns on one of the pair."""
    side = "actor" if number == 1 else "other"

    def tell(name: str, what: str, value: Callable[[Party], Cell]) -> tuple[str, Column]:
        def find(dyad: Dyad) -> Cell:
            party = getattr(dyad, side)
            return value(party) if party else None

        return f"Actor{number}{name}", Column(what, find)

    return dict(
        (
            tell("Code", "country, role and known group in one", _code),
            tell("Name", "name, the fullest form in the report", lambda party: party.name),
            tell("CountryCode", "CAMEO's code of the state: ISO 3166-1 alpha-3, none for Kosovo", _country),
            tell("KnownGroupCode", "CAMEO's code of a body or armed group, if it has one", _group),
            tell("EthnicCode", "empty: not known", lambda _: None),
            tell("Religion1Code", "empty: not known", lambda _: None),
            tell("Religion2Code", "empty: not known", lambda _: None),
            tell("Type1Code", "CAMEO's code of the role, if it has one", _role),
            tell("Type2Code", "empty: Depesche gives each actor one role", lambda _: None),
            tell("Type3Code", "empty", lambda _: None),
        )
    )


def _nowhere(prefix: str) -> dict[str, Column]:
    """Return the eight columns on where one of the pair is, which nobody knows."""
    names = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
    return {f"{prefix}Geo_{name}": Column("empty: not known", lambda _: None) for name in names}


def _dated(value: Callable[[datetime.date], Cell]) -> Callable[[Dyad], Cell]:
    def tell(dyad: Dyad) -> Cell:
        day = dyad.fact.day
        return value(day) if day else None

    return tell


def _fraction(day: datetime.date) -> str:
    """Return the year with how much of it had gone, months having thirty days, as GDELT's files have it."""
    return f"{day.year:04}.{((day.month - 1) * 30 + day.day) * 10_000 // 365:04}"


def _place_type(dyad: Dyad) -> int | None:
    place = dyad.fact.row.location
    kind = find_place_kind(place) if place else None
    if place is None or kind is None:
        return None
    return (_PLACE_TYPES_USA if place.country == "USA" else _PLACE_TYPES)[kind]


def _place_name(dyad: Dyad) -> str | None:
    place = dyad.fact.row.location
    if place is None:
        return dyad.fact.row.place
    country = load_countries().get(place.country or "")
    if country is None:
        return place.name
    return country.name if find_place_kind(place) == "country" else f"{place.name}, {country.name}"


def _place_country(dyad: Dyad) -> str | None:
    place = dyad.fact.row.location
    country = load_countries().get(place.country or "") if place else None
    return country.fips if country else None


def _state_code(dyad: Dyad) -> str | None:
    """Return the code of the country where the place is a whole one."""
    return _place_country(dyad) if _place_type(dyad) == 1 else None


def _degrees(name: str) -> Callable[[Dyad], Cell]:
    return lambda dyad: getattr(dyad.fact.row.location, name) if dyad.fact.row.location else None


def to_stamp(published: str | None) -> str | None:
    """Return when something was published as GDELT writes it, in UTC; a day without a time is midnight.

    >>> to_stamp("2025-07-11T08:15:00+02:00"), to_stamp("2025-07-11"), to_stamp(None)
    ('20250711061500', '20250711000000', None)
    """
    try:
        moment = datetime.datetime.fromisoformat(published) if published else None
        if moment is not None and moment.tzinfo is not None:
            moment = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
    return f"{moment.year:04}{moment:%m%d%H%M%S}" if moment else None


_CODE = "CAMEO's code by the crosswalk; a string, its first digit may be 0"
COLUMNS: dict[str, Column] = {
    "GLOBALEVENTID": Column("number made of the event in the world and the pair; below 2^53", make_id),
    "SQLDATE": Column(
        "first day on which it may have been, YYYYMMDD; never the report's own day by default",
        _dated(lambda day: f"{day.year:04}{day:%m%d}"),
    ),
    "MonthYear": Column("its month, YYYYMM", _dated(lambda day: f"{day.year:04}{day:%m}")),
    "Year": Column("its year", _dated(lambda day: f"{day.year:04}")),
    "FractionDate": Column("year and (month - 1) * 30 + day as a fraction of 365", _dated(_fraction)),
    **_actor(1),
    **_actor(2),
    "IsRootEvent": Column("1 if it stands in the first paragraph", lambda d: int(d.fact.telling.lead)),
    "EventCode": Column(_CODE, lambda d: d.event.code),
    "EventBaseCode": Column("its first three digits", lambda d: d.event.base),
    "EventRootCode": Column("its first two digits", lambda d: d.event.root),
    "QuadClass": Column("CAMEO's quadrant, 1 to 4", lambda d: d.event.quad),
    "GoldsteinScale": Column("Goldstein's score of the code, -10 to 10", lambda d: d.event.score),
    "NumMentions": Column(
        "how many events of reports are this event in the world", lambda d: d.fact.telling.mentions
    ),
    "NumSources": Column(
        "on how many independent sources these reports rest; empty if nobody counted",
        lambda d: d.fact.independent,
    ),
    "NumArticles": Column(
        "how often the reports that tell it were printed", lambda d: d.fact.telling.articles
    ),
    "AvgTone": Column("empty: nobody measured it", lambda _: None),
    **_nowhere("Actor1"),
    **_nowhere("Actor2"),
    "ActionGeo_Type": Column(
        "1 country, 2 state of the USA, 3 city there, 4 city, 5 region elsewhere", _place_type
    ),
    "ActionGeo_FullName": Column(
        "the place and its country; the report's word for what is on no map", _place_name
    ),
    "ActionGeo_CountryCode": Column("FIPS 10-4", _place_country),
    "ActionGeo_ADM1Code": Column("the same for a whole country, else empty", _state_code),
    "ActionGeo_ADM2Code": Column("empty: not known", lambda _: None),
    "ActionGeo_Lat": Column("degrees, WGS 84", _degrees("latitude")),
    "ActionGeo_Long": Column("degrees, WGS 84", _degrees("longitude")),
    "ActionGeo_FeatureID": Column("the country's code for a whole country, else empty", _state_code),
    "DATEADDED": Column(
        "when the report was published, YYYYMMDDHHMMSS in UTC: no clock is read",
        lambda d: to_stamp(d.fact.row.published),
    ),
    "SOURCEURL": Column(
        "address of the report; without one outlet, title and day",
        lambda d: d.fact.row.url or cite(d.fact.row),
    ),
}
