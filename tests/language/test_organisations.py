"""Organisations: the examples of the list, their forms, and names that several share."""

import pytest

from depesche.language.organisations import (
    Organisation,
    load_organisations,
    organisation_metonyms,
    organisation_names,
)
from depesche.language.states import states_by_code
from depesche.language.tokens import tokenize

SECTORS = set("GOV LEG JUD MIL COP SPY PTY OPP REB CRM BUS MED EDU LAB REL NGO IGO CVL".split())


@pytest.mark.parametrize("organisation", load_organisations(), ids=lambda o: o.id)
def test_entries(organisation: Organisation) -> None:
    table = organisation_names()
    assert any(organisation in match.found for match in table.matches(tokenize(organisation.yes)))
    assert not any(organisation in match.found for match in table.matches(tokenize(organisation.no)))
    assert organisation.sector in SECTORS
    assert organisation.country is None or organisation.country in states_by_code()
    assert organisation.country or not organisation.local


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("Europäischen Union", ["eu"]),
        ("Sicherheitsrates der Vereinten Nationen", ["un-sicherheitsrat"]),
        ("Auswärtigen Amtes", ["auswaertiges-amt"]),
        ("Internationalen Strafgerichtshofs", ["istgh"]),
        ("Grünen", ["gruene-de", "gruene-at"]),
        ("Grünes", []),
        ("Bundesrates", ["bundesrat-de", "bundesrat-at", "bundesrat-ch"]),
    ],
)
def test_forms(words: str, ids: list[str]) -> None:
    assert [o.id for o in organisation_names().meanings(words)] == ids


def test_brussels_stands_for_the_union() -> None:
    assert [o.id for o in organisation_metonyms().meanings("Brüssels")] == ["eu"]
