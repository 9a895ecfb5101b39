"""The longest words that name somebody."""

import itertools
import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.actors import find_actors
from depesche.find.actors.inner import add_inner_mentions
from depesche.find.actors.outer import widen_mentions
from depesche.language.document import analyse_report
from depesche.reading import INNER_MENTION, Report

CASES = yaml.safe_load(
    (pathlib.Path(__file__).parents[1] / "cases" / "outer-mentions.yaml").read_text("utf-8")
)
WORDS = st.sampled_from(
    "der neue junge französische zehn Außenminister Marco Rubio die Partei „ “ Neue Rechte EU EU-Kommission "
    "Bauern Huthi-Rebellen Rebellen Moskau Moskauer . , -".split(" ")
)


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_cases(case: dict[str, Any]) -> None:
    document = analyse_report(Report(text=case["text"], published="2025-07-11"))
    actors = add_inner_mentions(widen_mentions(document, find_actors(document)))
    assert [[a.name, [m.text for m in a.mentions]] for a in actors] == case["actors"]


@given(st.lists(WORDS, max_size=40).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_wide_mentions_hold_the_narrow_ones(text: str) -> None:
    document = analyse_report(Report(text=text, published="2025-07-11"))
    narrow = find_actors(document)
    wide = widen_mentions(document, narrow)
    for before, actor in zip(narrow, wide, strict=True):
        outer = [m for m in actor.mentions if m.rule != INNER_MENTION]
        assert len(outer) == len(before.mentions)
        assert all(w.start <= m.start and m.end <= w.end for w, m in zip(outer, before.mentions, strict=True))
        assert all(text[m.start : m.end] == m.text for m in actor.mentions)
    spans = sorted((m.start, m.end) for a in wide for m in a.mentions if m.rule != INNER_MENTION)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
