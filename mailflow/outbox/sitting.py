"""What mails about a meeting have in common: when and where, who comes, its points, its calendar
object, and how to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.outbox.buttons import Buttons
from mailflow.outbox.calendar import Attendee, Method, meeting_calendar
from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.view import Block, CalendarFile, Section
from mailflow.outbox.words import one_line
from mailflow.store import meetings
from mailflow.workflow.model import Project

ANSWERS = ("accepted", "declined", "tentative")
LONGEST_POINT = 500


def project_of(reader: Reader, reason: Reason) -> Project | None:
    return reader.directory.projects.get(reason.get("project") or 0)


def moment_of(value: object) -> datetime | None:
    """A moment of a reason (ISO 8601); None where it is none, or has no zone."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def given(reader: Reader, reason: Reason) -> dict[str, Any]:
    """What fills the phrases about a meeting."""
    starts, ends = moment_of(reason.get("starts")), moment_of(reason.get("ends"))
    name = one_line(str(reason.get("meeting") or ""))
    return {
        "project": reader.project(project_of(reader, reason)),
        "meeting": name or reader.say("meeting.untitled"),
        "moment": reader.moment(starts) if starts else reader.say("none"),
        "minutes": int((ends - starts).total_seconds()) // 60 if starts and ends else 0,
        "place": one_line(str(reason.get("place") or "")),
    }


def lead(reader: Reader, reason: Reason) -> str:
    """Which meeting it is, when and where."""
    known = given(reader, reason) | {"moment": when(reader, reason)}
    return reader.say("agenda.lead_place" if known["place"] else "agenda.lead", **known)


def when(reader: Reader, reason: Reason) -> str:
    """When it begins, for a reader elsewhere also by the clocks of its project."""
    starts, project = moment_of(reason.get("starts")), project_of(reader, reason)
    if starts is None:
        return reader.say("none")
    said, zone = reader.moment(starts), project.timezone if project else ""
    here, there = starts.astimezone(reader.zone), starts.astimezone(ZoneInfo(zone or "UTC"))
    if not zone or here.utcoffset() == there.utcoffset():
        return said
    time = f"{there:%H:%M}"
    if here.date() != there.date():
        time = reader.say("format.moment", day=reader.day(there.date()), time=time)
    return reader.say("format.elsewhere", moment=said, time=time, zone=zone)


def calendar(reader: Reader, reason: Reason, method: Method = "REQUEST") -> CalendarFile | None:
    """Everybody of the project is invited, each by their first address."""
    starts, ends = moment_of(reason.get("starts")), moment_of(reason.get("ends"))
    project, uid = project_of(reader, reason), reason.get("uid")
    if not (starts and ends and project and uid):
        return None
    known, said = given(reader, reason), _said(reason)
    people = [reader.directory.persons.get(n) for n in project.participants]
    octets = meeting_calendar(
        method,
        uid=str(uid),
        summary=f"{known['project']}: {known['meeting']}",
        place=known["place"],
        starts=starts,
        ends=ends,
        stamp=reader.now,
        organizer=Attendee(known["project"], reader.installation.address),
        attendees=[
            Attendee(one_line(p.name), p.address, said.get(p.id, ""))
            for p in people
            if p and p.active and p.address
        ],
    )
    return CalendarFile(octets, reader.say("agenda.file"), method)


def coming(reader: Reader, reason: Reason) -> tuple[str, ...]:
    """Who said that they come or not; nothing where nobody said anything."""
    answers, project = reason.get("answers") or {}, project_of(reader, reason)
    if not answers or project is None:
        return ()
    said = _said(reason)
    silent = [n for n in project.participants if n not in said and _is_active(reader, n)]
    groups = [(name, answers.get(name) or []) for name in ANSWERS] + [("silent", silent)]
    return tuple(
        reader.say(f"meeting.{name}", names=reader.names(people))
        for name, people in groups
        if people
    )


def who_comes(reader: Reader, reason: Reason) -> tuple[Section, ...]:
    """The same as a section of a mail."""
    lines = coming(reader, reason)
    if not lines:
        return ()
    return (Section("coming", len(lines), reader.say("meeting.coming"), lines=lines),)


def points(
    reader: Reader, facts: Facts, reason: Reason, *, decides: bool | None = None
) -> tuple[str, ...]:
    """The points, with who wants to talk about them; only those that are to be decided, or not."""
    listed = [one for one in _points(reason) if decides in (None, bool(one.get("decides")))]
    texts = meetings.texts(facts.session, [one["text"] for one in listed])
    return tuple(
        reader.say(
            "meeting.point",
            text=one_line(texts.get(one["text"], ""), LONGEST_POINT),
            person=reader.name(one.get("person")),
        )
        for one in listed
    )


def will_you_come(reader: Reader, reason: Reason, subject: str) -> Block | None:
    """The question, with its buttons; None for whom it is answered already."""
    if reader.person.id in _said(reason):
        return None
    buttons = Buttons(reader, subject)
    yes, no = reader.say("meeting.yes"), reader.say("meeting.no")
    return Block(
        asked=(reader.say("meeting.ask"),),
        how=reader.say("ask.lines"),
        options=(
            buttons.option(yes, reader.say("meeting.yes_does"), reader.say("button.come")),
            buttons.option(no, reader.say("meeting.no_does"), reader.say("button.not_come")),
        ),
    )


def _said(reason: Reason) -> dict[int, str]:
    answers: Mapping[str, Sequence[int]] = reason.get("answers") or {}
    return {person: answer for answer, people in answers.items() for person in people}


def _points(reason: Reason) -> list[Mapping[str, Any]]:
    found = reason.get("points")
    return found if isinstance(found, list) else []


def _is_active(reader: Reader, person: int) -> bool:
    known = reader.directory.persons.get(person)
    return known is not None and known.active
