"""The whole way of a report: the contract of its JSON, true offsets, no text that makes it raise."""

from __future__ import annotations

import json
import os
import pathlib
import random
import re
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import depesche
from depesche.errors import DateError
from depesche.language.ontology import load_contexts, load_modes, load_types
from depesche.reading import Reading, reading_from_dict
from timing import seconds_of

SAMPLES = pathlib.Path(depesche.__file__).parent / "samples"
TEXTS = [
    json.loads(line)["text"]
    for path in sorted(SAMPLES.rglob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
SENTENCES = [s for text in TEXTS for s in re.split(r"(?<=[.!?“])\s+", text)]
ODD = [
    "„",
    "“",
    '"',
    "(",
    ")",
    "\u202e",
    "\u200b",
    "\r\n",
    "\n\n",
    " – ",
    "😀",
    "ß",
    "İ",
    "\x00",
    "  ",
    "1.1.1",
    "zu",
]

news = st.lists(st.sampled_from(SENTENCES), max_size=6).map(" ".join)
words = st.lists(
    st.sampled_from(sorted({w for s in SENTENCES for w in s.split()})) | st.sampled_from(ODD), max_size=60
)
mixed = words.map(" ".join)


def spans(value: Any) -> list[dict[str, Any]]:
    """Return everything in a reading that has start and end."""
    if isinstance(value, dict):
        own = [value] if {"start", "end"} <= set(value) else []
        return own + [s for item in value.values() for s in spans(item)]
    return [s for item in value for s in spans(item)] if isinstance(value, list) else []


def check_contract(text: str, reading: Reading) -> None:
    plain = reading.to_dict()
    for span in spans(plain):
        assert 0 <= span["start"] < span["end"] <= len(text)
        if "text" in span:
            assert text[span["start"] : span["end"]] == span["text"]
    for quotation in reading.quotations:
        assert quotation.text == " ".join(text[s.start : s.end] for s in quotation.spans)
    known = {a.id for a in reading.actors}
    assert len(known) == len(reading.actors)
    voices = [v for q in reading.quotations for v in (q.speaker, q.addressee) if v and v.actor]
    assert {v.actor for v in voices} <= known
    types = set(load_types())
    contexts = set(load_contexts())
    for event in reading.events:
        assert event.type in types
        assert set(event.context) <= contexts
        assert {*event.actor, *event.recipient, *filter(None, [event.source])} <= known
        assert (event.earliest is None) == (event.latest is None)
        if event.earliest and event.latest:
            assert event.earliest <= event.latest
    assert reading_from_dict(plain) == reading


@settings(max_examples=60, deadline=None)
@given(news | mixed | st.text(max_size=300))
def test_any_text_gives_a_true_reading(text: str) -> None:
    check_contract(text, depesche.read(text, published="2025-07-11"))


@pytest.mark.parametrize("text", TEXTS)
def test_samples_give_true_readings(text: str) -> None:
    check_contract(text, depesche.read(text, published="2025-07-11"))


@settings(max_examples=40, deadline=None)
@given(mixed | news)
def test_an_undated_report_gets_no_year_that_it_does_not_name(text: str) -> None:
    reading = depesche.read(text)
    for time_ in reading.times:
        year = re.match(r"\d{4}", time_.value)
        assert year is None or any(c.isdigit() for c in text)


def test_the_json_has_the_fields_of_the_contract() -> None:
    text = (
        "Nach Angaben aus Moskau traf US-Außenminister Marco Rubio am Freitag in Kuala Lumpur den russischen "
        "Außenminister Sergej Lawrow. „Wir reden weiter“, sagte Rubio. (afp/red)"
    )
    plain: dict[str, Any] = depesche.read(text, published="2025-07-11", source="Elbtagblatt").to_dict()
    assert plain["version"] == 1
    assert plain["language"] == "de"
    assert plain["agency"] == ["afp", "red"]
    rubio = next(a for a in plain["actors"] if a["name"] == "Marco Rubio")
    assert (rubio["type"], rubio["country"], rubio["sector"]) == ("PER", "USA", "GOV")
    assert (rubio["role"], rubio["office"]) == ("US-Außenminister", "foreign_minister")
    assert {"start", "end", "text"} <= set(rubio["mentions"][0])
    (time_,) = plain["times"]
    assert (time_["type"], time_["value"]) == ("DATE", "2025-07-11")
    assert (time_["earliest"], time_["latest"]) == ("2025-07-11", "2025-07-11")
    place = next(p for p in plain["places"] if p["name"] == "Kuala Lumpur")
    assert (place["country"], place["geonames"]) == ("MYS", 1735161)
    assert (round(place["latitude"]), round(place["longitude"])) == (3, 102)
    direct = next(q for q in plain["quotations"] if q["type"] == "Direct")
    assert direct["speaker"]["actor"] == rubio["id"]
    assert {"type", "spans", "text", "speaker", "cue", "frame", "addressee", "nested"} <= set(direct)
    event = next(e for e in plain["events"] if e["type"] == "CONSULT")
    fields = "id type mode context start end text actor recipient date earliest latest place status source"
    assert set(fields.split()) <= set(event)
    assert (event["date"], event["place"], event["status"]) == ("2025-07-11", "Kuala Lumpur", "actual")
    json.dumps(plain)


def test_modes_belong_to_their_types() -> None:
    modes = set(load_modes())
    events = [e for text in TEXTS for e in depesche.read(text, published="2025-07-11").events]
    assert {f"{e.type}/{e.mode}" for e in events if e.mode} <= modes


def test_a_bad_date_is_refused() -> None:
    with pytest.raises(DateError, match="neulich"):
        depesche.read("Ein Text.", published="neulich")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said on Friday that the talks would continue and that they had been useful.", "en"),
        (
            "Le ministre a déclaré vendredi que les discussions avec son homologue russe allaient continuer. "
            "Il a ajouté que les deux pays devaient trouver un accord avant la fin du mois prochain.",
            "und",
        ),
        (
            "De minister zei vrijdag dat de gesprekken met zijn Russische ambtgenoot worden voortgezet. Hij "
            "voegde eraan toe dat beide landen voor het einde van de maand een akkoord moeten bereiken.",
            "und",
        ),
        ("Der Minister sagte am Freitag, die Gespräche würden fortgesetzt und seien nützlich gewesen.", "de"),
        (
            "US-Außenminister Marco Rubio hat am Donnerstag in Kuala Lumpur den russischen Außenminister "
            "Sergej Lawrow getroffen. Er sei enttäuscht, sagte Rubio. (dpa)",
            "de",
        ),
    ],
)
def test_only_german_is_read(text: str, language: str) -> None:
    reading = depesche.read(text, published="2025-07-11")
    assert reading.language == language
    assert bool(reading.times) == (language == "de")


def test_every_run_reads_the_same() -> None:
    code = (
        "import sys, json, depesche;"
        "readings = [depesche.read(t, published='2025-07-11') for t in json.load(sys.stdin)];"
        "print(json.dumps([r.to_dict() for r in readings]))"
    )
    printed = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(TEXTS[:6]),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"},
        )
        printed.add(run.stdout)
    assert len(printed) == 1


HOSTILE = {
    "no full stop": "Der Minister der Ukraine traf am Freitag den Präsidenten und sagte dass ",
    "opening marks": "„",
    "pairs of marks": "„a“ ",
    "brackets": "(((()))) ",
    "one name": "Trump ",
    "list": "Russland und ",
    "dates": "am 3. und 4. März bis 5. Mai vom ",
    "numbers": "1.1.1. ",
    "one word": "A",
    "reported": "Er sei, ",
    "infinitives": "zu gehen, um zu ",
    "sources": "laut Angaben von ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_linear_in_the_text(name: str) -> None:
    piece = HOSTILE[name]

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        return seconds_of(lambda: depesche.read(text, published="2025-07-11"))

    seconds(5_000)
    small, large = seconds(15_000), seconds(120_000)
    # Eight times the text; twice that and a little is left for noise, a square would be 64.
    assert large < 16 * small + 0.5


def test_readings_pass_through_json() -> None:
    text = random.Random(7).choice(TEXTS)
    reading = depesche.read(text, published="2025-07-11")
    assert msgspec.json.decode(msgspec.json.encode(reading), type=Reading) == reading
