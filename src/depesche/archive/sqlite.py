"""SQLite as the home of an archive: opening the file, and what its faults mean to a user.

A file is known as an archive by its application id. It is in WAL mode, so that readers and a writer do
not wait for each other; a commit survives the end of the process at any moment, and with
``synchronous=FULL`` that of the machine as well.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from depesche.archive.database import COPYING, refuse_unfinished
from depesche.archive.migrations import HEAD, REVISIONS, migrate, outdated
from depesche.archive.nearness import Meanings, Nearness
from depesche.archive.search import Search, SqliteSearch
from depesche.archive.tables import unpack_text
from depesche.errors import ArchiveError, ReadingError

T = TypeVar("T")

# "Depe" in ASCII.
APPLICATION_ID = 0x44657065
_HEADER = b"SQLite format 3\0"

# Who held the write lock for so many seconds pauses for so many before holding it again; who waits for it
# asks several times in so many milliseconds.
_LONG, _PAUSE, _ASKED = 0.05, 0.02, 10

# What went wrong, by SQLite's result code, extended or primary: its kind, and what goes after "the archive
# PATH".
_FAULTS = {
    sqlite3.SQLITE_NOTADB: ("no-database", "is no SQLite database"),
    sqlite3.SQLITE_CORRUPT: ("damaged", "is damaged"),
    sqlite3.SQLITE_FULL: ("full", "cannot grow: the disk is full"),
    sqlite3.SQLITE_IOERR_SHMSIZE: ("full", "cannot grow: the disk is full"),
    sqlite3.SQLITE_READONLY: ("read-only", "cannot be written: the file or its folder is read-only"),
    sqlite3.SQLITE_PERM: ("forbidden", "cannot be opened: no permission"),
    sqlite3.SQLITE_CANTOPEN: ("forbidden", "cannot be opened: no permission for the file or its folder"),
    sqlite3.SQLITE_BUSY: ("busy", "is in use by another process that did not let go of it in time"),
    sqlite3.SQLITE_LOCKED: ("busy", "is in use by another process that did not let go of it in time"),
    sqlite3.SQLITE_IOERR: ("disk", "cannot be read or written: the disk reports an error"),
    sqlite3.SQLITE_TOOBIG: ("large", "cannot hold a name or text of this size"),
    sqlite3.SQLITE_CONSTRAINT: ("refused", "refuses a reading that contradicts itself"),
}


class SqliteDatabase:
    """An archive in one file. Opening makes it, or brings it up to date. Raises ArchiveError."""

    def __init__(self, path: Path, *, wait: float, read_only: bool = False, unfinished: bool = False) -> None:
        self.path = path
        self.name = str(path)
        self.engine = open_engine(path, wait=wait, read_only=read_only, unfinished=unfinished)
        self._turn = _Turn()
        self.search: Search = SqliteSearch()
        self.nearness: Meanings = Nearness()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in one transaction: SQLite shows it the archive as it was at its beginning."""
        with explain_faults(self.path), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction that holds the write lock from the start."""
        self._turn.let_others()
        with explain_faults(self.path), writing(self.engine) as connection, self._turn.held():
            yield connection

    def carry_out(self, work: Callable[[Connection], T]) -> T:
        """Do some writing in one transaction, and return what it returns."""
        with self.writing() as connection:
            return work(connection)

    def check_storage(self) -> Iterator[str]:
        """Yield what SQLite finds wrong with the file, a sentence each."""
        with self.reading() as connection:
            for (words,) in connection.exec_driver_sql("PRAGMA integrity_check"):
                if words != "ok":
                    yield str(words)

    def settle(self) -> None:
        """Gather what SQLite plans queries by."""
        with self.writing() as connection:
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


class _Turn(threading.local):
    """Whose turn it is to write, of those in threads: SQLite does not let those who wait stand in line.

    So whoever held the lock for long, and wants it again at once, pauses so long that others can take it.
    """

    def __init__(self) -> None:
        self._ended, self._taken = 0.0, 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Note how long something takes, and when it ended."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._ended = time.monotonic()
            self._taken = self._ended - begun

    def let_others(self) -> None:
        """Pause, if it is the turn of others."""
        if self._taken > _LONG:
            time.sleep(max(0.0, min(_PAUSE, self._ended + _PAUSE - time.monotonic())))


def open_engine(path: Path, *, wait: float, read_only: bool = False, unfinished: bool = False) -> Engine:
    """Return an engine for the archive in the file ``path``, which is made or brought up to date.

    ``wait`` is how many seconds a connection waits for another process. Raises ArchiveError.
    """
    if read_only and not path.exists():
        raise ArchiveError(f"There is no archive {path}.", kind="none", place=str(path))
    _check_file(path)
    # As many connections as threads ask for at once: they are opened files and no more, and who has one and
    # waits for another must not wait for those who do the same.
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path.absolute())), max_overflow=-1)
    sa.event.listen(engine, "connect", lambda raw, _: _prepare(raw, wait, read_only))
    sa.event.listen(engine, "begin", _begin)
    try:
        with explain_faults(path):
            if _read_revision(engine, path, unfinished) != HEAD:
                if read_only:
                    raise ArchiveError(outdated(str(path)))
                _enter_wal(engine, wait)
                _bring_up(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in one transaction that holds the write lock from the start."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        yield connection


@contextmanager
def explain_faults(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an ArchiveError that says what is wrong with ``path``."""
    try:
        yield
    except DBAPIError as fault:
        if isinstance(fault.orig, sqlite3.IntegrityError):
            raise _describe(path, fault.orig, ReadingError) from fault
        cause = fault.orig if isinstance(fault.orig, sqlite3.Error) else fault
        raise _describe(path, cause) from fault
    except sqlite3.Error as fault:
        raise _describe(path, fault) from fault
    except UnicodeDecodeError as fault:  # SQLite quotes a damaged schema, and Python cannot read that
        damage = sqlite3.DatabaseError("malformed database schema")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise _describe(path, damage) from fault


def _describe(path: Path, fault: Exception, raised: type[ArchiveError] = ArchiveError) -> ArchiveError:
    code = getattr(fault, "sqlite_errorcode", None)
    known = _FAULTS.get(code) or _FAULTS.get(code & 0xFF) if code is not None else None
    kind, words = known or ("unusable", "cannot be used")
    return raised(f"The archive {path} {words} ({fault}).", kind=kind, place=str(path), detail=str(fault))


def _check_file(path: Path) -> None:
    """Make the folder of ``path``; refuse what cannot be an archive before SQLite touches it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            message = f"The archive {path} is a folder; an archive is one file."
            raise ArchiveError(message, kind="folder", place=str(path))
        if not path.exists():
            return
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as fault:
        reason = fault.strerror or str(fault)
        message = f"The archive {path} cannot be opened: {reason}."
        raise ArchiveError(message, kind="forbidden", place=str(path), detail=reason) from fault
    if header and header != _HEADER:
        message = f"The file {path} is no archive: it is no SQLite database."
        raise ArchiveError(message, kind="no-database", place=str(path), detail="no SQLite header")


def _prepare(raw: sqlite3.Connection, wait: float, read_only: bool) -> None:
    """Set what SQLite keeps for each connection."""
    # Transactions begin where _begin says so, not where the driver guesses.
    raw.isolation_level = None
    # SQLite's own knows ASCII only; filters must not tell "Österreich" from "österreich".
    raw.create_function("lower", 1, _lower, deterministic=True)
    raw.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA synchronous = FULL")
    if read_only:
        raw.execute("PRAGMA query_only = ON")


def _lower(text: object) -> str | None:
    # Texts of reports are packed.
    return unpack_text(text).lower() if isinstance(text, str | bytes) else None


def _begin(connection: Connection) -> None:
    # Immediate: a reader that turns writer half-way would be refused, not made to wait.
    if not connection.get_execution_options().get("write", False):
        connection.exec_driver_sql("BEGIN")
        return
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    (wait,) = raw.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + wait / 1000
    # SQLite itself asks ten times a second, and would miss the pauses that others make.
    raw.execute(f"PRAGMA busy_timeout = {min(wait, _ASKED)}")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
    finally:
        raw.execute(f"PRAGMA busy_timeout = {wait}")


def _read_revision(engine: Engine, path: Path, unfinished: bool) -> str | None:
    """Return the revision of the tables, None for an empty file. Raises ArchiveError if it is not ours."""
    with engine.begin() as connection:
        return _check_revision(connection, path, unfinished)


def _check_revision(connection: Connection, path: Path, unfinished: bool = True) -> str | None:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar()
    counts = f"SELECT count(*), count(CASE name WHEN '{COPYING}' THEN 1 END) FROM sqlite_master"
    tables, copying = connection.exec_driver_sql(counts).one()
    if application == 0 and tables == 0:
        return None
    if application != APPLICATION_ID:
        message = f"The file {path} is no archive: it is an SQLite database of another program."
        raise ArchiveError(message, kind="foreign", place=str(path))
    if copying and not unfinished:
        raise refuse_unfinished(str(path))
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision not in REVISIONS:
        raise ArchiveError(
            f"The archive {path} was written by a newer version of Depesche (its tables are at {revision}, "
            f"this version knows them up to {HEAD}); update Depesche to open it.",
            kind="newer",
            place=str(path),
            detail=f"{revision} > {HEAD}",
        )
    return str(revision)


def _enter_wal(engine: Engine, wait: float) -> None:
    """Put the file into WAL mode, which stays with it.

    SQLite does not wait for others when it changes the mode: of two processes that make one archive at
    the same moment, one has to try again.
    """
    patience = time.monotonic() + wait
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        while True:
            try:
                raw.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                    raise
                time.sleep(0.01)


def _bring_up(engine: Engine, path: Path) -> None:
    """Make the tables or bring them up to date, in one transaction."""
    with writing(engine) as connection:
        # Another process may have done it while this one waited for the lock.
        if _check_revision(connection, path) != HEAD:
            migrate(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
