"""`mailflow import`: mails from files."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from mailflow.cli import start
from mailflow.cli.output import Failure
from mailflow.intake.files import FilesSource
from mailflow.intake.source import Arrival
from mailflow.store.database import Database
from mailflow.store.inputs import take_mails

EPILOG = """\b
Examples:
  mailflow import archive.mbox
  mailflow import ~/Maildir old/

They are handled by the running daemon, or by the next `mailflow run --once`, as if they had just
come in; one that is known already is noticed then, and counts once."""


class _Store:
    """Puts mails into the store, and counts them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.new = 0

    def take(self, arrivals: Sequence[Arrival]) -> None:
        with self._database.write() as session:
            new = take_mails(session, arrivals, start.now())
        self.new += new


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
def command(paths: Sequence[str]) -> None:
    """Take in mails from files, mboxes, Maildirs and folders of these."""
    with start.opened() as (settings, database):
        store = _Store(database)
        try:
            _take(paths, settings.size_limit, store)
        except OSError as error:
            what = f"{error.filename or 'import'}: {error.strerror or error}"
            raise Failure(f"{what} ({store.new} mails were taken in before)") from None
    click.echo("1 new mail" if store.new == 1 else f"{store.new} new mails")


def _take(paths: Sequence[str], size_limit: int, store: _Store) -> None:
    if not sys.stderr.isatty():
        FilesSource(paths, size_limit=size_limit).drain(store)
        return
    octets = FilesSource(paths, size_limit=size_limit).octets()
    with click.progressbar(length=octets, label="import", file=sys.stderr) as bar:
        FilesSource(paths, size_limit=size_limit, progress=bar.update).drain(store)
