"""What alembic runs: the steps, inside the transaction of whoever opened the archive."""

from alembic import context

from depesche.archive.migrations.collations import set_collations
from depesche.archive.tables import metadata

_connection = context.config.attributes["connection"]
context.configure(connection=_connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
if _connection.dialect.name == "postgresql":
    set_collations(_connection)
