"""Copies of a whole database: into a file, and back into a database that holds nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, text

from mailflow.cli.output import Failure
from mailflow.store import schema
from mailflow.store.database import Database
from mailflow.store.tables import Base

# What a file begins with.
SQLITE, POSTGRESQL = b"SQLite format 3\0", b"PGDMP"


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy as of one moment, while others write; a single file, without a write-ahead log."""
    try:
        with closing(_opened(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise Failure(f"{target}: {error}") from None


def _opened(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)


def check_sqlite(file: Path) -> None:
    """Raises Failure where the file is no whole database that this program can use."""
    _check_beginning(file, SQLITE, "SQLite")
    try:
        with closing(_opened(file)) as connection:
            (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Failure(f"{file}: is no backup of mailflow's: {error}") from None
    if whole != "ok":
        raise Failure(f"{file}: is damaged: {whole}")
    found = version[0] if version else "none"
    if found != schema.newest() and not schema.is_older(found):
        raise Failure(f"{file}: {schema.fault(found)}")


def _check_beginning(file: Path, wanted: bytes, called: str) -> None:
    with file.open("rb") as stream:
        found = stream.read(len(wanted))
    if found != wanted:
        raise Failure(f"{file}: is no backup of {called}, which the configuration names")


def dump_postgresql(url: URL, file: Path) -> None:
    """Write all of a PostgreSQL database to a file, as of one moment."""
    _run_client("pg_dump", url, ["--format=custom", f"--file={file}"])


def load_postgresql(database: Database, file: Path) -> None:
    """Fill a database whose tables hold nothing; it is filled as a whole or stays empty."""
    _check_beginning(file, POSTGRESQL, "PostgreSQL")
    with database.engine.begin() as connection:
        _drop_tables(connection)
    database.close()
    whole = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run_client("pg_restore", database.url, [*whole, str(file)])


def _drop_tables(connection: Connection) -> None:
    for name in (*Base.metadata.tables, schema.VERSION):
        connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))


def _run_client(name: str, url: URL, arguments: Sequence[str]) -> None:
    program = shutil.which(name)
    if program is None:
        raise Failure(f"with PostgreSQL this needs {name} (Debian: postgresql-client)")
    # the password goes by the environment: everybody can see the arguments of a process
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = url.password
    open_url = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    place = f"--dbname={open_url.render_as_string()}"
    done = subprocess.run(  # noqa: S603 - no shell, and the URL is the admin's own
        [program, place, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip()
        raise Failure(words or f"{name} ended with {done.returncode}")
