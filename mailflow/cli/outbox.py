"""`mailflow outbox`: the mails that go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.cli import start
from mailflow.cli.output import Failure, print_json, print_table
from mailflow.kinds_file import load_kinds
from mailflow.store import inputs, outbox
from mailflow.store.tables import Outgoing, Record
from mailflow.workflow.kinds import Kinds

STATES = ("composed", "sending", "sent", "failed")
LIST_EPILOG = """\b
Examples:
  mailflow outbox list                        what has not left yet
  mailflow outbox list --state sent --limit 20
  mailflow outbox list --state failed --json

Subjects of mails about private kinds are shown only with --private."""
RETRY_EPILOG = """\b
Examples:
  mailflow outbox retry 41 42
  mailflow outbox retry --failed

The same octets go out again, with the running daemon or the next `mailflow run --once`."""


@click.group(short_help="The mails that go out.")
def command() -> None:
    """The mails that go out: waiting, being sent, sent, failed."""


@command.command("list", epilog=LIST_EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--limit", type=click.IntRange(1), default=1000, help="Only the N newest.")
@click.option("--private", is_flag=True, help="Show subjects about private kinds as well.")
def list_(as_lines: bool, state: str | None, limit: int, private: bool) -> None:
    """Mails, the newest first; without --state those that were not sent."""
    states = (state,) if state else ("composed", "sending", "failed")
    with start.opened() as (settings, database), database.read() as session:
        rows = outbox.in_state(session, *states, limit=limit)
        hidden = set() if private else _private(session, load_kinds(settings.kinds))
        found = [_fields(row, hidden) for row in rows]
        zone = ZoneInfo(settings.timezone)
        times = [f"{row.composed_at.astimezone(zone):%Y-%m-%d %H:%M}" for row in rows]
    if as_lines:
        print_json(found)
        return
    columns = ("id", "state", "kind", "to", "subject", "attempts", "error")
    cells = (
        (time, *(mail[column] for column in columns))
        for time, mail in zip(times, found, strict=True)
    )
    print_table(("composed", *columns), cells)


def _private(session: Session, kinds: Kinds) -> set[int]:
    """The records whose titles are not to be shown; an unknown kind may be private."""
    shown = [kind.name for kind in kinds if not kind.private]
    return set(session.scalars(select(Record.id).where(Record.kind.not_in(shown))))


def _fields(row: Outgoing, hidden: set[int]) -> dict[str, Any]:
    about = {row.record_id, *row.about.get("records", ())}
    return {
        "id": row.id,
        "state": row.state,
        "kind": row.kind,
        "to": row.address,
        "subject": None if about & hidden else row.subject,
        "message_id": row.message_id or None,
        "composed": row.composed_at.isoformat(),
        "next_attempt": row.next_attempt_at.isoformat() if row.state == "composed" else None,
        "sent": row.sent_at.isoformat() if row.sent_at else None,
        "attempts": row.attempts,
        "error": row.last_error,
    }


@command.command(epilog=RETRY_EPILOG)
@click.argument("ids", metavar="ID…", nargs=-1, type=click.IntRange(1))
@click.option("--failed", is_flag=True, help="All that failed.")
def retry(ids: Sequence[int], failed: bool) -> None:
    """Send failed mails once more."""
    if bool(ids) == failed:
        raise click.UsageError("name mails by their ids, or all of them by --failed")
    now = start.now()
    with start.opened() as (_, database), database.write() as session:
        wanted = [row.id for row in outbox.in_state(session, "failed")] if failed else ids
        again = [mail_id for mail_id in wanted if outbox.retry(session, mail_id, now)]
        left = [str(mail_id) for mail_id in wanted if mail_id not in again]
        if left and not failed:
            raise Failure(f"no failed mail: {', '.join(left)}")
        if again:
            inputs.take_act(session, "outbox retry", {"outgoings": again}, now)
    click.echo(f"{len(again)} to be sent again" if again else "no mail failed")
