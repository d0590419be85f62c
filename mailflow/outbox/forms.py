"""Forms: mails whose empty lines are filled in by answering them."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.outbox.buttons import Buttons
from mailflow.outbox.facts import Facts, Reason, Shown
from mailflow.outbox.options import later
from mailflow.outbox.questions import numbers
from mailflow.outbox.reader import Reader
from mailflow.outbox.values import labels
from mailflow.outbox.view import Block, Option, Piece, Said
from mailflow.workflow.fields import asked_of
from mailflow.workflow.kinds import Kind


def form(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    """The form of a record that there is not yet: the goals of a project that starts."""
    project = reader.project(reader.directory.projects.get(reason.get("project") or 0))
    kind = reader.installation.kinds.by_name(str(reason.get("kind")))
    subject = reader.say("subject.form", project=project)
    lines = lines_of(reader, labels(reader, kind, reason.get("fields")))
    block = Block(
        said=(Said(reader.say("news.form", project=project)),),
        asked=(reader.say("ask.form"),),
        form=lines,
        options=(fill_in(reader, subject, lines),),
        why=reader.why(reader.say("because.form", project=project, side=reader.side("sales"))),
    )
    return Piece(subject, (block,), is_new=True)


def lines_of(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    """The lines to be filled in."""
    colon = reader.say("format.colon")
    return tuple(f"{name}{colon}" for name in names)


def to_be_analysed(reader: Reader, shown: Shown, kind: Kind | None) -> tuple[str, ...]:
    """The lines by which the team moves a record on, where the reader is of the team."""
    record, side = shown.record, shown.project.side(reader.person.id) if shown.project else None
    if kind is None or side != "team" or not set(kind.filled) & set(later(kind, record)):
        return ()
    names = asked_of(kind.fields, "members", record.fields)
    return lines_of(reader, labels(reader, kind, list(names)))


def fill_in(reader: Reader, subject: str, lines: Sequence[str]) -> Option:
    """A button that begins the answer with these lines."""
    return Buttons(reader, subject).only(reader.say("button.form"), *lines)


def started(reader: Reader, _facts: Facts, _input: int, reason: Reason) -> Piece:
    """Whoever started a project is told who was asked."""
    project = reader.project(reader.directory.projects.get(reason.get("project") or 0))
    people = reader.names(numbers(reason, "persons"))
    said = Said(reader.say("news.started", project=project, people=people))
    because = "because.coordinator" if reason.get("by") == "admin" else "because.started"
    block = Block(said=(said,), why=reader.why(reader.say(because)))
    return Piece(reader.say("subject.started", project=project), (block,))
