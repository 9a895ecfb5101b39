"""Readings as people corrected them: the cases, and what holds for every judgement."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import depesche
from depesche.judgement import ANSWERS, TOLD_PLACE, Anchor, Judgement, Verdict, days_of
from depesche.language.gazetteer import find_named
from depesche.language.regions import load_places
from depesche.language.states import load_states
from depesche.link.corrections import correct_reading, find_time, is_read, list_decisions
from depesche.reading import Reading

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "link-corrections.yaml").read_text("utf-8"))
VALUES = {
    "wrong_time": ["2025-07-08", "2025-W27", "2025", "2025-07-01/2025-07-04", None],
    "event_date": ["2025-07-08", "2025-06", None],
    "wrong_place": ["Genf, CHE", "Schweiz, CHE", "Nirgendheim", None],
    "event_place": ["Genf, CHE", "Wien, AUT", None],
    "wrong_speaker": ["Sergej Lawrow", None],
}


@functools.cache
def read(text: str) -> Reading:
    return depesche.read(text, published="2025-07-11")


def span_of(text: str, named: str, nth: int = 1) -> tuple[int, int]:
    """Return where words stand in a text, ``traf#2`` for the second time."""
    words, _, number = named.partition("#")
    found = list(re.finditer(rf"\b{re.escape(words)}\b", text))
    return found[int(number or nth) - 1].span()


def judge(reading: Reading, number: int, verdict: str, start: int, end: int, value: str | None) -> Judgement:
    return Judgement(
        number=number,
        made="2026-01-01T00:00:00Z",
        by="ina",
        verdict=verdict,  # type: ignore[arg-type]
        subject=Anchor(reading.id, start, end),
        value=value,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_what_people_say_is_told(case: dict[str, Any]) -> None:
    text = case["text"]
    reading = read(text)
    made = [
        judge(reading, n, j["verdict"], *span_of(text, str(j["at"]), j.get("nth", 1)), j.get("value"))
        for n, j in enumerate(case["judged"], 1)
    ]
    right = correct_reading(reading, made)
    if case.get("same"):
        assert right == reading
        assert not any(is_read(one, reading) for one in made)
        return
    assert all(is_read(one, reading) for one in made)
    # In whatever order they are given.
    assert correct_reading(reading, made[::-1]) == right
    events = {(e.start, e.end): e for e in right.events}
    for named, fields in case.get("events", {}).items():
        event = events[span_of(text, named)]
        assert {name: getattr(event, name) for name in fields} == fields, named
    for named, value in case.get("times", {}).items():
        told = {(t.start, t.end): t.value for t in right.times}
        assert told.get(span_of(text, named), "gone") == value
    for named, value in case.get("places", {}).items():
        there = {(p.start, p.end): p.name for p in right.places}
        assert there.get(span_of(text, named), "gone") == value
    for named, country in case.get("country", {}).items():
        event = events[span_of(text, named)]
        place = next(p for p in right.places if event.place in (p.text, p.name))
        assert place.country == country
    if "since" in case:
        (statement,) = right.relations
        assert statement.since and statement.since.value == case["since"]


TEXT = " ".join(dict.fromkeys(case["text"] for case in CASES)) + " „Das war gut“, sagte Rubio am Freitag."


@st.composite
def judgements(draw: st.DrawFn) -> list[Judgement]:
    reading = read(TEXT)
    spans = [(t.start, t.end) for t in reading.times] + [(e.start, e.end) for e in reading.events]
    spans += [(p.start, p.end) for p in reading.places]
    anywhere = st.integers(0, len(TEXT) - 2).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, min(len(TEXT), start + 40)))
    )
    verdicts: list[Verdict] = [v for v in ANSWERS if v in VALUES or v in ("no_event", "is_event")]
    made = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        verdict = draw(st.sampled_from(verdicts))
        start, end = draw(st.one_of(st.sampled_from(spans), anywhere))
        made.append(
            judge(reading, number, verdict, start, end, draw(st.sampled_from(VALUES.get(verdict, [None]))))
        )
    return made


@settings(deadline=None, max_examples=60)
@given(judgements())
def test_whatever_people_say_the_reading_stays_whole(made: list[Judgement]) -> None:
    reading = read(TEXT)
    right = correct_reading(reading, made)
    assert correct_reading(reading, made[::-1]) == right
    words = [(t.start, t.end, t.text) for t in right.times] + [(e.start, e.end, e.text) for e in right.events]
    words += [(p.start, p.end, p.text) for p in right.places]
    assert all(TEXT[start:end] == text for start, end, text in words)
    # Nothing comes and nothing goes but what was judged.
    assert {e.id for e in right.events} <= {e.id for e in reading.events}
    assert right.actors == reading.actors
    assert list(right.places) == sorted(right.places, key=lambda p: (p.start, p.end))
    told = [p for p in right.places if p.rule == TOLD_PLACE]
    assert {(p.start, p.end) for p in told} <= {(e.start, e.end) for e in right.events}
    for event in right.events:
        assert (event.earliest is None) == (event.latest is None)
        assert event.earliest is None or event.latest is None or event.earliest <= event.latest
        find_time(right.times, event)
        assert set(list_decisions(made, reading.id, event)) <= set(made)


@settings(deadline=None)
@given(st.text(max_size=40) | st.text("0123456789-/W", max_size=24))
def test_no_text_makes_days_raise_another_error(text: str) -> None:
    try:
        first, last = days_of(text)
    except depesche.errors.DaysError:
        return
    assert first <= last and len(first) == len(last) == 10


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_words_may_be_asked_for_as_a_place(text: str) -> None:
    found = find_named(text)
    assert found is None or found.name


def test_every_place_is_found_by_the_name_that_a_judgement_has() -> None:
    named = [(state.name, state.code) for state in load_states()]
    named += [(place.name, place.country) for place in load_places() if place.country]
    for name, country in named:
        plain = name.replace("~", "").replace("+", "")
        found = find_named(f"{plain}, {country}")
        assert found is not None, plain
        assert (found.name, found.country) == (plain, country)


@pytest.mark.parametrize(
    ("typed", "name", "country"),
    [
        ("Genf", "Genf", "CHE"),
        ("  genf ", "Genf", "CHE"),
        ("CHE", "Schweiz", "CHE"),
        ("Switzerland", "Schweiz", "CHE"),
        ("Paris", "Paris", "FRA"),
        ("Paris, USA", "Paris", "USA"),
        ("Paris, Vereinigte Staaten", "Paris", "USA"),
        ("Frankfurt (Oder)", "Frankfurt (Oder)", "DEU"),
        ("Nirgendheim", None, None),
        ("Paris, Nirgendheim", None, None),
        ("", None, None),
        (", USA", None, None),
        ("\0", None, None),
    ],
)
def test_places_by_what_people_type(typed: str, name: str | None, country: str | None) -> None:
    found = find_named(typed)
    assert (found.name, found.country) == (name, country) if found else name is None
