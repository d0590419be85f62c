"""`mailflow preview`: what would be sent, without sending it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from mailflow import wiring
from mailflow.cli import start
from mailflow.cli.output import Failure, harmless, one_line
from mailflow.outbox.preview import preview
from mailflow.schedule import SCHEDULED
from mailflow.schedule.clock import payload_of, read_meetings, upcoming
from mailflow.schedule.due import Due, Meeting, Plan
from mailflow.snapshots import read_directory
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Person

# Enough firings to find one of everybody in.
AHEAD = 10_000
DIGEST_EPILOG = """\b
Examples:
  mailflow preview digest anna.berg@acme.example
  mailflow preview digest anna.berg@acme.example --at 2026-11-30T08:30 --out digest.html"""
AGENDA_EPILOG = """\b
Examples:
  mailflow preview agenda PORTAL
  mailflow preview agenda PORTAL Weekly --out agenda.html"""


@dataclass(frozen=True)
class View:
    """What a preview is made from, at one moment."""

    session: Session
    installation: Installation
    directory: Directory
    meetings: list[Meeting]
    plan: Plan
    now: datetime

    def next_firing(self, what: str, fits: Callable[[Due], bool]) -> Due | None:
        coming = upcoming(self.directory, self.meetings, self.plan, self.now, AHEAD, what)
        return next(filter(fits, coming), None)

    def mail(self, due: Due, reader: Person) -> tuple[str, str, str] | None:
        """Subject, text and HTML; None where there is nothing to tell."""
        payload = payload_of(due, self.now)
        what = due.payload["what"]
        arguments = (self.session, self.installation, self.directory)
        reason = SCHEDULED[what].tell(*arguments, payload, self.now).get(reader.id)
        return preview(*arguments, reader, what, [reason], self.now) if reason else None


def _options(function: Callable[..., None]) -> Callable[..., None]:
    out = click.option(
        "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the HTML to a file."
    )
    at = click.option("--at", metavar="TIME", help="As if it were that moment (ISO 8601).")
    return at(out(function))


@click.group(short_help="Show a digest or an agenda without sending it.")
def command() -> None:
    """What would be sent, without storing or sending anything."""


@command.command(epilog=DIGEST_EPILOG)
@click.argument("address")
@_options
def digest(address: str, at: str | None, out: Path | None) -> None:
    """The digest that the person with ADDRESS would get."""

    def made(view: View) -> tuple[str, str, str] | None:
        person = view.directory.by_address(address)
        if person is None:
            raise Failure(f"{address} is nobody in the directory")
        due = view.next_firing("digest", lambda due: due.payload["person"] == person.id)
        return view.mail(due, person) if due else None

    _show(made, at, out)


@command.command(epilog=AGENDA_EPILOG)
@click.argument("project")
@click.argument("meeting", required=False)
@_options
def agenda(project: str, meeting: str | None, at: str | None, out: Path | None) -> None:
    """The agenda of PROJECT's next meeting (or of its next MEETING), as its coordinator gets it."""

    def made(view: View) -> tuple[str, str, str] | None:
        found = view.directory.project_by_key(project)
        if found is None:
            known = ", ".join(p.key for p in view.directory.projects.values())
            raise Failure(f"there is no project {project}; known are {known or 'none'}")
        names = [m.name for m in view.meetings if m.project == found.id]
        chosen = [n for n in names if meeting is None or n.casefold() == meeting.casefold()]
        if not chosen:
            wanted = f"meeting {meeting}" if meeting else "meeting"
            raise Failure(f"{found.key} has no {wanted}; it has {', '.join(names) or 'none'}")
        due = view.next_firing(
            "agenda",
            lambda due: (
                due.payload.get("project") == found.id and due.payload.get("meeting") in chosen
            ),
        )
        return view.mail(due, view.directory.persons[found.coordinator]) if due else None

    _show(made, at, out)


def _show(
    made: Callable[[View], tuple[str, str, str] | None], at: str | None, out: Path | None
) -> None:
    with start.opened() as (settings, database), database.read() as session:
        now = start.moment(at, settings.timezone) if at else start.now()
        view = View(
            session,
            wiring.installation(settings),
            read_directory(session, settings.timezone),
            read_meetings(session, now),
            wiring.plan(settings),
            now,
        )
        mail = made(view)
    if mail is None:
        click.echo("nothing to tell: no mail would be sent")
        return
    subject, text, html = mail
    if out is None:
        click.echo(f"Subject: {one_line(subject)}\n\n{harmless(text)}")
        return
    try:
        # others' words are in it, so only the admin can read it
        with os.fdopen(os.open(out, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(html.encode("utf-8", "replace"))
    except OSError as error:
        raise Failure(f"{out}: {error.strerror}") from None
    click.echo(f"{out}: {one_line(subject)}")
