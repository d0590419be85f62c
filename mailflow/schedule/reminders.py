"""Reminders: one mail a person and working day, of all that is late or will be before the next one.

They look at how things stand when they are handled. Each stage of a term is told once, a term that
is over again every week. Where an owner is away, whoever acts for them is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.schedule import notices
from mailflow.schedule.due import Due, Meeting, Plan, working_hours
from mailflow.schedule.late import DAY, SECTIONS, Call, Look, as_owner, at_stage, listed, look_at
from mailflow.snapshots.entries import Entry, entries, open_states
from mailflow.store import reminders as store
from mailflow.store.tables import Input
from mailflow.workflow.deputies import acting
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Person

# One day's working hours, also on days on which clocks change.
LASTS = 2 * DAY
# A term is missed some days after its end, whatever the zone.
MISSED_BEFORE = 2 * DAY
# A question is brought up after so many working days, and then again and again after so many.
QUESTION_WAITS, QUESTION_AGAIN = 2, 5


def planned(
    directory: Directory, _meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """All reminders whose moment is from `start` on and before `end`."""
    days: dict[str, list[tuple[date, datetime, datetime]]] = {}
    for person in directory.persons.values():
        if not (person.active and person.address):
            continue
        if person.timezone not in days:
            zone = ZoneInfo(person.timezone)
            days[person.timezone] = list(working_hours(plan.calendar, start, end, zone))
        for day, begin, until in days[person.timezone]:
            payload = {"what": "reminder", "person": person.id, "day": day.isoformat()}
            yield Due(f"reminder:{person.id}:{day.isoformat()}", begin, until, payload)


def fire(
    session: Session,
    installation: Installation,
    directory: Directory,
    input_row: Input,
    now: datetime,
) -> None:
    """Write the reminder's notice and what it told; none where nothing is late."""
    calls, reason = _judge(session, installation, directory, input_row.payload, now)
    if reason is not None:
        person = input_row.payload["person"]
        notices.write(session, input_row, "reminder", {person: reason}, now)
        store.note(session, (one for call in calls for one in call.told), input_row.id)


def tell(
    session: Session,
    installation: Installation,
    directory: Directory,
    payload: Mapping[str, Any],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """The reminder by the person's id; empty where there is nothing or that person has left."""
    _, reason = _judge(session, installation, directory, payload, now)
    return {payload["person"]: reason} if reason is not None else {}


def _judge(
    session: Session,
    installation: Installation,
    directory: Directory,
    payload: Mapping[str, Any],
    now: datetime,
) -> tuple[Sequence[Call], dict[str, Any] | None]:
    """What is brought up, and the notice's reason; None where nothing is."""
    person = directory.persons.get(payload["person"])
    if person is None or not person.active:
        return (), None
    look = look_at(installation.calendar, ZoneInfo(person.timezone), now)
    calls = _calls(session, installation.kinds, directory, person, look)
    waiting = _questions(session, person, look)
    if not (calls or waiting):
        return (), None
    sections = [
        listed(name, [call for call in calls if call.section == name])
        for name in (*SECTIONS, "missed")
        if any(call.section == name for call in calls)
    ]
    return calls, {"reason": "reminder", "sections": sections, "questions": waiting}


def _calls(
    session: Session, kinds: Kinds, directory: Directory, person: Person, look: Look
) -> list[Call]:
    """What a person is told of, as its owner or for one, and as coordinator."""
    ids = _what_may_be_late(session, kinds, directory, person, look)
    found = entries(session, kinds, directory, ids, {}, look.now)
    before = store.told(session, ids)
    look = replace(look, reopened=store.reopened(session, ids))
    calls = []
    for entry in found:
        reached = look.terms(entry) if entry.visible_to(person.id) else ()
        if told_as_owner(directory, entry, look.now) == person.id:
            call = as_owner(entry, reached, before, person.id)
        elif entry.project.acting == person.id and not entry.kind.private:
            call = at_stage("missed", "missed", entry, reached, before)
        else:
            call = None
        calls += [call] if call else []
    return calls


def told_as_owner(directory: Directory, entry: Entry, now: datetime) -> int:
    """The owner, or who acts for them where they may see it; nobody acts in private matters."""
    owner = entry.record.owner
    deputy = acting(directory, owner, now)
    return deputy if not entry.kind.private and entry.visible_to(deputy) else owner


def _what_may_be_late(
    session: Session, kinds: Kinds, directory: Directory, person: Person, look: Look
) -> list[int]:
    owners = [n for n in directory.persons if acting(directory, n, look.now) == person.id]
    owners = list(dict.fromkeys((person.id, *owners)))
    # the working day after this one; a day more, as the projects' zones may be ahead
    until = look.calendar.add_days(look.today + DAY, 1)
    is_open, with_norms = open_states(kinds), open_states(filter(has_norm, kinds))
    ids = store.owned(session, owners, is_open, until)
    ids += store.owned_since(session, owners, with_norms)
    public = [kind for kind in kinds if not kind.private]
    for project in directory.projects.values():
        if project.acting == person.id:
            ids += late_in(session, public, project.id, look.today - MISSED_BEFORE)
    return list(dict.fromkeys(ids))


def late_in(session: Session, kinds: Iterable[Kind], project: int, due_by: date) -> list[int]:
    """The records of a project that are due by then, or have a norm."""
    kinds = list(kinds)
    norms = open_states(filter(has_norm, kinds))
    ids = store.in_project(session, project, open_states(kinds), due_by)
    return [*ids, *store.in_project_since(session, project, norms)]


def has_norm(kind: Kind) -> bool:
    """Whether a kind says by when it is answered or solved."""
    return bool(kind.answer_hours or kind.solve_hours)


def _questions(session: Session, person: Person, look: Look) -> list[dict[str, int]]:
    """The mails of open questions whose day it is, with the working days that they wait."""
    since = partial(look.calendar.days_between, last=look.today)
    found = []
    for one in store.questions(session, person.id, look.now - DAY):
        waits = since(one.asked_at.astimezone(look.zone).date())
        if waits >= QUESTION_WAITS and (waits - QUESTION_WAITS) % QUESTION_AGAIN == 0:
            found.append({"outgoing": one.outgoing, "n": waits})
    return found
