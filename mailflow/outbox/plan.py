"""The plan of a project as a mail: its milestones as a list, and as days of a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from mailflow.outbox.facts import Facts, Reason, Shown
from mailflow.outbox.reader import Reader
from mailflow.outbox.scheduled import footer, sections_of
from mailflow.outbox.view import CalendarFile, Draft, View
from mailflow.outbox.words import one_line
from mailflow.snapshots.milestones import expected


def plan(reader: Reader, facts: Facts, reason: Reason) -> Draft:
    numbers: dict[int, int] = {}
    sections = sections_of(reader, facts, "status", reason, numbers)
    project = reader.directory.projects.get(reason.get("project") or 0)
    given = {"project": reader.project(project), "day": reader.day(reader.today)}
    lead = "first" if reason.get("first") else "lead"
    view = View(
        language=reader.phrases.language,
        subject=reader.say("subject.plan", **given),
        colon=reader.say("format.colon"),
        lead=(reader.say(f"plan.{lead}" if sections else "plan.quiet", **given),),
        sections=sections,
        footer=footer(reader, project),
    )
    milestones = [facts.seen_by(reader.person.id, record) for record in numbers]
    octets = plan_calendar(
        [shown for shown in milestones if shown],
        project=given["project"],
        domain=reader.installation.domain,
        sequence=int(reason.get("event") or 0),
        reader=reader,
    )
    calendar = CalendarFile(octets, reader.say("plan.file")) if octets else None
    return Draft(view, tuple(numbers), project=project, calendar=calendar)


def plan_calendar(
    milestones: Sequence[Shown], *, project: str, domain: str, sequence: int, reader: Reader
) -> bytes | None:
    """A VEVENT of one day for each milestone that has one (RFC 5545), published (RFC 5546, 3.2.1).

    A milestone keeps its UID, so that a later plan moves it; of two plans the one with the higher
    `sequence` counts. None where no milestone has a day.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//mailflow//mailflow//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", project)
    for shown in milestones:
        kind = reader.installation.kinds.by_name(shown.record.kind)
        day = expected(shown.record, kind) if kind else None
        if day is None:
            continue
        event = _event(day, sequence, reader.now)
        event.add("uid", f"record-{shown.record.id}@{domain}")
        event.add("summary", f"{project}: {one_line(shown.record.title)}")
        event.add("description", f"{shown.record.ref} · {reader.state(kind, shown.record.state)}")
        event.add("organizer", f"mailto:{reader.installation.address}")
        calendar.add_component(event)
    return bytes(calendar.to_ical()) if calendar.subcomponents else None


def _event(day: date, sequence: int, stamp: datetime) -> Event:
    """A whole day, on which one is free for other things."""
    event = Event()
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("sequence", sequence)
    return event
