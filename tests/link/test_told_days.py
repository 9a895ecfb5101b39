"""The days that reports name, and how alike reports are that name other ones."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from depesche.link.profiles import profile_of
from depesche.link.similarity import compare_reports
from depesche.link.sketches import make_sketch, pack_sketch, unpack_sketch
from link.reports import make_record

CASES = yaml.safe_load(
    (pathlib.Path(__file__).parents[1] / "cases" / "link-told-days.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES["named"], ids=lambda c: c["id"])
def test_named_days(case: dict[str, Any]) -> None:
    record = make_record(case["text"], case.get("published"))
    assert sorted(profile_of(record).told_days) == sorted(case["days"])
    assert unpack_sketch(pack_sketch(make_sketch(record))).profile == profile_of(record)


@pytest.mark.parametrize("case", CASES["pairs"], ids=lambda c: c["id"])
def test_other_days_are_further_apart(case: dict[str, Any]) -> None:
    a, b = (make_record(r["text"], r.get("published")) for r in (case["a"], case["b"]))
    likeness = compare_reports(a, b)
    assert (likeness.similarity < 0.9 * likeness.timeless) == case["further"]
    assert case["further"] or likeness.similarity == likeness.timeless


def test_what_is_named_first_counts_most() -> None:
    filler = "Fachleute prüfen nun die übrigen Kräne im Hafen. " * 12
    early, late = (
        profile_of(make_record(text)).told_days["2"]
        for text in (f"Am Dienstag fiel er um. {filler}", f"{filler}Am Dienstag fiel er um.")
    )
    assert 0.0 < late < early <= 1.0
