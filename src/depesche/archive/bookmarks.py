"""How far files were read: kept while a run is under way, gone when it has come to its end.

A bookmark is good for one way of reading (``settings``, a digest of all that changes what comes out of a
file) and is written after the reports before it, so that what it passes over is in the archive.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.bookmark import Bookmark

_table = tables.bookmarks


def find_bookmark(connection: Connection, settings: str, path: str) -> Bookmark | None:
    """Return the bookmark in the file at ``path``, or None."""
    columns = [_table.c[name] for name in Bookmark.__struct_fields__]
    query = sa.select(*columns).where(_table.c.settings == settings, _table.c.path == path)
    row = connection.execute(query).one_or_none()
    return Bookmark(**row._mapping) if row else None


def keep_bookmarks(connection: Connection, settings: str, run: str, bookmarks: Iterable[Bookmark]) -> None:
    """Keep each bookmark in the place of the one that its file had; ``run`` is who keeps them."""
    rows = {bookmark.path: msgspec.structs.asdict(bookmark) for bookmark in bookmarks}
    if not rows:
        return
    old = sa.delete(_table).where(
        _table.c.settings == settings, _table.c.path == sa.bindparam("old", type_=tables.AnyText())
    )
    connection.execute(old, [{"old": path} for path in rows])
    connection.execute(_table.insert(), [{"settings": settings, "run": run, **row} for row in rows.values()])


def drop_bookmarks(connection: Connection, run: str) -> None:
    """Remove the bookmarks that ``run`` has kept."""
    connection.execute(sa.delete(_table).where(_table.c.run == run))
