"""Near sentences in PostgreSQL, where its extension pgvector is there (``CREATE EXTENSION vector``).

The vectors stand in a table of their own, under an index of neighbours (HNSW), so that no process holds them
all in memory. It names nearly all of the nearest sentences, not surely all of them; where only some reports
are asked for, each of their sentences is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.meanings import load_meanings
from depesche.archive.nearness import NEAR, SHORTEST, Near, Sense, gather
from depesche.archive.portions import portions
from depesche.reading import Meaning, Span

TABLE = "sentence_vectors"
# So many sentences the index names at once; pgvector allows no more.
_CANDIDATES = 1000
# So many rows are written by one statement.
_AT_ONCE = 200

_MAKE = f"""
CREATE TABLE {TABLE} (
    report integer NOT NULL REFERENCES readings ON DELETE CASCADE,
    position integer NOT NULL,
    first integer NOT NULL,
    last integer NOT NULL,
    model text COLLATE "C" NOT NULL,
    vector vector NOT NULL,
    PRIMARY KEY (report, position)
)"""
_INSERT = sa.text(
    f"INSERT INTO {TABLE} (report, position, first, last, model, vector)"
    " VALUES (:report, :position, :first, :last, :model, CAST(:vector AS vector))"
)


class PostgresNearness:
    """Finds near sentences by an index of the database."""

    def add(self, connection: Connection, number: int, meaning: Meaning) -> None:
        """Keep what the sentences of the report ``number`` mean."""
        rows = list(_rows_of(number, meaning))
        if not rows:
            return
        # The index of its size: which there is, is known from the first vector on.
        size = meaning.size
        connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS {TABLE}_{size} ON {TABLE} USING hnsw"
            f" ((vector::vector({size})) vector_cosine_ops) WHERE vector_dims(vector) = {size}"
        )
        for some in portions(rows, _AT_ONCE):
            connection.execute(_INSERT, list(some))

    def find(
        self, connection: Connection, sense: Sense, allowed: Collection[int] | None = None
    ) -> list[Near]:
        """Return the reports with near sentences, the nearest first; of those ``allowed``, or of all."""
        if not any(sense.vector):
            return []
        size = len(sense.vector)
        distance = f"vector::vector({size}) <=> CAST(:wanted AS vector({size}))"
        chosen = "" if allowed is None else "AND report = ANY(CAST(:allowed AS integer[]))"
        # Only without an index each sentence of the few reports is compared.
        hints = (
            f"SET LOCAL hnsw.ef_search = {_CANDIDATES}"
            if allowed is None
            else "SET LOCAL enable_indexscan = off"
        )
        connection.exec_driver_sql(hints)
        query = sa.text(
            f"SELECT report, first, last, 1 - ({distance}) AS likeness FROM {TABLE}"
            f" WHERE vector_dims(vector) = {size} AND model = :model {chosen}"
            f" ORDER BY {distance} LIMIT {_CANDIDATES}"
        )
        values = {"wanted": _write(sense.vector), "model": sense.model}
        if allowed is not None:
            values["allowed"] = "{" + ",".join(map(str, sorted(allowed))) + "}"
        found = list(connection.execute(query, values))
        connection.exec_driver_sql("SET LOCAL enable_indexscan = on")
        near = [row for row in found if row[3] >= NEAR]
        near.sort(key=lambda row: (-row[3], row[0], row[1]))
        return gather((row[0], Span(row[1], row[2]), row[3]) for row in near)


def is_there(connection: Connection) -> tuple[bool, bool]:
    """Return whether the database has pgvector, and whether it has the table of vectors."""
    query = (
        "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector'),"
        f" to_regclass('{TABLE}') IS NOT NULL"
    )
    row = connection.exec_driver_sql(query).one()
    return bool(row[0]), bool(row[1])


def make_table(connection: Connection) -> None:
    """Make the table of vectors, and fill it with those that the archive holds."""
    connection.exec_driver_sql(_MAKE)
    nearness, table = PostgresNearness(), tables.meanings.c
    numbers = connection.execute(sa.select(table.report).where(table.part == 0).order_by(table.report))
    for some in portions(numbers.scalars().all(), _AT_ONCE):
        for number, meaning in load_meanings(connection, some).items():
            nearness.add(connection, number, meaning)


def _rows_of(number: int, meaning: Meaning) -> Iterator[dict[str, object]]:
    if not meaning.size or len(meaning.vectors) != len(meaning.sentences) * meaning.size:
        return
    vectors = np.frombuffer(meaning.vectors, np.int8).reshape(-1, meaning.size)
    for i, (sentence, vector) in enumerate(zip(meaning.sentences, vectors, strict=True)):
        # What has no direction, or is no sentence, is near nothing.
        if vector.any() and sentence.end - sentence.start >= SHORTEST:
            yield {
                "report": number,
                "position": i,
                "first": sentence.start,
                "last": sentence.end,
                "model": meaning.model,
                "vector": _write(vector.tolist()),
            }


def _write(vector: Collection[float]) -> str:
    return "[" + ",".join(map(str, vector)) + "]"
