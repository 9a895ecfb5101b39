"""Tables for vectors of sentences, for what links reports, and for the judgements of people.

Readings from before have no vectors until they are read again; all reports are linked when it is next done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "meanings",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sentences", sa.Text(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "linked",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("linker", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_keys",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "report"),
        sqlite_with_rowid=False,
    )
    op.create_index("link_keys_report", "link_keys", ["report"])
    op.create_table(
        "story_links",
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["readings.report"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("first", "second"),
    )
    op.create_index("story_links_second", "story_links", ["second"])
    op.create_table(
        "stories",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.number"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story"], ["reports.number"]),
        sa.PrimaryKeyConstraint("report"),
    )
    op.create_index("stories_story", "stories", ["story"])
    op.create_table(
        "world_events",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("world_report", sa.Integer(), nullable=False),
        sa.Column("world_event", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "event"),
        sqlite_with_rowid=False,
    )
    op.create_index("world_events_world", "world_events", ["world_report", "world_event"])
    op.create_table(
        "judgements",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("subject_report", sa.Text()),
        sa.Column("subject_start", sa.Integer()),
        sa.Column("subject_end", sa.Integer()),
        sa.Column("object_report", sa.Text()),
        sa.Column("object_start", sa.Integer()),
        sa.Column("object_end", sa.Integer()),
        sa.Column("value", sa.Text()),
        sa.Column("withdraws", sa.Integer()),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("judgements_subject", "judgements", ["subject_report"])
