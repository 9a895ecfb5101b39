"""Near sentences with pgvector, on a server that has it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from depesche.archive.copying import copy_archive
from depesche.archive.database import open_database
from depesche.archive.nearness import Nearness, Sense
from depesche.archive.postgres_nearness import PostgresNearness
from depesche.archive.store import Archive
from depesche.reading import Meaning, Reading, Report, Span
from postgres import Server, name_of, serve_vectors

SIZE = 16


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A server with pgvector: Debian 12 has no package of it."""
    with serve_vectors() as server:
        yield server


@pytest.fixture
def place(postgres: Server) -> Iterator[str]:
    made = postgres.make_database()
    yield made
    postgres.drop(made)


def put(archive: Archive, number: int, vectors: np.ndarray, reader: str = "r") -> str:
    text = f"Bericht {number}. " + "Ein Satz steht hier. " * len(vectors)
    report = Report(text=text, published="2025-07-11")
    sentences = tuple(Span(20 * i, 20 * i + 19) for i in range(len(vectors)))
    meaning = Meaning("m", sentences, SIZE, vectors.astype(np.int8).tobytes())
    archive.write(report, Reading(id=report.id, reader=reader), meaning)
    return report.id


def test_the_index_names_what_comparing_all_names(postgres: Server, place: str) -> None:
    chance = np.random.default_rng(3)
    with Archive(place) as before:
        for i in range(60):
            put(before, i, chance.integers(-100, 100, (3, SIZE)))
    postgres.execute(name_of(place), "CREATE EXTENSION vector")
    with Archive(place) as archive:
        assert isinstance(archive._database.nearness, PostgresNearness)
        for i in range(60, 120):
            put(archive, i, chance.integers(-100, 100, (3, SIZE)))
        # What was read anew, has no direction, or is of another size.
        put(archive, 3, np.zeros((2, SIZE)), reader="new")
        put(archive, 4, chance.integers(-100, 100, (2, SIZE)), reader="new")
        for _ in range(10):
            sense = Sense("m", tuple(chance.normal(size=SIZE).tolist()))
            for allowed in (None, set(range(1, 30)), {4, 5, 10_000}, set[int]()):
                with archive.linked() as links:
                    told = archive._database.nearness.find(links._connection, sense, allowed)
                    true = Nearness().find(links._connection, sense, allowed)
                assert [(one.number, one.sentences) for one in told] == [
                    (one.number, one.sentences) for one in true
                ]
                assert [one.likeness for one in told] == pytest.approx(
                    [one.likeness for one in true], abs=1e-5
                )
        with archive.linked() as links:
            for nothing in (
                Sense("m", ()),
                Sense("m", (0.0,) * SIZE),
                Sense("n", (1.0,) * SIZE),
                Sense("m", (1.0,)),
            ):
                assert archive._database.nearness.find(links._connection, nothing) == []
        assert archive.search("", sense=sense, limit=3)


def test_a_copy_has_the_vectors_too(postgres: Server, place: str) -> None:
    postgres.execute(name_of(place), "CREATE EXTENSION vector")
    target = postgres.make_database()
    postgres.execute(name_of(target), "CREATE EXTENSION vector")
    with Archive(place) as archive:
        put(archive, 1, np.full((2, SIZE), 7))
    source, made = open_database(place, wait=1), open_database(target, wait=1, unfinished=True)
    copy_archive(source, made, lambda done, total: None)
    with made.reading() as connection:
        assert [near.number for near in made.nearness.find(connection, Sense("m", (1.0,) * SIZE))] == [1]
    source.close()
    made.close()
    postgres.drop(target)
