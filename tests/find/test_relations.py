"""Statements about relations: the examples of the word lists, the cases, and what holds for every text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.relations.frames import (
    BondFrame,
    PredicateFrame,
    RoleFrame,
    StateFrame,
    Words,
    noun_frame,
    quality_of,
)
from depesche.language.lexicon import load_entries
from depesche.read import read
from depesche.reading import Reading, Statement

Frame = RoleFrame | BondFrame | StateFrame | PredicateFrame
FRAMES: tuple[Frame, ...] = (
    *load_entries("de/statements-roles.yaml", RoleFrame),
    *load_entries("de/statements-bonds.yaml", BondFrame),
    *load_entries("de/statements-states.yaml", StateFrame),
    *load_entries("de/statements-predicates.yaml", PredicateFrame),
)
CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "relations.yaml").read_text(encoding="utf-8"))


def rules_in(text: str) -> set[str]:
    """Return the parts of the rules of what is found in a text."""
    return {
        part for found in read(text, "2025-07-11", language="de").relations for part in found.rule.split("/")
    }


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: f"{type(frame).__name__}-{frame.id}")
def test_frame_matches_its_example(frame: Frame) -> None:
    assert frame.id in rules_in(frame.yes)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: f"{type(frame).__name__}-{frame.id}")
def test_frame_leaves_its_counterexample(frame: Frame) -> None:
    assert frame.id not in rules_in(frame.no)


@pytest.mark.parametrize("name", ["statements-words", "statements-qualities"])
def test_words_hold_their_example(name: str) -> None:
    for entry in load_entries(f"de/{name}.yaml", Words):
        assert entry.yes in entry.words.split()
        assert entry.no not in entry.words.split()


def describe(reading: Reading, found: Statement) -> dict[str, Any]:
    """Return a statement with the names of its actors in place of their ids."""
    names = {actor.id: actor.name for actor in reading.actors}
    return {
        "kind": found.kind,
        "mode": found.mode,
        "parties": [names[i] for i in found.parties],
        "mutual": found.mutual,
        "status": found.status,
        "since": found.since.value if found.since else None,
        "until": found.until.value if found.until else None,
        "source": names[found.source] if found.source else None,
        "text": found.text,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    reading = read(case["text"], case.get("published", "2025-07-11"), language="de")
    found = [describe(reading, one) for one in reading.relations]
    assert len(found) == len(case["relations"]), (case["why"], found)
    for wanted in case["relations"]:
        assert any(wanted.items() <= one.items() for one in found), (case["why"], found)


PHRASES = st.lists(
    st.sampled_from(
        """Russland die USA Putin der Iran Israel und , . " „ “ : seit 2012 bis 1979 sein ihr Verbündeter
        Erzrivale Schutzmacht Beziehungen zwischen zu mit sind ist verfeindet verbündet gelten als angespannt
        Botschaft geschlossen keine diplomatischen unterhalten erkennt nicht an Embargo gegen besteht wollen
        normalisieren Abbruch der Mitglied Nato dass die Normalisierung neutral""".split()
    ),
    max_size=60,
)


@given(PHRASES)
@settings(max_examples=60, deadline=None)
def test_offsets_are_true_and_actors_known(words: list[str]) -> None:
    text = " ".join(words)
    reading = read(text, "2025-07-11", language="de")
    known = {actor.id for actor in reading.actors}
    for found in reading.relations:
        assert text[found.start : found.end] == found.text
        assert set(found.parties) <= known
        assert len(set(found.parties)) == len(found.parties)
        assert found.source is None or found.source in known
        assert all(time in reading.times for time in (found.since, found.until) if time)


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    read(text, "2025-07-11", language="de")


def test_nouns_count_by_their_last_part() -> None:
    assert getattr(noun_frame("Handelsembargos"), "id", None) == "embargo"
    assert noun_frame("Lebenspartner") is None
    assert noun_frame("Waffenhandel") is None
    assert quality_of("engsten") == "close"
