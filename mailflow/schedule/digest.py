"""The digest: one mail a person on all their projects, what waits for them and what is new.

It comes every week, or on each working day, or not at all, as they wish.

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
from mailflow.schedule.due import WEEK, Due, Meeting, Plan, days, local_moment, week_of
from mailflow.snapshots.entries import (
    SHOWN,
    Entry,
    Note,
    entries,
    open_states,
    section,
    states_to_agree,
)
from mailflow.store import clock, summaries, tracking
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import PRIORITIES, WITHDRAWN, Person, Project

LASTS = timedelta(hours=24)
SOON = timedelta(days=7)
# Where digests were missed, the next one looks back further, but not for ever.
WEEKS_BACK = 4
# From so many on the records of a section stand by their projects.
MANY = 10

ORDERS = {
    "coordinator": ("unowned", "late", "agree", "waiting", "awaited", "next_week", "changed"),
    "sales": ("agree", "waiting", "late", "next_week", "changed", "awaited", "unowned"),
    "member": ("waiting", "late", "next_week", "agree", "awaited", "changed", "unowned"),
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
        for key, day in _keys(person, plan, start, end, zone):
            at = local_moment(day, plan.digest_at, zone)
            if start <= at < end:
                payload = {"what": "digest", "person": person.id, "day": day.isoformat()}
                payload |= {"empty": True} if plan.digest_empty else {}
                yield Due(key, at, at + LASTS, payload)


def _keys(
    person: Person, plan: Plan, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[str, date]]:
    """The days of somebody's digests with their keys.

    On the day of the weekly one there is one digest, whichever they wish for.
    """
    if person.digest != "off":
        for day in days(plan.digest_day, start, end, zone):
            if person.digest == "weekly" or plan.calendar.is_working(day):
                yield _key(person.id, day), day
    if person.digest == "daily":
        for weekday in sorted({*range(7)} - {plan.digest_day}):
            for day in days(weekday, start, end, zone):
                if plan.calendar.is_working(day):
                    yield _key_of_day(person.id, day), day


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
    before = _before(person.id, day, str(payload.get("key")))
    since = clock.last_moment(session, before) or _the_beginning(session, until)
    found = content(session, installation.kinds, directory, person, Window(since, until, now))
    if found is None and payload.get("empty"):
        found = {"reason": "digest", "until": until.isoformat(), "sections": []}
    return {person.id: found} if found is not None else {}


fire = notices.telling("digest", tell)


def _before(person: int, day: date, own: str) -> list[str]:
    """The keys that earlier digests may have, weekly and daily ones; `own` is that of this one."""
    earlier = (day - n * timedelta(days=1) for n in range(1, 7 * WEEKS_BACK + 1))
    daily = [_key_of_day(person, one) for one in earlier]
    weekly = [_key(person, day - week * WEEK) for week in range(WEEKS_BACK + 1)]
    return [*daily, *(weekly if own == _key_of_day(person, day) else weekly[1:])]


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
        section(name, [(e.record.id, _note(e)) for e in _in_order(name, waiting[name])])
        for name in ORDERS[role_of(person.id, mine)]
        if name in waiting
    ]
    if not sections:
        return None
    time = _time(session, kinds, person, mine, window)
    return {
        "reason": "digest",
        "until": window.until.isoformat(),
        "sections": sections,
        **({"time": time} if time else {}),
    }


def _time(
    session: Session, kinds: Kinds, person: Person, mine: Sequence[Project], window: Window
) -> list[tuple[int, int, int]]:
    """Who worked how long for which project: one's own time, and everybody's where one leads. That
    somebody works on something private is nobody else's business."""
    public = [kind.name for kind in kinds if not kind.private]
    ids = [project.id for project in mine]
    led = {project.id for project in mine if project.led_by(person.id)}
    found = tracking.spent_between(session, ids, public, window.since, window.until)
    return [row for row in found if row[0] in led or row[1] == person.id]


def _in_order(name: str, found: Sequence[Entry]) -> list[Entry]:
    """As the section's name says; many go by their projects, as far as they are shown."""
    ordered = sorted(found, key=_SORT[name])
    if len(ordered) < MANY:
        return ordered
    shown = sorted(ordered[:SHOWN], key=lambda entry: entry.project.key)
    return shown + ordered[SHOWN:]


def section_of(entry: Entry, person: int) -> str | None:
    """The one section of this person's digest in which a record stands. Who acts for a coordinator
    gets theirs, but for what is private."""
    record, project = entry.record, entry.project
    acts = project.deputy == person and not entry.kind.private
    leads = acts or project.coordinator == person
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
    if entry.sides_asked:
        return "awaited"
    if entry.is_open and (record.owner == person or (acts and record.owner == project.coordinator)):
        return "waiting"
    came_and_went = entry.saw("opened") and record.state == WITHDRAWN
    return "changed" if entry.events and not came_and_went else None


def _note(entry: Entry) -> Note | None:
    """Who is still to agree, where nothing more urgent is to be said."""
    if entry.sides_asked and entry.days_late <= 0:
        return {"phrase": "awaits", "sides": list(entry.sides_asked)}
    return entry.note()


def role_of(person: int, projects: Iterable[Project]) -> str:
    """What somebody mostly is, over all their projects: it decides what their digest says first."""
    if any(project.led_by(person) for project in projects):
        return "coordinator"
    return "sales" if any(person in project.sales for project in projects) else "member"


def _what_may_wait(
    session: Session, kinds: Kinds, person: Person, mine: Sequence[Project], now: datetime
) -> list[int]:
    """Records that may stand in another section than what changed."""
    is_open = open_states(kinds)
    led = [project.id for project in mine if project.led_by(person.id)]
    away = {project.coordinator for project in mine if project.deputy == person.id}
    here = [project.id for project in mine]
    to_agree = states_to_agree(kinds)
    # a day more, as the projects' zones may be ahead
    horizon = now.date() + SOON + timedelta(days=1)
    return [
        *summaries.in_projects(session, here, to_agree),
        *(n for owner in (person.id, *away) for n in summaries.owned(session, owner, is_open)),
        *summaries.in_projects(session, led, is_open, due_by=horizon),
        *summaries.unrouted(session, led, is_open),
    ]


def _key(person: int, day: date) -> str:
    return f"digest:{person}:{week_of(day)}"


def _key_of_day(person: int, day: date) -> str:
    return f"digest:{person}:{day.isoformat()}"


def _by_due(entry: Entry) -> tuple[date, int]:
    return (entry.record.due or date.max, entry.record.id)


def _by_priority(entry: Entry) -> tuple[int, date, int]:
    return (-PRIORITIES.index(entry.record.priority), *_by_due(entry))


def _as_found(_entry: Entry) -> tuple[()]:
    return ()


_SORT: Mapping[str, Callable[[Entry], tuple[Any, ...]]] = {
    "agree": _by_due,
    "awaited": _by_due,
    "waiting": _by_priority,
    "unowned": _by_priority,
    "late": _by_due,
    "next_week": _by_due,
    "changed": _as_found,
}
