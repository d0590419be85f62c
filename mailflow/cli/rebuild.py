"""`mailflow rebuild`: folds all records again from their events."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy import func, select

from mailflow.cli import start
from mailflow.cli.output import Failure, one_line, print_json
from mailflow.cli.progress import bar
from mailflow.cli.record_view import is_shown
from mailflow.daemon import PIPELINE
from mailflow.kinds_file import load_kinds
from mailflow.pipeline.rebuilding import BATCH, Difference, Rebuilding, mend
from mailflow.store import inputs, leases
from mailflow.store.database import Database
from mailflow.store.tables import Record
from mailflow.workflow.kinds import Kinds

EPILOG = """\b
Examples:
  mailflow rebuild --check
  mailflow rebuild --check --json
  mailflow rebuild --yes

Events are the truth, a record's row is what they come to. Compared are all columns of each record,
who watches it, the refs that it had before, and that no number of a project can be given twice. Not
compared is what no event holds: which mails belong to a record, what was reminded of, rules,
meetings, the queues. It may be done while the daemon runs. Exit status 1: something differs, or
could not be mended."""


@click.command(epilog=EPILOG)
@click.option("--check", is_flag=True, help="Only look, and print each difference.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a difference.")
@click.option("--private", is_flag=True, help="Print the values of private kinds, too.")
def command(check: bool, yes: bool, as_lines: bool, private: bool) -> None:
    """Compare every record with its events; write what they say where it differs."""
    with start.opened() as (settings, database):
        kinds = load_kinds(settings.kinds)
        count, found = compare(database)
        shown = [_as_json(one, kinds, private) for one in found]
        if as_lines:
            print_json(shown)
        else:
            _print(shown)
        done = 0 if check else _write(database, found, yes)
    click.echo(_summary(count, len(found), done), err=as_lines)
    if done < len(found):
        raise click.exceptions.Exit(1)


def compare(database: Database) -> tuple[int, list[Difference]]:
    """How many records there are, and what differs, as of one moment."""
    found: list[Difference] = []
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Record)) or 0
        with bar("folding", count) as done:
            for n, batch in enumerate(Rebuilding(session).differences(), 1):
                found += batch
                done(min(n * BATCH, count))
    return count, found


def _write(database: Database, found: Sequence[Difference], yes: bool) -> int:
    """Look again at what differs, while nobody else writes, and mend it."""
    if not found:
        return 0
    if not yes and not _agreed(len(found)):
        raise Failure("nothing was written; --yes writes without asking")
    now = start.now()
    with database.write() as session:
        leases.pause(session, PIPELINE, now)
        again = Rebuilding(session)
        still = [one for one in found if one.record is None]
        for record_id in dict.fromkeys(one.record for one in found if one.record is not None):
            still += again.of_record(record_id)
        written = mend(session, still)
        refs = sorted({one.ref for one in still})
        inputs.take_act(session, "rebuild", {"refs": refs, "values": written}, now)
    return written


def _agreed(count: int) -> bool:
    return sys.stdin.isatty() and click.confirm(
        f"Write {count} values as the events say?", err=True
    )


def _as_json(one: Difference, kinds: Kinds, private: bool) -> dict[str, Any]:
    """Of a private kind only which field differs."""
    shown = one.record is None or is_shown(kinds, one.kind, private)
    return {
        "ref": one.ref,
        "field": one.field,
        "row": _value(one.row) if shown else None,
        "fold": _value(one.fold) if shown else None,
        "shown": shown,
    }


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _print(found: Sequence[dict[str, Any]]) -> None:
    for one in found:
        values = f"row {one['row']!r}, events {one['fold']!r}" if one["shown"] else "(private)"
        click.echo(one_line(f"{one['ref']} {one['field']}: {values}"))


def _summary(count: int, found: int, done: int) -> str:
    if not found:
        return f"{count} records, each as its events say"
    return f"{count} records; values that differ from their events: {found}, written: {done}"
