"""`[AGENDA] What to talk about`: a point of the project's next meeting, and one a line below it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mailflow.snapshots.sittings import add_topics, next_meeting, told_of_points
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.meetings import read_topics, too_many
from mailflow.workflow.model import Refusal
from mailflow.workflow.requests import Ask, Told, which_project


def agenda(
    session: Session, _installation: Installation, directory: Directory, ask: Ask
) -> Sequence[Told] | Refusal:
    """Once its agenda is out everybody is told; before that the point waits for it."""
    project, person = ask.project, ask.person.id
    if project is None:
        return which_project(directory, ask)
    topics = (*read_topics([ask.text]), *read_topics(ask.body.splitlines()))
    if not topics:
        return Refusal("no_point")
    refusal = too_many(topics)
    if refusal is not None:
        return refusal
    at = next_meeting(session, project, ask.time.now)
    made = add_topics(session, project, person, dict.fromkeys(topics), at, ask.cause)
    return told_of_points(session, directory, project, person, made, at)
