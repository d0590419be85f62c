"""`mailflow directory`: people, clients and projects."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from mailflow.cli import start
from mailflow.cli.output import Failure, one_line, print_json, print_table
from mailflow.directory_file import DirectoryFile, Rules, dump, load
from mailflow.directory_file.apply import Defaults, apply_file
from mailflow.directory_file.changes import Change
from mailflow.directory_file.rows import export
from mailflow.kinds_file import load_kinds
from mailflow.settings import Settings
from mailflow.settings.types import DAYS
from mailflow.store.directory import everybody
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import WITHDRAWN
from mailflow.workflow.requests import REQUESTS

MARKS = {"added": "+", "changed": "~", "deactivated": "-", "kept": "="}
APPLY_EPILOG = """\b
Examples:
  mailflow directory apply directory.toml --dry-run
  mailflow directory apply directory.toml
  mailflow directory apply directory.toml --prune

Applying a file twice changes nothing. Persons are known by any of their addresses, clients by
name or domain, projects by key. Nothing is ever deleted: --prune makes inactive what the file does
not have, and says which open records that leaves."""
EXPORT_EPILOG = """\b
Examples:
  mailflow directory export                   on standard output
  mailflow directory export directory.toml    into a new file"""
LIST_EPILOG = """\b
Examples:
  mailflow directory list
  mailflow directory list --json | jq -r 'select(.type == "person") | .addresses[0]'"""


@click.group(short_help="People, clients and projects.")
def command() -> None:
    """Who there is, and which projects."""


@command.command(epilog=APPLY_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--prune", is_flag=True, help="Make inactive what the file does not have.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def apply(file: Path, dry_run: bool, prune: bool, as_lines: bool) -> None:
    """Make the directory what FILE says."""
    with start.opened() as (settings, database):
        kinds = load_kinds(settings.kinds)
        wanted = load(file, Rules(kinds, frozenset(REQUESTS), settings.address))
        applied = apply_file(
            database,
            wanted,
            Defaults(settings.language, settings.timezone),
            closed_states(kinds),
            start.now(),
            prune=prune,
            dry_run=dry_run,
        )
        with database.read() as session:
            everybody = wanted if dry_run else export(session)
    if as_lines:
        print_json(change.as_json() for change in (*applied.changes, *applied.kept))
    else:
        _print_changes(applied.changes, applied.kept, dry_run)
    _warn_of_coordinator(settings, everybody)


def closed_states(kinds: Kinds) -> dict[str, frozenset[str]]:
    return {kind.name: kind.final | {WITHDRAWN} for kind in kinds}


def _print_changes(changes: Iterable[Change], kept: Iterable[Change], dry_run: bool) -> None:
    for change in changes:
        note = f" ({change.note})" if change.note else ""
        line = f"{change.action} {change.what} {change.name}{note}"
        click.echo(f"{MARKS[change.action]} {one_line(line)}")
        for key, (old, new) in change.fields.items():
            click.echo(f"    {key}: {one_line(_plain(old), 200)} → {one_line(_plain(new), 200)}")
    if not changes:
        click.echo("nothing to change")
    elif dry_run:
        click.echo("nothing was changed: this was a dry run")
    names = ", ".join(f"{change.what} {change.name}" for change in kept)
    if names:
        click.echo(f"not in the file, left as they are (see --prune): {one_line(names)}", err=True)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _warn_of_coordinator(settings: Settings, everybody: DirectoryFile) -> None:
    """Who gets what nobody could route must be somebody."""
    known = {address for person in everybody.person for address in person.addresses}
    if settings.coordinator not in known:
        text = f"mailflow: the coordinator {settings.coordinator} is nobody in the directory"
        click.echo(text, err=True)


@command.command("export", epilog=EXPORT_EPILOG)
@click.argument("file", type=click.Path(path_type=Path), required=False)
def export_(file: Path | None) -> None:
    """Write the directory as a file for `directory apply`."""
    with start.opened() as (_, database), database.read() as session:
        text = dump(export(session))
    if file is None:
        click.echo(text.encode(), nl=False)
        return
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as out:
            out.write(text.encode())
    except FileExistsError:
        raise Failure(f"{file}: is there already") from None
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None


@command.command("list", epilog=LIST_EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def list_(as_lines: bool) -> None:
    """Who there is: persons, clients, projects."""
    with start.opened() as (_, database), database.read() as session:
        found = export(session)
        wishes = {row.address: dict(row.preferences) for row in everybody(session)}
    if as_lines:
        print_json(_objects(found, wishes))
        return
    people = [
        (
            p.name,
            ", ".join(p.addresses),
            p.language,
            p.timezone,
            ", ".join(f"{wish} {value}" for wish, value in wishes[p.addresses[0]].items()),
            _roles(found, p.addresses[0]),
        )
        for p in found.person
    ]
    print_table(("person", "addresses", "language", "zone", "own wishes", "projects"), people)
    click.echo()
    print_table(("client", "known by"), ((c.name, ", ".join(c.origins)) for c in found.client))
    click.echo()
    projects = [
        (p.key, p.name, p.coordinator, ", ".join(p.clients), len(p.route), _meetings(p.meeting))
        for p in found.project
    ]
    print_table(("project", "name", "coordinator", "clients", "routes", "meetings"), projects)


def _roles(found: DirectoryFile, address: str) -> str:
    roles = []
    for project in found.project:
        mine = [
            role
            for role, people in (
                ("coordinator", (project.coordinator,)),
                ("sales", project.sales),
                ("member", project.members),
            )
            if address in people
        ]
        if mine:
            roles.append(f"{project.key} ({', '.join(mine)})")
    return ", ".join(roles)


def _meetings(meetings: Iterable[Any]) -> str:
    return ", ".join(f"{m.name} ({DAYS[m.day]} {m.at})" for m in meetings)


def _objects(
    found: DirectoryFile, wishes: Mapping[str, Mapping[str, str]]
) -> Iterable[dict[str, Any]]:
    """`preferences` are what somebody set for themselves by mail."""
    for kind in ("person", "client", "project"):
        for entry in getattr(found, kind):
            said = {"preferences": wishes[entry.addresses[0]]} if kind == "person" else {}
            yield {"type": kind} | entry.model_dump(mode="json") | said
