"""Events in the world: their cycle, and who confirms, denies and reports them."""

from __future__ import annotations

import itertools
import json
import pathlib
from typing import Any

import pytest
import yaml

from depesche.link.confirmations import Silence, load_silences, tells_silence
from depesche.link.events import cluster_events
from depesche.link.records import EventKey, Record
from depesche.link.world import WorldEvent, describe_event
from link.reports import event_at, records_of

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "link-cycles.yaml").read_text("utf-8"))


def describe(case: dict[str, Any], records: dict[str, Record]) -> WorldEvent:
    name, trigger = case["trigger"]
    key = EventKey(records[name].id, event_at(records[name], trigger).id)
    group = next(g for g in cluster_events(records.values()) if key in g)
    return describe_event(records.values(), group)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_cycles(case: dict[str, Any]) -> None:
    records = records_of(case)
    names = {record.id: name for name, record in records.items()}
    found = [[s.stage, s.date, names[s.report]] for s in describe(case, records).cycle]
    assert found == case["cycle"]


@pytest.mark.parametrize("case", [c for c in CASES if "confirmed" in c], ids=lambda c: c["id"])
def test_who_stands_how(case: dict[str, Any]) -> None:
    records = records_of(case)
    event = describe(case, records)
    assert sorted({t.party for t in event.confirmed}) == case["confirmed"]
    assert sorted({t.party for t in event.silent}) == case["silent"]
    assert {t.party for t in event.reported} == {"Blatt"}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_words_stand_in_their_report(case: dict[str, Any]) -> None:
    records = records_of(case)
    texts = {record.id: record.report.text for record in records.values()}
    event = describe(case, records)
    for t in itertools.chain(event.confirmed, event.denied, event.reported, event.silent):
        if t.report is not None:
            assert texts[t.report][t.start : t.end] == t.words


def test_an_event_is_json() -> None:
    case = CASES[0]
    plain = json.loads(json.dumps(describe(case, records_of(case)).to_dict()))
    assert {"id", "type", "mode", "actor", "recipient", "date", "earliest", "latest", "place"} <= plain.keys()
    assert {"cycle", "mentions", "confirmed", "denied", "reported", "accounts"} <= plain.keys()
    assert plain["mentions"][0].keys() == {"report", "event"}


@pytest.mark.parametrize("entry", load_silences(), ids=lambda e: e.id)
def test_silences(entry: Silence) -> None:
    assert tells_silence(entry.yes)
    assert not tells_silence(entry.no)
