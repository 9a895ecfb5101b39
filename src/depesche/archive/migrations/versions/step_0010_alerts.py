"""Tables for alerts: reports to look at, standing orders, what they found, and what is to be delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def _alert() -> sa.Column[int]:
    return sa.Column(
        "alert", sa.Integer(), sa.ForeignKey("alerts.number", ondelete="CASCADE"), nullable=False
    )


def _report(primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        "report",
        sa.Integer(),
        sa.ForeignKey("reports.number", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        autoincrement=False,
    )


def upgrade() -> None:
    """Create the tables. What the archive holds already is not new: nothing is to be looked at."""
    op.create_table("arrivals", _report(primary_key=True))
    op.create_table(
        "alerts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_matches",
        sa.Column("number", sa.Integer(), nullable=False),
        _alert(),
        _report(),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("alert_matches_report", "alert_matches", ["report", "alert"])
    op.create_index("alert_matches_alert", "alert_matches", ["alert", "number"])
    op.create_table(
        "deliveries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        _alert(),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_due", "deliveries", ["due"])
    op.create_index("deliveries_alert", "deliveries", ["alert", "number"])
