"""`mailflow show`: one record's whole history."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from mailflow.cli import attachments, start
from mailflow.cli.output import Failure, harmless, one_line, print_json, print_table
from mailflow.cli.record_view import Names, history, is_shown, messages, record_fields
from mailflow.kinds_file import load_kinds
from mailflow.store import records
from mailflow.store.database import Database
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.refs import as_ref

FACTS = ("kind", "state", "priority", "due", "project", "client", "company", "reporter", "owner")
# What a change of something else brings along stands behind it.
CONSEQUENCES = ("state", "reworked", "agreements")
EPILOG = """\b
Examples:
  mailflow show PORTAL-42
  mailflow show PORTAL-42 --attachments files/
  mailflow show PORTAL-42 --json | jq '.events[] | {at, who, what, new}'

A ref that a record had before it moved to another project works too. Of private kinds only ref,
kind and state are shown, all of it with --private."""


@click.command(epilog=EPILOG)
@click.argument("ref")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object on one line.")
@click.option("--private", is_flag=True, help="Show it also where its kind is private.")
@click.option(
    "--attachments",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Save what was attached to its mails into this folder.",
)
def command(ref: str, as_lines: bool, private: bool, folder: Path | None) -> None:
    """One record: what it is, all that happened to it, and the mails it came from."""
    with start.opened() as (settings, database):
        kinds = load_kinds(settings.kinds)
        found = read(database, kinds, ref, private)
        saved = _save(database, kinds, found, private, folder) if folder else []
    if as_lines:
        print_json([found])
    else:
        _print(found, ZoneInfo(settings.timezone))
    for path in saved:
        click.echo(f"saved {path}", err=as_lines)


def read(database: Database, kinds: Kinds, ref: str, private: bool) -> dict[str, Any]:
    """The fields of `mailflow show --json`. Raises Failure where there is no such record."""
    with database.read() as session:
        record_id = records.id_of(session, as_ref(ref) or ref)
        if record_id is None:
            raise Failure(f"there is no record {ref}")
        row, names = records.by_ids(session, [record_id])[record_id], Names.read(session)
        shown = is_shown(kinds, row.record.kind, private)
        return record_fields(row, names, shown) | {
            "events": list(history(session, record_id, names)) if shown else [],
            "messages": messages(session, record_id) if shown else [],
        }


def _save(
    database: Database, kinds: Kinds, found: dict[str, Any], private: bool, folder: Path
) -> list[Path]:
    if not is_shown(kinds, found["kind"], private):
        raise Failure(f"{found['ref']} is private: its attachments need --private")
    with database.read() as session:
        return attachments.save(session, records.id_of(session, found["ref"]) or 0, folder)


def _print(found: dict[str, Any], zone: ZoneInfo) -> None:
    title = found["title"] if found["title"] is not None else "(private: see --private)"
    click.secho(f"{found['ref']}  {one_line(title)}", bold=True)
    facts = [(fact, found[fact]) for fact in FACTS if found[fact] is not None]
    facts += [(one_line(name, 30), value) for name, value in (found["fields"] or {}).items()]
    spent = f"{found['spent']:g} h" if found["spent"] else None
    more = {"reworked": found["reworked"], "spent": spent, "links": found["links"]}
    facts += [(name, value) for name, value in (more | {"why": found["why"]}).items() if value]
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        click.echo(f"  {name:<{width}}  {_text(value)}")
    if found["text"]:
        click.echo("\n" + "\n".join("  " + line for line in harmless(found["text"]).splitlines()))
    if found["events"]:
        click.echo()
        rows = ([_when(event["at"], zone), *_happened(event)] for event in found["events"])
        print_table(("when", "who", "what", "", ""), rows)
    if found["messages"]:
        click.echo()
        mails = [
            (_when(mail["date"], zone) if mail["date"] else "", mail["from"], mail["subject"])
            for mail in found["messages"]
        ]
        print_table(("mail of", "from", "subject"), mails)


def _happened(event: dict[str, Any]) -> tuple[str, str, str, str]:
    """Who, what, what became of what, the words."""
    old, new, words = event["old"], event["new"], event["text"] or ""
    who, what = event["who"] or "the clock", event["what"]
    what = f"{what} (taken back)" if event["taken_back"] else what
    if event["what"] == "opened" or new is None or new == words:
        return who, what, "", words
    return who, what, _change(old, new), words


def _change(old: Any, new: Any) -> str:
    """What became of what, without what stayed as it was."""
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        told = {key: one for key, one in new.items() if before.get(key) != one}
        told |= dict.fromkeys(before.keys() - new.keys())
        keys = sorted(told, key=lambda key: key in CONSEQUENCES)
        pairs = ((key, before.get(key), told[key]) for key in keys)
        return one_line(", ".join(f"{key}: {_change(was, one)}" for key, was, one in pairs))
    if isinstance(new, list):
        was = old if isinstance(old, list) else []
        gone = [f"no longer {_text([one])}" for one in was if one not in new]
        return one_line(", ".join([*(_text([one]) for one in new if one not in was), *gone]))
    return f"{_text(old)} → {_text(new)}" if old not in (None, {}, []) else _text(new)


def _text(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"name", "address"}:
        address = f"<{value['address']}>" if value["address"] else None
        return one_line(" ".join(filter(None, (value["name"], address))))
    if isinstance(value, dict):
        return one_line(", ".join(f"{key}: {_text(one)}" for key, one in value.items()) or "–")
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return one_line(", ".join(f"{one.get('relation')} {one.get('ref')}" for one in value))
    if value is None or value == []:
        return "–"
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _when(moment: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}"
