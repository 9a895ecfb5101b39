"""Backups: an archive as one SQLite file, whatever it lives in, made and put back while it is in use.

A backup is an archive itself, as it was at one moment: any command opens it.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from depesche.archive.copying import Advance, copy_archive, replace_archive
from depesche.archive.database import Database
from depesche.archive.sqlite import SqliteDatabase, explain_faults
from depesche.errors import ArchiveError

# Seconds to wait for another process to let go of a file.
_WAIT = 60.0


def back_up(database: Database, path: Path, advance: Advance) -> None:
    """Write all of an archive into the file ``path``, which stands there whole or, if it fails, as it was.

    Raises ArchiveError.
    """
    if isinstance(database, SqliteDatabase) and path.exists() and path.samefile(database.path):
        raise ArchiveError(f"The archive {database.name} cannot be its own backup.")
    with _temporary_file(path.parent) as made:
        try:
            _copy_into(database, made, advance)
        except ArchiveError as fault:
            raise _named(fault, made, path) from fault
        try:
            with made.open("rb+") as file:
                os.fsync(file.fileno())
            made.replace(path)
        except OSError as fault:
            raise ArchiveError.of_file(path, fault) from fault


def _copy_into(database: Database, made: Path, advance: Advance) -> None:
    if isinstance(database, SqliteDatabase):
        _copy_file(database.path, made)
        return
    target = SqliteDatabase(made, wait=_WAIT)
    try:
        copy_archive(database, target, advance)
    finally:
        target.close()


def _named(fault: ArchiveError, made: Path, path: Path) -> ArchiveError:
    """Return a fault of a file that nobody knows as one of the file that it stands for."""
    place = str(path) if fault.place == str(made) else fault.place
    message = str(fault).replace(str(made), str(path))
    return ArchiveError(message, kind=fault.kind, place=place, detail=fault.detail)


def restore(path: Path, database: Database, advance: Advance) -> None:
    """Put what the backup ``path`` holds in place of what an archive holds, at one moment.

    Whoever reads the archive meanwhile sees it as it was before. Raises ArchiveError if the backup is none or
    damaged; the archive is then as it was.
    """
    if not path.is_file() or not path.stat().st_size:
        raise ArchiveError(f"There is no backup {path}, or it is empty.")
    folder = database.path.parent if isinstance(database, SqliteDatabase) else Path(tempfile.gettempdir())
    with _temporary_file(folder) as copied:
        _copy_file(path, copied)
        # Brings a backup of an older version up to date, and leaves the file itself as it is.
        try:
            source = SqliteDatabase(copied, wait=_WAIT)
        except ArchiveError as fault:
            raise _named(fault, copied, path) from fault
        try:
            _refuse_damaged(source, path)
            if not isinstance(database, SqliteDatabase):
                replace_archive(source, database, advance)
        finally:
            source.close()
        if isinstance(database, SqliteDatabase):
            _copy_file(copied, database.path)


def _refuse_damaged(source: SqliteDatabase, path: Path) -> None:
    try:
        faults = list(source.check_storage())
    except ArchiveError as fault:
        faults = [str(fault.__cause__)]
    if faults:
        raise ArchiveError(f"The backup {path} is damaged ({faults[0]}).")


def _copy_file(source: Path, target: Path) -> None:
    """Put the contents of one SQLite file into another, in one transaction of each."""
    with (
        explain_faults(source),
        closing(sqlite3.connect(source, timeout=_WAIT)) as origin,
        closing(sqlite3.connect(target, timeout=_WAIT)) as copy,
    ):
        origin.execute("PRAGMA query_only = ON")
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with explain_faults(target):
            copy.execute("PRAGMA synchronous = FULL")
            origin.backup(copy)


@contextmanager
def _temporary_file(folder: Path) -> Iterator[Path]:
    """Give the name of an empty file in a folder, which is gone in the end unless it was renamed."""
    try:
        handle, name = tempfile.mkstemp(prefix=".depesche-", suffix=".sqlite", dir=folder)
    except OSError as fault:
        known = ArchiveError.of_file(folder, fault)
        message = f"Nothing can be written into {folder}: {known.detail}."
        raise ArchiveError(message, kind=known.kind, place=known.place, detail=known.detail) from fault
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(name + ending).unlink(missing_ok=True)
