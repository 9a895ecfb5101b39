"""What an archive needs of the database that it lives in, whichever that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection, Engine

from depesche.archive.nearness import Meanings
from depesche.archive.search import Search
from depesche.errors import ArchiveError

T = TypeVar("T")

# The table that an archive has while another is copied into it (copying.py).
COPYING = "copying"
# How the address of a database on a server begins; every other name of an archive is that of a file.
_SERVER = ("postgresql://", "postgres://")
_SECRETS = re.compile(r"(?<=://)(?P<user>[^/:@]*):[^/]*(?=@)")


class Database(Protocol):
    """The home of an archive. Faults leave it as ArchiveError, with one sentence that names the archive."""

    # As messages name it: without a password.
    name: str
    engine: Engine
    search: Search
    nearness: Meanings

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection in one transaction, in which nothing changes by what others write meanwhile."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection in one transaction that holds the archive's write lock from the start."""

    def carry_out(self, work: Callable[[Connection], T]) -> T:
        """Do some writing in one transaction, and return what it returns.

        It must come to the same if it is done twice: where a connection was cut, it is done again.
        """

    def check_storage(self) -> Iterator[str]:
        """Yield what the database itself finds wrong with its files, a sentence each."""

    def settle(self) -> None:
        """Do what is to be done after many rows were written under numbers of their own."""

    def close(self) -> None:
        """Let go of all connections."""


def is_server(place: str | Path) -> bool:
    """Return whether an archive's name is the address of a database on a server.

    >>> is_server("postgresql://news@db.example/archive"), is_server("archive.sqlite")
    (True, False)
    """
    return str(place).startswith(_SERVER)


def refuse_unfinished(name: str) -> ArchiveError:
    """Return the fault of opening an archive into which another was not copied to the end."""
    return ArchiveError(
        f"The archive {name} is not complete: another was copied into it, and not to the end. "
        "Copy that one again (depesche archive copy), which goes on where it stopped.",
        kind="unfinished",
        place=name,
    )


def refuse_missing(place: str | Path) -> None:
    """Raise ArchiveError where an archive is to be a file that is not there.

    For what would tell of an empty archive, made that moment, as if it were the one that was meant. What a
    server has is told when it is opened.
    """
    if not is_server(place) and not Path(place).exists():
        raise ArchiveError(f"There is no archive {place}.", kind="none", place=str(place))


def name_place(place: str | Path) -> str:
    """Return how messages name an archive: its path, or its address without password and options.

    >>> name_place("postgresql://news:secret@db.example/archive?sslmode=require")
    'postgresql://news@db.example/archive'
    """
    if not is_server(place):
        return str(place)
    return _SECRETS.sub(r"\g<user>", str(place).partition("?")[0])


def open_database(
    place: str | Path, *, wait: float, read_only: bool = False, unfinished: bool = False
) -> Database:
    """Open the archive in a file or on a server; it is made there or brought up to date.

    ``wait`` is how many seconds to wait for another process's writing. With ``read_only`` nothing is made,
    brought up to date or written. Raises ArchiveError, also for an archive into which another was not copied
    to the end, unless ``unfinished`` ones are wanted.
    """
    # Each is loaded when it is needed: the driver of PostgreSQL is an extra.
    if is_server(place):
        from depesche.archive.postgres import PostgresDatabase  # noqa: PLC0415

        return PostgresDatabase(str(place), wait=wait, read_only=read_only, unfinished=unfinished)
    from depesche.archive.sqlite import SqliteDatabase  # noqa: PLC0415

    return SqliteDatabase(Path(place), wait=wait, read_only=read_only, unfinished=unfinished)
