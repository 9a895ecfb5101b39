"""Events that reports of several stories tell."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from depesche.link.across import cluster_over_stories, find_postings, find_told, link_told
from depesche.link.postings import share_posting
from depesche.link.records import EventKey
from link.reports import event_at, records_of

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "link-across.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_events_over_stories(case: dict[str, Any]) -> None:
    records = records_of(case)
    keys = {EventKey(records[n].id, event_at(records[n], trigger).id) for n, trigger in case["mentions"]}
    a, b = records.values()
    groups = cluster_over_stories([[a], [b]])
    assert any(keys <= set(group) for group in groups) == case["same"]
    assert cluster_over_stories([[b], [a]]) == groups
    assert (
        any({link.first, link.second} == keys for link in link_told(find_told(a), find_told(b)))
        == case["same"]
    )


@pytest.mark.parametrize("case", [c for c in CASES if c["same"]], ids=lambda c: c["id"])
def test_what_is_one_stands_in_one_list(case: dict[str, Any]) -> None:
    a, b = records_of(case).values()
    assert share_posting(find_postings(find_told(a)), find_postings(find_told(b)))
