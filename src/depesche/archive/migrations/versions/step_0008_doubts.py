"""A table for what people are asked first.

It is filled as stories are settled, so all are to be settled anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "doubts",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("other_start", sa.Integer(), nullable=False),
        sa.Column("other_end", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "kind", "start", "other", "other_start"),
        sqlite_with_rowid=False,
    )
    op.create_index("doubts_kind", "doubts", ["kind", "rank"])
    op.create_index("doubts_rank", "doubts", ["rank"])
    op.execute("UPDATE stories SET part = NULL")
