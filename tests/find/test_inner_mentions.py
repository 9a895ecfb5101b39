"""Mentions within longer ones."""

import pathlib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.actors import find_actors
from depesche.find.actors.inner import add_inner_mentions
from depesche.language.document import analyse_report
from depesche.reading import INNER_MENTION, Actor, Report

CASES = yaml.safe_load(
    (pathlib.Path(__file__).parents[1] / "cases" / "inner-mentions.yaml").read_text("utf-8")
)
WORDS = st.sampled_from(
    "Außenminister Präsident Marco Rubio Rubios Peter Hall der sein EU . , Moskau".split(" ")
)


def read(text: str) -> tuple[tuple[Actor, ...], tuple[Actor, ...]]:
    outer = find_actors(analyse_report(Report(text=text, published="2025-07-11")))
    return outer, add_inner_mentions(outer)


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_cases(case: dict[str, Any]) -> None:
    _, actors = read(case["text"])
    assert [[a.name, [m.text for m in a.mentions]] for a in actors] == case["actors"]


@given(st.lists(WORDS, max_size=40).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_inner_mentions_lie_within_others(text: str) -> None:
    outer, actors = read(text)
    named = [(m.start, m.end) for a in outer for m in a.mentions]
    for before, actor in zip(outer, actors, strict=True):
        assert [m for m in actor.mentions if m.rule != INNER_MENTION] == list(before.mentions)
        spans = [(m.start, -m.end) for m in actor.mentions]
        assert spans == sorted(set(spans))
        for mention in actor.mentions:
            assert text[mention.start : mention.end] == mention.text
            assert any(start <= mention.start and mention.end <= end for start, end in named)
