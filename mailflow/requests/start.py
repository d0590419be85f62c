"""`[START] ACME`: a project starts; sales is asked for its goals by a form.

The first answer opens the goal, and then the team is asked (mailflow/pipeline/forms.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from mailflow.store import clock, forms
from mailflow.workflow.directory import Directory
from mailflow.workflow.fields import asked_of
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import Project, Refusal
from mailflow.workflow.requests import Ask, Told, which_project

KIND = "goal"
AGAIN = {"again", "--again", "再次", "重新", "再次启动", "重新启动"}


def start(
    session: Session, installation: Installation, directory: Directory, ask: Ask
) -> Sequence[Told] | Refusal:
    """Only who coordinates a project starts it; once, unless "again" stands behind it."""
    project, me = ask.project, ask.person.id
    if project is None:
        return which_project(directory, ask)
    if me not in (project.coordinator, project.acting):
        given = {"project": project.key, "person": project.coordinator}
        return Refusal("not_coordinator", given)
    again = ask.text.strip(" .!。！").casefold() in AGAIN
    asked = to_be_asked(session, installation.kinds, directory, project, again=again)
    if isinstance(asked, Refusal):
        return asked
    reason = {"reason": "started", "project": project.id, "persons": list(asked)}
    told = begin(session, installation.kinds, project, asked, ask.time.now)
    return [*told, Told(me, "receipt", reason)]


def to_be_asked(
    session: Session, kinds: Kinds, directory: Directory, project: Project, *, again: bool
) -> Sequence[int] | Refusal:
    """Who of sales gets the form (ids), or why nobody does."""
    kind = kinds.by_name(KIND)
    if kind is None or not asked_of(kind.fields, "sales"):
        return Refusal("no_form", {"kind": KIND})
    started = clock.landmark(session, _mark(project))
    if started is not None and not again:
        given = {"project": project.key, "day": started.date().isoformat()}
        return Refusal("already_started", given)
    people = [n for n in project.sales if directory.persons[n].active]
    return people or Refusal("nobody_to_ask", {"project": project.key})


def begin(
    session: Session, kinds: Kinds, project: Project, asked: Sequence[int], now: datetime
) -> list[Told]:
    """Ask them; forms that are sent again are about the goal that the earlier ones came to."""
    fields = asked_of(kinds[KIND].fields, "sales")
    record = forms.last_record(session, asked, project.id)
    wanted = forms.Asked(project.id, KIND, fields, record)
    clock.set_landmark(session, _mark(project), now)
    reason = {"reason": "form", "project": project.id, "kind": KIND, "fields": list(fields)}
    return [
        Told(person, "question", reason, question.id)
        for person, question in forms.ask(session, asked, wanted, now).items()
    ]


def _mark(project: Project) -> str:
    return f"started:{project.id}"
