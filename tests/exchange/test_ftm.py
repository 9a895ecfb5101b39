"""FollowTheMoney entities, as its own library takes them."""

import importlib
import json
import os
import unicodedata
from typing import Any

import pytest

from archive.samples import MEETING
from depesche.archive.rows import Party
from depesche.archive.store import Archive
from depesche.exchange.facts import Fact
from depesche.exchange.ftm import PROPERTIES, make_entities
from exchange.facts import export_text, facts_of, link_samples

Entity = dict[str, Any]

_LIBRARY = "followthemoney"
ftm: Any = (
    importlib.import_module(_LIBRARY) if os.environ.get("CI") == "true" else pytest.importorskip(_LIBRARY)
)


def check(entity: Entity) -> None:
    """See that the library takes an entity, and keeps every value of it as it is."""
    schema = ftm.model.get(entity["schema"])
    assert schema is not None and not schema.abstract
    try:
        schema.validate(entity)
    except ftm.exc.InvalidData as fault:
        pytest.fail(f"{fault.errors} in {entity}")
    proxy = ftm.EntityProxy.from_dict(entity, cleaned=False)
    if all(visible(v) for some in entity["properties"].values() for v in some):
        assert proxy.to_dict()["properties"].keys() == entity["properties"].keys()
    for name, values in entity["properties"].items():
        if schema.get(name).type.name == "url":
            continue  # the library spells addresses in its own way
        taken, written = ({visible(value) for value in some} - {""} for some in (proxy.get(name), values))
        assert taken == written, name


def visible(text: str) -> str:
    """Return the letters and digits of a text: the library spells marks and spaces in its own way."""
    return "".join(character for character in unicodedata.normalize("NFC", text) if character.isalnum())


def read_back(text: str) -> list[Entity]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_library_takes_every_entity(filled: Archive) -> None:
    link_samples(filled)
    entities = read_back(export_text(filled, "ftm"))
    assert {entity["schema"] for entity in entities} == {
        "Article", "Event", "UnknownLink", "Documentation", "Person", "PublicBody", "Organization",
    }  # fmt: skip
    for entity in entities:
        check(entity)
        assert set(entity["properties"]) <= set(PROPERTIES[entity["schema"]])


def test_what_an_entity_names_is_there(filled: Archive) -> None:
    entities = read_back(export_text(filled, "ftm"))
    ids = {entity["id"] for entity in entities}
    for entity in entities:
        schema = ftm.model.get(entity["schema"])
        for name, values in entity["properties"].items():
            if schema.get(name).type.name == "entity":
                assert set(values) <= ids


def test_each_entity_stands_there_once(filled: Archive) -> None:
    link_samples(filled)
    lines = export_text(filled, "ftm").splitlines()
    assert len(lines) == len(set(lines))


def test_documented_properties_are_the_librarys() -> None:
    for schema, properties in PROPERTIES.items():
        assert set(properties) <= set(ftm.model.get(schema).properties)


def test_an_event_as_an_entity(filled: Archive) -> None:
    fact = next(fact for fact in facts_of(filled) if fact.id == f"{MEETING.id}:e2")
    article, actor, recipient, event, documentation, link = make_entities(fact)
    assert (actor["schema"], actor["properties"]) == ("PublicBody", {"name": ["USA"], "country": ["us"]})
    assert recipient["properties"] == {"name": ["Sergej Lawrow"], "country": ["ru"]}
    assert event["properties"]["involved"] == [actor["id"], recipient["id"]]
    assert event["properties"]["keywords"] == ["THREATEN", "restrict", "status:hypothetical"]
    assert documentation["properties"]["entity"] == [event["id"]]
    assert (link["properties"]["subject"], link["properties"]["role"]) == (
        [actor["id"]],
        ["THREATEN/restrict"],
    )
    assert article["properties"]["sourceUrl"] == [MEETING.url]


@pytest.mark.parametrize(
    ("party", "schema"),
    [
        (Party("a", "X", "PER", "DEU", "GOV"), "Person"),
        (Party("a", "X", "GPE", "DEU"), "PublicBody"),
        (Party("a", "X", "ORG", "DEU", "MIL"), "PublicBody"),
        (Party("a", "X", "ORG", None, "IGO"), "Organization"),
        (Party("a", "X", "ORG", "DEU", "BUS"), "Company"),
        (Party("a", "X", "GROUP", "DEU", "CVL"), "LegalEntity"),
    ],
)
def test_schemas(filled: Archive, party: Party, schema: str) -> None:
    fact = facts_of(filled)[0]
    changed = Fact(
        fact.row.__class__(**{**_fields(fact.row), "actor": (party,), "recipient": ()}), fact.telling
    )
    entity = list(make_entities(changed))[1]
    assert entity["schema"] == schema
    check(entity)


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://a.example/b?c=d", True),
        ("http://a.example:8080/", True),
        ("javascript:alert(1)", False),
        ("https://a.example/b c", False),
        ("file:///etc/passwd", False),
        ("kein Link", False),
    ],
)
def test_addresses(filled: Archive, url: str, taken: bool) -> None:
    fact = facts_of(filled)[0]
    changed = Fact(fact.row.__class__(**{**_fields(fact.row), "url": url}), fact.telling)
    entities = list(make_entities(changed))
    assert ("sourceUrl" in entities[0]["properties"]) == taken
    for entity in entities:
        check(entity)
