"""The migrations make the tables; an older or newer database is refused with a clear line."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from mailflow.store import inputs, queue, schema
from mailflow.store.database import Database
from mailflow.store.schema import SchemaError
from mailflow.store.tables import metadata

OLD_INPUT = text(
    "INSERT INTO inputs (kind, state, taken_at, attempts, turn, payload, decisions) "
    "VALUES (:kind, :state, :at, :attempts, :turn, :payload, :decisions)"
)


def test_the_migrations_arrive_at_the_tables(database_url: str) -> None:
    database = Database(database_url)
    schema.prepare(database)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    schema.prepare(database)
    database.close()


def set_version(database: Database, version: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_another_version_is_refused(database_url: str) -> None:
    database = Database(database_url)
    schema.prepare(database)
    set_version(database, "9999")
    with pytest.raises(SchemaError, match="newer than this program"):
        schema.prepare(database)
    database.close()


def test_tables_that_mailflow_did_not_make_are_refused(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE inputs (id INTEGER)"))
    with pytest.raises(SchemaError):
        schema.prepare(database)
    database.close()


def test_a_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/mailflow.db")
    schema.prepare(database)
    assert database.path is not None
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
    database.close()


def test_sqlite_is_set_up_for_safety(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/mailflow.db")
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
    with database.engine.connect() as connection:
        found = {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in pragmas}
    assert found == pragmas
    database.close()


def test_an_upgrade_keeps_what_waits(database_url: str) -> None:
    """A mail that came under 0003 has no place in the queue yet, and is found all the same."""
    database, now = Database(database_url), datetime(2026, 11, 23, tzinfo=UTC)
    with database.engine.begin() as connection:
        command.upgrade(schema._config(connection), "0003")
        row = {"kind": "message", "attempts": 0, "turn": 0, "payload": "{}", "decisions": "{}"}
        connection.execute(OLD_INPUT, row | {"state": "stored", "at": "2026-11-22 00:00:00.000000"})
    schema.upgrade(database, now)
    with database.read() as session:
        found = inputs.next_input(session, now)
        assert found is not None
        assert (found.sender, found.rank, found.verified) == (None, 0, None)
        assert queue.unsorted(session, 10) == [found.id]
    database.close()
