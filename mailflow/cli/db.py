"""`mailflow db`: upgrades and backups."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import URL, make_url

from mailflow.cli import start
from mailflow.cli.output import Failure
from mailflow.store import schema
from mailflow.store.database import Database

UPGRADE_EPILOG = """\b
Examples:
  mailflow db backup before.db
  mailflow db upgrade

Stop the daemons first."""
BACKUP_EPILOG = """\b
Examples:
  mailflow db backup /backup/mailflow-$(date +%F).db

It may be done while the daemon runs. A backup of SQLite is a database of its own; one of PostgreSQL
is made by pg_dump (read it with pg_restore). Only you can read the file: it holds mails."""


@click.group(short_help="Upgrade or back up the database.")
def command() -> None:
    """The database: upgrades and backups."""


@command.command(epilog=UPGRADE_EPILOG)
def upgrade() -> None:
    """Bring the tables to what this program needs; create them where there are none."""
    settings = start.load_settings()
    with start.told():
        database = Database(settings.database)
        before = schema.revision(database)
        schema.upgrade(database)
        after = schema.revision(database)
        database.close()
    if before == after:
        click.echo(f"the database is at version {after} already")
    else:
        click.echo(f"the database is at version {after} now (before: {before or 'no tables'})")


@command.command(epilog=BACKUP_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a copy of the whole database to FILE, which must not be there."""
    url = make_url(start.load_settings().database)
    source = Path(url.database or "") if url.drivername == "sqlite" else None
    if source is not None and not source.exists():
        raise Failure(f"{source}: there is no database yet")
    _create(file)
    try:
        if source is not None:
            copy_sqlite(source, file)
        else:
            _dump_postgresql(url, file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    click.echo(f"{file}: {file.stat().st_size:,} octets")


def _create(file: Path) -> None:
    """An empty file that nobody else can read."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise Failure(f"{file}: is there already; a backup overwrites nothing") from None
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy as of one moment, while others write; a single file, without a write-ahead log."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise Failure(f"{target}: {error}") from None


def _dump_postgresql(url: URL, file: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Failure("a backup of PostgreSQL needs pg_dump (Debian: postgresql-client)")
    # the password goes by the environment: everybody can see the arguments of a process
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = url.password
    open_url = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    place = open_url.render_as_string()
    arguments = [program, "--format=custom", f"--file={file}", f"--dbname={place}"]
    done = subprocess.run(  # noqa: S603 - no shell, and the URL is the admin's own
        arguments, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip()
        raise Failure(words or f"pg_dump ended with {done.returncode}")
