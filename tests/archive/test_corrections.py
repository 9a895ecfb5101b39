"""What people corrected is told by every list, map and file, can be taken back, and outlasts a reader."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from archive.conftest import Place
from depesche import library
from depesche.archive.checking import check_archive
from depesche.archive.copying import copy_archive
from depesche.archive.database import open_database
from depesche.archive.happened import Period
from depesche.archive.rows import EventRow
from depesche.dossiers import Dossiers
from depesche.exchange.csv import write_csv
from depesche.judging import make_judgement
from depesche.reading import Report

JULY = Period("2025-07-01", "2025-07-31")
# One report tells it, the other tells it again: half a character is in the first, as it is on the web.
REPORTS = (
    Report(
        text="US-Außenminister Marco Rubio hat am Donnerstag in Oslo den russischen Außenminister Sergej "
        "Lawrow getroffen. „Wir sind enttäuscht“, sagte Rubio. \udc80",
        published="2025-07-11",
        source="Nordpost",
    ),
    Report(
        text="Der amerikanische Außenminister Rubio kritisierte am Mittwoch in Wien Russland.",
        published="2025-07-11",
        source="Alpenblatt",
    ),
)
FIRST, SECOND = (report.id for report in REPORTS)


@pytest.fixture
def archive(place: Place) -> Iterator[library.Archive]:
    with library.Archive(place) as opened:
        for report in REPORTS:
            opened.add(report)
        opened.link()
        yield opened


def decide(archive: library.Archive, verdict: Any, *named: str) -> None:
    archive.judge(make_judgement(archive, verdict, named, by="ina", why="nachgesehen"))
    archive.link()


def at(report: int, words: str) -> str:
    return f"{REPORTS[report].id}:{REPORTS[report].text.index(words)}"


def told(archive: library.Archive) -> dict[str, Any]:
    """Return what the archive tells of the meeting, wherever it does."""
    (row,) = archive.events(report=FIRST)
    event, line = Dossiers(archive).event(f"{FIRST}:e1"), Dossiers(archive).line("USA", "RUS")
    with archive.surveyed() as survey:
        spots = {(spot.name, spot.country) for spot in survey.spots(JULY) if spot.type == "CONSULT"}
    written = io.StringIO()
    write_csv(EventRow, [row], written)
    deeds = [(deed.date, deed.place) for deed in line.line.deeds if deed.type == "CONSULT"]
    country = row.location.country if row.location else None
    return {
        "list": (row.date, row.earliest, row.latest, row.place, country),
        "event": (event.date, event.place),
        "line": deeds,
        "map": spots,
        "day": bool(archive.events(report=FIRST, start="2025-07-08", end="2025-07-08")),
        "place": bool(archive.events(report=FIRST, place="CHE")),
        "file": row.date is not None and row.date in written.getvalue(),
    }


def test_everything_tells_what_people_corrected(archive: library.Archive) -> None:
    before, read = told(archive), archive.reading(FIRST)
    assert before["line"] == [("2025-07-10", "Oslo")] and before["map"] == {("Oslo", "NOR")}
    decide(archive, "wrong_time", at(0, "Donnerstag"), "2025-07-08")
    decide(archive, "event_place", f"{FIRST}:e1", "Genf")
    assert told(archive) == {
        "list": ("2025-07-08", "2025-07-08", "2025-07-08", "Genf", "CHE"),
        "event": ("2025-07-08", "Genf"),
        "line": [("2025-07-08", "Genf")],
        "map": {("Genf", "CHE")},
        "day": True,
        "place": True,
        "file": True,
    }
    assert archive.reading(FIRST).times[0].value == "2025-07-08"
    assert archive.original(FIRST) == read
    # What was taken back is told as it was.
    decide(archive, "withdrawn", "1")
    assert told(archive)["list"] == ("2025-07-10", "2025-07-10", "2025-07-10", "Genf", "CHE")
    decide(archive, "withdrawn", "2")
    assert told(archive) == before
    assert archive.reading(FIRST) == read == archive.original(FIRST)


def test_what_is_no_event_and_who_did_not_say_it_is_told_by_no_list(archive: library.Archive) -> None:
    decide(archive, "no_event", f"{FIRST}:e1")
    decide(archive, "wrong_speaker", at(0, "Wir sind"), "Lawrow")
    assert archive.events(report=FIRST) == ()
    assert [row.actor.name for row in archive.quotations(report=FIRST) if row.actor] == ["Sergej Lawrow"]
    with archive.surveyed() as survey:
        assert not [spot for spot in survey.spots(JULY) if spot.type == "CONSULT"]
    # Others may say that it is one all the same.
    decide(archive, "is_event", f"{FIRST}:e1")
    assert [row.event for row in archive.events(report=FIRST)] == ["e1"]
    assert [row.actor.name for row in archive.quotations(report=FIRST) if row.actor] == ["Sergej Lawrow"]


def test_another_reader_changes_nothing_that_people_said(archive: library.Archive) -> None:
    decide(archive, "event_date", f"{FIRST}:e1", "2025-07-08")
    decide(archive, "wrong_place", at(1, "Wien"), "Genf")
    report, reading = archive.report(FIRST), archive.original(FIRST)
    # It reads the meeting in more words, and no time.
    event = msgspec.structs.replace(
        reading.events[0],
        start=reading.events[0].start - 7,
        text=report.text[reading.events[0].start - 7 : reading.events[0].end],
    )
    archive.write(report, msgspec.structs.replace(reading, reader="another", times=(), events=(event,)))
    archive.link()
    assert [row.date for row in archive.events(report=FIRST)] == ["2025-07-08"]
    assert archive.original(FIRST).events[0].date == "2025-07-10"
    assert [row.place for row in archive.events(report=SECOND)] == ["Wien"]
    assert archive.reading(SECOND).places[0].name == "Genf"


def test_a_corrected_archive_is_whole_and_is_copied(archive: library.Archive, tmp_path: Path) -> None:
    decide(archive, "wrong_time", at(0, "Donnerstag"), "-")
    decide(archive, "no_event", f"{SECOND}:e1")
    decide(archive, "event_place", f"{FIRST}:e1", "SWE")
    assert check_archive(archive._database, lambda done, all_: None).damages == ()
    target = open_database(tmp_path / "copy.sqlite", wait=5, unfinished=True)
    copy_archive(archive._database, target, lambda done, all_: None)
    target.close()
    with library.Archive(tmp_path / "copy.sqlite") as copied:
        assert copied.reading(FIRST) == archive.reading(FIRST)
        assert copied.original(FIRST) == archive.original(FIRST)
        assert copied.original(FIRST).times and not copied.reading(FIRST).times


def test_damage_to_what_was_corrected_is_found(archive: library.Archive) -> None:
    decide(archive, "event_date", f"{FIRST}:e1", "2025-07-08")
    with archive._database.writing() as connection:
        connection.exec_driver_sql("UPDATE events SET place = 'Bonn' WHERE date = '2025-07-08'")
    damages = check_archive(archive._database, lambda done, all_: None).damages
    assert [(damage.kind, damage.where) for damage in damages] == [("reading", FIRST)]


@pytest.mark.parametrize("first", [0, 1])
def test_the_order_of_coming_does_not_matter(first: int, place: Place) -> None:
    with library.Archive(place) as archive:
        archive.add(REPORTS[first])
        if first == 0:
            # Decided before the other report comes, and before anything is linked.
            verdict = make_judgement(
                archive, "wrong_time", [at(0, "Donnerstag"), "2025-07-08"], by="i", why=""
            )
            archive.judge(verdict)
        archive.add(REPORTS[1 - first])
        archive.link()
        if first == 1:
            decide(archive, "wrong_time", at(0, "Donnerstag"), "2025-07-08")
        event = Dossiers(archive).event(f"{FIRST}:e1")
        assert (event.date, event.place) == ("2025-07-08", "Oslo")
        assert json.dumps(archive.reading(FIRST).to_dict()).count("judgements/wrong_time") == 1
