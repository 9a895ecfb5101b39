"""Whatever ends a process, and however many there are: what was committed is there, whole."""

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from depesche.archive.store import Archive

# Writes reports until it is stopped or has written all, and says each one that is committed.
WRITER = """
import sys
from depesche.archive.store import Archive
from depesche.reading import Actor, Event, Mention, Reading, Report

path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Archive(path) as archive:
    for i in range(count):
        report = Report(text=f"Rubio traf Lawrow. Meldung {i} von {name}. " * 20)
        named = (Mention(0, 5, "Rubio"),)
        actors = tuple(Actor(f"a{k}", "Marco Rubio", "PER", mentions=named) for k in range(30))
        events = tuple(Event(f"e{k}", "CONSULT", 6, 10, "traf", actor=("a1", "a2")) for k in range(30))
        archive.write(report, Reading(id=report.id, actors=actors, events=events, reader="r1"))
        print(report.id, flush=True)
"""


def start_writer(path: Path | str, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, path, name, str(count)], stdout=subprocess.PIPE, text=True
    )


def assert_whole(path: Path, committed: set[str], *, more: int) -> None:
    """Check that all committed reports are there, at most ``more`` others, and each of them whole."""
    with Archive(path) as archive:
        rows = archive.reports()
        assert committed <= {row.id for row in rows}
        assert len(rows) <= len(committed) + more
        assert {(row.actors, row.events) for row in rows} <= {(30, 30)}
        assert len(archive.search("Rubio", limit=10_000)) == len(rows)
        assert all(len(entry.reading.actors) == 30 for entry in archive.readings())
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    raw.close()


def test_a_killed_writer_leaves_whole_reports(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    committed: set[str] = set()
    for kill_after in (1, 8, 15):
        writer = start_writer(path, f"K{kill_after}", 100_000)
        assert writer.stdout
        for _ in range(kill_after):
            committed.add(writer.stdout.readline().strip())
        # Not at the moment after a commit, but somewhere in what follows.
        time.sleep(0.001 * kill_after)
        writer.send_signal(signal.SIGKILL)
        committed |= {line.strip() for line in writer.stdout if len(line) == 65}
        writer.wait()
        writer.stdout.close()
        assert_whole(path, committed, more=1)
        # What was committed and not said counts too from here on.
        with Archive(path) as archive:
            committed |= archive.known_ids()


def test_a_killed_migration_leaves_no_half_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    for delay in (0.0, 0.15, 0.25, 0.3, 0.35):
        writer = start_writer(path, "M", 0)
        time.sleep(delay)
        writer.kill()
        writer.communicate()
        with Archive(path) as archive:
            assert archive.reports() == ()
        for name in ("a.sqlite", "a.sqlite-wal", "a.sqlite-shm"):
            (tmp_path / name).unlink(missing_ok=True)


def test_two_processes_make_and_write_one_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writers = [start_writer(path, name, 40) for name in ("A", "B", "B")]
    said = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert_whole(path, {report_id for ids in said for report_id in ids}, more=0)
    with Archive(path) as archive:
        assert len(archive.reports()) == 80
