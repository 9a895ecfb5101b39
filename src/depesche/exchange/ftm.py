"""FollowTheMoney entities, JSON Lines, for Aleph, OpenAleph and OpenSanctions' tools.

A report is an Article, an event an Event with those who are involved, and an UnknownLink from each actor to
each recipient, because Event has no direction. A person is a Person; a state, and a body of its, a
PublicBody; a firm a Company, another body an Organization, people together a LegalEntity. Documentation ties
an event to its report; events that are one in the world have one ``recordId``. Actors are one over all
reports if they have the same name, kind and country.

Entities are written when they are first needed. One may come several times, with other properties: tools
that read the format merge what has one id. The format has no place for offsets, statuses and what is
claimed: keywords hold the status, the summary the sentence. Values that the format does not take, such as
addresses that are none, are left out.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from depesche.archive.rows import Party
from depesche.exchange.facts import Fact, Testimony, to_day
from depesche.exchange.json import to_json
from depesche.language.countries import load_countries

Entity = dict[str, Any]

# So many entities are remembered, so as not to write each with every event.
_REMEMBERED = 100_000
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?::\d{1,5})?(?:/[!-~]*)?")
# Organs of a state.
_PUBLIC = frozenset({"GOV", "LEG", "JUD", "MIL", "COP", "SPY"})
# The format knows no others.
_YEARS = range(1000, 3000)
# States and territories that are no more, whose letters the format does not know or gives to another.
_GONE = frozenset({"ANT", "SCG"})
# The languages that we read, as the format has them.
_LANGUAGES = {"de": "deu"}

# What each schema gets, for the format's document: property and what stands in it.
PROPERTIES: dict[str, dict[str, str]] = {
    "Article": {
        "title": "headline",
        "name": "headline, or outlet and day",
        "publisher": "the outlet",
        "sourceUrl": "its address",
        "date": "day of publication",
        "language": "ISO 639-3",
    },
    "Event": {
        "name": "type and mode, and the words of the event",
        "summary": "the sentence",
        "startDate": "first day on which it may have been",
        "endDate": "last day",
        "location": "the place as the report words it",
        "country": "the state it lies in",
        "involved": "all parties",
        "keywords": "type, mode, contexts, `status:` and the status; of testimony `confirmed:`, `denied:`,"
        " `reported:` or `silent:` and the party",
        "notes": "of testimony: party, who says it, day and words",
        "recordId": "id of the event in the world",
        "publisher": "the outlet",
        "sourceUrl": "address of the report",
        "proof": "the report",
    },
    "UnknownLink": {
        "subject": "an actor",
        "object": "a recipient",
        "role": "type and mode",
        "startDate": "as the event's",
        "endDate": "as the event's",
        "recordId": "id of the event",
        "proof": "the report",
    },
    "Documentation": {"document": "the report", "entity": "the event", "role": "`tells`"},
    "Person": {"name": "name", "country": "state", "position": "function as the report words it"},
    "PublicBody": {"name": "name", "country": "state"},
    "Company": {"name": "name", "country": "state"},
    "Organization": {"name": "name", "country": "state"},
    "LegalEntity": {"name": "name", "country": "state"},
}


def write_ftm(facts: Iterable[Fact], stream: TextIO) -> None:
    """Write the entities of events, one a line."""
    known: OrderedDict[bytes, None] = OrderedDict()
    for fact in facts:
        for entity in make_entities(fact):
            line = to_json(entity)
            digest = hashlib.sha256(line.encode()).digest()
            if digest in known:
                known.move_to_end(digest)
                continue
            known[digest] = None
            if len(known) > _REMEMBERED:
                known.popitem(last=False)
            stream.write(line + "\n")


def make_entities(fact: Fact) -> Iterator[Entity]:
    """Yield the entities of an event: its report, its parties, itself, and what ties them."""
    row = fact.row
    article = _entity(
        "Article",
        ("report", row.report),
        title=row.title,
        name=row.title or " ".join(part for part in (row.outlet, row.published) if part) or row.report,
        publisher=row.outlet,
        sourceUrl=_address(row.url),
        date=_day(row.published),
        language=_LANGUAGES.get((row.language or "").lower()[:2]),
    )
    yield article
    actors, recipients = ([_party(party) for party in side] for side in (row.actor, row.recipient))
    yield from (*actors, *recipients)
    kind = f"{row.type}/{row.mode}" if row.mode else row.type
    days = {"startDate": _day(row.earliest), "endDate": _day(row.latest)}
    event = _entity(
        "Event",
        ("event", fact.id),
        name=f"{kind}: {row.text}",
        summary=row.sentence.text,
        **days,
        location=row.place,
        country=_country(row.location.country if row.location else None),
        involved=[party["id"] for party in (*actors, *recipients)],
        keywords=[
            *(row.type, row.mode, *row.context, f"status:{row.status}"),
            *(f"{one.stand}:{one.party}" for one in fact.testimony or ()),
        ],
        notes=[_note(one) for one in fact.testimony or () if one.words],
        recordId=fact.telling.world,
        publisher=row.outlet,
        sourceUrl=_address(row.url),
        proof=article["id"],
    )
    yield event
    yield _entity(
        "Documentation",
        ("documentation", fact.id),
        document=article["id"],
        entity=event["id"],
        role="tells",
    )
    for actor in actors:
        for recipient in recipients:
            if actor["id"] != recipient["id"]:
                yield _entity(
                    "UnknownLink",
                    ("link", fact.id, actor["id"], recipient["id"]),
                    subject=actor["id"],
                    object=recipient["id"],
                    role=kind,
                    **days,
                    recordId=fact.id,
                    proof=article["id"],
                )


def _note(one: Testimony) -> str:
    by = f" ({one.source})" if one.source and one.source != one.party else ""
    return f"{one.stand}: {one.party}{by}, {one.date or '?'}: {one.words}"


def _party(party: Party) -> Entity:
    schema = _schema(party)
    position = party.role if schema == "Person" else None
    return _entity(
        schema,
        ("actor", schema, party.name, party.country or ""),
        name=party.name or "?",
        country=_country(party.country),
        position=position,
    )


def _schema(party: Party) -> str:
    """Return what somebody is in FollowTheMoney."""
    if party.type == "PER":
        return "Person"
    if party.type == "GROUP":
        return "LegalEntity"
    if party.type == "GPE" or (party.country and party.sector in _PUBLIC):
        return "PublicBody"
    return "Company" if party.sector == "BUS" else "Organization"


def _entity(schema: str, named: tuple[str, ...], **properties: str | list[str | None] | None) -> Entity:
    """Return an entity without the properties that nothing is known of; what names it makes its id."""
    digest = hashlib.sha256("\0".join(named).encode("utf-8", "surrogatepass")).hexdigest()[:40]
    told = {
        name: list(dict.fromkeys(text for value in _listed(values) if (text := _clean(value))))
        for name, values in properties.items()
    }
    return {
        "id": f"depesche-{digest}",
        "schema": schema,
        "properties": {name: values for name, values in told.items() if values},
    }


def _listed(values: str | list[str | None] | None) -> list[str | None]:
    return values if isinstance(values, list) else [values]


def _clean(value: str | None) -> str:
    """Return a text on one line without marks that nobody sees, such as soft hyphens."""
    if not value:
        return ""
    seen = (c for c in _UNWRITABLE.sub(" ", value) if unicodedata.category(c) not in ("Cf", "Co"))
    return " ".join("".join(seen).split())


def _address(url: str | None) -> str | None:
    return url if url and _ADDRESS.fullmatch(url) else None


def _country(code: str | None) -> str | None:
    country = load_countries().get(code or "") if code not in _GONE else None
    return country.iso2.lower() if country and country.iso2 else None


def _day(text: str | None) -> str | None:
    day = to_day(text)
    return str(day) if day and day.year in _YEARS else None
