"""`mailflow db`: upgrades, backups, and the way back."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import make_url

from mailflow.cli import db_copies, start
from mailflow.cli.output import Failure
from mailflow.store import leases, schema
from mailflow.store.database import Database

UPGRADE_EPILOG = """\b
Examples:
  mailflow db backup before.db
  mailflow db upgrade

Stop the daemons first: while one of them runs, nothing is done."""
BACKUP_EPILOG = """\b
Examples:
  mailflow db backup /backup/mailflow-$(date +%F).db

It may be done while the daemon runs. A backup of SQLite is a database of its own; one of PostgreSQL
is made by pg_dump (read it with pg_restore). Only you can read the file: it holds mails."""
RESTORE_EPILOG = """\b
Examples:
  mailflow db restore /backup/mailflow-2026-11-23.db
  mailflow rebuild --check

It overwrites nothing: move the old database away first (mv mailflow.db* old/), or name another one
in the configuration. What happened after the backup is not in it. The mails that came since lie in
the Processed folder: move those of that time, rather some more, back into the inbox. Those that the
backup has are known and not handled again. Mails that were sent after the backup may be sent once
more, in the same words."""


@click.group(short_help="Upgrade, back up or restore the database.")
def command() -> None:
    """The database: upgrades, backups, and the way back."""


@command.command(epilog=UPGRADE_EPILOG)
def upgrade() -> None:
    """Bring the tables to what this program needs; create them where there are none."""
    settings = start.load_settings()
    with start.told():
        database = Database(settings.database)
        before, newest = schema.revision(database), schema.newest()
        if before not in (None, newest) and not schema.is_older(str(before)):
            raise Failure(schema.fault(str(before)))
        if before != newest:
            schema.upgrade(database, start.now())
        database.close()
    if before == newest:
        click.echo(f"the database is at version {newest} already")
    else:
        click.echo(f"the database is at version {newest} now (before: {before or 'no tables'})")


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
            db_copies.copy_sqlite(source, file)
        else:
            db_copies.dump_postgresql(url, file)
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


@command.command(epilog=RESTORE_EPILOG)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put what is in the backup FILE into the database, which must hold nothing."""
    settings = start.load_settings()
    with start.told():
        database = Database(settings.database)
        try:
            _must_hold_nothing(database)
            database.close()
            if database.path is not None:
                db_copies.check_sqlite(file)
                db_copies.copy_sqlite(file, database.path)
            else:
                db_copies.load_postgresql(database, file)
            with database.write() as session:
                leases.end_all(session, start.now())
            found = schema.revision(database) or "none"
        finally:
            database.close()
    click.echo(f"restored; the database is at version {found}")
    if found != schema.newest():
        click.echo(f"mailflow: {schema.fault(found)}", err=True)


def _must_hold_nothing(database: Database) -> None:
    with database.engine.begin() as connection:
        schema.refuse_running(connection, start.now())
        found = schema.contents(connection)
    if found:
        place = database.path or database.url.render_as_string(hide_password=True)
        raise Failure(
            f"{place}: holds something already (table {found}); a restore overwrites nothing: "
            "move it away, or name another database in the configuration"
        )
