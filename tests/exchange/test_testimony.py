"""Who confirms, denies and reports an event, in every format that has a place for it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from archive.samples import MEETING
from depesche import library
from depesche.archive.store import Archive
from depesche.cli import main
from depesche.dossiers import Dossiers
from depesche.exchange.facts import Testimony as Said
from depesche.reading import Report
from depesche.witnesses import Hearing
from exchange.facts import export_bytes, export_text, link_samples
from exchange.test_export import check_entities

WORLD = f"e{MEETING.id[:12]}-e1"
WORDS = MEETING.text[:20]
TOLD = (
    Said(
        stand="confirmed", party="USA", source="Marco Rubio", words=WORDS, start=0, end=20,
        report=MEETING.id, date="2025-07-11",
    ),
    Said(stand="silent", party="RUS"),
)  # fmt: skip


def find(world: str) -> tuple[Said, ...]:
    return TOLD if world == WORLD else ()


@pytest.fixture
def linked(filled: Archive) -> Archive:
    link_samples(filled)
    return filled


def test_plover_lists_it(linked: Archive) -> None:
    records = [json.loads(line) for line in export_text(linked, "plover", find_testimony=find).splitlines()]
    (told, *rest) = [record["testimony"] for record in records if record["id"] == f"{MEETING.id}:e1"]
    assert not rest and told[0]["words"] == WORDS
    assert told[1] == {"stand": "silent", "party": "RUS"}
    assert all("testimony" in record for record in records)
    plain = [json.loads(line) for line in export_text(linked, "plover").splitlines()]
    assert [{n: v for n, v in r.items() if n != "testimony"} for r in records] == plain


def test_ftm_has_keywords_and_notes_that_its_library_takes(linked: Archive) -> None:
    text = export_text(linked, "ftm", find_testimony=find)
    events = [e for e in map(json.loads, text.splitlines()) if e["schema"] == "Event"]
    told = [e["properties"] for e in events if e["properties"].get("recordId") == [WORLD]]
    assert len(told) == 2  # both reports tell that event
    for properties in told:
        assert {"confirmed:USA", "silent:RUS"} <= set(properties["keywords"])
        assert properties["notes"] == [f"confirmed: USA (Marco Rubio), 2025-07-11: {' '.join(WORDS.split())}"]
    check_entities(text)


def test_jsonld_has_a_claim_for_each(linked: Archive) -> None:
    graph = json.loads(export_text(linked, "jsonld", find_testimony=find))["@graph"]
    (node,) = [n for n in graph if n["id"] == f"urn:depesche:annotation:event:{MEETING.id}:e1"]
    said, silent = [b for b in node["body"] if b["id"].startswith("urn:depesche:testimony:")]
    assert (said["text"], said["author"]["name"]) == (WORDS, "Marco Rubio")
    assert said["about"]["id"] == node["body"][0]["id"]
    values = {one["propertyID"]: one["value"] for one in said["additionalProperty"]}
    assert values == {"stand": "confirmed", "party": "USA", "start": 0, "end": 20}
    assert "text" not in silent and "appearance" not in silent


def test_parquet_has_lists_that_run_alike(linked: Archive) -> None:
    rows = pq.read_table(io.BytesIO(export_bytes(linked, "parquet", find_testimony=find))).to_pylist()
    (row,) = [row for row in rows if row["id"] == f"{MEETING.id}:e1"]
    assert row["testimony"] == ["confirmed", "silent"] and row["testimony_party"] == ["USA", "RUS"]
    assert row["testimony_words"] == [WORDS, None] and row["testimony_end"] == [20, None]
    assert {row["world"] for row in rows if row["testimony"]} == {WORLD}
    unasked = pq.read_table(io.BytesIO(export_bytes(linked, "parquet"))).to_pylist()
    assert {row["testimony"] for row in unasked} == {None}


REPORTS = (
    "US-Außenminister Marco Rubio hat am Donnerstag in Kuala Lumpur seinen russischen Kollegen Sergej Lawrow "
    "getroffen. „Wir haben uns heute getroffen“, sagte Rubio.",
    "Lawrow traf Rubio am 10. Juli 2025 in Kuala Lumpur. Das russische Außenministerium bestritt, dass es "
    "ein Treffen von Lawrow und Rubio gegeben habe.",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("testimony") / "a.sqlite"
    with library.Archive(path, language_model="none") as archive:
        for number, text in enumerate(REPORTS):
            archive.add(Report(text=text, published="2025-07-11", source=f"Blatt {number}"))
        archive.link()
    yield path


def test_it_is_what_the_event_tells(path: Path) -> None:
    with library.Archive(path, language_model="none") as archive:
        with archive.surveyed() as survey:
            worlds = {t.world for t in survey.tellings(archive.events())} - {None}
        hearing, stands = Hearing(archive), set()
        for world in worlds:
            assert world is not None
            told = Dossiers(archive).event(world)
            every = [
                (o.party, o.words) for s in ("confirmed", "denied", "reported") for o in getattr(told, s)
            ]
            heard = [one for one in hearing(world) if one.stand != "silent"]
            assert [(one.party, one.words) for one in heard] == every
            assert hearing(world) is hearing(world)
            stands |= {one.stand for one in heard}
        assert {"reported"} <= stands
        assert hearing("e000000000000-e1") == ()


def test_the_command_asks_for_it(path: Path) -> None:
    run = CliRunner().invoke(main, ["export", "--archive", str(path), "--format", "plover", "--testimony"])
    assert run.exit_code == 0
    assert any(json.loads(line)["testimony"] for line in run.stdout.splitlines())
