"""The agenda of a project's meeting: what to talk about, to everybody of the project.

It goes out even where there is nothing on it: the meeting takes place all the same. That of a
meeting which somebody called has only its points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote as percent
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.schedule import notices
from mailflow.schedule.due import (
    WEEK,
    Due,
    Meeting,
    Once,
    Plan,
    days,
    local_moment,
    slugs,
)
from mailflow.snapshots.entries import (
    Entry,
    Note,
    entries,
    first_states,
    open_states,
    section,
    states_to_agree,
)
from mailflow.snapshots.sittings import as_points, as_reason
from mailflow.store import meetings as store
from mailflow.store import summaries
from mailflow.store.tables import Input, Sitting
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import PRIORITIES, WITHDRAWN, Project

# It comes 336 hours before its meeting at most, and stays due until that begins.
LASTS = timedelta(days=15)
# What was promised comes first, then what has to be decided.
SECTIONS = ("promised", "decisions", "open", "new")


@dataclass(frozen=True, slots=True)
class Span:
    """From the last meeting to the day of the one after this; `now` is when it is written.

    `promised` are the ids of the records that the last minutes opened.
    """

    last: datetime
    now: datetime
    next_day: date
    promised: Sequence[int] = ()


def planned(
    directory: Directory, meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """All agendas whose moment is from `start` on and before `end`."""
    before = timedelta(hours=plan.agenda_hours_before)
    weekly = [meeting for meeting in meetings if meeting.once is None]
    for meeting, slug in zip(weekly, slugs(weekly), strict=True):
        project = directory.projects.get(meeting.project)
        if project is None:
            continue
        zone = ZoneInfo(project.timezone)
        for day in days(meeting.weekday, start + before, end + before, zone):
            starts = local_moment(day, meeting.at, zone)
            if start <= starts - before < end:
                key = f"agenda:{project.key}:{slug}:{day.isoformat()}"
                yield Due(key, starts - before, starts, _payload(meeting, day, starts, zone))
    for meeting in meetings:
        if meeting.once is not None and meeting.project in directory.projects:
            yield from _of_called(meeting, meeting.once, before, start, end)


def _of_called(
    meeting: Meeting, once: Once, before: timedelta, start: datetime, end: datetime
) -> Iterator[Due]:
    """Of one that is called later than its agenda would come the invitation is the agenda."""
    at = once.starts - before
    if start <= at < end and at > once.called_at:
        payload = {
            "what": "agenda",
            "project": meeting.project,
            "meeting": meeting.name,
            "place": meeting.place,
            "starts": once.starts.isoformat(),
            "ends": (once.starts + timedelta(minutes=meeting.minutes)).isoformat(),
            "once": True,
        }
        yield Due(once.key, at, once.starts, payload)


def fire(
    session: Session,
    installation: Installation,
    directory: Directory,
    input_row: Input,
    now: datetime,
) -> None:
    """Write one notice for everybody of the project who is still there."""
    payload = input_row.payload
    if payload["project"] not in directory.projects:
        return
    sitting = _sitting(session, installation, payload)
    if not sitting.cancelled:
        store.take_waiting(session, sitting)
        told = tell(session, installation, directory, payload, now)
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
    """The notice's reason: what is known of the meeting that a firing's payload names, its points,
    and sections of ids.

    It holds no private kind, so that everybody of the project may see all of it.
    """
    sitting = store.by_key(session, meeting.get("key", ""))
    points = store.points(session, project.id, sitting.id if sitting else None)
    sections = []
    if not meeting.get("once"):
        starts = datetime.fromisoformat(meeting["starts"])
        span = Span(
            last=datetime.fromisoformat(meeting["last"]),
            now=now,
            next_day=date.fromisoformat(meeting["day"]) + WEEK,
            promised=store.promised(session, project.id, starts),
        )
        sections = _sections(_entries(session, kinds, directory, project, span), span)
    return {
        "project": project.id,
        **{name: meeting[name] for name in ("meeting", "starts", "ends", "place")},
        **(as_reason(session, sitting) if sitting else {}),
        "reason": "agenda",
        "points": as_points(points),
        "sections": sections,
    }


def section_of(entry: Entry, next_day: date, promised: Collection[int] = ()) -> str | None:
    """The one section in which a record stands; `next_day` is that of the meeting after."""
    record, kind = entry.record, entry.kind
    if entry.awaits_agreement:
        return "decisions"
    is_promise = any(field.type == "due" for field in kind.fields)
    if record.id in promised and is_promise and record.state != WITHDRAWN:
        return "promised"
    if entry.is_open and record.due is not None and record.due <= next_day:
        return "promised"
    if kind.agenda == "new" and record.state != WITHDRAWN:
        is_new = record.state == kind.states[0] or entry.saw("opened")
        if is_new:
            return "new"
    if entry.is_settled and entry.saw("status"):
        return "promised"
    return "open" if kind.agenda == "open" and entry.is_open else None


def _sections(found: Sequence[Entry], span: Span) -> list[dict[str, Any]]:
    by_section: dict[str, list[Entry]] = {}
    for entry in found:
        name = section_of(entry, span.next_day, span.promised)
        if name is not None:
            by_section.setdefault(name, []).append(entry)
    sections = []
    for name in (name for name in SECTIONS if name in by_section):
        those = sorted(by_section[name], key=lambda entry: _place(entry, name, span))
        sections.append(section(name, [(e.record.id, _note(e, name)) for e in those]))
    return sections


def _entries(
    session: Session, kinds: Kinds, directory: Directory, project: Project, span: Span
) -> list[Entry]:
    public = [kind for kind in kinds if not kind.private]
    here = [project.id]
    new = first_states(kind for kind in public if kind.agenda == "new")
    all_open = open_states(kind for kind in public if kind.agenda == "open")
    ids = [
        *span.promised,
        *summaries.in_projects(session, here, states_to_agree(public)),
        *summaries.in_projects(session, here, open_states(public), due_by=span.next_day),
        *summaries.in_projects(session, here, new),
        *summaries.in_projects(session, here, all_open),
    ]
    changes = summaries.changed_in(session, project.id, span.last, span.now)
    found = entries(session, kinds, directory, ids, changes, span.now)
    return [e for e in found if not e.kind.private and e.project.id == project.id]


def _sitting(session: Session, installation: Installation, payload: Mapping[str, Any]) -> Sitting:
    """The row of the meeting that this firing is about; the first firing makes it."""
    found = store.by_key(session, payload["key"])
    if found is not None:
        return found
    name = percent(payload["meeting"].casefold(), safe="")
    sitting = Sitting(
        project_id=payload["project"],
        key=payload["key"],
        uid=f"{payload['project']}-{name}-{payload['day']}@{installation.domain}",
        name=payload["meeting"],
        place=payload["place"],
        starts=datetime.fromisoformat(payload["starts"]),
        ends=datetime.fromisoformat(payload["ends"]),
    )
    session.add(sitting)
    session.flush()
    return sitting


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
    """The age of what is open, else what is said of any record."""
    return {"phrase": "age", "n": entry.age} if name == "open" else entry.note()


def _place(entry: Entry, name: str, span: Span) -> tuple[Any, ...]:
    """What the last minutes promised and what is urgent come first, then what is oldest."""
    record = entry.record
    is_promised = name == "promised" and record.id in span.promised
    urgency = PRIORITIES.index(record.priority) if name == "open" else 0
    return (not is_promised, -urgency, entry.created, record.id)
