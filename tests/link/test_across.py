"""Events that reports of several stories tell."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from depesche.link.across import (
    EventLink,
    cluster_over_stories,
    find_postings,
    find_told,
    join_parts,
    link_told,
)
from depesche.link.postings import share_posting
from depesche.link.records import EventKey
from link.reports import event_at, records_of
from timing import seconds_of

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


def test_two_events_of_a_part_stay_two_though_both_are_linked_to_one_of_another() -> None:
    a, b, c, d = (EventKey(report, "e1") for report in "abcd")
    links = [EventLink(a, c, 2.0, 1), EventLink(b, c, 1.0, 1), EventLink(b, d, 1.0, 1)]
    assert join_parts([[(a,), (b,)], [(c,), (d,)]], links, {}) == ((a, c), (b, d))
    assert join_parts([[(a,), (b,)], [(c,), (d,)]], links, {}, apart=[(a, c)]) == ((a,), (b, c), (d,))
    assert join_parts([[(a,), (b,)], [(c,), (d,)]], links[:1], {}, together=[(a, b)]) == ((a, b, c), (d,))


def test_time_is_linear_in_events_that_hang_together_with_none() -> None:
    def seconds(count: int) -> float:
        part = [(EventKey(f"r{n}", "e1"),) for n in range(count)]
        return seconds_of(lambda: join_parts([part], [], {}))

    seconds(10)
    assert seconds(16_000) < 8 * 3 * max(seconds(2_000), 0.01)
