"""docs/reading.md tells the truth about the format: every field stands in it, and its example is one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

import depesche
from depesche.reading import (
    Actor,
    ActorType,
    Event,
    Mention,
    Place,
    Quotation,
    QuotationType,
    Reading,
    RelationKind,
    Standing,
    Statement,
    Status,
    Time,
    TimeType,
    Voice,
    reading_from_dict,
    report_id,
)

PAGE = (Path(__file__).parents[1] / "docs" / "reading.md").read_text("utf-8")
EXAMPLE: dict[str, Any] = json.loads(PAGE.partition("```json\n")[2].partition("```")[0])
TEXT = " ".join(line.removeprefix("> ") for line in PAGE.splitlines() if line.startswith("> "))


def walk(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from walk(part)


def section(name: str) -> str:
    return re.split(r"(?m)^## ", PAGE.partition(f"\n## {name}\n")[2])[0]


def test_the_example_is_a_whole_reading() -> None:
    reading = reading_from_dict(EXAMPLE)
    assert json.loads(json.dumps(reading.to_dict())) == EXAMPLE
    assert reading.id == report_id(TEXT, reading.published)


def test_the_example_is_what_is_read() -> None:
    read = depesche.read(TEXT, EXAMPLE["published"], EXAMPLE["title"], EXAMPLE["source"]).to_dict()
    assert {**read, "reader": ""} == {**EXAMPLE, "reader": ""}


def test_the_example_keeps_its_words() -> None:
    for part in walk(EXAMPLE):
        if {"start", "end", "text"} <= part.keys():
            assert TEXT[part["start"] : part["end"]] == part["text"]
    for quotation in EXAMPLE["quotations"]:
        assert " ".join(TEXT[s["start"] : s["end"]] for s in quotation["spans"]) == quotation["text"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("The reading", Reading),
        ("Actor", Actor),
        ("Actor", Mention),
        ("Place", Place),
        ("Time", Time),
        ("Quotation", Quotation),
        ("Quotation", Voice),
        ("Event", Event),
        ("Relation", Statement),
    ],
)
def test_every_field_is_described(name: str, kind: type[msgspec.Struct]) -> None:
    assert [field for field in kind.__struct_fields__ if f"`{field}`" not in section(name)] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Actor", get_args(ActorType)),
        ("Time", get_args(TimeType)),
        ("Quotation", get_args(QuotationType)),
        ("Event", get_args(Status)),
        ("Relation", get_args(RelationKind)),
        ("Relation", get_args(Standing)),
    ],
)
def test_every_value_is_described(name: str, values: tuple[str, ...]) -> None:
    assert [value for value in values if f"`{value}`" not in section(name)] == []
