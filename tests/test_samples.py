"""The samples are what their README says, and the facts listed for them stand in them."""

from __future__ import annotations

import html
import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

SAMPLES = Path(str(importlib.resources.files("depesche") / "samples"))
CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "samples.yaml").read_text("utf-8")
)
NINJS = "asean-rubio-wang/nachrichtenbuero-foerde.json"
PAGE = "asean-rubio-wang/rheinhafen-kurier.html"
UNDATED = "asean-rubio-lawrow/ohne-datum.txt"


def load_records() -> dict[str, dict[str, Any]]:
    lines = [
        line for path in sorted(SAMPLES.rglob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    return {record["id"]: record for record in map(json.loads, lines)}


def strip_tags(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def load_texts() -> dict[str, str]:
    texts = {key: record["text"] for key, record in load_records().items()}
    texts[UNDATED] = (SAMPLES / UNDATED).read_text("utf-8")
    texts[PAGE] = strip_tags((SAMPLES / PAGE).read_text("utf-8"))
    texts[NINJS] = strip_tags(json.loads((SAMPLES / NINJS).read_text("utf-8"))["bodies"][0]["value"])
    return texts


TEXTS = load_texts()


def test_there_are_twenty_reports_and_each_has_its_facts() -> None:
    assert len(TEXTS) == 20
    assert [case["report"] for case in CASES] == list(dict.fromkeys(case["report"] for case in CASES))
    assert {case["report"] for case in CASES} == set(TEXTS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["report"])
def test_facts_stand_in_the_report(case: dict[str, Any]) -> None:
    text, facts = TEXTS[case["report"]], case["facts"]
    for quotation in facts.get("quotations", []):
        assert quotation["text"] in text
        assert quotation["speaker"] in text
    for actor in facts["actors"]:
        assert actor["name"] in text or actor["name"].split()[-1] in text
    for agency in facts.get("agency", []):
        assert re.search(rf"\b{agency}\b", text, re.IGNORECASE)
    parts = len(facts["actors"]) + sum(len(facts.get(k, [])) for k in ("agency", "events", "quotations"))
    assert parts >= 5


@pytest.mark.parametrize("record", load_records().values(), ids=lambda record: record["id"])
def test_addresses_are_reserved_and_outlets_named(record: dict[str, Any]) -> None:
    assert re.match(r"https://[a-z-]+\.example/", record["url"])
    assert record["source"] and record["title"] and record["published"]


@pytest.mark.parametrize("record", load_records().values(), ids=lambda record: record["id"])
def test_the_swiss_outlet_writes_swiss_german(record: dict[str, Any]) -> None:
    if record["source"] == "Limmatbote":
        assert not set("ß„“") & set(record["text"] + record["title"])


def test_length_is_that_of_a_report() -> None:
    for key, text in TEXTS.items():
        if key != PAGE:
            assert 150 <= len(text.split()) <= 450, key
