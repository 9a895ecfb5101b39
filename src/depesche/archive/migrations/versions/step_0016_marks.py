"""Marks of readings and stories of which nothing is kept: to find them goes no longer over all reports."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables, and mark what is missing."""
    for table, column, target in (
        ("unpacked", "report", "readings.report"),
        ("unoutlined", "story", "reports.number"),
    ):
        op.create_table(
            table,
            sa.Column(
                column,
                sa.Integer(),
                sa.ForeignKey(target, ondelete="CASCADE"),
                primary_key=True,
                autoincrement=False,
            ),
        )
    op.execute(
        "INSERT INTO unpacked (report) SELECT report FROM readings"
        " WHERE NOT EXISTS (SELECT 1 FROM packs WHERE packs.report = readings.report)"
    )
    op.execute(
        "INSERT INTO unoutlined (story) SELECT DISTINCT story FROM stories"
        " WHERE NOT EXISTS (SELECT 1 FROM outlines WHERE outlines.story = stories.story)"
    )
