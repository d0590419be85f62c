"""Which version of the tables a database has, and how it gets the newest (alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from mailflow.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(Exception):
    """The database's tables are not those that this program needs; the text says what to do."""


def newest() -> str:
    """The revision that this program needs."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def revision(database: Database) -> str | None:
    """The revision of a database, None where it has no tables yet.

    Raises SchemaError where there are tables that mailflow did not make.
    """
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is None and inspect(connection).has_table("inputs"):
            raise SchemaError("the database has tables, but no version of mailflow's")
        return found


def prepare(database: Database) -> None:
    """Create the tables where there are none.

    Raises SchemaError where the database is older or newer than this program.
    """
    found = revision(database)
    if found is None:
        upgrade(database)
        return
    if found == newest():
        return
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found in known:
        raise SchemaError(
            f"the database is at version {found}, this program needs {newest()}: "
            "stop the daemons, make a backup (mailflow db backup), then run: mailflow db upgrade"
        )
    raise SchemaError(
        f"the database is at version {found}, which is newer than this program "
        f"({newest()}): install the newer mailflow"
    )


def upgrade(database: Database) -> None:
    """Bring the tables to the newest version, in one transaction."""
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
