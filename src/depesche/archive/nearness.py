"""Which sentences of an archive mean nearly what somebody asks for: all their vectors, held in memory.

The vectors are those of ``meanings``, as bytes; a question is compared with each of them. They are read once,
and after that only those of reports that were read, or read anew, since the last question: so they stand in
segments, of which only what changed is made anew. Of very many, only those are compared that agree with the
question in the signs of most of their parts: these are looked at much faster, and leave out hardly any of the
nearest.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.meanings import load_kept
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
# So many reports are read at once.
_AT_ONCE = 2000
# A segment with more sentences than this is full: its signs fit into the processor's cache.
_FULL = 50_000

_Bytes = npt.NDArray[np.int8]
_Floats = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.int32]
_Signs = npt.NDArray[np.uint64]
_Rows = npt.NDArray[np.intp]


class Sense(msgspec.Struct, frozen=True):
    """What somebody asks for: a vector of a language model, to be compared with those of the same model."""

    model: str
    vector: tuple[float, ...]


class Near(msgspec.Struct, frozen=True):
    """A report with the sentences that are near, the nearest first; ``likeness`` is its cosine, 0 to 1."""

    number: int
    likeness: float
    sentences: tuple[Span, ...]


class _Segment(NamedTuple):
    """Sentences of one model's vectors: of which report, where in it, and what they mean."""

    reports: _Numbers
    bounds: _Numbers
    vectors: _Bytes
    norms: _Floats
    # Column by column, as they are compared.
    signs: _Signs


class _Table(NamedTuple):
    """All sentences of one model's vectors, and all reports that were read up to a turn, in their order."""

    segments: tuple[_Segment, ...] = ()
    read: _Numbers = np.empty(0, np.int32)
    turn: int = -1


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
            table = self._tables[sense.model] = _bring_up(
                connection, sense, self._tables.get(sense.model, _Table())
            )
        wanted = np.asarray(sense.vector, np.float32)
        chosen = _choose_rows(table.segments, wanted, allowed)
        found = [_score(*one, wanted) for one in zip(table.segments, chosen, strict=True)]
        return _gather(_join(found)) if found else []


class _Scored(NamedTuple):
    """Sentences with their cosines."""

    reports: _Numbers
    bounds: _Numbers
    scores: _Floats


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


def _choose_rows(
    segments: Sequence[_Segment], wanted: _Floats, allowed: Collection[int] | None
) -> list[_Rows | None]:
    """Return of each segment which rows are worth a comparison, in their order; None for all of it."""
    rows: list[_Rows | None] = [None] * len(segments)
    if allowed is not None:
        numbers = np.fromiter(allowed, np.int32, len(allowed))
        rows = [np.flatnonzero(np.isin(segment.reports, numbers)) for segment in segments]
    counts = [len(s.reports if r is None else r) for s, r in zip(segments, rows, strict=True)]
    return rows if sum(counts) <= _MANY else _agreeing(segments, rows, wanted)


def _agreeing(
    segments: Sequence[_Segment], rows: Sequence[_Rows | None], wanted: _Floats
) -> list[_Rows | None]:
    """Return the rows, of some or of all, whose signs agree best with those of a vector, in their order."""
    asked = find_signs(wanted[None, :])[0]
    known = [s.signs if r is None else s.signs[r] for s, r in zip(segments, rows, strict=True)]
    differing = [_count_differing(signs, asked) for signs in known]
    # How many differ in no more signs: to count them is faster than to sort.
    upto = np.cumsum(sum(np.bincount(some, minlength=wanted.size + 1) for some in differing))
    most = np.searchsorted(upto, _AGREEING)
    best = [np.flatnonzero(some <= most) for some in differing]
    return [b if r is None else r[b] for b, r in zip(best, rows, strict=True)]


def _count_differing(signs: _Signs, asked: _Signs) -> npt.NDArray[np.uint16]:
    """Return in how many signs each row differs from those that are ``asked`` for."""
    differing = np.zeros(len(signs), np.uint16)
    # Column by column, in the same place: no array of all differences is made.
    unlike, count = np.empty(len(signs), np.uint64), np.empty(len(signs), np.uint8)
    for column, bits in enumerate(asked):
        np.bitwise_xor(signs[:, column], bits, out=unlike)
        differing += np.bitwise_count(unlike, out=count)
    return differing


def _score(segment: _Segment, rows: _Rows | None, wanted: _Floats) -> _Scored:
    """Return the sentences of some rows, or of all, that are near."""
    reports, bounds, vectors, norms, _ = segment
    if rows is not None:
        # ``take`` gathers rows in half the time.
        vectors, norms = vectors.take(rows, axis=0), norms[rows]
    scores = compare(vectors, norms, wanted)
    near = np.flatnonzero(scores >= NEAR)
    places = near if rows is None else rows[near]
    ends = bounds[places]
    told = ends[:, 1] - ends[:, 0] >= SHORTEST
    return _Scored(reports[places[told]], ends[told], scores[near[told]])


def _join(found: Sequence[_Scored]) -> _Scored:
    return _Scored(
        np.concatenate([some.reports for some in found]),
        np.concatenate([some.bounds for some in found]),
        np.concatenate([some.scores for some in found]),
    )


def _gather(found: _Scored) -> list[Near]:
    """Return the reports of the sentences with the greatest scores, the greatest first."""
    some = np.arange(len(found.scores))
    if len(some) > _CANDIDATES:
        some = np.argpartition(found.scores, -_CANDIDATES)[-_CANDIDATES:]
    best = some[np.lexsort((some, -found.scores[some]))]
    return gather(
        (number, Span(*ends), score)
        for number, ends, score in zip(
            found.reports[best].tolist(),
            found.bounds[best].tolist(),
            found.scores[best].tolist(),
            strict=True,
        )
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


def _bring_up(connection: Connection, sense: Sense, known: _Table) -> _Table:
    """Return the table with what the archive holds now."""
    readings = tables.readings.c
    turn = connection.execute(sa.select(sa.func.max(readings.turn))).scalar() or 0
    if turn == known.turn:
        return known
    query = sa.select(readings.report).where(readings.turn > known.turn)
    new = _numbers(connection.execute(query).scalars())
    read = np.union1d(known.read, new)
    count = connection.execute(sa.select(sa.func.count()).select_from(tables.readings)).scalar_one()
    if known.turn >= 0 and (turn < known.turn or count != len(read)):
        # Another archive was put in the place of this one.
        return _bring_up(connection, sense, _Table())
    left = (_without(segment, new) for segment in known.segments)
    segments = [segment for segment in left if len(segment.reports)]
    for some in portions(np.sort(new).tolist(), _AT_ONCE):
        _append(segments, _make_segment(connection, some, sense))
    return _Table(tuple(segments), read, turn)


def _numbers(numbers: Iterable[int]) -> _Numbers:
    return np.fromiter(numbers, np.int32)


def _without(segment: _Segment, numbers: _Numbers) -> _Segment:
    """Return a segment without the sentences of some reports."""
    kept = ~np.isin(segment.reports, numbers)
    if kept.all():
        return segment
    reports, bounds, vectors, norms, signs = segment
    return _Segment(reports[kept], bounds[kept], vectors[kept], norms[kept], np.asfortranarray(signs[kept]))


def _append(segments: list[_Segment], new: _Segment) -> None:
    """Put sentences behind those of the last segment, or into one of their own if it is full."""
    if not len(new.reports):
        return
    if not segments or len(segments[-1].reports) > _FULL:
        segments.append(new)
        return
    last = segments.pop()
    joined = _Segment(
        np.concatenate([last.reports, new.reports]),
        np.concatenate([last.bounds, new.bounds]),
        np.concatenate([last.vectors, new.vectors]),
        np.concatenate([last.norms, new.norms]),
        np.asfortranarray(np.concatenate([last.signs, new.signs])),
    )
    segments.append(joined)


def _make_segment(connection: Connection, numbers: Sequence[int], sense: Sense) -> _Segment:
    """Return the sentences of reports that the model of a question has read.

    What does not fit together is left out.
    """
    size = len(sense.vector)
    good = [
        (number, packed)
        for number, model, packed in load_kept(connection, numbers)
        if model == sense.model
        and len(packed.steps) % 2 == 0
        and 2 * len(packed.vectors) == len(packed.steps) * size
    ]
    ends = [np.cumsum(packed.steps, dtype=np.int32).reshape(-1, 2) for _, packed in good]
    vectors = np.frombuffer(b"".join(packed.vectors for _, packed in good), np.int8).reshape(-1, size)
    return _Segment(
        np.repeat(_numbers(number for number, _ in good), [len(some) for some in ends]),
        np.concatenate([np.empty((0, 2), np.int32), *ends]),
        vectors,
        _find_norms(vectors),
        np.asfortranarray(find_signs(vectors)),
    )


def _find_norms(vectors: _Bytes) -> _Floats:
    """Return the length of each vector."""
    norms = np.empty(len(vectors), np.float32)
    for first in range(0, len(vectors), _BLOCK):
        block = vectors[first : first + _BLOCK].astype(np.float32)
        norms[first : first + _BLOCK] = np.sqrt(np.einsum("ij,ij->i", block, block))
    return norms
