"""A table for digests of what is kept of a report, and what PostgreSQL needs for searching.

Reports from before have no seal until they are read again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table; on PostgreSQL also the index of words, and the rules of small letters."""
    op.create_table(
        "seals",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "part"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # The letters of every language, whatever the database was made for (tables.small_letters).
        try:
            with op.get_bind().begin_nested():
                op.execute("CREATE COLLATION depesche_letters (provider = icu, locale = 'und')")
        except sa.exc.DBAPIError:
            # Nearly all servers are built with ICU; without it the system's letters have to do.
            op.execute("CREATE COLLATION depesche_letters (provider = libc, locale = 'C.UTF-8')")
        # The words are in the reports already; this holds their stems only (postgres_search.py). They stand
        # in the row and not in a file beside it: each that is ranked must be looked at.
        op.execute(
            "CREATE TABLE search_index (report integer PRIMARY KEY REFERENCES reports ON DELETE CASCADE,"
            " words tsvector NOT NULL) WITH (toast_tuple_target = 8160)"
        )
        op.execute("CREATE INDEX search_index_words ON search_index USING gin (words)")
