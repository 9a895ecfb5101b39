"""Damage is found and named, whatever was done to the file or the rows."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.conftest import Place
from archive.samples import MEETING, SUMMIT, fill, meeting
from depesche.archive.checking import Checked, Damage, check_archive
from depesche.archive.database import Database, open_database
from depesche.archive.store import Archive
from depesche.cli_archive import describe_damage
from depesche.errors import ArchiveError
from depesche.reading import Meaning, Reading, Report, Span


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    with Archive(place) as archive:
        fill(archive)
        report = Report(text="Mit Bedeutung.")
        archive.write(report, Reading(id=report.id, reader="r"), Meaning("m", (Span(0, 3),), 2, b"ab"))
        with archive.linking() as links:
            links.write_stories({1: 1, 2: 1})
    opened = open_database(place, wait=1)
    yield opened
    opened.close()


def check(database: Database) -> Checked:
    return check_archive(database, lambda done, total: None)


def break_rows(database: Database, statement: str) -> None:
    """Execute a statement with no reference in its way."""
    if database.name.startswith("postgresql"):
        with database.writing() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(statement)
        return
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(statement)
        raw.execute("PRAGMA foreign_keys = ON")


def test_a_whole_archive_is_whole(database: Database) -> None:
    assert check(database) == Checked(4, 0, ())


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        (
            f"UPDATE reports SET text = (SELECT text FROM reports WHERE id <> '{MEETING.id}' LIMIT 1)"
            f" WHERE id = '{MEETING.id}'",
            {"text"},
        ),
        (f"UPDATE reports SET day = '2024-01-01' WHERE id = '{MEETING.id}'", {"text"}),
        (f"UPDATE reports SET title = 'Anders' WHERE id = '{MEETING.id}'", {"report"}),
        (f"UPDATE reports SET url = NULL WHERE id = '{MEETING.id}'", {"report"}),
        ("DELETE FROM mentions WHERE position = 0", {"reading"}),
        ("DELETE FROM agencies", {"reading"}),
        ("UPDATE events SET status = 'denied' WHERE status = 'actual'", {"reading"}),
        ("UPDATE events SET start = start + 1", {"reading"}),
        ("UPDATE actors SET country = 'CHN' WHERE country = 'RUS'", {"reading"}),
        ("UPDATE meanings SET model = 'other'", {"reading"}),
        ("DELETE FROM readings WHERE report = 1", {"reference", "reading"}),
        ("DELETE FROM reports WHERE number = 1", {"reference"}),
        ("UPDATE stories SET story = 99", {"reference"}),
        ("UPDATE event_actors SET actor = 'a99'", {"reference", "reading"}),
        (
            "INSERT INTO world_events (report, event, world_report, world_event) VALUES (3, 'e1', 77, 'e1')",
            {"unlisted"},
        ),
    ],
)
def test_damaged_rows_are_found(database: Database, statement: str, kinds: set[str]) -> None:
    break_rows(database, statement)
    found = check(database)
    assert {damage.kind for damage in found.damages} == kinds
    assert all(damage.where for damage in found.damages)


def test_a_report_that_the_search_does_not_know(database: Database) -> None:
    with database.writing() as connection:
        database.search.clear(connection)
    assert {damage.kind for damage in check(database).damages} == {"unindexed"}


def test_reports_without_seals_are_counted(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM seals WHERE report < 3")
    assert check(database) == Checked(4, 2, ())


def test_a_reading_that_is_replaced_has_a_new_seal(place: Place) -> None:
    with Archive(place) as archive:
        fill(archive)
        archive.write(SUMMIT, Reading(id=SUMMIT.id, reader="new"))
        archive.write(MEETING, meeting())
    opened = open_database(place, wait=1)
    assert check(opened).damages == ()
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    with Archive(path) as archive:
        for i in range(60):
            report = Report(text=f"Meldung {i}: Rubio traf Lawrow. " * 40, title=f"Titel {i}")
            archive.write(report, Reading(id=report.id, reader="r"))
    return path


def is_damage_found(path: Path) -> bool:
    try:
        opened = open_database(path, wait=1)
    except ArchiveError:
        return True
    try:
        return bool(check(opened).damages)
    finally:
        opened.close()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_found(file: Path, share: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert is_damage_found(file)


def test_a_flipped_bit_in_a_text_is_found(file: Path) -> None:
    chance = random.Random(5)
    whole = file.read_bytes()
    texts = [zlib.compress(f"Meldung {i}: Rubio traf Lawrow. ".encode() * 40, 9) for i in range(60)]
    places = [(whole.index(text), len(text)) for text in texts]
    for place, length in chance.sample(places, 8):
        broken = bytearray(whole)
        broken[place + chance.randrange(length)] ^= 1 << chance.randrange(7)
        file.write_bytes(broken)
        assert is_damage_found(file)
    file.write_bytes(whole)
    assert not is_damage_found(file)


def test_damage_is_told_by_the_whole_name_of_a_table() -> None:
    damage = Damage("storage", "quotation_spans", "malformed")
    assert "(quotation_spans)" in describe_damage(damage)
    assert f"({'ab' * 6})" in describe_damage(Damage("storage", "ab" * 32, "malformed"))
