"""How PostgreSQL orders texts: by their characters alone, as SQLite does, whatever the database was made for.

The steps say nothing of it, so that who writes one need not think of it; it is set after they were run.
"""

from __future__ import annotations

import itertools

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_OTHERS = sa.text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
    " ORDER BY table_name, column_name"
)


def set_collations(connection: Connection) -> None:
    """Give all columns of texts the order of their characters."""
    quote = connection.dialect.identifier_preparer.quote
    for table, columns in itertools.groupby(connection.execute(_OTHERS).all(), lambda row: str(row[0])):
        changes = ", ".join(f'ALTER {quote(column)} TYPE text COLLATE "C"' for _, column in columns)
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {changes}")
