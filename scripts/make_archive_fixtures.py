"""Makes a small archive of every version of the tables that has none yet: tests/archive/fixtures.

The tests open each of them, so that an archive of any release opens. Those that are there are never made
anew: run this when a step is added to the migrations, and commit what it makes.

    .venv/bin/python scripts/make_archive_fixtures.py
"""

from __future__ import annotations

import lzma
import os
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from depesche.archive import tables
from depesche.archive.migrations import REVISIONS, make_config
from depesche.archive.search import SqliteSearch
from depesche.archive.sqlite import APPLICATION_ID
from depesche.judgement import Anchor, Judgement
from depesche.language.models import MODEL_VARIABLE, NONE
from depesche.library import Archive
from depesche.reading import Report

FIXTURES = Path(__file__).parents[1] / "tests" / "archive" / "fixtures"
REPORTS = (
    Report(
        text="US-Außenminister Marco Rubio hat am Donnerstag in Kuala Lumpur den russischen Außenminister "
        "Sergej Lawrow getroffen. „Wir sind enttäuscht“, sagte Rubio. Deutschland und Frankreich sind "
        "verbündet.",
        published="2025-07-11",
        title="Rubio trifft Lawrow",
        source="Nordpost",
    ),
    Report(
        text="Rubio und Lawrow sprachen am 10. Juli 2025 in Kuala Lumpur über die Ukraine. Lawrow wies die "
        "Vorwürfe nach Angaben der Agentur Tass zurück.",
        published="2025-07-11T08:15:00+02:00",
        title="Gespräch in Kuala Lumpur",
        source="Alpenblatt",
    ),
)


def main() -> None:
    os.environ[MODEL_VARIABLE] = NONE
    FIXTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "latest.sqlite")
        for revision in REVISIONS:
            kept = FIXTURES / f"{revision}.sqlite.xz"
            if not kept.exists():
                made = folder / f"{revision}.sqlite"
                make(revision, folder / "latest.sqlite", made)
                kept.write_bytes(lzma.compress(made.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
                print(f"{kept.name}: {kept.stat().st_size} bytes")


def fill(path: Path) -> None:
    """Make an archive of the latest version with something in it."""
    with Archive(path) as archive:
        for report in REPORTS:
            archive.add(report)
        archive.note(Report(text=REPORTS[0].text, published="2025-07-11", source="Südpost"))
        one, other = (Anchor(report.id) for report in REPORTS)
        same = Judgement(number=0, made="", by="Redaktion", verdict="same_story", subject=one, object=other)
        archive.judge(same)
        archive.make_token("Redaktion", ["read"])
        archive.save_search("Treffen", {"q": "Rubio"})
        archive.link()


def make(revision: str, latest: Path, path: Path) -> None:
    """Make an archive as a version had it, of what its tables can hold of the latest."""
    engine, source = (sa.create_engine(f"sqlite:///{one}") for one in (path, latest))
    known, kept = sa.MetaData(), sa.MetaData()
    with engine.begin() as connection, source.begin() as origin:
        command.upgrade(make_config(connection), revision)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        known.reflect(connection)
        kept.reflect(origin)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in known.sorted_tables:
            if table.name == "alembic_version" or table.name.startswith(("search_index", "sqlite_")):
                continue
            columns = [column for column in kept.tables[table.name].c if column.name in table.c]
            rows = [dict(row._mapping) for row in origin.execute(sa.select(*columns))]
            if rows:
                connection.execute(table.insert(), rows)
        for row in origin.execute(sa.select(tables.reports)):
            SqliteSearch().add(connection, row.number, row.title, row.text)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("VACUUM")
    engine.dispose()
    source.dispose()


if __name__ == "__main__":
    main()
