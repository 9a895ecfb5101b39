"""A column for former, designated and acting holders. Readings from before have none until read again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    op.add_column("actors", sa.Column("tenure", sa.Text()))
