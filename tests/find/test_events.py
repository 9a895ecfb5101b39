"""Events: the examples of the word lists, the cases, and properties that hold for every text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.find.events.frames import EventWords, NounFrame, VerbFrame, is_word_of, noun_frames
from depesche.find.events.modes import ModeWords
from depesche.find.events.scene import Scene
from depesche.find.events.sources import ReportingVerb, find_source
from depesche.language.lexicon import load_entries
from depesche.language.network.layout import EVENT_TYPES
from depesche.language.verbs import analyse_verb
from depesche.read import find_all, prepare_report, read
from depesche.reading import Event, Reading, Report

FRAMES: tuple[VerbFrame | NounFrame, ...] = (
    *load_entries("de/events-verbs.yaml", VerbFrame),
    *load_entries("de/events-nouns.yaml", NounFrame),
)
EVENT_CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "events.yaml").read_text(encoding="utf-8")
)


def rule_of(frame: VerbFrame | NounFrame) -> str:
    return f"events/{'noun' if isinstance(frame, NounFrame) else 'verb'}/{frame.id}"


def rules_in(text: str) -> set[str]:
    return {event.rule for event in read(text, "2025-07-11", language="de").events}


@pytest.mark.parametrize("frame", FRAMES, ids=rule_of)
def test_frame_matches_its_example(frame: VerbFrame | NounFrame) -> None:
    assert rule_of(frame) in rules_in(frame.yes)


@pytest.mark.parametrize("frame", FRAMES, ids=rule_of)
def test_frame_leaves_its_counterexample(frame: VerbFrame | NounFrame) -> None:
    assert rule_of(frame) not in rules_in(frame.no)


def test_every_verb_of_a_frame_is_known() -> None:
    lemmas = {verb for frame in FRAMES if isinstance(frame, VerbFrame) for verb in frame.verbs.split()}
    assert {verb for verb in lemmas if not analyse_verb(verb)} == set()


WORDS_OF_EVENTS = load_entries("de/events-words.yaml", EventWords)


@pytest.mark.parametrize("entry", WORDS_OF_EVENTS, ids=lambda entry: entry.id)
def test_words_hold_their_example(entry: EventWords) -> None:
    assert entry.yes in entry.words.split()
    assert entry.no not in entry.words.split()


MODES = load_entries("de/event-modes.yaml", ModeWords)


@pytest.mark.parametrize("entry", MODES, ids=lambda entry: entry.id)
def test_words_of_a_mode(entry: ModeWords) -> None:
    assert entry.id in modes_in(entry.yes)
    assert entry.id not in modes_in(entry.no)


REPORTING_VERBS = load_entries("de/event-reports.yaml", ReportingVerb)


@pytest.mark.parametrize("entry", REPORTING_VERBS, ids=lambda entry: entry.id)
def test_what_a_verb_reports_is_its_subjects_word(entry: ReportingVerb) -> None:
    assert source_of_attack(entry.yes) == "Russland"
    assert source_of_attack(entry.no) is None


def source_of_attack(text: str) -> str | None:
    document, _ = prepare_report(Report(text=text, language="de"))
    scene = Scene(document, find_all(document))
    attack = next(i for i, token in enumerate(document.tokens) if token.text.startswith("Angriff"))
    names = {actor.id: actor.name for actor in scene.findings.actors}
    return names.get(find_source(scene, attack) or "")


def modes_in(text: str) -> set[str]:
    return {f"{e.type}/{e.mode}" for e in read(text, "2025-07-11", language="de").events}


def describe(reading: Reading, event: Event) -> dict[str, Any]:
    """Return an event with the names of its actors in place of their ids."""
    names = {actor.id: actor.name for actor in reading.actors}
    return {
        "type": event.type,
        "mode": event.mode,
        "trigger": event.text,
        "actor": [names[i] for i in event.actor],
        "recipient": [names[i] for i in event.recipient],
        "date": event.date,
        "earliest": event.earliest,
        "latest": event.latest,
        "place": event.place,
        "status": event.status,
        "source": names[event.source] if event.source else None,
    }


@pytest.mark.parametrize("case", EVENT_CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    reading = read(case["text"], case.get("published", "2025-07-11"), language="de")
    found = [describe(reading, event) for event in reading.events]
    for wanted in case.get("events", ()):
        assert any(wanted.items() <= event.items() for event in found), (case["why"], found)
    for unwanted in case.get("none", ()):
        assert unwanted in EVENT_TYPES, (case["why"], unwanted)
        assert not any(event["type"] == unwanted for event in found), (case["why"], found)
    for kind, count in case.get("count", {}).items():
        assert sum(event["type"] == kind for event in found) == count, (case["why"], found)


WORDS = st.lists(
    st.sampled_from(
        """Russland die USA Putin Merkel und , . " „ “ : nicht traf sprach mit forderte von kritisierte
        Angriff auf Treffen zwischen am Freitag wird hat getötet worden in Berlin dass er sie laut Kreml
        warf vor kein zu wollen Sanktionen gegen verhängte der Vorwurf wurde""".split()
    ),
    max_size=60,
)


@given(WORDS)
@settings(max_examples=60, deadline=None)
def test_offsets_are_true_and_actors_known(words: list[str]) -> None:
    text = " ".join(words)
    reading = read(text, "2025-07-11", language="de")
    known = {actor.id for actor in reading.actors}
    for event in reading.events:
        assert text[event.start : event.end] == event.text
        assert {*event.actor, *event.recipient} <= known
        assert event.source is None or event.source in known


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    read(text, "2025-07-11", language="de")


def test_undated_report_has_no_dated_events() -> None:
    reading = read("Putin traf am Freitag in Moskau Merkel.", language="de")
    assert reading.events
    assert all(event.date is None for event in reading.events)


def test_a_relative_clause_has_the_words_of_its_noun() -> None:
    rule = "events/verb/vertrag-schließen"
    assert rule in rules_in("Das Abkommen, das Russland mit China geschlossen hat, gilt.")
    assert rule not in rules_in("Der Kreis, den Russland mit China geschlossen hat, gilt.")


def test_compounds_count_by_their_last_part() -> None:
    assert [f.type for f in noun_frames("Außenministertreffens")] == ["CONSULT"]
    assert not noun_frames("Pressekonferenz")
    assert not is_word_of("bereits", "bereit")
    assert is_word_of("bereiten", "bereit")
    assert not is_word_of("Botschafter", "haft")
    assert is_word_of("Strafzölle", "zoll")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Im Januar hatte Peru Chile angegriffen.", "historical"),
        ("Vor fünf Monaten hatte Peru Chile angegriffen.", "historical"),
        ("Am 3. Januar hatte Peru Chile angegriffen.", "actual"),
        ("Im Januar griff Peru Chile an.", "actual"),
        ("Peru hatte Chile angegriffen.", "actual"),
    ],
)
def test_an_undated_report_looks_back_by_its_words(text: str, status: str) -> None:
    events = read(text, language="de").events
    assert [event.status for event in events if event.type == "ASSAULT"] == [status]
