"""Tables for what is watched: the clock of it, feeds, and the pages that they name."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def _texts(*names: str, required: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=not required) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in names]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "watches",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("clock", sa.Float(), nullable=False),
        sa.Column("wall", sa.Float(), nullable=False),
        sa.Column("running", sa.Boolean(), nullable=False),
        *_texts("machine", "started", required=True),
        *_numbers("process"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "watched_feeds",
        *_texts("address", "host", required=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("every", sa.Float(), nullable=False),
        sa.Column("due", sa.Float(), nullable=True),
        *_texts("outlet", "title", "etag", "modified", "digest", "moved"),
        *_texts("asked", "answered", "fault", "detail"),
        *_numbers("failures", "articles"),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index("watched_feeds_due", "watched_feeds", ["due"])
    op.create_table(
        "watched_pages",
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("address", "host", "feed", "digest", "entry", required=True),
        sa.Column("due", sa.Float(), nullable=True),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.Column("visited", sa.Float(), nullable=True),
        *_texts("content", "etag", "modified", "report", "origin", "fault", "detail"),
        *_numbers("visits", "failures", "reports"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("address"),
        sqlite_autoincrement=True,
    )
    op.create_index("watched_pages_due", "watched_pages", ["host", "due"])
    op.create_index("watched_pages_feed", "watched_pages", ["feed"])
