"""PostgreSQL as the home of an archive: a database of its own, its faults, and who may write.

Readers see the archive as it was when their transaction began. Writers stand in line for one advisory lock,
as they do for SQLite's write lock: then nothing that a writer looks at changes before it is done. Faults are
told by SQLSTATE. A connection that was cut between two transactions is replaced unnoticed; for a server that
restarts, an archive that was open waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from depesche.archive import tables
from depesche.archive.database import COPYING, name_place, refuse_unfinished
from depesche.archive.migrations import HEAD, REVISIONS, migrate, outdated
from depesche.archive.nearness import Meanings, Nearness
from depesche.archive.postgres_address import Address, parse_address
from depesche.archive.postgres_nearness import PostgresNearness, is_there, make_table
from depesche.archive.postgres_search import PostgresSearch
from depesche.archive.search import Search
from depesche.errors import ArchiveError, ReadingError

T = TypeVar("T")

# "Depe" in ASCII: the key of the lock that whoever writes holds.
WRITE_LOCK = 0x44657065
# By this comment on the table of the revision a database is known as an archive.
MARK = "The archive of Depesche"
# What is not there in small letters of every language is not found by words in any case.
LETTERS = "depesche_letters"

# Seconds until a server that does not answer at all is given up.
_PATIENCE = 10.0
# Seconds between two tries.
_PAUSE = 0.2
# How many connections there are at most: the desk's threads take one each.
_CONNECTIONS = 50
_SETTINGS = {
    # Readers are the many; writers say that they write.
    "default_transaction_isolation": "repeatable read",
    "default_transaction_read_only": "on",
    # Queries are short, and compiling one takes longer than most of them.
    "jit": "off",
    "standard_conforming_strings": "on",
}

# What went wrong, by SQLSTATE or its class: its kind, and what goes after "the archive NAME".
_FAULTS = {
    "28": ("login", "cannot be opened: the server refuses the user or the password"),
    "3D000": ("no-such", "cannot be opened: the server has no such database (createdb makes one)"),
    "42501": ("rights", "cannot be used: the user has no right to do that"),
    "25006": ("server-read-only", "cannot be written: the server allows reading only"),
    "53100": ("full", "cannot grow: the server's disk is full"),
    "53300": ("crowded", "cannot be opened: the server has too many connections"),
    "53200": ("memory", "cannot be used: the server has no memory left"),
    "54": ("large", "cannot hold a name or text of this size"),
    "55P03": ("busy", "is in use by another process that did not let go of it in time"),
    "40": ("busy", "is in use by another process that was faster"),
    "57014": ("slow", "did not answer in time"),
    "57": ("stopping", "cannot be reached: the server is stopping or starting"),
    "08": ("cut", "cannot be reached: the connection to the server was cut"),
    "58": ("disk", "cannot be read or written: the server's disk reports an error"),
    "XX001": ("damaged", "is damaged"),
    "XX002": ("damaged", "is damaged"),
    "23": ("refused", "refuses a reading that contradicts itself"),
}
# What was to be written is at fault; the archive takes others.
_REFUSED = ("23", "54")
_CUT = "08006"
# The server is not there, or not yet: worth another try.
_NOT_YET = ("57P03", "57P01", "57P02", "08")


class PostgresDatabase:
    """An archive in a database. Opening makes its tables, or brings them up to date. Raises ArchiveError."""

    def __init__(
        self, address: str, *, wait: float, read_only: bool = False, unfinished: bool = False
    ) -> None:
        self.name = name_place(address)
        self.search: Search = PostgresSearch()
        self.nearness: Meanings = Nearness()
        self._wait = wait
        self._read_only = read_only
        self._opened = False
        self._address = parse_address(address)
        self.engine = self._make_engine()
        try:
            with self._explain():
                if self._read_revision(unfinished) != HEAD:
                    if read_only:
                        raise ArchiveError(outdated(self.name))
                    self._bring_up()
                if self._has_vectors(read_only):
                    self.nearness = PostgresNearness()
        except BaseException:
            self.engine.dispose()
            raise
        self._opened = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in one transaction that sees the archive as it was at its beginning."""
        with self._explain(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction that holds the archive's write lock from the start."""
        if self._read_only:
            raise ArchiveError(f"The archive {self.name} was opened for reading only.")
        with self._explain(), self.engine.begin() as connection:
            # What was committed by whoever held the lock before must be seen.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
            yield connection

    def carry_out(self, work: Callable[[Connection], T]) -> T:
        """Do some writing in one transaction, and return what it returns; again if a connection was cut."""
        patience = time.monotonic() + self._wait
        while True:
            try:
                with self.writing() as connection:
                    return work(connection)
            except ArchiveError as fault:
                if not _was_cut(fault) or time.monotonic() > patience:
                    raise
                time.sleep(_PAUSE)

    def check_storage(self) -> Iterator[str]:
        """Yield which tables the server cannot read: their pages are its own business."""
        for table in tables.metadata.sorted_tables:
            try:
                with self.reading() as connection:
                    connection.execute(sa.select(sa.func.count()).select_from(table))
            except ArchiveError as fault:
                yield f"{table.name}: {fault}"

    def settle(self) -> None:
        """Let new numbers begin behind those that were written, and gather what queries are planned by."""
        with self.writing() as connection:
            for table in tables.metadata.sorted_tables:
                column = table.autoincrement_column
                if column is None:
                    continue
                serial = sa.func.pg_get_serial_sequence(table.name, column.name)
                last = sa.select(sa.func.max(column)).scalar_subquery()
                connection.execute(sa.select(sa.func.setval(serial, last)).where(last.is_not(None)))
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _make_engine(self) -> Engine:
        registry.register("postgresql.depesche", "depesche.archive.postgres_dialect", "Dialect")
        try:
            return sa.create_engine(
                "postgresql+depesche://",
                creator=self._connect,
                pool_pre_ping=True,
                pool_size=5,
                max_overflow=_CONNECTIONS - 5,
                pool_timeout=max(self._wait, 1.0),
            )
        except ImportError as fault:
            raise ArchiveError(
                f"The archive {self.name} is on a PostgreSQL server, and what speaks to it is not installed: "
                "pip install 'depesche[postgres]'."
            ) from fault

    def _connect(self) -> Any:
        """Return a connection of the driver; an archive that was open waits for its server."""
        patience = time.monotonic() + (self._wait if self._opened else 0.0)
        while True:
            try:
                return self._connect_once(self._address)
            except Exception as fault:
                if not _state_of(fault).startswith(_NOT_YET) or time.monotonic() > patience:
                    raise
                time.sleep(_PAUSE)

    def _connect_once(self, address: Address) -> Any:
        from depesche.archive.postgres_dialect import connect  # noqa: PLC0415

        milliseconds = {"lock_timeout": str(int(self._wait * 1000))}
        return connect(address, _SETTINGS | milliseconds, _PATIENCE)

    @contextmanager
    def _explain(self) -> Iterator[None]:
        """Turn what the driver raises into an ArchiveError that says what is wrong with the archive."""
        try:
            yield
        except DBAPIError as fault:
            raise self._describe(fault.orig or fault) from fault
        except sa.exc.TimeoutError as fault:
            message = f"The archive {self.name} is asked for too much at once."
            raise ArchiveError(message, kind="crowded", place=self.name, detail=str(fault)) from fault

    def _describe(self, fault: BaseException) -> ArchiveError:
        state, detail = _state_of(fault), _words_of(fault)
        kind, words = _FAULTS.get(state) or _FAULTS.get(state[:2]) or ("unusable", "cannot be used")
        raised = ReadingError if state.startswith(_REFUSED) else ArchiveError
        message = f"The archive {self.name} {words} ({detail})."
        return raised(message, kind=kind, place=self.name, detail=detail)

    def _read_revision(self, unfinished: bool) -> str | None:
        """Return the revision of the tables, None for an empty database. Raises ArchiveError."""
        with self.engine.begin() as connection:
            return self._check_revision(connection, unfinished)

    def _check_revision(self, connection: Connection, unfinished: bool = True) -> str | None:
        mark = "obj_description(to_regclass('alembic_version'), 'pg_class')"
        count = "(SELECT count(*) FROM pg_tables WHERE schemaname = current_schema())"
        copying = f"to_regclass('{COPYING}') IS NOT NULL"
        found = connection.exec_driver_sql(
            f"SELECT {mark}, {count}, current_setting('server_encoding'), {copying}"
        ).one()
        if found[2] != "UTF8":
            raise ArchiveError(
                f"The database {self.name} holds texts in {found[2]}; an archive needs one in UTF8."
            )
        if found[1] == 0:
            return None
        if found[0] != MARK:
            raise ArchiveError(f"The database {self.name} is no archive: it belongs to another program.")
        if found[3] and not unfinished:
            raise refuse_unfinished(self.name)
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if revision not in REVISIONS:
            raise ArchiveError(
                f"The archive {self.name} was written by a newer version of Depesche (its tables are at "
                f"{revision}, this version knows them up to {HEAD}); update Depesche to open it."
            )
        return str(revision)

    def _has_vectors(self, read_only: bool) -> bool:
        """Return whether the database compares meanings itself; the table for it is made if need be."""
        with self.reading() as connection:
            extension, table = is_there(connection)
        if table or not extension or read_only:
            return extension and table
        with self.writing() as connection:
            if not is_there(connection)[1]:
                make_table(connection)
        return True

    def _bring_up(self) -> None:
        """Make the tables or bring them up to date, in one transaction."""
        with self.writing() as connection:
            # Another process may have done it while this one waited for the lock.
            if self._check_revision(connection) != HEAD:
                migrate(connection)
                connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")


def _was_cut(fault: ArchiveError) -> bool:
    """Return whether a fault is that a connection was cut, or could not be had."""
    cause = fault.__cause__
    return isinstance(cause, DBAPIError) and _state_of(cause.orig or cause).startswith(_NOT_YET)


def _state_of(fault: BaseException) -> str:
    """Return the SQLSTATE of what the driver raised; that of a cut connection if there was no answer."""
    told = fault.args[0] if fault.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else _CUT


def _words_of(fault: BaseException) -> str:
    told = fault.args[0] if fault.args else None
    return str(told.get("M", "")) if isinstance(told, dict) else str(fault)
