"""Full-text search: what a user types, and the index that answers it.

The query is parsed here into terms of stems, the same for every database. ``Search`` is what a database
must offer; ``SqliteSearch`` does it with FTS5, whose index holds nothing but stems (stems.py), since
SQLite knows no German. PostgreSQL's ``tsvector`` can take the same stems under its ``simple``
configuration, and a ``Query`` turns into a ``tsquery`` term by term.
"""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive.stems import stem_text


class Search(Protocol):
    """A full-text index over titles and texts of reports."""

    def add(self, connection: Connection, number: int, title: str, text: str) -> None:
        """Put the report ``number`` into the index."""


class SqliteSearch:
    """The index as an FTS5 table without content: row id is the report's number."""

    def add(self, connection: Connection, number: int, title: str, text: str) -> None:
        """Put the report ``number`` into the index."""
        connection.execute(
            sa.text("INSERT INTO search_index (rowid, title, text) VALUES (:number, :title, :text)"),
            {"number": number, "title": stem_text(title), "text": stem_text(text)},
        )
