"""JSON-LD: whole documents that need nothing fetched, with words and offsets true to the reports."""

import json
from collections.abc import Iterator
from typing import Any

from archive.samples import MEETING, SUMMIT, UNDATED
from depesche.archive.store import Archive
from depesche.exchange.jsonld import CONTEXT, PROPERTIES
from exchange.facts import AGAIN, export_text, facts_of, link_samples

Node = dict[str, Any]
TEXTS = {report.id: report.text for report in (MEETING, SUMMIT, UNDATED, AGAIN)}


def graph(archive: Archive) -> list[Node]:
    document = json.loads(export_text(archive, "jsonld"))
    assert document["@context"] == CONTEXT
    nodes: list[Node] = document["@graph"]
    return nodes


def nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes_in(part)


def values_of(node: Node) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in node["additionalProperty"]:
        found.setdefault(one["propertyID"], []).append(one["value"])
    return found


def test_selectors_are_true_to_the_reports(filled: Archive) -> None:
    link_samples(filled)
    nodes = graph(filled)
    assert len(nodes) == 7 + 2
    for node in nodes:
        assert node["type"] == "Annotation" and node["target"]
        for target in node["target"]:
            text = TEXTS[target["source"]["id"].rpartition(":")[2]]
            quote, position = target["selector"]
            start, end = position["start"], position["end"]
            assert text[start:end] == quote["exact"]
            assert text[:start].endswith(quote.get("prefix", ""))
            assert text[end:].startswith(quote.get("suffix", ""))


def test_events_come_back_as_the_same_facts(filled: Archive) -> None:
    link_samples(filled)
    events = [node["body"][0] for node in graph(filled) if node["body"][0]["type"] == "Event"]
    for event, fact in zip(events, facts_of(filled), strict=True):
        row, told = fact.row, values_of(event)
        assert event["id"] == f"urn:depesche:event:{fact.id}"
        assert (told["plover:type"], told.get("plover:mode", [None])) == ([row.type], [row.mode])
        assert tuple(told.get("plover:context", ())) == row.context
        assert told["status"] == [row.status]
        assert (event.get("startDate"), event.get("endDate")) == (row.earliest, row.latest)
        assert [one["name"] for one in event.get("actor", [])] == [party.name for party in row.actor]
        assert [one["name"] for one in event.get("participant", [])] == [p.name for p in row.recipient]
        assert event.get("location", {}).get("name") == row.place
        assert event.get("identifier") == fact.telling.world
        assert (told["mentions"], told["independentSources"]) == (
            [fact.telling.mentions],
            [len(fact.telling.reports)],
        )


def test_what_rests_on_somebodys_word_is_a_claim(filled: Archive) -> None:
    (claim,) = [body for node in graph(filled) for body in node["body"] if body["type"] == "Claim"]
    assert claim["author"]["name"] == "Sergej Lawrow"
    assert claim["about"]["id"] == f"urn:depesche:event:{MEETING.id}:e2"
    assert claim["appearance"]["id"] == f"urn:depesche:report:{MEETING.id}"


def test_quotations_with_speaker_report_and_agencies(filled: Archive) -> None:
    node = next(n for n in graph(filled) if n["id"] == f"urn:depesche:annotation:quotation:{MEETING.id}:q0")
    (quotation,) = node["body"]
    assert quotation["text"] == "er sei enttäuscht"
    assert quotation["creator"]["name"] == "Marco Rubio"
    assert values_of(quotation)["addressee"] == ["Sergej Lawrow"]
    source = node["target"][0]["source"]
    assert (source["publisher"]["name"], source["creditText"]) == ("Nordpost", "afp, red")


def test_all_terms_are_documented_or_in_the_context(filled: Archive) -> None:
    link_samples(filled)
    parts = {
        "Thing", "Place", "GeoCoordinates", "PostalAddress", "PropertyValue", "TextQuoteSelector",
        "TextPositionSelector",
    }  # fmt: skip
    for node in nodes_in(graph(filled)):
        kind = node.get("type")
        if kind in PROPERTIES:
            assert set(node) - {"id", "type"} <= set(PROPERTIES[kind]), kind
        else:
            assert kind is None or kind in parts


def test_an_empty_archive_is_a_document_too(archive: Archive) -> None:
    assert graph(archive) == []
