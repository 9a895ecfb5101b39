"""How users name things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.naming import Named, parse_name


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("1a2b3c", Named("report", "1a2b3c")),
        ("e1a2b3c", Named("report", "e1a2b3c")),
        (" S1A2B3C ", Named("story", "1a2b3c")),
        ("e1a2:e3", Named("event", "e1a2", "e3")),
        ("e1a2-e3", Named("event", "1a2", "e3")),
        ("ee1a2-e3", Named("event", "e1a2", "e3")),
        ("1a2b:120", Named("offset", "1a2b", "120")),
        ("aa1b2-a12", Named("actor", "a1b2", "a12")),
        ("a1b2", Named("report", "a1b2")),
        ("Lawrow", None),
        ("1a2b:", None),
        ("", None),
    ],
)
def test_names(typed: str, named: Named | None) -> None:
    assert parse_name(typed) == named


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    parse_name(text)
