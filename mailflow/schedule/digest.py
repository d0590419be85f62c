"""The weekly digest: one mail a person on all their projects, what waits for them and what is new.

Each digest tells what changed since the one before, up to its own moment, however late it is
handled: so nothing is told twice and nothing falls between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.schedule import notices
from mailflow.schedule.due import WEEK, Due, Meeting, Plan, days, is_over, local_moment, week_of
from mailflow.snapshots.entries import Entry, entries, open_states, section, states_to_agree
from mailflow.store import clock, summaries
from mailflow.store.tables import Input
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import PRIORITIES, WITHDRAWN, Person, Project

DUE_FOR = timedelta(hours=24)
SOON = timedelta(days=7)
# Where digests were missed, the next one looks back further, but not for ever.
WEEKS_BACK = 4

ORDERS = {
    "coordinator": ("unowned", "late", "agree", "waiting", "next_week", "changed"),
    "sales": ("changed", "agree", "waiting", "late", "next_week", "unowned"),
    "member": ("waiting", "late", "next_week", "agree", "changed", "unowned"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Changes after `since` and up to `until` are told; `now` is when the digest is written."""

    since: datetime
    until: datetime
    now: datetime


def planned(
    directory: Directory, _meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """All digests whose moment is from `start` on and before `end`."""
    for person in directory.persons.values():
        if not (person.active and person.address):
            continue
        zone = ZoneInfo(person.timezone)
        for day in days(plan.digest_day, start, end, zone):
            at = local_moment(day, plan.digest_at, zone)
            if start <= at < end:
                payload = {"what": "digest", "person": person.id, "day": day.isoformat()}
                yield Due(_key(person.id, day), at, at + DUE_FOR, payload)


def fire(
    session: Session,
    installation: Installation,
    directory: Directory,
    input_row: Input,
    now: datetime,
) -> None:
    """Write the digest's notice; none where there is nothing to tell or it is too late."""
    if not is_over(input_row.payload, now):
        told = tell(session, installation, directory, input_row.payload, now)
        notices.write(session, input_row, "digest", told, now)


def tell(
    session: Session,
    installation: Installation,
    directory: Directory,
    payload: Mapping[str, Any],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """The digest by the person's id; empty where nothing is in it or that person has left."""
    person = directory.persons.get(payload["person"])
    if person is None or not person.active:
        return {}
    until = datetime.fromisoformat(payload["at"])
    day = date.fromisoformat(payload["day"])
    before = [_key(person.id, day - week * WEEK) for week in range(1, WEEKS_BACK + 1)]
    since = clock.last_moment(session, before) or _the_beginning(session, until)
    found = content(session, installation.kinds, directory, person, Window(since, until, now))
    return {person.id: found} if found is not None else {}


def _the_beginning(session: Session, until: datetime) -> datetime:
    """Since when the first digest tells: the first run, or a week where that is long ago."""
    first_run = clock.landmark(session, clock.FIRST_RUN)
    if first_run is None or first_run <= until - WEEKS_BACK * WEEK:
        return until - WEEK
    # what the first run itself handled happened at that very moment
    return first_run - timedelta.resolution


def content(
    session: Session, kinds: Kinds, directory: Directory, person: Person, window: Window
) -> dict[str, Any] | None:
    """The notice's reason: sections of record ids in this person's order; None if all are empty."""
    mine = directory.projects_of(person.id)
    changes = summaries.changed_for(
        session, person.id, [project.id for project in mine], window.since, window.until
    )
    ids = _what_may_wait(session, kinds, person, mine, window.now)
    found = entries(session, kinds, directory, ids, changes, window.now)
    waiting: dict[str, list[Entry]] = {}
    for entry in found:
        name = section_of(entry, person.id) if entry.visible_to(person.id) else None
        if name is not None:
            waiting.setdefault(name, []).append(entry)
    sections = [
        section(name, [(e.record.id, e.note()) for e in sorted(waiting[name], key=_SORT[name])])
        for name in ORDERS[role_of(person.id, mine)]
        if name in waiting
    ]
    if not sections:
        return None
    return {"reason": "digest", "until": window.until.isoformat(), "sections": sections}


def section_of(entry: Entry, person: int) -> str | None:
    """The one section of this person's digest in which a record stands."""
    record, leads = entry.record, entry.project.coordinator == person
    concerns = record.owner == person or leads
    side = entry.project.side(person)
    if entry.awaits_agreement and side is not None and side not in record.agreements:
        return "agree"
    if entry.is_open and leads and entry.why.get("rule") == "coordinator":
        return "unowned"
    if concerns and entry.days_late > 0:
        return "late"
    if entry.is_open and concerns and record.due and record.due <= entry.today + SOON:
        return "next_week"
    if entry.is_open and record.owner == person:
        return "waiting"
    came_and_went = entry.saw("opened") and record.state == WITHDRAWN
    return "changed" if entry.events and not came_and_went else None


def role_of(person: int, projects: Iterable[Project]) -> str:
    """What somebody mostly is, over all their projects: it decides what their digest says first."""
    if any(project.coordinator == person for project in projects):
        return "coordinator"
    return "sales" if any(person in project.sales for project in projects) else "member"


def _what_may_wait(
    session: Session, kinds: Kinds, person: Person, mine: Sequence[Project], now: datetime
) -> list[int]:
    """Records that may stand in another section than what changed."""
    is_open = open_states(kinds)
    led = [project.id for project in mine if project.coordinator == person.id]
    sided = [project.id for project in mine if project.side(person.id)]
    to_agree = states_to_agree(kinds)
    # a day more, as the projects' zones may be ahead
    horizon = now.date() + SOON + timedelta(days=1)
    return [
        *summaries.in_projects(session, sided, to_agree),
        *summaries.owned(session, person.id, is_open),
        *summaries.in_projects(session, led, is_open, due_by=horizon),
        *summaries.unrouted(session, led, is_open),
    ]


def _key(person: int, day: date) -> str:
    return f"digest:{person}:{week_of(day)}"


def _by_due(entry: Entry) -> tuple[date, int]:
    return (entry.record.due or date.max, entry.record.id)


def _by_priority(entry: Entry) -> tuple[int, date, int]:
    return (-PRIORITIES.index(entry.record.priority), *_by_due(entry))


def _as_found(_entry: Entry) -> tuple[()]:
    return ()


_SORT: Mapping[str, Callable[[Entry], tuple[Any, ...]]] = {
    "agree": _by_due,
    "waiting": _by_priority,
    "unowned": _by_priority,
    "late": _by_due,
    "next_week": _by_due,
    "changed": _as_found,
}
