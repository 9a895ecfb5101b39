"""Which sentences of an archive mean nearly what somebody asks for: all their vectors, held in memory.

The vectors are those of ``meanings``, as bytes; a question is compared with each of them. They are read once,
and after that only those of reports that were read, or read anew, since the last question. Of very many, only
those are compared that agree with the question in the signs of most of their parts: these are looked at much
faster, and leave out hardly any of the nearest.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.portions import portions
from depesche.reading import Meaning, Span

# A sentence is near from this cosine on: on the samples, words about something else stay below 0.17, and
# those about their matters reach 0.26 to 0.45. So many reports, and so many sentences of each, are named at
# most.
NEAR = 0.25
MOST_REPORTS, MOST_SENTENCES = 200, 3
# What has fewer characters is no sentence but a credit (``(afp/red)``), and says nothing.
SHORTEST = 12
# So many vectors are compared at once: what they are turned into fits into the processor's cache.
_BLOCK = 512
# From so many sentences on signs are looked at first; so many sentences are compared then.
_MANY, _AGREEING = 300_000, 30_000
# So many sentences are looked at for the nearest reports.
_CANDIDATES = 2000

_Bytes = npt.NDArray[np.int8]
_Floats = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.int32]
_Signs = npt.NDArray[np.uint64]
# How many reports each reader has read, and the sum of their numbers: it changes with them.
_State = frozenset[tuple[str, int, int]]


class Sense(msgspec.Struct, frozen=True):
    """What somebody asks for: a vector of a language model, to be compared with those of the same model."""

    model: str
    vector: tuple[float, ...]


class Near(msgspec.Struct, frozen=True):
    """A report with the sentences that are near, the nearest first; ``likeness`` is its cosine, 0 to 1."""

    number: int
    likeness: float
    sentences: tuple[Span, ...]


class _Table(NamedTuple):
    """The sentences of one model's vectors: of which report, where in it, and what they mean."""

    reports: _Numbers
    bounds: _Numbers
    vectors: _Bytes
    norms: _Floats
    signs: _Signs
    # The reader of each report that was looked at, whether it has vectors or not, and what tells their state.
    readers: dict[int, str]
    state: _State


class Meanings(Protocol):
    """What the sentences of an archive mean: kept when they are read, and asked for what is near."""

    def add(self, connection: Connection, number: int, meaning: Meaning) -> None:
        """Keep what the sentences of the report ``number`` mean."""

    def find(
        self, connection: Connection, sense: Sense, allowed: Collection[int] | None = None
    ) -> list[Near]:
        """Return the reports with near sentences, the nearest first; of those ``allowed``, or of all."""


class Nearness:
    """Finds near sentences; several threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, _Table] = {}

    def add(self, connection: Connection, number: int, meaning: Meaning) -> None:
        """Do nothing: what a report means is looked up when it is asked for."""

    def find(
        self, connection: Connection, sense: Sense, allowed: Collection[int] | None = None
    ) -> list[Near]:
        """Return the reports with near sentences, the nearest first; of those ``allowed``, or of all."""
        if not sense.vector:
            return []
        with self._lock:
            table = self._tables[sense.model] = _bring_up(connection, sense, self._tables.get(sense.model))
        rows = None
        if allowed is not None:
            rows = np.flatnonzero(np.isin(table.reports, np.fromiter(allowed, np.int32, len(allowed))))
        wanted = np.asarray(sense.vector, np.float32)
        if len(table.reports if rows is None else rows) > _MANY:
            rows = _agreeing(table.signs, rows, wanted)
        vectors = table.vectors if rows is None else table.vectors[rows]
        norms = table.norms if rows is None else table.norms[rows]
        scores = compare(vectors, norms, wanted)
        bounds = table.bounds if rows is None else table.bounds[rows]
        best = _choose(scores, bounds[:, 1] - bounds[:, 0] >= SHORTEST)
        return _gather(table, best if rows is None else rows[best], scores[best])


def compare(vectors: _Bytes, norms: _Floats, wanted: _Floats) -> _Floats:
    """Return the cosine of each vector, of this length, with the one wanted; 0 for what has no direction."""
    scores = np.zeros(len(vectors), np.float32)
    length = float(np.linalg.norm(wanted))
    if not length or vectors.shape[1:] != wanted.shape:
        return scores
    unit = wanted / np.float32(length)
    floats = np.empty((_BLOCK, len(unit)), np.float32)
    for first in range(0, len(vectors), _BLOCK):
        block = vectors[first : first + _BLOCK]
        part = floats[: len(block)]
        np.copyto(part, block)
        scores[first : first + _BLOCK] = part @ unit
    return np.divide(scores, norms, out=np.zeros_like(scores), where=norms > 0)


def find_signs(vectors: _Bytes | _Floats) -> _Signs:
    """Return of each vector which of its parts are positive, 64 to a number."""
    packed = np.packbits(vectors > 0, axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)


def _agreeing(signs: _Signs, rows: npt.NDArray[np.intp] | None, wanted: _Floats) -> npt.NDArray[np.intp]:
    """Return the rows, of some or of all, whose signs agree best with those of a vector, in their order."""
    asked = find_signs(wanted[None, :])[0]
    known = signs if rows is None else signs[rows]
    differing = np.zeros(len(known), np.uint16)
    # Column by column: no array of all differences is made.
    for column, bits in enumerate(asked):
        differing += np.bitwise_count(known[:, column] ^ bits)
    # How many differ in no more signs: to count them is faster than to sort.
    upto = np.cumsum(np.bincount(differing))
    best = np.flatnonzero(differing <= np.searchsorted(upto, _AGREEING))
    return best if rows is None else rows[best]


def _choose(scores: _Floats, long: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return the places of the greatest scores that are near, the greatest first, of what is ``long``."""
    near = np.flatnonzero((scores >= NEAR) & long)
    if len(near) > _CANDIDATES:
        near = near[np.argpartition(scores[near], -_CANDIDATES)[-_CANDIDATES:]]
    return near[np.lexsort((near, -scores[near]))]


def _gather(table: _Table, rows: npt.NDArray[np.intp], scores: _Floats) -> list[Near]:
    return gather(
        (int(table.reports[row]), Span(*table.bounds[row].tolist()), score)
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
    )


def gather(sentences_found: Iterable[tuple[int, Span, float]]) -> list[Near]:
    """Return the reports of sentences that were found, the nearest first: number, sentence, likeness."""
    found: dict[int, tuple[float, list[Span]]] = {}
    for number, sentence, score in sentences_found:
        _, sentences = found.setdefault(number, (score, []))
        if len(sentences) < MOST_SENTENCES:
            sentences.append(sentence)
    ranked = [Near(number, min(score, 1.0), tuple(told)) for number, (score, told) in found.items()]
    return ranked[:MOST_REPORTS]


# --- reading them -------------------------------------------------------------------------------------


def _bring_up(connection: Connection, sense: Sense, known: _Table | None) -> _Table:
    """Return the table with what the archive holds now."""
    readings, state = tables.readings.c, _find_state(connection)
    if known is not None and known.state == state:
        return known
    known = known or _join([_part((), len(sense.vector))], {}, frozenset())
    rows = connection.execute(sa.select(readings.report, readings.reader))
    readers = {row.report: row.reader for row in rows}
    changed = [number for number, reader in readers.items() if known.readers.get(number) != reader]
    gone = [number for number in known.readers if known.readers[number] != readers.get(number)]
    kept = ~np.isin(known.reports, np.asarray(gone, np.int32))
    parts = [
        _Part(
            known.reports[kept],
            known.bounds[kept],
            known.vectors[kept],
            known.norms[kept],
            known.signs[kept],
        )
    ]
    for some in portions(changed):
        parts.append(_part(_load(connection, some, sense), len(sense.vector)))
    return _join(parts, readers, state)


class _Part(NamedTuple):
    reports: _Numbers
    bounds: _Numbers
    vectors: _Bytes
    norms: _Floats
    signs: _Signs


def _join(parts: Sequence[_Part], readers: dict[int, str], state: _State) -> _Table:
    return _Table(
        np.concatenate([part.reports for part in parts]),
        np.concatenate([part.bounds for part in parts]),
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.norms for part in parts]),
        # Column by column, as they are compared.
        np.asfortranarray(np.concatenate([part.signs for part in parts])),
        readers,
        state,
    )


def _part(rows: Iterable[tuple[int, Sequence[tuple[int, int]], bytes]], size: int) -> _Part:
    """Return sentences of reports as arrays; what does not fit together is left out."""
    good = [row for row in rows if len(row[2]) == len(row[1]) * size]
    counts = [len(bounds) for _, bounds, _ in good]
    vectors = np.frombuffer(b"".join(row[2] for row in good), np.int8).reshape(-1, size)
    return _Part(
        np.repeat(np.asarray([row[0] for row in good], np.int32), counts),
        np.asarray([bound for row in good for bound in row[1]], np.int32).reshape(-1, 2),
        vectors,
        np.linalg.norm(vectors.astype(np.float32), axis=1).astype(np.float32),
        find_signs(vectors),
    )


def _load(
    connection: Connection, numbers: Sequence[int], sense: Sense
) -> Iterator[tuple[int, Sequence[tuple[int, int]], bytes]]:
    """Yield number, sentences and vectors of those of the reports that the model of a question has read."""
    table = tables.meanings
    query = sa.select(table).where(table.c.report.in_(numbers), table.c.model == sense.model)
    for row in connection.execute(query):
        yield row.report, msgspec.json.decode(row.sentences, type=list[tuple[int, int]]), row.vectors


def _find_state(connection: Connection) -> _State:
    readings = tables.readings.c
    query = sa.select(readings.reader, sa.func.count(), sa.func.sum(readings.report)).group_by(
        readings.reader
    )
    return frozenset((row[0], row[1], row[2]) for row in connection.execute(query))
