"""Events of different reports that are one in the world, and how far each has come."""

from __future__ import annotations

import itertools
import pathlib
import random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.link.events import cluster_events, event_id
from depesche.link.happenings import (
    Happening,
    StageWords,
    happenings_in,
    load_happenings,
    load_stages,
    stage_told_by,
)
from depesche.link.mentions import MeetingWay, find_mentions, load_ways, way_told_by
from depesche.link.records import EventKey, Record
from link.reports import event_at, make_record

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "link-events.yaml").read_text("utf-8"))


def read_case(case: dict[str, Any]) -> dict[str, Record]:
    return {name: make_record(r["text"], r["published"], "Blatt") for name, r in case["reports"].items()}


def key_of(records: dict[str, Record], name: str, trigger: str) -> EventKey:
    return EventKey(records[name].id, event_at(records[name], trigger).id)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_same_events(case: dict[str, Any]) -> None:
    records = read_case(case)
    group_of = {key: n for n, group in enumerate(cluster_events(records.values())) for key in group}
    for wanted in ("same", "different"):
        for one, first, other, second in case[wanted]:
            found = group_of[key_of(records, one, first)] == group_of[key_of(records, other, second)]
            assert found == (wanted == "same"), (one, first, other, second)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_the_order_of_arrival_does_not_matter(case: dict[str, Any]) -> None:
    records = list(read_case(case).values())
    wanted = cluster_events(records)
    for order in itertools.islice(itertools.permutations(records), 6):
        assert cluster_events(order) == wanted


def test_every_event_is_in_one_group() -> None:
    records = [r for case in CASES for r in read_case(case).values()]
    random.Random(7).shuffle(records)
    found = list(itertools.chain.from_iterable(cluster_events(records)))
    assert len(found) == len(set(found)) == len(find_mentions(records))


def test_people_decide() -> None:
    records = read_case(CASES[0])
    a, b, c = (key_of(records, name, "getroffen") for name in "abc")
    joined = cluster_events(records.values(), together=[(a, b)])
    parted = cluster_events(records.values(), apart=[(a, c)])
    assert any({a, b} <= set(group) for group in joined)
    assert not any({a, c} <= set(group) for group in parted)


def test_an_event_is_named_by_its_first_mention() -> None:
    assert event_id((EventKey("0123456789abcdef", "e3"), EventKey("f" * 64, "e1"))) == "e0123456789ab-e3"


@pytest.mark.parametrize("entry", load_happenings(), ids=lambda e: e.id)
def test_happenings(entry: Happening) -> None:
    assert entry.id in happenings_in(entry.yes)
    assert entry.id not in happenings_in(entry.no)


@pytest.mark.parametrize("entry", load_stages(), ids=lambda e: e.id)
def test_stages(entry: StageWords) -> None:
    assert stage_told_by(entry.yes) == entry.id
    assert stage_told_by(entry.no) is None


@pytest.mark.parametrize("entry", load_ways(), ids=lambda e: e.id)
def test_ways(entry: MeetingWay) -> None:
    assert way_told_by(entry.yes) == entry.id
    assert way_told_by(entry.no) is None


WORDS = (
    "der Minister Rubio Lawrow traf am Freitag in Oslo . getroffen Treffen abgesagt verschoben Kiew Moskau "
    "wird angegriffen Angriff auf mit Sanktionen vereinbart Waffenruhe"
).split()
TEXTS = st.text(max_size=120) | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["2025-07-10", "2025-07-11", None])), max_size=4))
def test_no_text_makes_it_raise(reports: list[tuple[str, str | None]]) -> None:
    records = [make_record(text, day) for text, day in reports]
    assert cluster_events(records) == cluster_events(reversed(records))
