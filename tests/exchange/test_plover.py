"""PLOVER records: the fields of its draft, its codes, and the same bytes every time."""

import io
import json
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from archive.samples import MEETING, SUMMIT, fill, meeting
from depesche.archive.rows import EventRow, Party
from depesche.archive.store import Archive
from depesche.exchange import export
from depesche.exchange.plover import to_record
from depesche.language.ontology import (
    event_score,
    load_contexts,
    load_modes,
    load_sectors,
    load_types,
)

QUADS = {
    1: {"AGREE", "CONSULT", "SUPPORT", "CONCEDE"},
    2: {"COOPERATE", "AID", "RETREAT"},
    3: {"REQUEST", "ACCUSE", "REJECT", "THREATEN"},
    4: {"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"},
}


def export_plover(archive: Archive) -> str:
    stream = io.StringIO()
    export(archive, "plover", stream)
    return stream.getvalue()


def row(filled: Archive, report: str, event: str) -> EventRow:
    return next(row for row in filled.events(report=report) if row.event == event)


def test_an_event_as_a_record(filled: Archive) -> None:
    record = json.loads(export_plover(filled).splitlines()[0])
    sentence = MEETING.text[: MEETING.text.index("getroffen.") + len("getroffen.")]
    assert record == {
        "id": f"{MEETING.id}:e1",
        "has_event": True,
        "date": "2025-07-10",
        "actor": [
            {
                "code": "USA",
                "sector": "GOV",
                "entity_text": "Marco Rubio",
                "role": "US-Außenminister",
                "office": "foreign_minister",
            },
            {"code": "RUS", "sector": "GOV", "entity_text": "Sergej Lawrow"},
        ],
        "recipient": [],
        "event": ["CONSULT"],
        "event_loc": {
            "extracted_place": "Kuala Lumpur",
            "resolved_place": "Kuala Lumpur",
            "geonameid": 1735161,
            "lat": 3.14,
            "lon": 101.69,
            "country_code": "MYS",
        },
        "event_text": ["getroffen"],
        "quad_code": 1,
        "event_scale": 4,
        "mode": ["multilateral"],
        "context": ["diplomatic", "executive"],
        "text": sentence,
        "text_info": {
            "start": 0,
            "end": len(sentence),
            "text_story": [sentence],
            "event_start": sentence.index("getroffen"),
            "event_end": sentence.index("getroffen") + len("getroffen"),
        },
        "cite_info": {
            "citation": "Nordpost, Rubio trifft Lawrow, 2025-07-11",
            "url": "https://nordpost.example/1",
            "title": "Rubio trifft Lawrow",
            "language": "de",
            "publication": "Nordpost",
            "date": "2025-07-11",
            "coder": f"depesche {version('depesche')}",
            "codebook": "PLOVER draft 2021",
        },
        "coder": f"depesche {version('depesche')}",
        "rule": "events/test",
    }


def test_an_interval_has_an_end_and_the_future_a_mode(filled: Archive) -> None:
    record = to_record(row(filled, SUMMIT.id, "e1"))
    assert (record["date"], record["enddate"]) == ("2025-08-01", "2025-08-31")
    assert record["mode"] == ["visit", "future"]
    assert record["event_loc"] == {"extracted_place": "Wien"}
    # A body that belongs to no state stands in the place of a country.
    assert record["actor"] == [{"code": "IGO", "entity_text": "EU"}]


def test_an_event_without_a_date_gets_none(filled: Archive) -> None:
    record = to_record(row(filled, MEETING.id, "e2"))
    assert record["date"] is None and "enddate" not in record
    assert record["comment"] == "on the word of Sergej Lawrow"
    assert record["mode"] == ["restrict", "hypothetical"]


@pytest.mark.parametrize(
    ("type_", "mode", "status", "modes", "score"),
    [
        ("COERCE", "ban", "actual", ["restrict"], -7),
        ("ASSAULT", "assassinate", "historical", ["targeted", "historical"], -9.5),
        ("ASSAULT", "execute", "actual", [], -9),
        ("AGREE", None, "negated", ["negation"], 2.5),
        ("NEW", "mode", "actual", ["mode"], None),
    ],
)
def test_codes_that_plover_lacks(
    filled: Archive, type_: str, mode: str | None, status: str, modes: list[str], score: float | None
) -> None:
    changed = msgspec.structs.replace(filled.events()[0], type=type_, mode=mode, status=status)
    record = to_record(changed)
    assert record["mode"] == modes
    assert record.get("event_scale") == score


@pytest.mark.parametrize(
    ("country", "sector", "code", "plover"),
    [
        ("XKX", "GOV", "KOS", "GOV"),
        ("DEU", "MED", "DEU", "JRN"),
        (None, "NGO", "NGO", None),
        ("DEU", "NGO", "DEU", None),
        (None, None, None, None),
        ("DEU", "NEW", "DEU", "NEW"),
    ],
)
def test_actors(
    filled: Archive, country: str | None, sector: str | None, code: str | None, plover: str | None
) -> None:
    party = Party("a1", "X", "ORG", country, sector)
    (entity,) = to_record(msgspec.structs.replace(filled.events()[0], actor=(party,)))["actor"]
    assert (entity.get("code"), entity.get("sector")) == (code, plover)


def test_the_same_archive_gives_the_same_bytes(filled: Archive, tmp_path: Path) -> None:
    with Archive(tmp_path / "b.sqlite") as other:
        for entry in reversed(list(filled.readings())):
            other.write(entry.report, entry.reading)
        assert export_plover(other) == export_plover(filled)
        assert len(export_plover(other).splitlines()) == 5


def test_the_ontology_is_whole() -> None:
    types, modes = load_types(), load_modes()
    assert {quad: {e.id for e in types.values() if e.quad == quad} for quad in QUADS} == QUADS
    assert {mode.partition("/")[0] for mode in modes} <= set(types)
    assert (len(load_contexts()), len(modes), len(load_sectors())) == (37, 70, 32)
    scores = {**{e.id: e.score for e in types.values()}, **{e.id: e.score for e in modes.values()}}
    for name, score in scores.items():
        type_ = types[name.partition("/")[0]]
        assert -10 <= score <= 10
        assert (score >= 0) == (type_.quad <= 2) or type_.id == "REQUEST"


def test_modes_are_mapped_to_modes_of_plover() -> None:
    for mode in load_modes().values():
        if mode.plover:
            assert f"{mode.id.partition('/')[0]}/{mode.plover}" in load_modes()
    assert event_score("CONSULT", None) == 2.5
    assert event_score("NEW", None) is None


def test_reports_of_a_filter_only(archive: Archive) -> None:
    fill(archive)
    stream = io.StringIO()
    export(archive, "plover", stream, between=("USA", "RUS"), start="2025")
    assert [json.loads(line)["id"] for line in stream.getvalue().splitlines()] == [f"{meeting().id}:e1"]
