"""The first tables: reports, their further appearances, readings, their findings, and the full-text index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "reports",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("published", sa.Text()),
        sa.Column("day", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("key", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("author", sa.Text()),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("reports_day", "reports", ["day"])
    op.create_table(
        "appearances",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("published", sa.Text()),
        sa.Column("author", sa.Text()),
        sa.Column("key", sa.Text()),
        sa.ForeignKeyConstraint(["report"], ["reports.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "readings",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("published", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report"),
    )
    op.create_table(
        "actors",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("sector", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("office", sa.Text()),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("actors_country", "actors", ["country"])
    op.create_index("actors_name", "actors", ["name", "type", "country"])
    op.create_table(
        "agencies",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "places",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("geonames", sa.Integer()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quotations",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("nested", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "times",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("earliest", sa.Text()),
        sa.Column("latest", sa.Text()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text()),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("date", sa.Text()),
        sa.Column("earliest", sa.Text()),
        sa.Column("latest", sa.Text()),
        sa.Column("place", sa.Text()),
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
    op.create_index("events_earliest", "events", ["earliest"])
    op.create_index("events_type", "events", ["type"])
    op.create_table(
        "mentions",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report", "actor"], ["actors.report", "actors.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "actor", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quotation_spans",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("quotation", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report", "quotation"], ["quotations.report", "quotations.position"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report", "quotation", "part", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voices",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("quotation", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text()),
        sa.ForeignKeyConstraint(
            ["report", "actor"], ["actors.report", "actors.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["report", "quotation"], ["quotations.report", "quotations.position"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report", "quotation", "side"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_actors",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report", "actor"], ["actors.report", "actors.id"], initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report", "event"], ["events.report", "events.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "event", "side", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_contexts",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report", "event"], ["events.report", "events.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "event", "position"),
        sqlite_with_rowid=False,
    )
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "sqlite":
        # Contentless: the words are in the reports already, the index keeps their stems only (search.py).
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5"
            "(title, text, content='', tokenize='unicode61 remove_diacritics 0')"
        )
