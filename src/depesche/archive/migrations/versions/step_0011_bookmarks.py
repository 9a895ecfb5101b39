"""A table for how far a file was read, and when a report was fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_NUMBERS = ("size", "changed", "offset", "records", "reports", "faults", "skipped")


def upgrade() -> None:
    """Create the table, add the column."""
    op.create_table(
        "bookmarks",
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _NUMBERS),
        sa.PrimaryKeyConstraint("settings", "path"),
    )
    op.create_index("bookmarks_run", "bookmarks", ["run"])
    op.add_column("reports", sa.Column("fetched", sa.Text(), nullable=True))
