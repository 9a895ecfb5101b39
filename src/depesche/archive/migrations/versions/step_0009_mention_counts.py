"""How often a report names an actor, beside the actor: to list actors, all of them are counted together."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column, count, and let the index of names cover it."""
    op.add_column("actors", sa.Column("named", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE actors SET named = (SELECT count(*) FROM mentions"
        " WHERE mentions.report = actors.report AND mentions.actor = actors.id)"
    )
    op.drop_index("actors_name", "actors")
    op.create_index("actors_name", "actors", ["name", "type", "country", "named"])
