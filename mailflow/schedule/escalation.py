"""What stays late for long is told once to whom `escalation.to` names, who follows it from then on.

That may be somebody outside the directory: a setting names them, so that mails may go there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.pipeline.apply import happen
from mailflow.schedule import notices
from mailflow.schedule.due import Due, Meeting, Plan, working_hours
from mailflow.schedule.late import Call, Look, at_stage, listed, look_at
from mailflow.schedule.reminders import late_in
from mailflow.snapshots.entries import entries
from mailflow.store import directory as people
from mailflow.store import reminders as store
from mailflow.store.tables import Input
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Happened, Project, Record

# One day's working hours, also on days on which clocks change.
LASTS = timedelta(days=2)
# Nothing is escalated sooner after its end, whatever the zone.
ESCALATED_BEFORE = timedelta(days=9)


def planned(
    _directory: Directory, _meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """One on each working day of the installation, where somebody is to be told."""
    if plan.escalates_in is None:
        return
    for day, begin, until in working_hours(plan.calendar, start, end, ZoneInfo(plan.escalates_in)):
        payload = {"what": "escalation", "day": day.isoformat()}
        yield Due(f"escalation:{day.isoformat()}", begin, until, payload)


def fire(
    session: Session,
    installation: Installation,
    directory: Directory,
    input_row: Input,
    now: datetime,
) -> None:
    """Write the notice, and in each record that it is escalated; nothing where nothing is."""
    calls = _calls(session, installation, directory, now)
    if not calls:
        return
    person = _addressee(session, installation, now)
    for call in calls:
        record = call.entry.record
        escalated = [_followed_by(person, record)]
        happen(session, input_row, record, escalated, installation.kinds, None, now)
    store.note(session, (one for call in calls for one in call.told), input_row.id)
    notices.write(session, input_row, "reminder", {person: _reason(calls)}, now)


def tell(
    session: Session,
    installation: Installation,
    directory: Directory,
    _payload: Mapping[str, Any],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """What would be told, by the id of whom it goes to; nobody where they were told nothing yet."""
    person = store.addressee(session, installation.escalation)
    calls = _calls(session, installation, directory, now)
    return {person.id: _reason(calls)} if person and calls else {}


def _calls(
    session: Session, installation: Installation, directory: Directory, now: datetime
) -> list[Call]:
    """What is to be escalated in any project, of no private kind."""
    if not installation.escalation:
        return []
    look = look_at(installation.calendar, ZoneInfo(installation.timezone), now)
    projects = directory.projects.values()
    return [c for p in projects for c in _calls_in(session, installation, directory, p, look)]


def _calls_in(
    session: Session,
    installation: Installation,
    directory: Directory,
    project: Project,
    look: Look,
) -> Iterator[Call]:
    public = [kind for kind in installation.kinds if not kind.private]
    ids = late_in(session, public, project.id, look.today - ESCALATED_BEFORE)
    found = entries(session, installation.kinds, directory, ids, {}, look.now)
    before = store.told(session, ids)
    look = replace(look, reopened=store.reopened(session, ids))
    for entry in found:
        call = at_stage("escalated", "escalated", entry, look.terms(entry), before)
        if call is not None:
            yield call


def _addressee(session: Session, installation: Installation, now: datetime) -> int:
    """The id of whom it goes to; who is not known yet is from now on."""
    person = store.addressee(session, installation.escalation)
    if person is None:
        given = (installation.escalation, installation.language, installation.timezone)
        person = store.add_addressee(session, *given)
        people.touch(session, now)
    return person.id


def _followed_by(person: int, record: Record) -> Happened:
    before = record.following
    return Happened(
        "escalated", {"following": before}, {"following": {**before, str(person): "watch"}}
    )


def _reason(calls: Sequence[Call]) -> dict[str, Any]:
    """A section a project, which says who coordinates it."""
    projects = dict.fromkeys(call.entry.project.id for call in calls)
    return {
        "reason": "escalation",
        "sections": [
            {
                **listed("escalated", [c for c in calls if c.entry.project.id == project]),
                "project": project,
            }
            for project in projects
        ],
    }
