"""Seals: digests of what was written of a report, by which ``check`` finds what was changed or lost since.

A report's id is the digest of its text and day; its seal is that of everything it says of itself. The seal of
a reading covers all its findings and what its sentences mean. Whatever is empty does not count, so that a
field that is added to a format later does not break the seals of before.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import insert_rows
from depesche.reading import Meaning, Reading, Report

Part = Literal["report", "reading"]

_DIGITS = 32


def seal_report(report: Report) -> str:
    """Return the seal of a report: 32 hexadecimal digits."""
    return _digest(report)


def seal_reading(reading: Reading, meaning: Meaning | None) -> str:
    """Return the seal of a reading and of what its sentences mean: 32 hexadecimal digits."""
    return _digest((reading, meaning))


def write_seal(connection: Connection, number: int, part: Part, seal: str) -> None:
    """Write the seal of a part of the report ``number``, in place of the one that it had."""
    connection.execute(_removal(), {"number": number, "of": part})
    insert_rows(connection, tables.seals, [{"report": number, "part": part, "digest": seal}])


@functools.cache
def _removal() -> sa.Delete:
    table = tables.seals
    here = (table.c.report == sa.bindparam("number"), table.c.part == sa.bindparam("of"))
    return sa.delete(table).where(*here)


def _digest(what: object) -> str:
    # Not as JSON, which cannot hold every character that a report may.
    whole = hashlib.sha256(repr(_without_blanks(msgspec.to_builtins(what))).encode()).hexdigest()
    # No chance damages something so that half of the digest is the same.
    return whole[:_DIGITS]


def _without_blanks(value: object) -> object:
    if isinstance(value, dict):
        told = ((name, _without_blanks(item)) for name, item in value.items())
        return sorted((name, item) for name, item in told if item)
    if isinstance(value, list | tuple):
        return [_without_blanks(item) for item in value]
    return value
