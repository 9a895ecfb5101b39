"""Tables for what linking keeps for those who ask: readings in one piece, outlines, faces, matters, deeds."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=not required)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _hangs_on(table: str, own: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["report", own], [f"{table}.report", f"{table}.{key}"], ondelete="CASCADE")


def _report(target: str) -> sa.Column[int]:
    return sa.Column(
        "report",
        sa.Integer(),
        sa.ForeignKey(target, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


def upgrade() -> None:
    """Create the tables; the next linking fills them."""
    op.create_table("packs", _report("readings.report"), _bytes("content"))
    op.create_table(
        "outlines",
        sa.Column(
            "story",
            sa.Integer(),
            sa.ForeignKey("reports.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        _text("digest"),
        _bytes("content"),
        _bytes("actors"),
    )
    op.create_table("backgrounds", _report("readings.report"), _text("digest"), _bytes("content"))
    op.create_table(
        "faces",
        _number("report"),
        _text("key"),
        _text("actor"),
        _text("told", required=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        _number("mentions"),
        sa.PrimaryKeyConstraint("key", "report", "actor"),
        _hangs_on("actors", "actor", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("faces_report", "faces", ["report", "actor"])
    op.create_table(
        "quotation_matters",
        _number("report"),
        _number("quotation"),
        _text("matter"),
        sa.PrimaryKeyConstraint("report", "quotation", "matter"),
        _hangs_on("quotations", "quotation", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deeds",
        _number("report"),
        _text("event"),
        _text("one"),
        _text("other"),
        sa.PrimaryKeyConstraint("one", "other", "report", "event"),
        _hangs_on("events", "event", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("deeds_report", "deeds", ["report", "event"])
