"""`mailflow schedule`: what the clock will do."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from mailflow import wiring
from mailflow.cli import start
from mailflow.cli.output import Failure, print_json, print_table
from mailflow.schedule import SCHEDULED
from mailflow.schedule.clock import fire_key, read_meetings, upcoming
from mailflow.schedule.due import Due
from mailflow.snapshots import DirectoryCache, read_directory
from mailflow.store import inputs
from mailflow.workflow.directory import Directory

LIST_EPILOG = """\b
Examples:
  mailflow schedule list
  mailflow schedule list --what agenda
  mailflow schedule list --count 100 --json"""
RUN_EPILOG = """\b
Examples:
  mailflow schedule run agenda:PORTAL:weekly:2026-11-26

The running daemon, or the next `mailflow run --once`, sends what it makes. A key happens once: what
was fired by hand is not fired again when it is due."""


@click.group(short_help="What the clock will do.")
def command() -> None:
    """The clock's firings: digests and agendas to come."""


@command.command("list", epilog=LIST_EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.option("--count", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--what", type=click.Choice(tuple(SCHEDULED)), help="Only these.")
def list_(as_lines: bool, count: int, what: str | None) -> None:
    """The next firings, the first first."""
    now = start.now()
    with start.opened() as (settings, database), database.read() as session:
        directory = read_directory(session, settings.timezone)
        meetings = read_meetings(session, now)
        coming = upcoming(directory, meetings, wiring.plan(settings), now, count, what)
    if as_lines:
        print_json(
            {"key": due.key, "at": due.at.isoformat(), "until": due.until.isoformat()}
            | {"for": _reader(due, directory)}
            for due in coming
        )
        return
    zone = ZoneInfo(settings.timezone)
    rows = ((_local(due.at, zone), due.key, _reader(due, directory)) for due in coming)
    print_table((f"due ({settings.timezone})", "key", "for"), rows)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"


def _reader(due: Due, directory: Directory) -> str | None:
    """Whom or what a firing is for."""
    person = directory.persons.get(due.payload.get("person", 0))
    project = directory.projects.get(due.payload.get("project", 0))
    return person.address if person else project.key if project else None


@command.command(epilog=RUN_EPILOG)
@click.argument("key")
def run(key: str) -> None:
    """Fire KEY now, also before it is due."""
    now = start.now()
    with start.opened() as (settings, database):
        directories = DirectoryCache(settings.timezone)
        answer = fire_key(database, directories, wiring.plan(settings), key, now)
        if answer == "fired":
            with database.write() as session:
                inputs.take_act(session, "schedule run", {"key": key}, now)
    if answer == "unknown":
        raise Failure(f"nothing has the key {key}; see mailflow schedule list")
    if answer == "happened":
        raise Failure(f"{key} has happened already")
    click.echo(f"{key} is fired; the daemon sends what it makes")
