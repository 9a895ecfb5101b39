"""References: cases of news, and what holds for any text."""

import pathlib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.actors import find_actors
from depesche.find.references import find_references
from depesche.language.document import analyse_report
from depesche.reading import Report
from timing import seconds_of

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "references.yaml").read_text("utf-8"))
WORDS = st.sampled_from(
    (
        "er sie ihr ihm ihn Sie dieser beide beiden Seiten Länder Rubio Marco Angela Merkel und , . sagte "
        "traf China Japan Außenminister Soldaten dass"
    ).split()
)


def read(text: str) -> list[list[object]]:
    document = analyse_report(Report(text=text))
    actors = find_actors(document)
    names = {a.id: a.name for a in actors}
    found = find_references(document, actors)
    return [[document.tokens[k].text, [names[a] for a in found[k]]] for k in sorted(found)]


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_cases(case: dict[str, list[list[object]]]) -> None:
    assert read(str(case["text"])) == case["references"]


def test_without_actors_nothing_is_resolved() -> None:
    assert find_references(analyse_report(Report(text="Er kam.")), ()) == {}


@given(st.lists(WORDS, max_size=50).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_words(text: str) -> None:
    document = analyse_report(Report(text=text))
    actors = find_actors(document)
    known = {a.id for a in actors}
    for k, ids in find_references(document, actors).items():
        assert 0 <= k < len(document.tokens)
        assert ids and set(ids) <= known


@pytest.mark.parametrize(
    "unit", ["Er kam. ", "Marco Rubio und er, sie und beide Seiten, ", "Sie sah ihn, dieser kam. "]
)
def test_time_is_linear_in_the_text(unit: str) -> None:
    def seconds(times: int) -> float:
        document = analyse_report(Report(text="Marco Rubio kam. " + unit * times))
        actors = find_actors(document)
        return seconds_of(lambda: find_references(document, actors))

    seconds(10)
    small, large = max(seconds(2_000), 0.01), seconds(16_000)
    assert large < 30 * small
