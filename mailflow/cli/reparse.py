"""`mailflow reparse`: reads the mails that opened records again, with today's parsers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailflow import wiring
from mailflow.cli import start
from mailflow.cli.output import Failure, one_line, print_json
from mailflow.cli.progress import bar
from mailflow.cli.record_view import is_shown
from mailflow.daemon import PIPELINE
from mailflow.pipeline.as_read import Better, Reread
from mailflow.pipeline.rereading import BATCH, Rereading, correct
from mailflow.snapshots import read_directory
from mailflow.store import inputs, leases, records
from mailflow.store.database import Database
from mailflow.store.tables import Record
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.refs import as_ref

SHORT = 100
EPILOG = """\b
Examples:
  mailflow reparse --dry-run
  mailflow reparse PORTAL-42 PORTAL-43
  mailflow reparse --since 2026-11-01 --yes

Title, text, client, due date, fields and attachments are read again from the mail that opened a
record. Only what the record still has from that mail is corrected, by an event of its own in the
record's history, and nobody gets a mail about it: what somebody said since stays, where a mail
belongs and what its commands did is never decided again, and where nothing is read today, nothing
is taken away. Left alone are answers to forms, later mails about a record, mails without
Message-ID, and mails that were forgotten. It may be done while the daemon runs."""


@click.command(epilog=EPILOG)
@click.argument("refs", metavar="[REF]…", nargs=-1)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only records that were opened on this day or later.",
)
@click.option("--dry-run", is_flag=True, help="Only show what is read otherwise today.")
@click.option("--yes", is_flag=True, help="Correct without asking.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a value.")
@click.option("--private", is_flag=True, help="Print the values of private kinds, too.")
def command(
    refs: Sequence[str],
    since: datetime | None,
    dry_run: bool,
    yes: bool,
    as_lines: bool,
    private: bool,
) -> None:
    """Read mails again; correct what is read better now."""
    with start.opened() as (settings, database):
        installation = wiring.installation(settings)
        begin = since.replace(tzinfo=ZoneInfo(settings.timezone)) if since else None
        found, unread = look(database, installation, refs, begin)
        lines = [line for one in found for line in _lines(one, installation.kinds, private)]
        if as_lines:
            print_json(lines)
        else:
            _print(lines)
        for input_id, why in unread:
            click.echo(one_line(f"input {input_id} cannot be read: {why}"), err=True)
        if found and not dry_run:
            if not yes and not _agreed(len(found)):
                raise Failure("nothing was corrected; --yes corrects without asking")
            done = write(database, installation, [one.record for one in found])
            click.echo(f"{done} records corrected", err=as_lines)
            return
    click.echo(f"{len(found)} records would be read otherwise", err=as_lines)


def look(
    database: Database, installation: Installation, refs: Sequence[str], since: datetime | None
) -> tuple[list[Reread], list[tuple[int, str]]]:
    """What is read otherwise, and the inputs that cannot be read."""
    found: list[Reread] = []
    with database.read() as session:
        only = [_id(session, ref) for ref in refs]
        count = len(only) or session.scalar(select(func.count()).select_from(Record)) or 0
        again = _rereading(session, installation)
        with bar("reading", count) as done:
            for n, batch in enumerate(again.all(since, only), 1):
                found += batch
                done(min(n * BATCH, count))
    return found, again.unread


def write(database: Database, installation: Installation, ids: Sequence[int]) -> int:
    """Correct these records, a batch in a transaction, while the pipeline waits."""
    done = 0
    for first in range(0, len(ids), BATCH):
        now = start.now()
        with database.write() as session:
            leases.pause(session, PIPELINE, now)
            again = _rereading(session, installation)
            cause = inputs.take_act(session, "reparse", {}, now)
            corrected = [
                one
                for record_id in ids[first : first + BATCH]
                if (one := correct(again, cause, record_id, now))
            ]
            cause.payload = {**cause.payload, "refs": [one.ref for one in corrected]}
        done += len(corrected)
    return done


def _rereading(session: Session, installation: Installation) -> Rereading:
    directory = read_directory(session, installation.timezone)
    return Rereading(session, installation, directory, [])


def _id(session: Session, ref: str) -> int:
    found = records.id_of(session, as_ref(ref) or ref)
    if found is None:
        raise Failure(f"there is no record {ref}")
    return found


def _agreed(count: int) -> bool:
    return sys.stdin.isatty() and click.confirm(f"Correct {count} records?", err=True)


def _lines(one: Reread, kinds: Kinds, private: bool) -> list[dict[str, Any]]:
    """Of a private kind only which field is read otherwise."""
    shown = is_shown(kinds, one.kind, private)
    return [_line(one, better, shown) for better in one.found]


def _line(one: Reread, better: Better, shown: bool) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "field": better.field,
        "before": better.before if shown else None,
        "after": better.after if shown else None,
        "input": one.input,
        "shown": shown,
    }


def _print(lines: Sequence[dict[str, Any]]) -> None:
    for one in lines:
        before, after = (_short(one[name]) for name in ("before", "after"))
        values = f"{before} → {after}" if one["shown"] else "(private)"
        click.echo(one_line(f"{one['ref']} {one['field']}: {values}"))


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(filter(None, value))
    return repr(one_line(value, SHORT)) if value else "–"
