"""Archives for tests: each test that asks for one runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.samples import fill
from depesche.archive.store import Archive
from postgres import Server, serve_postgres

Place = str | Path
MakePlace = Callable[[], Place]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server, started for the first test that needs it."""
    with serve_postgres() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def make_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakePlace:
    """Makes places for new archives, in files and then on a server."""
    if request.param == "postgres":
        server: Server = request.getfixturevalue("postgres")
        return server.make_database
    # To copy a file is quicker than to make all tables.
    empty = tmp_path_factory.mktemp("empty") / "a.sqlite"
    Archive(empty).close()
    return lambda: Path(shutil.copy(empty, tmp_path_factory.mktemp("place")))


@pytest.fixture
def place(make_place: MakePlace, request: pytest.FixtureRequest) -> Iterator[Place]:
    """The place of a new archive, of this test alone."""
    made = make_place()
    if not isinstance(made, str):
        yield made
        return
    server: Server = request.getfixturevalue("postgres")
    yield made
    server.drop(made)


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    with Archive(place) as opened:
        yield opened


@pytest.fixture
def filled(archive: Archive) -> Archive:
    fill(archive)
    return archive
