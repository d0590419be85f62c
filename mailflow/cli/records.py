"""`mailflow records`: what is tracked."""

from __future__ import annotations

import click
from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from mailflow.cli import start
from mailflow.cli.output import Failure, print_json, print_table
from mailflow.cli.record_view import Names, is_shown, record_fields
from mailflow.kinds_file import load_kinds
from mailflow.store import directory, records
from mailflow.store.tables import Project, Record
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import WITHDRAWN
from mailflow.workflow.refs import fold_address

COLUMNS = ("ref", "kind", "state", "priority", "due", "owner", "title")
EPILOG = """\b
Examples:
  mailflow records --open --project PORTAL
  mailflow records --owner ma.jun@acme.example --kind issue
  mailflow records --json | jq -r 'select(.due != null) | .ref'

Of private kinds only ref, kind and state are shown, all of them with --private."""


@click.command(epilog=EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.option("--project", metavar="KEY", help="Only those of this project.")
@click.option("--kind", metavar="KIND", help="Only those of this kind.")
@click.option("--state", metavar="STATE", help="Only those in this state.")
@click.option("--owner", metavar="ADDRESS", help="Only those of this person (or name).")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not closed.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the N newest.")
@click.option("--private", is_flag=True, help="Show private kinds as well.")
def command(
    as_lines: bool,
    project: str | None,
    kind: str | None,
    state: str | None,
    owner: str | None,
    only_open: bool,
    limit: int | None,
    private: bool,
) -> None:
    """What is tracked, the oldest first."""
    with start.opened() as (settings, database), database.read() as session:
        kinds = load_kinds(settings.kinds)
        conditions = [_open(kinds)] if only_open else []
        conditions += [_project(session, project)] if project else []
        conditions += [_kind(kinds, kind)] if kind else []
        conditions += [_state(kinds, state)] if state else []
        conditions += [_owner(session, owner)] if owner else []
        if limit:
            newest = select(Record.id).where(*conditions).order_by(Record.id.desc()).limit(limit)
            conditions = [Record.id.in_(newest)]
        names = Names.read(session)
        found = [
            record_fields(row, names, is_shown(kinds, row.record.kind, private))
            for row in records.rows(session, *conditions)
        ]
    if as_lines:
        print_json(found)
    else:
        print_table(COLUMNS, ([record[column] for column in COLUMNS] for record in found))


def _open(kinds: Kinds) -> ColumnElement[bool]:
    closed = [and_(Record.kind == k.name, Record.state.in_(k.final)) for k in kinds if k.final]
    return not_(or_(Record.state == WITHDRAWN, *closed))


def _project(session: Session, key: str) -> ColumnElement[bool]:
    keys = {row.key.casefold(): row.id for row in session.scalars(select(Project))}
    if key.casefold() not in keys:
        raise Failure(f"there is no project {key}; known are {', '.join(keys).upper() or 'none'}")
    return Record.project_id == keys[key.casefold()]


def _kind(kinds: Kinds, name: str) -> ColumnElement[bool]:
    found = kinds.find(name)
    if found is None:
        raise Failure(f"there is no kind {name}; known are {', '.join(kinds.names)}")
    return Record.kind == found.name


def _state(kinds: Kinds, name: str) -> ColumnElement[bool]:
    known = dict.fromkeys([*(state for kind in kinds for state in kind.states), WITHDRAWN])
    if name not in known:
        raise Failure(f"there is no state {name}; known are {', '.join(known)}")
    return Record.state == name


def _owner(session: Session, given: str) -> ColumnElement[bool]:
    wanted = fold_address(given)
    found = [
        person.id
        for person in directory.everybody(session)
        if wanted in {address.address for address in person.addresses}
        or given.strip().casefold() == person.name.casefold()
    ]
    if not found:
        raise Failure(f"{given} is nobody in the directory")
    return Record.owner_id.in_(found)
