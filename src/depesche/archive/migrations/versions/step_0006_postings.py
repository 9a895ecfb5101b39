"""Tables by which a report is compared with few others, however many there are.

What was linked before is forgotten and linked anew when that is next done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables, and make the columns that those of before lack."""
    op.create_table(
        "postings",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "day", "place", "report"),
        sqlite_with_rowid=False,
    )
    op.create_index("postings_report", "postings", ["report"])
    op.create_table(
        "sketches",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("linker", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report"),
        sqlite_with_rowid=False,
    )
    for table in ("world_events", "story_links", "stories", "link_keys"):
        op.execute(sa.table(table).delete())
    op.execute("UPDATE linked SET linker = ''")
    op.execute(
        "INSERT INTO linked SELECT report, '' FROM readings WHERE report NOT IN (SELECT report FROM linked)"
    )
    op.create_index("linked_linker", "linked", ["linker"])
    op.add_column("story_links", sa.Column("support", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("story_links", sa.Column("events", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("stories", sa.Column("part", sa.Text()))
    op.create_index("stories_part", "stories", ["part"])
    op.add_column("world_events", sa.Column("part_report", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("world_events", sa.Column("part_event", sa.Text(), nullable=False, server_default=""))
    op.create_index("world_events_part", "world_events", ["part_report", "part_event"])
