"""Marks of what linking has yet to make ready (kept.py), so that nobody looks for it in all of the archive.

A reading that is not kept in one piece has a row in ``unpacked``, a settled story of which nothing is told as
it is now in ``unoutlined``; each is written and removed in the transaction that makes it so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.asking import delete_rows, insert_rows


def mark_unpacked(connection: Connection, report: int) -> None:
    """Note that nothing is kept of a reading that was just written."""
    insert_rows(connection, tables.unpacked, [{"report": report}])


def forget_outlines(connection: Connection, stories: Iterable[int]) -> None:
    """Note that stories changed and are to be told anew; what was told last stays."""
    wanted = sorted(set(stories))
    delete_rows(connection, tables.unoutlined.c.story, wanted)
    insert_rows(connection, tables.unoutlined, ({"story": story} for story in wanted))


def drop_outlines(connection: Connection, stories: Iterable[int]) -> None:
    """Remove what is told of stories, which nobody need tell anew."""
    wanted = sorted(set(stories))
    for table in (tables.outlines, tables.unoutlined):
        delete_rows(connection, table.c.story, wanted)
