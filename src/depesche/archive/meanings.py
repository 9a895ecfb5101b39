"""What the sentences of reports mean, as an archive keeps it: packed, and in parts (parts.py)."""

from __future__ import annotations

import itertools
import operator
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import find_rows, insert_rows
from depesche.archive.parts import cut
from depesche.reading import Meaning, Span


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """What is packed: parts of a vector, steps, and the bytes of all vectors.

    ``steps`` go from one end of a sentence to the next: before its first character, and over it.
    """

    size: int
    steps: tuple[int, ...]
    vectors: bytes


class Kept(NamedTuple):
    """What is kept of the report ``number``, of vectors of ``model``."""

    number: int
    model: str
    packed: Packed


_NONE = Packed(0, (), b"")


def write_meaning(connection: Connection, number: int, meaning: Meaning) -> None:
    """Write what the sentences of the report ``number`` mean."""
    ends = [end for sentence in meaning.sentences for end in (sentence.start, sentence.end)]
    steps = tuple(end - before for before, end in itertools.pairwise((0, *ends)))
    content = msgspec.msgpack.encode(Packed(meaning.size, steps, meaning.vectors))
    # Vectors repeat nothing: shorter codes for frequent bytes are all that can be gained.
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_HUFFMAN_ONLY)
    parts = cut(packer.compress(content) + packer.flush())
    rows = (
        {"report": number, "part": part, "model": None if part else meaning.model, "content": some}
        for part, some in enumerate(parts)
    )
    insert_rows(connection, tables.meanings, rows)


def load_meanings(connection: Connection, numbers: Iterable[int]) -> dict[int, Meaning]:
    """Return what the sentences of these reports mean, by number, of those of which it is known."""
    return {kept.number: _make_meaning(kept) for kept in load_kept(connection, numbers)}


def load_kept(connection: Connection, numbers: Iterable[int]) -> Iterator[Kept]:
    """Yield what is kept of these reports; what is damaged comes without sentences."""
    table = tables.meanings.c
    asked, order = (table.report, table.content, table.model), (table.report, table.part)
    rows = find_rows(connection, asked, table.report, numbers, order)
    for number, parts in itertools.groupby(rows, operator.itemgetter(0)):
        _, contents, models = zip(*parts, strict=True)
        yield Kept(number, models[0] or "", _unpack(b"".join(contents)))


def _unpack(content: bytes) -> Packed:
    try:
        return msgspec.msgpack.decode(zlib.decompress(content), type=Packed)
    except (zlib.error, msgspec.DecodeError):
        return _NONE


def _make_meaning(kept: Kept) -> Meaning:
    ends = itertools.accumulate(kept.packed.steps)
    sentences = tuple(Span(start, end) for start, end in zip(ends, ends, strict=True))
    return Meaning(kept.model, sentences, kept.packed.size, kept.packed.vectors)
