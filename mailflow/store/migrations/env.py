"""Run by alembic: migrate over the connection that mailflow.store.schema hands in."""

from __future__ import annotations

from alembic import context

from mailflow.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
