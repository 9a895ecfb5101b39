"""The gazetteer: entries of places.yaml, and the cities of GeoNames under their German names."""

import pytest

from depesche.language.gazetteer import load_gazetteer, place_names
from depesche.language.inflection import plain_name
from depesche.language.regions import PlaceEntry, load_places
from depesche.language.states import states_by_code
from depesche.language.tokens import tokenize


def matched(text: str) -> set[tuple[str, float | None]]:
    found = place_names().matches(tokenize(text))
    return {(place.name, place.latitude) for match in found for place in match.found}


@pytest.mark.parametrize("entry", load_places(), ids=lambda entry: entry.id)
def test_entries(entry: PlaceEntry) -> None:
    place = (plain_name(entry.name), entry.latitude)
    assert place in matched(entry.yes)
    assert place not in matched(entry.no)
    assert entry.country is None or entry.country in states_by_code()
    assert -90 <= entry.latitude <= 90
    assert -180 <= entry.longitude <= 180


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Moskau", "RUS"),
        ("Riad", "SAU"),
        ("Kairo", "EGY"),
        ("Brüssel", "BEL"),
        ("Genf", "CHE"),
        ("Prag", "CZE"),
        ("Mailand", "ITA"),
        ("Brest", "BLR"),
        ("Marburg", "DEU"),
        ("Port-au-Prince", "HTI"),
    ],
)
def test_cities_have_german_names(name: str, country: str) -> None:
    assert load_gazetteer().cities_named(name)[0].country == country


def test_codes_and_transcriptions_are_no_names() -> None:
    for name in ("NGO", "CDU", "Hilde", "ʿAmmān"):
        assert load_gazetteer().cities_named(name) == ()


def test_a_name_of_several_words_is_matched_whole() -> None:
    tokens = tokenize("nach Rio de Janeiro")
    assert load_gazetteer().match_at(tokens, 1) == (4, "Rio de Janeiro")
