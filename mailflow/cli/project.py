"""`mailflow project`: what an admin does for a project."""

from __future__ import annotations

import click

from mailflow.cli import start
from mailflow.cli.output import Failure, one_line
from mailflow.kinds_file import load_kinds
from mailflow.pipeline.notices import Notices
from mailflow.requests.start import begin, to_be_asked
from mailflow.snapshots import read_directory
from mailflow.store.inputs import take_act
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Project, Refusal

WHY = {
    "no_form": "the kind {kind} has no fields that sales is asked for: see kinds.toml",
    "already_started": "{project} was started on {day}: ask everybody again by --again",
    "nobody_to_ask": "{project} has nobody in sales: see `mailflow directory`",
}
START_EPILOG = """\b
Examples:
  mailflow project start ACME --dry-run       who would be asked
  mailflow project start ACME
  mailflow project start ACME --again         although it was started before

Whoever coordinates a project can do the same by a mail: [START] ACME"""


@click.group(short_help="Start a project.")
def command() -> None:
    """What is done for a project as a whole."""


@command.command("start", epilog=START_EPILOG, short_help="Ask sales for its goals by mail.")
@click.argument("key", metavar="PROJECT")
@click.option("--dry-run", is_flag=True, help="Say who would be asked, and ask nobody.")
@click.option("--again", is_flag=True, help="Ask everybody again.")
def start_(key: str, dry_run: bool, again: bool) -> None:
    """Ask sales for the goals of PROJECT by mail, and then its team for what it thinks of them."""
    now = start.now()
    with start.opened() as (settings, database), database.write() as session:
        kinds = load_kinds(settings.kinds)
        directory = read_directory(session, settings.timezone)
        project = _project(directory, key)
        asked = to_be_asked(session, kinds, directory, project, again=again)
        if isinstance(asked, Refusal):
            raise Failure(WHY[asked.reason].format(**asked.details))
        people = [directory.persons[person] for person in asked]
        if not dry_run:
            notices = Notices()
            for told in begin(session, kinds, project, asked, now):
                notices.tell(told.person, told.kind, told.reason, told.question)
            _tell_coordinator(notices, project, list(asked))
            notices.write(
                session, take_act(session, "project start", {"key": project.key}, now), now
            )
    for person in people:
        click.echo(
            f"{'would ask' if dry_run else 'asks'} {one_line(person.name)} <{person.address}>"
        )
    click.echo("nobody was asked: this was a dry run" if dry_run else "the daemon sends the mails")


def _tell_coordinator(notices: Notices, project: Project, asked: list[int]) -> None:
    reason = {"reason": "started", "project": project.id, "persons": asked, "by": "admin"}
    notices.tell(project.coordinator, "notice", reason)


def _project(directory: Directory, key: str) -> Project:
    found = directory.project_by_key(key)
    if found is None:
        keys = ", ".join(sorted(p.key for p in directory.projects.values()))
        raise Failure(f"there is no project {key}; known are {keys or 'none'}")
    return found
