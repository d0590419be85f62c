"""`mailflow report`: the reports that people can also ask for by mail."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from mailflow import wiring
from mailflow.cli import start
from mailflow.cli.output import Failure, print_json, print_table
from mailflow.outbox.reader import reader_of
from mailflow.outbox.tables import table
from mailflow.requests.report import reason_of
from mailflow.requests.reports import REPORTS, find
from mailflow.requests.reports.table import Report, Scope
from mailflow.snapshots import read_directory
from mailflow.store.records import by_ids
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Person, Project

EPILOG = """\b
Examples:
  mailflow report                                which reports there are
  mailflow report open-issues-by-owner
  mailflow report "feedback by client" --project PORTAL
  mailflow report time --json

What is private is in no report."""


@click.command(epilog=EPILOG)
@click.argument("name", required=False)
@click.option("--project", metavar="KEY", help="Only this project.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def command(name: str | None, project: str | None, as_lines: bool) -> None:
    """A report as a table; without a NAME the list of all."""
    if name is None:
        _list(as_lines)
        return
    found = find(name)
    if found is None:
        raise Failure(f"there is no report {name}; there are {', '.join(REPORTS)}")
    with start.opened() as (settings, database), database.read() as session:
        installation = wiring.installation(settings)
        directory = read_directory(session, settings.timezone)
        projects = _projects(directory, project)
        scope = Scope(projects, installation.kinds, installation.calendar, start.now())
        _print(session, installation, directory, found, scope, as_lines=as_lines)


def _list(as_lines: bool) -> None:
    rows = [{"name": report.name, "title": report.called("en")} for report in REPORTS.values()]
    if as_lines:
        print_json(rows)
    else:
        print_table(("name", "title"), ([row["name"], row["title"]] for row in rows))


def _projects(directory: Directory, key: str | None) -> tuple[Project, ...]:
    if key is None:
        return tuple(directory.projects.values())
    found = directory.project_by_key(key)
    if found is None:
        known = ", ".join(project.key for project in directory.projects.values())
        raise Failure(f"there is no project {key}; known are {known or 'none'}")
    return (found,)


def _print(
    session: Session,
    installation: Installation,
    directory: Directory,
    report: Report,
    scope: Scope,
    *,
    as_lines: bool,
) -> None:
    """JSON holds numbers as numbers and people by their addresses; columns have their own names."""
    reason = reason_of(session, report, scope)
    rows = by_ids(session, reason["records"])
    reader = reader_of(_nobody(installation), installation, directory, scope.now)
    if not as_lines:
        shown = table(reader, reason, lambda n: f"{rows[n].record.ref} {rows[n].title}")
        print_table(shown.columns, (*shown.rows, *([shown.total] if shown.total else [])))
        return
    print_json(
        {
            column: _value(directory, type_, rows[value].record.ref if type_ == "record" else value)
            for column, (type_, value) in zip(reason["columns"], row, strict=True)
        }
        for row in reason["rows"]
    )


def _value(directory: Directory, type_: str, value: object) -> object:
    if type_ == "person" and isinstance(value, int) and value in directory.persons:
        return directory.persons[value].address or directory.persons[value].name
    if type_ == "client" and isinstance(value, int) and value in directory.clients:
        return directory.clients[value].name
    return value[1] if type_ == "state" and isinstance(value, list) else value


def _nobody(installation: Installation) -> Person:
    """A reader at the terminal, where everything is English."""
    return Person(0, "", (), "en", installation.timezone)
