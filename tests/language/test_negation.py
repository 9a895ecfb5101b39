"""What is denied: the clause, or a part of it."""

import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.clause_finder import find_clauses
from depesche.language.document import analyse_report
from depesche.language.negation import is_negated
from depesche.reading import Report
from timing import seconds_of

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "negation.yaml").read_text("utf-8"))
WORDS = st.sampled_from(
    "nicht kein keine nie , . sondern der die von zwei 24 klaren Gründen zieht ab".split()
)


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_cases(case: dict[str, Any]) -> None:
    document = analyse_report(Report(text=case["text"]))
    clauses = find_clauses(document, document.sentences[0])
    assert clauses[-1 if case.get("last") else 0].negated == case["negated"]


@given(st.lists(WORDS, min_size=1, max_size=30).map(" ".join))
def test_any_words_are_denied_or_not(text: str) -> None:
    document = analyse_report(Report(text=text))
    indexes = range(len(document.tokens))
    assert is_negated(document.tokens, indexes) in (True, False)


@pytest.mark.parametrize("unit", ["nicht ", "nicht in Kiew ", "die nicht ", ", nicht aber von Kiew"])
def test_time_is_linear_in_the_text(unit: str) -> None:
    def seconds(times: int) -> float:
        tokens = analyse_report(Report(text="Gibt er " + unit * times)).tokens
        return seconds_of(lambda: is_negated(tokens, range(len(tokens))))

    seconds(10)
    small, large = max(seconds(1_000), 0.01), seconds(8_000)
    assert large < 30 * small
