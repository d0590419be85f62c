"""The agenda of a project's meeting: what to talk about, to everybody of the project.

It goes out even where there is nothing on it: the meeting takes place all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.schedule import notices
from mailflow.schedule.due import WEEK, Due, Meeting, Plan, days, is_over, local_moment, slugs
from mailflow.snapshots.entries import (
    Entry,
    Note,
    entries,
    first_states,
    open_states,
    section,
    states_to_agree,
)
from mailflow.store import summaries
from mailflow.store.tables import Input
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import WITHDRAWN, Project

SECTIONS = ("new_feedback", "issues", "decisions", "promised")


@dataclass(frozen=True, slots=True)
class Span:
    """From the last meeting to the day of the one after this; `now` is when it is written."""

    last: datetime
    now: datetime
    next_day: date


def planned(
    directory: Directory, meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """All agendas whose moment is from `start` on and before `end`."""
    before = timedelta(hours=plan.agenda_hours_before)
    for meeting, slug in zip(meetings, slugs(meetings), strict=True):
        project = directory.projects.get(meeting.project)
        if project is None:
            continue
        zone = ZoneInfo(project.timezone)
        for day in days(meeting.weekday, start + before, end + before, zone):
            starts = local_moment(day, meeting.at, zone)
            if start <= starts - before < end:
                key = f"agenda:{project.key}:{slug}:{day.isoformat()}"
                yield Due(key, starts - before, starts, _payload(meeting, day, starts, zone))


def fire(
    session: Session,
    installation: Installation,
    directory: Directory,
    input_row: Input,
    now: datetime,
) -> None:
    """Write one notice for everybody of the project who is still there, unless it is too late."""
    if not is_over(input_row.payload, now):
        told = tell(session, installation, directory, input_row.payload, now)
        notices.write(session, input_row, "agenda", told, now)


def tell(
    session: Session,
    installation: Installation,
    directory: Directory,
    payload: Mapping[str, Any],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """The agenda by the ids of those who get it; empty where the project has ended."""
    project = directory.projects.get(payload["project"])
    if project is None:
        return {}
    found = content(session, installation.kinds, directory, project, payload, now)
    people = [directory.persons.get(number) for number in project.participants]
    return {person.id: found for person in people if person and person.active}


def content(
    session: Session,
    kinds: Kinds,
    directory: Directory,
    project: Project,
    meeting: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """The notice's reason: what a firing's payload says of the meeting, and sections of ids.

    It holds no private kind, so that everybody of the project may see all of it.
    """
    span = Span(
        last=datetime.fromisoformat(meeting["last"]),
        now=now,
        next_day=date.fromisoformat(meeting["day"]) + WEEK,
    )
    by_section: dict[str, list[Entry]] = {}
    for entry in _entries(session, kinds, directory, project, span):
        name = section_of(entry, span.next_day)
        if name is not None:
            by_section.setdefault(name, []).append(entry)
    return {
        "reason": "agenda",
        "project": project.id,
        **{name: meeting[name] for name in ("meeting", "starts", "ends", "place")},
        "sections": [
            section(name, [(e.record.id, _note(e, name)) for e in sorted(found, key=_oldest)])
            for name in SECTIONS
            if (found := by_section.get(name))
        ],
    }


def section_of(entry: Entry, next_day: date) -> str | None:
    """The one section in which a record stands; `next_day` is that of the meeting after."""
    record, name = entry.record, entry.kind.name
    if entry.awaits_agreement:
        return "decisions"
    if entry.is_open and record.due is not None and record.due <= next_day:
        return "promised"
    if name == "feedback" and record.state != WITHDRAWN:
        is_new = record.state == entry.kind.states[0] or entry.saw("opened")
        if is_new:
            return "new_feedback"
    if entry.is_settled and entry.saw("status"):
        return "promised"
    return "issues" if name == "issue" and entry.is_open else None


def _entries(
    session: Session, kinds: Kinds, directory: Directory, project: Project, span: Span
) -> list[Entry]:
    public = [kind for kind in kinds if not kind.private]
    here = [project.id]
    to_agree = states_to_agree(public)
    feedback = first_states(kind for kind in public if kind.name == "feedback")
    issues = open_states(kind for kind in public if kind.name == "issue")
    ids = [
        *summaries.in_projects(session, here, to_agree),
        *summaries.in_projects(session, here, open_states(public), due_by=span.next_day),
        *summaries.in_projects(session, here, feedback),
        *summaries.in_projects(session, here, issues),
    ]
    changes = summaries.changed_in(session, project.id, span.last, span.now)
    found = entries(session, kinds, directory, ids, changes, span.now)
    return [entry for entry in found if not entry.kind.private]


def _payload(meeting: Meeting, day: date, starts: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "what": "agenda",
        "project": meeting.project,
        "meeting": meeting.name,
        "place": meeting.place,
        "day": day.isoformat(),
        "last": local_moment(day - WEEK, meeting.at, zone).isoformat(),
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(minutes=meeting.minutes)).isoformat(),
    }


def _note(entry: Entry, name: str) -> Note | None:
    """An issue's age, else what is said of any record."""
    return {"phrase": "age", "n": entry.age} if name == "issues" else entry.note()


def _oldest(entry: Entry) -> tuple[datetime, int]:
    return (entry.created, entry.record.id)
