"""Places: what German says is a place, which of several it is, and where the words stand."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.places import find_places
from depesche.language.analysis import Analysis, Name, NameKind
from depesche.language.document import analyse_report
from depesche.language.gazetteer import PlaceWord, load_place_words
from depesche.reading import Place, Report


class PlaceCase(msgspec.Struct):
    text: str
    places: list[tuple[str, str, str | None]]
    why: str


CASES = msgspec.yaml.decode(
    (Path(__file__).parent.parent / "cases" / "places.yaml").read_bytes(), type=list[PlaceCase]
)
WORDS = (
    "In in nach von der die den Paris Essen Kuala Lumpur Russlands Krim Hauptstadt , ( / – . russischen Haus"
    " Weißen und"
)


def places_in(text: str) -> tuple[Place, ...]:
    return find_places(analyse_report(Report(text=text)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_places_are_found(case: PlaceCase) -> None:
    assert [(p.text, p.name, p.country) for p in places_in(case.text)] == case.places


@pytest.mark.parametrize("word", load_place_words().values(), ids=lambda word: word.id)
def test_words_that_are_mostly_no_cities(word: PlaceWord) -> None:
    assert word.word in {p.text for p in places_in(word.yes)}
    assert word.word not in {p.text for p in places_in(word.no)}


def test_a_city_has_its_coordinates_and_its_geonames_id() -> None:
    (place,) = places_in("Das Treffen in Kuala Lumpur begann.")
    assert (place.start, place.end) == (15, 27)
    assert place.latitude == pytest.approx(3.14, abs=0.02)
    assert place.longitude == pytest.approx(101.69, abs=0.02)
    assert place.geonames == 1735161
    assert place.rule == "places/city-in"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=30) | st.lists(st.text(max_size=8), max_size=12))
@settings(deadline=None)
def test_offsets_are_true_and_places_do_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    last = 0
    for place in places_in(text):
        assert text[place.start : place.end] == place.text
        assert place.start >= last
        last = place.end


def test_same_text_gives_the_same_places() -> None:
    text = " ".join(case.text for case in CASES)
    assert places_in(text) == places_in(text)


def learned_places(text: str, words: str, kind: NameKind, confidence: float) -> list[tuple[str, str | None]]:
    """Read a text of which a model has said that some words name something."""
    document = analyse_report(Report(text=text))
    start = text.index(words)
    tokens = document.token_at(start), document.token_at(start + len(words) - 1) + 1
    said = Analysis("test", names=(Name(tokens, kind, confidence),))
    places = find_places(msgspec.structs.replace(document, analysis=said))
    return [(p.text, p.country) for p in places if p.rule == "places/learned"]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("In Zharimar fielen Schüsse.", "Zharimar", True),
        ("Die Soldaten rückten auf die Insel Nebruk vor.", "Nebruk", True),
        ("Sie zogen durch die Rotwallgasse.", "Rotwallgasse", True),
        ("Das Handgemenge im Qurwan-Tal dauerte an.", "Qurwan-Tal", True),
        ("Im nahen Nebruk flogen Steine.", "Nebruk", True),
        ("In der Nähe von Nebruk flogen Steine.", "Nebruk", True),
        ("Südlich von Nebruk flogen Steine.", "Nebruk", True),
        ("Sie lobten die Haltung des nahen Nebruk.", "Nebruk", False),
        # Who acts or is acted on is no place, whatever the model takes the name for.
        ("Zharimar lehnte das ab.", "Zharimar", False),
        ("Der Mann schoss auf Nebruk.", "Nebruk", False),
        ("Die Vorwürfe von Nebruk wies er zurück.", "Nebruk", False),
        # Bodies that are known stay bodies.
        ("In der Nato herrscht Streit.", "Nato", False),
    ],
)
def test_names_that_only_a_model_knows_are_places_where_places_stand(
    text: str, words: str, found: bool
) -> None:
    assert learned_places(text, words, "LOC", 0.9) == ([(words, None)] if found else [])
    assert learned_places(text, words, "LOC", 0.5) == []
    assert learned_places(text, words, "ORG", 0.9) == []


def test_two_names_of_a_model_side_by_side_are_one_place() -> None:
    text = "In Zharimar al-Nebruk flogen Steine."
    document = analyse_report(Report(text=text))
    names = (Name((1, 2), "GPE", 0.9), Name((2, 3), "LOC", 0.5))
    said = Analysis("test", names=names)
    places = find_places(msgspec.structs.replace(document, analysis=said))
    assert [p.text for p in places] == ["Zharimar al-Nebruk"]
