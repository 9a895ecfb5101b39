"""Archives of every version of the tables, kept in fixtures: each opens, and is brought up to date."""

from __future__ import annotations

import contextlib
import lzma
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from depesche.archive.checking import check_archive
from depesche.archive.database import Database, open_database
from depesche.archive.migrations import REVISIONS, make_config
from depesche.archive.postgres import MARK, PostgresDatabase
from depesche.archive.store import Archive
from depesche.archive.tables import unpack_text
from depesche.errors import ArchiveError
from postgres import Server

FIXTURES = Path(__file__).parent / "fixtures"
# Before this version there was no archive on a server.
FIRST_ON_SERVER = "0012"


def unpack(revision: str, folder: Path) -> Path:
    path = folder / f"{revision}.sqlite"
    path.write_bytes(lzma.decompress((FIXTURES / f"{revision}.sqlite.xz").read_bytes()))
    return path


def assert_whole(database: Database) -> None:
    checked = check_archive(database, lambda done, total: None)
    # What a migration forgets is told anew by the next linking.
    assert {damage.kind for damage in checked.damages} <= {"unlisted"}
    assert checked.reports == 2
    with database.reading() as connection:
        hits = connection.execute(sa.text("SELECT count(*) FROM appearances")).scalar_one()
    assert hits == 1


def test_every_version_has_its_fixture() -> None:
    """Whoever adds a migration runs scripts/make_archive_fixtures.py, and commits what it makes."""
    assert {path.name.partition(".")[0] for path in FIXTURES.glob("*.xz")} == set(REVISIONS)


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_archive_of_each_version(revision: str, tmp_path: Path) -> None:
    path = unpack(revision, tmp_path)
    database = open_database(path, wait=5)
    assert_whole(database)
    database.close()
    with Archive(path) as archive:
        assert [hit.title for hit in archive.search('Lawrow "Kuala Lumpur"', actor="RUS")]
        assert archive.reading(archive.reports()[0].id).events
        if revision >= "0005":
            assert [token.name for token in archive.tokens()] == ["Redaktion"]
        if revision >= "0004":
            assert [judgement.verdict for judgement in archive.judgements()] == ["same_story"]


@pytest.mark.parametrize("revision", [one for one in REVISIONS if one >= FIRST_ON_SERVER])
def test_an_archive_of_each_version_on_a_server(revision: str, postgres: Server, tmp_path: Path) -> None:
    place = postgres.make_database(empty=True)
    database = as_it_was(PostgresDatabase, place)
    known, kept = sa.MetaData(), sa.MetaData()
    file = sa.create_engine(f"sqlite:///{unpack(revision, tmp_path)}")
    with database.writing() as connection, file.begin() as origin:
        command.upgrade(make_config(connection), revision)
        connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")
        kept.reflect(origin)
        known.reflect(connection)
        for table in known.sorted_tables:
            if table.name in kept.tables and table.name not in {"alembic_version", "search_index"}:
                rows = [
                    {column.name: convert(row._mapping[column.name], column) for column in table.c}
                    for row in origin.execute(sa.select(kept.tables[table.name]))
                ]
                if rows:
                    connection.execute(table.insert(), rows)
        for row in origin.execute(sa.select(kept.tables["reports"])):
            database.search.add(connection, row.number, row.title, unpack_text(row.text))
    file.dispose()
    database.close()
    opened = open_database(place, wait=5)
    assert_whole(opened)
    opened.close()
    with Archive(place) as archive:
        assert [hit.title for hit in archive.search('Lawrow "Kuala Lumpur"', actor="RUS")]
    postgres.drop(place)


def as_it_was(kind: type[PostgresDatabase], place: str) -> PostgresDatabase:
    """Return a database that nobody brings up to date."""

    class Old(kind):  # type: ignore[valid-type, misc]
        def _bring_up(self) -> None:
            pass

    old: PostgresDatabase = Old(place, wait=5)
    return old


def convert(value: object, column: sa.Column[object]) -> object:
    if isinstance(column.type, sa.Text) and isinstance(value, bytes):
        return unpack_text(value)
    return bool(value) if isinstance(column.type, sa.Boolean) and value is not None else value


def test_a_step_that_fails_leaves_the_archive_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unpack(REVISIONS[-2], tmp_path)

    def fail(connection: sa.Connection) -> None:
        command.upgrade(make_config(connection), REVISIONS[-1])
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("depesche.archive.sqlite.migrate", fail)
    with pytest.raises(ArchiveError):
        open_database(path, wait=1)
    with contextlib.closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[-2],)
