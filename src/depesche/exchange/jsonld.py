"""JSON-LD of events and of what was said, in the words of schema.org, each tied to its own words in a report.

Every event and every quotation is a W3C Web Annotation: its body says what it is, its targets where it
stands, by a TextQuoteSelector (the words, and up to 32 characters on both sides) and a TextPositionSelector
(characters of the report's text, from 0, the end excluded). What a report tells on somebody's word is
besides a Claim of theirs. The document's ``@context`` holds all terms, so that nothing has to be fetched to
read it; ``@graph`` has one annotation a line. What schema.org has no word for stands in
``additionalProperty``: PLOVER's and CAMEO's codes, the status, the sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from depesche.archive.rows import EventRow, Party, Passage, QuotationRow
from depesche.exchange.facts import Fact, Testimony
from depesche.exchange.json import to_json
from depesche.language.countries import load_countries
from depesche.reading import Place, Span, Voice

Node = dict[str, Any]

_AROUND = 32
_OA = "http://www.w3.org/ns/oa#"
CONTEXT: Node = {
    "@vocab": "https://schema.org/",
    "id": "@id",
    "type": "@type",
    "oa": _OA,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{name: f"oa:{name}" for name in ("Annotation", "TextQuoteSelector", "TextPositionSelector")},
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@id"},
    **{name: f"oa:{name}" for name in ("exact", "prefix", "suffix")},
    **{name: {"@id": f"oa:{name}", "@type": "xsd:nonNegativeInteger"} for name in ("start", "end")},
}

# For the format's document: what each kind of node has besides its id.
PROPERTIES: dict[str, dict[str, str]] = {
    "Annotation": {
        "motivation": "`oa:identifying` of events, `oa:classifying` of quotations",
        "body": "the Event, and the Claim that it is, or the Quotation",
        "target": "where it stands: `source` the report, `selector` both selectors; several if it is broken",
    },
    "Event": {
        "name": "type and mode of PLOVER",
        "description": "the words of the event",
        "startDate": "first day",
        "endDate": "last day",
        "actor": "who did it",
        "participant": "to or against whom",
        "location": "Place with `name`, `addressCountry`, `geo` and GeoNames' `sameAs`",
        "identifier": "id of the event in the world",
        "additionalProperty": "`plover:type`, `plover:mode`, `plover:context`, `status`, `cameo`, `mentions`,"
        " `reports`, `independentSources`, `rule`, each a PropertyValue",
    },
    "Claim": {
        "author": "on whose word the event rests; of testimony, who says it: `name`, and the party",
        "about": "the event",
        "appearance": "the report",
        "text": "of testimony: the words",
        "datePublished": "of testimony: day of the report",
        "additionalProperty": "of testimony: `stand` (`confirmed`, `denied`, `reported`, `silent`), `party`,"
        " `start` and `end` of the words, each a PropertyValue",
    },
    "Quotation": {
        "text": "its words",
        "creator": "who says it, if it is known, else the words that name the speaker",
        "isPartOf": "the report",
        "additionalProperty": "`quotation:type`, `addressee`, `rule`, each a PropertyValue",
    },
    "NewsArticle": {
        "headline": "title",
        "url": "address",
        "datePublished": "day or time of publication",
        "publisher": "the outlet",
        "creditText": "credits in the text: agencies and marks",
        "inLanguage": "language",
    },
    "Person": {"name": "name", "jobTitle": "function as the report words it", "nationality": "Country"},
    "Organization": {"name": "name", "additionalType": "PLOVER's sector", "location": "Country"},
    "Country": {"name": "English name", "identifier": "ISO 3166-1 alpha-3"},
}


def write_jsonld(annotations: Iterable[Node], stream: TextIO) -> None:
    """Write annotations as one document."""
    stream.write(f'{{"@context": {to_json(CONTEXT)},\n"@graph": [')
    for number, node in enumerate(annotations):
        stream.write(f"{',' if number else ''}\n{to_json(node)}")
    stream.write("\n]}\n")


def annotate_event(fact: Fact) -> Node:
    """Return an event as an annotation of the words that name it."""
    row = fact.row
    kind = f"{row.type}/{row.mode}" if row.mode else row.type
    cameo = fact.cameo
    event = _node(
        "Event",
        f"urn:depesche:event:{fact.id}",
        name=kind,
        description=row.text,
        startDate=row.earliest,
        endDate=row.latest,
        actor=[_party(row.report, party) for party in row.actor],
        participant=[_party(row.report, party) for party in row.recipient],
        location=_place(row.place, row.location),
        identifier=fact.telling.world,
        additionalProperty=_properties(
            [
                ("plover:type", row.type),
                ("plover:mode", row.mode),
                *(("plover:context", context) for context in row.context),
                ("status", row.status),
                ("cameo", cameo.code if cameo else None),
                ("mentions", fact.telling.mentions),
                ("reports", len(fact.telling.reports)),
                ("independentSources", fact.independent),
                ("rule", row.rule or None),
            ]
        ),
    )
    report = _report(row, fact.telling.agency, row.language)
    bodies = [event]
    if row.source:
        claim = _node(
            "Claim",
            f"urn:depesche:claim:{fact.id}",
            author=_party(row.report, row.source),
            about={"id": event["id"]},
            appearance={"id": report["id"]},
        )
        bodies.append(claim)
    bodies += [_testify(fact.id, n, one, event) for n, one in enumerate(fact.testimony or ())]
    target = _target(report, row.sentence, Span(row.start, row.end))
    return _annotation(f"event:{fact.id}", "oa:identifying", bodies, [target])


def _testify(named: str, number: int, one: Testimony, event: Node) -> Node:
    """Return what a party says of an event as a claim of its own."""
    told = [("stand", one.stand), ("party", one.party), ("start", one.start), ("end", one.end)]
    return _node(
        "Claim",
        f"urn:depesche:testimony:{named}:{number}",
        author=_node("Thing", None, name=one.source or one.party),
        about={"id": event["id"]},
        appearance={"id": f"urn:depesche:report:{one.report}"} if one.report else None,
        text=one.words,
        datePublished=one.date,
        additionalProperty=_properties(told),
    )


def annotate_quotation(row: QuotationRow, agency: tuple[str, ...] = ()) -> Node:
    """Return a quotation as an annotation of its words; ``agency`` is the credits of its report."""
    named = f"{row.report}:q{row.number}"
    report = _report(row, agency)
    quotation = _node(
        "Quotation",
        f"urn:depesche:quotation:{named}",
        text=row.text,
        creator=_speaker(row),
        isPartOf={"id": report["id"]},
        additionalProperty=_properties(
            [
                ("quotation:type", row.type),
                ("addressee", row.addressee.text if row.addressee else None),
                ("rule", row.rule or None),
            ]
        ),
    )
    targets = [_target(report, row.sentence, span) for span in row.spans]
    return _annotation(f"quotation:{named}", "oa:classifying", [quotation], targets)


def _annotation(named: str, motivation: str, bodies: list[Node], targets: list[Node]) -> Node:
    node = _node("Annotation", f"urn:depesche:annotation:{named}", motivation=motivation, body=bodies)
    return {**node, "target": targets}


def _node(kind: str, named: str | None, **properties: object) -> Node:
    """Return a node without the properties that nothing is known of."""
    told = {name: value for name, value in properties.items() if value not in (None, [], "")}
    return {**({"id": named} if named else {}), "type": kind, **told}


def _report(row: EventRow | QuotationRow, agency: tuple[str, ...], language: str | None = None) -> Node:
    return _node(
        "NewsArticle",
        f"urn:depesche:report:{row.report}",
        headline=row.title,
        url=row.url,
        datePublished=row.published,
        publisher=_node("Organization", None, name=row.outlet) if row.outlet else None,
        creditText=", ".join(agency),
        inLanguage=language,
    )


def _target(report: Node, sentence: Passage, span: Span) -> Node:
    """Return where in a report something stands; ``sentence`` is what stands around it."""
    start, end = span.start - sentence.start, span.end - sentence.start
    quote = _node(
        "TextQuoteSelector",
        None,
        exact=sentence.text[start:end],
        prefix=sentence.text[max(0, start - _AROUND) : start],
        suffix=sentence.text[end : end + _AROUND],
    )
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    return {"source": report, "selector": [quote, position]}


def _speaker(row: QuotationRow) -> Node | None:
    if row.actor:
        return _party(row.report, row.actor)
    voice: Voice | None = row.speaker
    return _node("Thing", None, name=voice.text) if voice else None


def _party(report: str, party: Party) -> Node:
    named = f"urn:depesche:actor:{report}:{party.id}"
    if party.type == "PER":
        return _node(
            "Person", named, name=party.name, jobTitle=party.role, nationality=_country(party.country)
        )
    return _node(
        "Organization",
        named,
        name=party.name,
        additionalType=party.sector,
        location=_country(party.country),
    )


def _country(code: str | None) -> Node | None:
    if code is None:
        return None
    known = load_countries().get(code)
    return _node("Country", None, name=known.name if known else None, identifier=code)


def _place(name: str | None, place: Place | None) -> Node | None:
    if name is None:
        return None
    if place is None:
        return _node("Place", None, name=name)
    geo = place.latitude is not None and place.longitude is not None
    return _node(
        "Place",
        None,
        name=place.name,
        alternateName=name if name != place.name else None,
        geo=_node("GeoCoordinates", None, latitude=place.latitude, longitude=place.longitude)
        if geo
        else None,
        address=_node("PostalAddress", None, addressCountry=place.country) if place.country else None,
        sameAs=f"https://sws.geonames.org/{place.geonames}/" if place.geonames is not None else None,
    )


def _properties(pairs: Iterable[tuple[str, str | int | None]]) -> list[Node]:
    return list(_told(pairs))


def _told(pairs: Iterable[tuple[str, str | int | None]]) -> Iterator[Node]:
    for name, value in pairs:
        if value is not None:
            yield {"type": "PropertyValue", "propertyID": name, "value": value}
