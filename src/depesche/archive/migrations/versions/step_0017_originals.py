"""What was read in reports that people corrected: the tables of findings hold readings as they are right."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the table, and have reports linked anew on which somebody decided something."""
    op.create_table(
        "originals",
        sa.Column(
            "report",
            sa.Integer(),
            sa.ForeignKey("readings.report", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
    )
    op.execute(
        "UPDATE linked SET linker = '' WHERE report IN"
        " (SELECT reports.number FROM reports JOIN judgements ON subject_report = reports.id"
        " WHERE verdict IN ('no_event', 'wrong_speaker'))"
    )
