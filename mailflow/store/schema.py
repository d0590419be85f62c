"""Which version of the tables a database has, and how it gets the newest (alembic)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, table, text
from sqlalchemy.orm import Session

from mailflow.store import leases
from mailflow.store.database import Database
from mailflow.store.tables import Base

VERSION = "alembic_version"
# What a program writes by itself into a database that nobody has used yet.
BY_ITSELF = {VERSION, "leases", "installation"}
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
    with database.read() as session:
        connection = session.connection()
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
    if found != newest():
        raise SchemaError(fault(found))


def fault(found: str) -> str:
    """What is to be done about a database of another version than this program needs."""
    if is_older(found):
        return (
            f"the database is at version {found}, this program needs {newest()}: "
            "stop the daemons, make a backup (mailflow db backup), then run: mailflow db upgrade"
        )
    return (
        f"the database is at version {found}, which is newer than this program "
        f"({newest()}): install the newer mailflow"
    )


def is_older(found: str) -> bool:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    return found in known - {newest()}


def upgrade(database: Database, now: datetime | None = None) -> None:
    """Bring the tables to the newest version, in one transaction.

    Raises SchemaError where a daemon runs at `now` (real time): it would meet tables that it does
    not know. None begins before: leases are locked until the commit.
    """
    with database.engine.begin() as connection:
        if now is not None:
            refuse_running(connection, now)
        command.upgrade(_config(connection), "head")


def refuse_running(connection: Connection, now: datetime) -> None:
    """Raise SchemaError where somebody works with the database, and lock the leases else."""
    if not inspect(connection).has_table("leases"):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE leases IN EXCLUSIVE MODE"))
    with Session(connection) as session:
        owners = leases.alive(session, now)
    if owners:
        raise SchemaError(
            f"mailflow runs on this database ({', '.join(owners)}: host, process): stop it, then "
            f"try again; one that was killed counts for {leases.SECONDS} seconds"
        )


def contents(connection: Connection) -> str:
    """A table that holds something, or is none of mailflow's; "" where there is no such one."""
    known = Base.metadata.tables.keys()
    for name in sorted(inspect(connection).get_table_names()):
        if name in BY_ITSELF:
            continue
        if name not in known:
            return name
        if connection.execute(select(1).select_from(table(name)).limit(1)).first():
            return name
    return ""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
