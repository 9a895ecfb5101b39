"""The steps by which the tables of an archive came to be, run by alembic when an archive is opened.

Released steps are never edited: an archive of any release must open. A new step is a module in
``versions`` and its revision stands last in ``REVISIONS``; ``scripts/make_archive_fixtures.py`` then makes
the archive by which tests know its version. Alembic takes long to import, so nothing here imports it unless a
step has to be run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = (
    *("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010"),
    *("0011", "0012", "0013", "0014", "0015", "0016", "0017", "0018", "0019"),
)
HEAD = REVISIONS[-1]


def outdated(name: str) -> str:
    """Return what is said of an archive that would have to be brought up to date and must not be changed."""
    return f"The tables of the archive {name} are not those of this version: depesche link brings them there."


def migrate(connection: Connection) -> None:
    """Bring the tables to ``HEAD`` inside the transaction that ``connection`` is in."""
    from alembic import command  # noqa: PLC0415

    command.upgrade(make_config(connection), HEAD)


def make_config(connection: Connection) -> Config:
    """Return alembic's configuration for the archive behind ``connection``."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
