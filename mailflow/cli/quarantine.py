"""`mailflow quarantine`: mails that could not be handled. None of them is lost."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.cli import start
from mailflow.cli.output import Failure, harmless, one_line, print_json, print_table
from mailflow.snapshots.heads import Head, heads_of
from mailflow.store import inputs
from mailflow.store.tables import Input, Message

DISCARDED = "discarded by the admin"
# How the reasons of the pipeline begin; what each means, and what helps.
MEANINGS: Sequence[tuple[str, str, str]] = (
    (
        "no sender",
        "Nobody can be asked or answered: the From header is missing or names no address.",
        "Look who sent it (--raw) and ask them to send it again; then discard it.",
    ),
    (
        "encrypted",
        "It is encrypted, and mailflow has no keys.",
        "Its sender was told, unless they may be a forger; discard it.",
    ),
)
NOBODY_ASKED = (
    "Somebody has to decide about it, but there is no coordinator who could be asked.",
    "Put the coordinator of mailflow.toml into the directory, then replay it.",
)
PROGRAM_FAILED = (
    "mailflow itself failed on it, three times; what it did was undone each time.",
    "Update mailflow and replay it; if it fails again, report it with what stands below. Until "
    "then its thread goes on without it.",
)
SHOWN_LINES = 60
LIST_EPILOG = """\b
Examples:
  mailflow quarantine list
  mailflow quarantine list --held --json

Held mails wait for somebody's answer; they need nothing from an admin."""
SHOW_EPILOG = """\b
Examples:
  mailflow quarantine show 17
  mailflow quarantine show 17 --json
  mailflow quarantine show 17 --raw > mail.eml"""
REPLAY_EPILOG = """\b
Examples:
  mailflow quarantine replay 17 18
  mailflow quarantine replay --all

They are handled by the running daemon, or by the next `mailflow run --once`."""
DISCARD_EPILOG = """\b
Examples:
  mailflow quarantine discard 17

The mail stays in the database; `mailflow quarantine replay 17` takes it up again."""


@click.group(short_help="Mails that could not be handled.")
def command() -> None:
    """Mails that could not be handled, with the reason; to be handled again or to be dropped."""


@command.command("list", epilog=LIST_EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.option("--held", is_flag=True, help="Also those that wait for somebody's answer.")
def list_(as_lines: bool, held: bool) -> None:
    """What is in quarantine, the oldest first."""
    states = ("quarantined", "held") if held else ("quarantined",)
    with start.opened() as (settings, database), database.read() as session:
        query = select(Input).where(Input.state.in_(states)).order_by(Input.id)
        found = [_fields(session, row) for row in session.scalars(query)]
    if as_lines:
        print_json(found)
        return
    zone = ZoneInfo(settings.timezone)
    rows = (
        (
            f["id"],
            f"{f['at'].astimezone(zone):%Y-%m-%d %H:%M}",
            f["from"],
            f["subject"],
            f["reason"],
        )
        for f in map(_with_moment, found)
    )
    print_table(("id", "received", "from", "subject", "reason"), rows)


def _with_moment(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"at": start.moment(found["received"], "UTC")}


def _fields(session: Session, row: Input) -> dict[str, Any]:
    message = session.get(Message, row.id)
    sender, subject = (message.sender, message.subject) if message else ("", "")
    if message and not (sender or subject):
        head = heads_of(session, [row.id]).get(row.id, Head())
        sender, subject = head.sender, head.subject
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "reason": row.reason,
        "from": sender or None,
        "subject": subject or None,
        "received": row.taken_at.isoformat(),
        "attempts": row.attempts,
    }


@command.command(epilog=SHOW_EPILOG)
@click.argument("input_id", metavar="ID", type=click.IntRange(1))
@click.option("--json", "as_lines", is_flag=True, help="One JSON object, without the mail.")
@click.option("--raw", is_flag=True, help="The mail's octets, and nothing else.")
def show(input_id: int, as_lines: bool, raw: bool) -> None:
    """Why a mail is here, what went wrong, and how it begins."""
    if as_lines and raw:
        raise click.UsageError("choose --json or --raw")
    with start.opened() as (_, database), database.read() as session:
        row = session.get(Input, input_id)
        if row is None:
            raise Failure(f"there is no input {input_id}")
        octets = inputs.raw_of(session, input_id) if session.get(Message, input_id) else b""
        found = _whole(session, row)
    if raw:
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
    elif as_lines:
        print_json([found])
    else:
        _show(found, octets)


def _whole(session: Session, row: Input) -> dict[str, Any]:
    found = _fields(session, row)
    known = row.state == "quarantined"
    means, helps = meaning(str(row.reason or "")) if known else (None, None)
    return found | {"means": means, "helps": helps, "payload": row.payload, "detail": row.detail}


def _show(found: dict[str, Any], octets: bytes) -> None:
    payload, detail = found.pop("payload") or {}, found.pop("detail")
    for name, value in (found | payload).items():
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            click.echo(f"{name:<9} {one_line(text)}")
    if detail:
        click.echo(f"\n{harmless(detail)}")
    lines = octets[:100_000].decode("utf-8", "replace").splitlines()
    if lines:
        click.echo("\n" + "\n".join("  " + harmless(line) for line in lines[:SHOWN_LINES]))
    if len(lines) > SHOWN_LINES:
        click.echo(f"  … all of it: mailflow quarantine show {found['id']} --raw")


def meaning(reason: str) -> tuple[str, str]:
    """What a reason of the pipeline means to an admin, and what helps."""
    if "nobody to ask" in reason:
        return NOBODY_ASKED
    for begins, means, helps in MEANINGS:
        if reason.startswith(begins):
            return means, helps
    return PROGRAM_FAILED


@command.command(epilog=REPLAY_EPILOG)
@click.argument("ids", metavar="ID…", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="All that is in quarantine.")
def replay(ids: Sequence[int], everything: bool) -> None:
    """Handle mails again, after what was wrong has been put right."""
    if bool(ids) == everything:
        raise click.UsageError("name mails by their ids, or all of them by --all")
    now = start.now()
    with start.opened() as (_, database), database.write() as session:
        rows = _quarantined(session) if everything else _chosen(session, ids, discarded=True)
        for row in rows:
            row.state, row.reason, row.attempts, row.next_attempt_at = "stored", None, 0, None
            row.turn += 1
            inputs.unblock(session, row.id)
        _note(session, "quarantine replay", rows, now)
        count = len(rows)
    click.echo(f"{count} to be handled again" if count else "nothing is in quarantine")


@command.command(epilog=DISCARD_EPILOG)
@click.argument("ids", metavar="ID…", nargs=-1, required=True, type=click.IntRange(1))
def discard(ids: Sequence[int]) -> None:
    """Drop mails: they are not handled any more, and stay where they are."""
    now = start.now()
    with start.opened() as (_, database), database.write() as session:
        rows = _chosen(session, ids, discarded=False)
        for row in rows:
            row.state, row.reason, row.next_attempt_at = "ignored", DISCARDED, None
            inputs.unblock(session, row.id)
        _note(session, "quarantine discard", rows, now)
        count = len(rows)
    click.echo(f"{count} discarded")


def _quarantined(session: Session) -> list[Input]:
    query = select(Input).where(Input.state == "quarantined").order_by(Input.id)
    return list(session.scalars(query))


def _chosen(session: Session, ids: Iterable[int], *, discarded: bool) -> list[Input]:
    """All of them, or a line about each that is not in quarantine (or was not discarded)."""
    found, faults = [], []
    for input_id in dict.fromkeys(ids):
        row = session.get(Input, input_id)
        if row is None:
            faults.append(f"there is no input {input_id}")
        elif row.state == "quarantined" or (discarded and row.reason == DISCARDED):
            found.append(row)
        else:
            faults.append(f"input {input_id} is not in quarantine: it is {row.state}")
    if faults:
        raise Failure("\n".join(faults))
    return found


def _note(session: Session, act: str, rows: Sequence[Input], now: Any) -> None:
    if rows:
        inputs.take_act(session, act, {"inputs": [row.id for row in rows]}, now)
