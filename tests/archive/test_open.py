"""Opening: new, old and foreign files, and each fault named with what and where."""

import ctypes
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from archive.samples import MEETING, fill, meeting
from depesche.archive.migrations import HEAD, REVISIONS, make_config
from depesche.archive.sqlite import APPLICATION_ID
from depesche.archive.store import Archive
from depesche.archive.tables import metadata
from depesche.errors import ArchiveError
from depesche.reading import Reading, Report

DAC_OVERRIDE, DAC_READ_SEARCH = 1 << 1, 1 << 2


def test_a_new_archive_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "neu" / "hier" / "Archiv mit ä und %.sqlite"
    with Archive(path) as archive:
        fill(archive)
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()
    with Archive(str(path)) as archive:
        assert archive.reading(MEETING.id) == meeting()


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "leer"
    path.touch()
    with Archive(path) as archive:
        assert archive.reports() == ()


def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.sqlite"):
        pass
    engine = sa.create_engine(f"sqlite:///{tmp_path}/a.sqlite")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(make_config(connection))
        assert script.get_current_head() == HEAD
        assert tuple(step.revision for step in script.walk_revisions())[::-1] == REVISIONS
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: not str(name).startswith("search_index")}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_opening_an_archive_that_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.sqlite"):
        pass
    code = (
        "import sys; from depesche.archive.store import Archive; Archive(sys.argv[1]).close();"
        "sys.exit(any(name.split('.')[0] == 'alembic' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path / "a.sqlite"], check=False).returncode == 0


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_archive_of_an_older_version_is_brought_up_to_date(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "a.sqlite"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(make_config(connection), revision)
        connection.execute(sa.text(f"PRAGMA application_id = {APPLICATION_ID}"))
    engine.dispose()
    with Archive(path) as archive:
        fill(archive)
        assert archive.reading(MEETING.id) == meeting()
        assert [row.kind for row in archive.relations()] == ["restriction"]


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notizen.txt"
    path.write_text("Kein Archiv.")
    with pytest.raises(ArchiveError, match=r"notizen\.txt is no archive: it is no SQLite database"):
        Archive(path)
    assert path.read_text() == "Kein Archiv."


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "andere.sqlite"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE reports (id)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=r"andere\.sqlite is no archive: .* another program"):
        Archive(path)
    assert path.read_bytes() == before


def test_an_archive_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(ArchiveError, match=r"a\.sqlite was written by a newer version .* 9999"):
        Archive(path)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is a folder"):
        Archive(tmp_path)
    (tmp_path / "datei").touch()
    with pytest.raises(ArchiveError, match="cannot be opened"):
        Archive(tmp_path / "datei" / "a.sqlite")


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """Give a folder and be bound by the permissions of files, as root is not."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        effective = set_effective_rights(None)
        set_effective_rights(effective & ~(DAC_OVERRIDE | DAC_READ_SEARCH))
        try:
            yield Path(name)
        finally:
            set_effective_rights(effective)


def set_effective_rights(wanted: int | None) -> int:
    """Set the lower half of this thread's effective Linux capabilities; return what they were.

    Another user would not do: the package may lie where only root can read it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    rights = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, rights) == 0
    before = int(rights[0])
    if wanted is not None:
        rights[0] = wanted
        assert libc.capset(header, rights) == 0
    return before


def test_a_folder_without_rights(unprivileged: Path) -> None:
    closed = unprivileged / "zu"
    closed.mkdir()
    closed.chmod(0o500)
    with pytest.raises(ArchiveError, match=r"zu/a\.sqlite cannot be opened"):
        Archive(closed / "a.sqlite")
    with pytest.raises(ArchiveError, match=r"cannot be opened"):
        Archive(closed / "neu" / "a.sqlite")


def test_a_folder_that_may_not_be_written(unprivileged: Path) -> None:
    path = unprivileged / "zu" / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
    path.parent.chmod(0o555)
    with pytest.raises(ArchiveError, match=r"a\.sqlite cannot be (opened|written).* its folder"):
        Archive(path)
    path.parent.chmod(0o755)


def test_a_file_that_may_not_be_written_can_be_read(unprivileged: Path) -> None:
    path = unprivileged / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
    path.chmod(0o400)
    with Archive(path) as archive:
        assert archive.reading(MEETING.id) == meeting()
        with pytest.raises(ArchiveError, match=r"a\.sqlite cannot be written"):
            report = Report(text="Neu")
            archive.write(report, Reading(id=report.id))
    path.chmod(0o000)
    with pytest.raises(ArchiveError, match=r"a\.sqlite cannot be opened: Permission denied"):
        Archive(path)


def test_a_full_disk_costs_nothing_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)

        @sa.event.listens_for(archive._database.engine, "begin")
        def limit(connection: sa.Connection) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count = 80")

        with pytest.raises(ArchiveError, match=r"a\.sqlite cannot grow: the disk is full"):
            for i in range(100):
                report = Report(text=f"Meldung {i}. " * 200)
                archive.write(report, Reading(id=report.id, reader="r1"))
        assert 3 < len(archive.reports()) == 3 + i
        assert not archive.has(report.id)
        assert len(archive.search("Meldung", limit=200)) == i
        assert archive.reading(MEETING.id) == meeting()
    with Archive(path) as archive:
        assert archive.write(report, Reading(id=report.id, reader="r1"))


def test_a_damaged_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(ArchiveError, match=r"a\.sqlite is damaged"), Archive(path) as archive:
        archive.reports()
        archive.reading(MEETING.id)


def test_a_truncated_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
    with path.open("r+b") as file:
        file.truncate(5000)
    with pytest.raises(ArchiveError, match=r"a\.sqlite is damaged"), Archive(path) as archive:
        archive.reading(MEETING.id)


def test_an_archive_that_another_process_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with Archive(path, wait=0.1) as archive:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="in use by another process"):
            archive.write(MEETING, meeting())
        assert archive.reports() == ()
        holder.execute("ROLLBACK")
        holder.close()
        assert archive.write(MEETING, meeting())
