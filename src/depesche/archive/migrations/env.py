"""What alembic runs: the steps, inside the transaction of whoever opened the archive."""

from alembic import context

from depesche.archive.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
