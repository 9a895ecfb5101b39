"""Copying between databases, backups, and what each leaves behind when it is killed."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from archive.conftest import MakePlace, Place
from archive.samples import MEETING, fill, meeting
from depesche import exchange
from depesche.archive import copying
from depesche.archive.backups import back_up, restore
from depesche.archive.copying import copy_archive, count_rows
from depesche.archive.database import COPYING, Database, open_database
from depesche.archive.sqlite import SqliteDatabase
from depesche.archive.store import Archive
from depesche.cli import main
from depesche.errors import ArchiveError
from depesche.judgement import Anchor, Judgement
from depesche.reading import Meaning, Reading, Report, Span

# What no database keeps as it is, and what is ordered differently by languages.
HOSTILE = (
    "NUL \0, Surrogat \udc80, Marke \U0010ffff, Zażółć gęślą jaźń, \u200bRTL \u202e, ẞ ß SS, " + "x" * 9000
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with something in most tables."""
    path = tmp_path_factory.mktemp("original") / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
        for i in range(30):
            report = Report(text=f"Meldung {i}. {HOSTILE}", published=f"2025-07-{i + 1:02}", title="Ähre\0")
            vectors = Meaning("m", (Span(0, 9),), 4, bytes([i, 0, 255, 128]))
            archive.write(report, Reading(id=report.id, published=report.published, reader="r"), vectors)
        archive.make_token("Redaktion", ["read"])
        archive.save_search("Alles", {"q": "Genf", "actor": "ÄÖÜ"})
        archive.judge(
            Judgement(
                number=0, made="", by="ä", verdict="no_event", why="", subject=Anchor(MEETING.id, 3, 20)
            )
        )
        with archive.linking() as links:
            links.write_stories({1: 1, 2: 1, 3: 3})
            links.replace_keys(1, ["a:ä", "d:RUS-USA"])
    return path


def opened(place: Place, *, unfinished: bool = False) -> Database:
    return open_database(place, wait=5, unfinished=unfinished)


def copy(source: Place, target: Place) -> None:
    origin, made = opened(source), opened(target, unfinished=True)
    copy_archive(origin, made, lambda done, total: None)
    origin.close()
    made.close()


def export(place: Place) -> str:
    stream = io.StringIO()
    with Archive(place) as archive:
        exchange.export(archive, "json", stream)
        judged, searches, tokens = archive.judgements(), archive.searches(), archive.tokens()
        hits = [hit.report for hit in archive.search("Meldung", limit=100)]
    return stream.getvalue() + repr((judged, searches, tokens, sorted(hits)))


def test_a_copy_is_the_same_and_so_is_its_copy(original: Path, make_place: MakePlace, tmp_path: Path) -> None:
    there, back = make_place(), tmp_path / "back.sqlite"
    copy(original, there)
    copy(there, back)
    assert export(original) == export(there) == export(back)
    with Archive(there) as archive:
        assert (
            archive.judge(
                Judgement(
                    number=0, made="", by="b", verdict="no_event", why="", subject=Anchor(MEETING.id, 3, 20)
                )
            ).number
            == 2
        )


def test_only_into_what_is_empty(original: Path, place: Place) -> None:
    with Archive(place) as archive:
        fill(archive)
    before = export(place)
    with pytest.raises(ArchiveError, match="not empty"):
        copy(original, place)
    assert export(place) == before


def test_a_copy_that_was_killed_after_its_last_step_is_whole(original: Path, place: Place) -> None:
    copy(original, place)
    before = export(place)
    copy(original, place)
    assert export(place) == before
    with Archive(place) as archive:
        archive.save_search("Noch etwas", {"q": "Oslo"})
    with pytest.raises(ArchiveError, match="not empty"):
        copy(original, place)


COPIER = """
import sys
from depesche.archive import copying
from depesche.archive.database import open_database
copying._PORTION = copying._SMALL_PORTION = 1
source, target = open_database(sys.argv[1], wait=5), open_database(sys.argv[2], wait=5, unfinished=True)
copying.copy_archive(source, target, lambda done, total: print(done, flush=True))
print("done", flush=True)
"""


def test_a_killed_copy_goes_on(original: Path, place: Place) -> None:
    seen = 0
    for rows in (3, 40, 90):
        copier = subprocess.Popen(
            [sys.executable, "-c", COPIER, str(original), str(place)], stdout=subprocess.PIPE, text=True
        )
        assert copier.stdout
        for line in copier.stdout:
            assert line.strip() == "done" or int(line) > seen
            if line.strip() != "done" and int(line) >= seen + rows:
                seen = int(line)
                break
        copier.send_signal(signal.SIGKILL)
        copier.communicate()
        with pytest.raises(ArchiveError, match="is not complete"):
            Archive(place)
    copy(original, place)
    assert export(place) == export(original)


def test_a_source_that_changed_is_copied_anew(
    original: Path, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.sqlite"
    shutil.copy(original, source)
    monkeypatch.setattr(copying, "_SMALL_PORTION", 5)
    with pytest.raises(KeyboardInterrupt):
        stop_after(source, place, 12)
    with Archive(source) as archive:
        again = msgspec.structs.replace(meeting(), reader="another", language="xx")
        assert archive.write(MEETING, again)
    copy(source, place)
    assert export(place) == export(source)


def stop_after(source: Place, target: Place, rows: int) -> None:
    origin, made = opened(source), opened(target, unfinished=True)

    def advance(done: int, total: int) -> None:
        if done > rows:
            raise KeyboardInterrupt

    try:
        copy_archive(origin, made, advance)
    finally:
        origin.close()
        made.close()


def test_a_copy_that_is_not_the_same_is_no_archive(
    original: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_compare", lambda origin, target: ["mentions"])
    with pytest.raises(ArchiveError, match="not the same: mentions"):
        copy(original, place)
    with pytest.raises(ArchiveError, match="is not complete"):
        Archive(place)


# --- backups -----------------------------------------------------------------------------------------------


@pytest.fixture
def used(filled: Archive) -> Iterator[Archive]:
    """An archive in which others read and write all the time."""
    stop = threading.Event()
    faults: list[Exception] = []

    def write() -> None:
        for i in range(10_000):
            if stop.is_set():
                return
            report = Report(text=f"Neues {i}")
            filled.write(report, Reading(id=report.id, reader="r"))

    def read() -> None:
        while not stop.is_set():
            rows = filled.reports()
            assert len(rows) >= 3
            assert len(filled.search("Lawrow")) == 1

    def run(what: object) -> None:
        try:
            what()  # type: ignore[operator]
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(what,)) for what in (write, read)]
    for thread in threads:
        thread.start()
    yield filled
    stop.set()
    for thread in threads:
        thread.join(30)
    assert faults == []


def test_backup_and_restore_while_others_read_and_write(used: Archive, place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "sicher.sqlite"
    time.sleep(0.2)
    database = opened(place)
    back_up(database, backup, lambda done, total: None)
    assert [file.name for file in tmp_path.iterdir()] == ["sicher.sqlite"]
    with Archive(backup) as kept:
        assert kept.reading(MEETING.id) == meeting()
    restore(backup, database, lambda done, total: None)
    database.close()
    assert used.reading(MEETING.id) == meeting()


def test_what_is_restored_is_what_was_backed_up(filled: Archive, place: Place, tmp_path: Path) -> None:
    backup, before = tmp_path / "b.sqlite", export(place)
    database = opened(place)
    back_up(database, backup, lambda done, total: None)
    again = Report(text="Später")
    filled.write(again, Reading(id=again.id, reader="r"))
    restore(backup, database, lambda done, total: None)
    assert not filled.has(again.id)
    assert export(place) == before == export(backup)
    assert filled.write(again, Reading(id=again.id, reader="r"))
    assert [hit.report for hit in filled.search("Später")] == [again.id]
    database.close()


def test_a_backup_that_is_damaged_or_none_changes_nothing(
    filled: Archive, place: Place, tmp_path: Path
) -> None:
    before, database = export(place), opened(place)
    backup = tmp_path / "b.sqlite"
    back_up(database, backup, lambda done, total: None)
    whole = backup.read_bytes()
    for broken in (
        whole[: len(whole) // 2],
        whole[:4096] + b"\xff" * 40_000 + whole[44_096:],
        b"Notizen",
        b"",
    ):
        backup.write_bytes(broken)
        with pytest.raises(ArchiveError):
            restore(backup, database, lambda done, total: None)
        assert export(place) == before
    with pytest.raises(ArchiveError, match="There is no backup"):
        restore(tmp_path / "fehlt", database, lambda done, total: None)
    database.close()


def test_an_archive_is_not_its_own_backup(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "a.sqlite", wait=1)
    with pytest.raises(ArchiveError, match="its own backup"):
        back_up(database, tmp_path / "a.sqlite", lambda done, total: None)
    with pytest.raises(ArchiveError, match="Nothing can be written into"):
        back_up(database, tmp_path / "fehlt" / "b.sqlite", lambda done, total: None)
    database.close()


def test_the_commands(original: Path, make_place: MakePlace, tmp_path: Path) -> None:
    place, backup = str(make_place()), str(tmp_path / "b.sqlite")

    def run(*arguments: str, given: str | None = None) -> str:
        result = CliRunner().invoke(
            main, ["archive", *arguments], input=given, env={"DEPESCHE_LANGUAGE": "en"}
        )
        return f"{result.exit_code} {result.output}"

    assert "33 reports copied" in run("copy", str(original), place)
    assert "no damage" in run("check", "--archive", place)
    assert run("backup", backup, "--archive", place).startswith("0 ")
    assert run("restore", backup, "--archive", place, given="n\n").startswith("1 ")
    assert run("restore", backup, "--archive", place, "--yes").startswith("0 ")
    assert export(place) == export(original)
    assert "33 reports copied" in run("copy", str(original), place)
    with Archive(place) as archive:
        archive.save_search("Noch etwas", {"q": "Oslo"})
    assert run("copy", str(original), place).startswith("2 depesche: The archive")


def test_all_tables_are_known_to_the_copy(place: Place) -> None:
    database = opened(place)
    with database.reading() as connection:
        names = set(sa.inspect(connection).get_table_names())
        known = set(count_rows(connection))
    assert {name for name in names - known if not name.startswith("search_index")} <= {
        "alembic_version",
        "sqlite_sequence",
        "sqlite_stat1",
    }
    assert COPYING not in names
    database.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ["archive", "check", "--archive", "none.sqlite"],
        ["archive", "backup", "new.sqlite", "--archive", "none.sqlite"],
        ["archive", "copy", "none.sqlite", "new.sqlite"],
        ["export", "--format", "csv", "--output", "new.csv", "--archive", "none.sqlite"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_an_archive_that_is_not_there_is_no_empty_one(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments, env={"DEPESCHE_LANGUAGE": "de"})
    assert (result.exit_code, result.stderr) == (2, "depesche: Es gibt kein Archiv none.sqlite.\n")
    assert not list(tmp_path.iterdir())
