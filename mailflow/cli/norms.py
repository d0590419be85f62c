"""`mailflow norms`: who answers what in which time."""

from __future__ import annotations

from typing import Any

import click

from mailflow import wiring
from mailflow.cli import start
from mailflow.cli.output import print_json, print_table
from mailflow.kinds_file import load_kinds
from mailflow.settings.types import DAYS
from mailflow.snapshots import read_directory
from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import PRIORITIES
from mailflow.workflow.norms import hours_of
from mailflow.workflow.worktime import WorkCalendar

EPILOG = """\b
Examples:
  mailflow norms
  mailflow norms --json | jq -r 'select(.type == "norm" and .priority == "urgent")'

The hours are working hours, counted from the moment a record is opened. They stand in kinds.toml,
the working time in [schedule] of mailflow.toml."""


@click.command(epilog=EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
def command(as_lines: bool) -> None:
    """Who answers what in which time, and when that time runs."""
    with start.opened() as (settings, database):
        kinds, calendar = load_kinds(settings.kinds), wiring.work_calendar(settings)
        with database.read() as session:
            directory = read_directory(session, settings.timezone)
    norms, owners, time = _norms(kinds), _owners(directory), _time(calendar)
    if as_lines:
        print_json([*norms, *owners, time])
        return
    _table(norms, ("kind", "priority", "answer_hours", "solve_hours", "due_days"))
    _table(owners, ("project", "kind", "words", "client", "answers"))
    hours = "–".join(time["working_hours"])
    click.echo(f"working time  {', '.join(time['working_days'])}, {hours} in the project's zone")
    click.echo(f"holidays      {', '.join(time['holidays']) or 'none'}")
    if time["country"]:
        click.echo(f"              those of {time['country']}, known until {time['known_until']}")


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    cells = ([_cell(row[column]) for column in columns] for row in rows)
    print_table([column.replace("_", " ") for column in columns], cells)
    click.echo()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _norms(kinds: Kinds) -> list[dict[str, Any]]:
    """What a kind says for each priority; kinds that say nothing are left out."""
    return [
        {
            "type": "norm",
            "kind": kind.name,
            "priority": priority,
            "answer_hours": hours_of(kind, priority, "answer"),
            "solve_hours": hours_of(kind, priority, "solve"),
            "due_days": kind.default_due_days,
        }
        for kind in kinds
        for priority in PRIORITIES[::-1]
        if kind.answer_hours or kind.solve_hours or kind.default_due_days
    ]


def _owners(directory: Directory) -> list[dict[str, Any]]:
    """The routes of each project in their order, and the coordinator, who has the rest."""
    found: list[dict[str, Any]] = []
    clients = {client.id: client.name for client in directory.clients.values()}
    for project in sorted(directory.projects.values(), key=lambda project: project.key):
        rest = (None, (), None, project.coordinator)
        routes = [(r.kind, r.words, r.client, r.owner) for r in project.routes]
        found += [
            {
                "type": "owner",
                "project": project.key,
                "kind": kind,
                "words": list(words),
                "client": clients.get(client or 0),
                "answers": directory.persons[owner].address,
            }
            for kind, words, client, owner in (*routes, rest)
        ]
    return found


def _time(calendar: WorkCalendar) -> dict[str, Any]:
    known = calendar.last_known()
    return {
        "type": "working time",
        "working_days": [DAYS[day] for day in calendar.working_days],
        "working_hours": [f"{at:%H:%M}" for at in calendar.working_hours],
        "holidays": [day.isoformat() for day in sorted(calendar.holidays)],
        "country": calendar.country or None,
        "known_until": known.isoformat() if known else None,
    }
