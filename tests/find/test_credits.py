import pathlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.find.credits import find_credits
from depesche.language.agencies import Agency
from depesche.language.document import analyse_report
from depesche.language.lexicon import load_entries
from depesche.reading import Report

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "credits.yaml").read_text("utf-8"))


def credits_of(text: str) -> tuple[str, ...]:
    return find_credits(analyse_report(Report(text=text)))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_cases(case: dict[str, object]) -> None:
    expected = case["credits"]
    assert isinstance(expected, list)
    assert credits_of(str(case["text"])) == tuple(expected)


@pytest.mark.parametrize("agency", load_entries("de/agencies.yaml", Agency), ids=lambda a: a.id)
def test_entries_read_their_examples(agency: Agency) -> None:
    assert agency.id in credits_of(f"Er kam. {agency.yes}") or agency.id in credits_of(
        f"{agency.yes} meldete dies."
    )
    assert agency.id not in credits_of(f"Er kam. {agency.no}")


@given(
    st.text(max_size=100)
    | st.lists(st.sampled_from("( ) dpa AFP / , . Quelle : der Er \n".split(" "))).map(" ".join)
)
def test_any_text_gives_known_codes(text: str) -> None:
    known = {a.id for a in load_entries("de/agencies.yaml", Agency)}
    found = credits_of(text)
    assert set(found) <= known and len(set(found)) == len(found)
