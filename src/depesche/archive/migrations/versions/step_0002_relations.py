"""Tables for statements about relations. Readings from before have none until they are read again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "relations",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text()),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mutual", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report", "source"], ["actors.report", "actors.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("relations_kind", "relations", ["kind"])
    op.create_table(
        "relation_parties",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report", "actor"], ["actors.report", "actors.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["report", "relation"], ["relations.report", "relations.id"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report", "relation", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relation_times",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("earliest", sa.Text()),
        sa.Column("latest", sa.Text()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report", "relation"], ["relations.report", "relations.id"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report", "relation", "side"),
        sqlite_with_rowid=False,
    )
