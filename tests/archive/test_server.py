"""A server that is not there, goes away, comes back, or cannot take what it is given."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.samples import MEETING, fill, meeting
from archive.test_processes import start_writer
from depesche.archive.database import name_place
from depesche.archive.postgres import WRITE_LOCK
from depesche.archive.postgres_address import parse_address
from depesche.archive.postgres_search import write_vector
from depesche.archive.store import Archive
from depesche.archive.write import write_report
from depesche.cli import main
from depesche.errors import ArchiveError, ReadingError
from depesche.reading import Actor, Mention, Reading, Report
from postgres import OWNER, Server, connect, name_of


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    made = postgres.make_database()
    yield made
    postgres.drop(made)


def new(text: str) -> tuple[Report, Reading]:
    report = Report(text=text)
    return report, Reading(id=report.id, reader="r")


def cut_all(server: Server, address: str) -> None:
    """Cut all connections to a database, as an administrator may."""
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name_of(address)}'"
    server.execute("postgres", others)


def test_no_server(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"postgresql://news@/archive cannot be reached"):
        Archive(f"postgresql://news:secret@/archive?host={tmp_path}")
    with pytest.raises(ArchiveError, match="cannot be reached"):
        Archive("postgresql://news@127.0.0.1:1/archive")


def test_no_database(postgres: Server) -> None:
    with pytest.raises(ArchiveError, match="has no such database"):
        Archive(postgres.address("missing"))


def test_no_password(postgres: Server) -> None:
    with pytest.raises(ArchiveError, match="refuses the user"):
        Archive(postgres.address("postgres").replace(OWNER, "stranger"))


def test_a_database_of_another_program_is_left_alone(postgres: Server) -> None:
    place = postgres.make_database(empty=True)
    postgres.execute(name_of(place), "CREATE TABLE reports (id integer)")
    with pytest.raises(ArchiveError, match="belongs to another program"):
        Archive(place)
    assert postgres.execute(name_of(place), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [
        [1]
    ]
    postgres.drop(place)


def test_an_archive_of_a_newer_version_is_left_alone(postgres: Server, address: str) -> None:
    postgres.execute(name_of(address), "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArchiveError, match=r"written by a newer version .* 9999"):
        Archive(address)


def test_a_database_that_is_not_in_utf8(postgres: Server) -> None:
    statement = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    postgres.execute("postgres", statement)
    with pytest.raises(ArchiveError, match="needs one in UTF8"):
        Archive(postgres.address("latin"))
    postgres.drop(postgres.address("latin"))


def test_two_make_one_archive_at_once(postgres: Server) -> None:
    place = postgres.make_database(empty=True)
    opened: list[Archive] = []
    threads = [threading.Thread(target=lambda: opened.append(Archive(place))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 3
    fill(opened[0])
    assert opened[2].reading(MEETING.id) == meeting()
    for archive in opened:
        archive.close()
    postgres.drop(place)


def test_a_writer_that_does_not_let_go(postgres: Server, address: str) -> None:
    holder = connect(postgres, name_of(address))
    holder.cursor().execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    with Archive(address, wait=0.2) as archive:
        with pytest.raises(ArchiveError, match="in use by another process"):
            archive.write(MEETING, meeting())
        assert archive.reports() == ()
        holder.rollback()
        assert archive.write(MEETING, meeting())
    holder.close()


def test_a_reader_sees_one_moment(address: str) -> None:
    with Archive(address) as archive, archive.linked() as links:
        assert links.count_unlinked("l") == 0
        with Archive(address) as other:
            fill(other)
        assert links.count_unlinked("l") == 0


def test_connections_that_were_cut_are_replaced(postgres: Server, address: str) -> None:
    with Archive(address) as archive:
        fill(archive)
        cut_all(postgres, address)
        assert archive.reading(MEETING.id) == meeting()
        cut_all(postgres, address)
        assert archive.write(*new("Danach"))


def test_a_cut_in_the_middle_leaves_nothing_half_written(postgres: Server, address: str) -> None:
    with Archive(address) as archive:
        with pytest.raises(ArchiveError, match="cannot be reached"), archive.linking() as links:
            links.write_stories({})
            links.mark_linked([1], "l")
            cut_all(postgres, address)
            links.mark_linked([2], "l")
        with pytest.raises(ArchiveError, match="cannot be reached"), archive.linked() as links:
            links.count_unlinked("l")
            cut_all(postgres, address)
            links.count_unlinked("l")
        fill(archive)
        assert len(archive.reports()) == 3


def test_a_report_is_written_although_the_connection_is_cut(
    postgres: Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = iter([True])

    def cut_once(*arguments: Any) -> bool:
        changed = write_report(*arguments)
        if next(cuts, False):
            cut_all(postgres, address)
        return changed

    monkeypatch.setattr("depesche.archive.store.write_report", cut_once)
    with Archive(address) as archive:
        assert archive.write(MEETING, meeting())
        assert archive.reading(MEETING.id) == meeting()


def test_a_server_that_restarts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Processes write; the server stops, also as in a crash, and starts: all is there, and they go on."""
    from postgres import serve_postgres  # noqa: PLC0415

    with serve_postgres() as server:
        place = server.make_database()
        writers = [start_writer(place, name, 25) for name in ("A", "B")]
        # Only an archive that is open waits for its server.
        first = [writer.stdout.readline() for writer in writers if writer.stdout]
        for how in (signal.SIGINT, signal.SIGQUIT):
            time.sleep(0.1)
            server.stop(how)
            time.sleep(0.3)
            server.start()
        # Not communicate(): with a time-out it passes over lines that came together with the first.
        said = [writer.stdout.read().split() for writer in writers if writer.stdout]
        said.append([line.strip() for line in first])
        assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
        with Archive(place) as archive:
            rows = archive.reports()
            assert {row.id for row in rows} == {id_ for ids in said for id_ in ids}
            assert {(row.actors, row.events) for row in rows} == {(30, 30)}


def test_a_killed_writer_leaves_whole_reports(address: str) -> None:
    writer = start_writer(address, "K", 100_000)
    assert writer.stdout
    committed = {writer.stdout.readline().strip() for _ in range(5)}
    writer.send_signal(signal.SIGKILL)
    committed |= {line.strip() for line in writer.stdout if len(line) == 65}
    writer.wait()
    writer.stdout.close()
    with Archive(address) as archive:
        rows = archive.reports()
        assert committed <= {row.id for row in rows}
        assert {(row.actors, row.events) for row in rows} == {(30, 30)}
        assert archive.write(*new("Danach"))


def test_without_the_driver(address: str) -> None:
    code = (
        "import sys; sys.modules['pg8000'] = None\n"
        "from depesche.archive.store import Archive\n"
        "from depesche.errors import ArchiveError\n"
        "try: Archive(sys.argv[1])\n"
        "except ArchiveError as fault: print(fault)"
    )
    told = subprocess.run([sys.executable, "-c", code, address], capture_output=True, text=True, check=True)
    assert "pip install 'depesche[postgres]'" in told.stdout


def test_commands_take_the_address(address: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rubio traf Lawrow am 11. Juli 2025 in Genf.")
    environment = {"DEPESCHE_ARCHIVE": address, "DEPESCHE_LANGUAGE": "en"}
    read = CliRunner().invoke(main, ["read", str(tmp_path), "--published", "2025-07-11"], env=environment)
    assert read.exit_code == 0 and "1 read" in read.output
    assert name_place(address) in read.output and str(tmp_path) not in name_place(address)
    found = CliRunner().invoke(main, ["search", "Genf", "--archive", address, "--json"], env={})
    assert "Rubio traf Lawrow" in found.output


@pytest.mark.parametrize(
    ("given", "host", "user", "database", "password"),
    [
        ("postgresql://u:p%40@db.example:5433/news", "db.example", "u", "news", "p@"),
        ("postgres://u@db.example", "db.example", "u", "u", None),
        ("postgresql:///news?host=/run/pg&user=u&password=x", "/run/pg", "u", "news", "x"),
        ("postgresql://u@[::1]/news", "::1", "u", "news", None),
    ],
)
def test_addresses(
    given: str, host: str, user: str, database: str, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    told = parse_address(given)
    assert (told.host, told.user, told.database, told.password) == (host, user, database, password)
    assert not password or password not in name_place(given)


def test_the_password_may_stand_in_the_users_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pgpass"
    file.write_text("other:*:*:*:no\ndb.example:5432:*:u:ge\\:heim\n")
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert parse_address("postgresql://u@db.example/news").password == "ge:heim"
    assert parse_address("postgresql://v@db.example/news").password is None


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://u@h:99999/d",
        "postgresql://u@h/d?sslmode=x",
        "postgresql://u@h/d?color=red",
        "postgresql://u@h/d?x",
    ],
)
def test_what_is_no_address(wrong: str) -> None:
    with pytest.raises(ArchiveError):
        parse_address(wrong)


def test_a_name_that_no_index_takes_costs_its_report_alone(address: str) -> None:
    name = "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))
    report = Report(text=name)
    actor = Actor("a1", name, "PER", mentions=(Mention(0, len(name), name),))
    with Archive(address) as archive:
        with pytest.raises(ReadingError, match="cannot hold a name or text of this size"):
            archive.write(report, Reading(id=report.id, actors=(actor,)))
        assert archive.reports() == ()
        assert archive.write(MEETING, meeting())


def test_a_vector_stays_within_what_the_server_takes(address: str) -> None:
    texts = ["ﷺ" * 300, "a " * 50_000, " ".join(f"w{i}" for i in range(120_000)), "'\\:* ' \\' x'y"]
    with Archive(address) as archive:
        for text in texts:
            archive.write(*new(text))
        assert len(archive.search("a")) == 1
        assert len(archive.search("w5")) == 1
        assert len(archive.search('"x y"')) == 1
    assert write_vector("", "") == ""
