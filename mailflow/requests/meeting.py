"""`[MEETING] tomorrow 15:00 Title`: calls everybody of the project to a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.snapshots.sittings import Next, add_topics, as_points, as_reason, everybody
from mailflow.snapshots.sittings import next_meeting as next_of
from mailflow.store import meetings
from mailflow.store.tables import Sitting
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.meetings import Called, read_called
from mailflow.workflow.model import Project, Refusal
from mailflow.workflow.requests import Ask, Told, which_project


def meeting(
    session: Session, installation: Installation, directory: Directory, ask: Ask
) -> Sequence[Told] | Refusal:
    """Its time is one of the project's zone; whoever calls it comes."""
    project = ask.project
    if project is None:
        return which_project(directory, ask)
    zone = ZoneInfo(project.timezone)
    called = read_called(ask.text, ask.body, ask.time.now, zone, ask.person.language)
    if isinstance(called, Refusal):
        return called
    sitting = _sitting(session, installation, project, called, ask)
    meetings.answer(session, sitting.id, ask.person.id, "accepted", ask.cause)
    here = Next(sitting, sitting.name, sitting.starts)
    add_topics(session, project, ask.person.id, called.topics, here, ask.cause)
    if next_of(session, project, ask.time.now).sitting is sitting:
        meetings.take_waiting(session, sitting)
    points = as_points(meetings.points(session, project.id, sitting.id))
    reason = {**as_reason(session, sitting), "reason": "invited", "points": points}
    return [
        Told(person, "receipt" if person == ask.person.id else "invitation", reason)
        for person in everybody(directory, project)
    ]


def _sitting(
    session: Session, installation: Installation, project: Project, called: Called, ask: Ask
) -> Sitting:
    """The input's number makes its key and its UID its own."""
    day = called.starts.astimezone(ZoneInfo(project.timezone)).date().isoformat()
    sitting = Sitting(
        project_id=project.id,
        key=f"agenda:{project.key}:called-{ask.cause}:{day}",
        uid=f"{project.id}-called-{ask.cause}-{day}@{installation.domain}",
        name=called.name,
        place=called.place,
        starts=called.starts,
        ends=called.ends,
        called_by=ask.person.id,
        called_at=ask.time.now,
    )
    session.add(sitting)
    session.flush()
    return sitting
