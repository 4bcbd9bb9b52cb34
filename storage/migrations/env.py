"""Run by Alembic: it works on the connection that `storage.schema` hands it, inside that connection's transaction."""

from alembic import context

from storage import records
from storage.tables import metadata

records.all_records()  # declares their tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    version_table="schema_version",
)
context.run_migrations()
