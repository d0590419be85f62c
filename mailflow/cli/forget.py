"""`mailflow forget`: takes what is known of one human out of the database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

import click

from mailflow.cli import start
from mailflow.cli.output import Failure, one_line, print_json
from mailflow.settings import Settings
from mailflow.store.database import Database
from mailflow.store.forgetting import Busy, Forgotten, StillActive, forget
from mailflow.store.forgetting.pages import overwrite
from mailflow.workflow.refs import fold_address

EPILOG = """\b
Examples:
  mailflow forget homer@globex.example --dry-run
  mailflow forget homer@globex.example
  mailflow forget homer@globex.example --yes --json

Gone are: what they wrote in records, histories and agendas, the mails from them and that forward,
quote or name them (with what was attached), our mails to and about them, their name and addresses.
Who did what stays in the histories, as done by somebody forgotten. It cannot be undone.

One of ours has to leave first: take them out of the directory's file, and then
`mailflow directory apply FILE --prune`. A later mail of theirs is one of a stranger."""
ALWAYS = (
    "mails that were delivered to people's mailboxes",
    "backups made before now, and attachments saved by `mailflow show --attachments`",
    "the journal of the daemon, which may name addresses",
)


@click.command(epilog=EPILOG)
@click.argument("address")
@click.option("--dry-run", is_flag=True, help="Say what would be taken out, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object; needs --yes or --dry-run.")
def command(address: str, dry_run: bool, yes: bool, as_lines: bool) -> None:
    """Take what is known of the human with ADDRESS out of the database, and say what remains."""
    if as_lines and not (yes or dry_run):
        raise click.UsageError("--json needs --yes or --dry-run")
    with start.opened() as (settings, database):
        folded = fold_address(address)
        if not (yes or dry_run):
            _show(_forget(settings, database, folded, dry_run=True), (), dry_run=True)
            click.confirm("Forget them? This cannot be undone", abort=True, err=True)
        found = _forget(settings, database, folded, dry_run=dry_run)
        rewritten = dry_run or overwrite(database)
        remains = [*_remains(settings, database, found, rewritten=rewritten)]
    if as_lines:
        print_json([_as_json(found, remains, dry_run=dry_run)])
    else:
        _show(found, remains, dry_run=dry_run)


def _forget(settings: Settings, database: Database, address: str, *, dry_run: bool) -> Forgotten:
    secret = settings.secret()
    mark = hmac.new(secret, f"forget:{address}".encode(), hashlib.sha256).hexdigest()[:32]
    try:
        found = forget(database, address, mark, start.now(), dry_run=dry_run)
    except StillActive as active:
        raise Failure(
            f"{active.name} is in the directory: take them out of its file, then "
            "`mailflow directory apply FILE --prune`"
        ) from None
    except Busy:
        raise Failure("a mail to them is being sent at this moment: try again") from None
    if not found:
        raise Failure(f"nothing here is about {address}")
    return found


def _remains(
    settings: Settings, database: Database, found: Forgotten, *, rewritten: bool
) -> Iterable[str]:
    """What is not in our hands, and what was left with a reason."""
    folders = ", ".join(f"{box.processed} of {box.name}" for box in settings.mailbox)
    if folders:
        yield f"the mails in the folders of the mail server: {folders}"
    yield from ALWAYS
    if found.unread:
        yield (
            f"mails of others that name them and are not handled yet: {found.unread}; "
            "forget again when they are"
        )
    for name in sorted(found.subject.unsafe):
        yield f'"{name}" where others mention it: too short, or somebody else\'s name too'
    for place, rows in sorted(found.left.items()):
        yield f"{place} ({rows}): a key, or written by an admin"
    if not database.is_sqlite:
        yield "old rows in PostgreSQL's files until its vacuum, and its archived log"
    elif not rewritten:
        yield "old pages of the database's file, which is in use: stop the daemon, forget again"


def _as_json(found: Forgotten, remains: list[str], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "addresses": sorted(found.subject.addresses),
        "names": sorted(found.subject.names),
        "forgotten": dict(found.counts),
        "remains": remains,
    }


def _show(found: Forgotten, remains: Iterable[str], *, dry_run: bool) -> None:
    subject = found.subject
    for what, values in (("addresses", subject.addresses), ("names", subject.names)):
        click.echo(f"{what:<10}{one_line(', '.join(sorted(values)) or '–')}")
    counts = ", ".join(f"{what}: {n}" for what, n in found.counts.items())
    click.echo(f"{'would go' if dry_run else 'gone':<10}{counts}")
    for line in remains:
        click.echo(f"remains   {one_line(line)}")
    if dry_run:
        click.echo("nothing was changed")
