"""A meeting as an iCalendar object (RFC 5545), which calendars can answer (RFC 5546)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited; `answer` is accepted, declined or tentative, "" while there is none."""

    name: str
    address: str
    answer: str = ""


def meeting_calendar(
    method: Method,
    *,
    uid: str,
    summary: str,
    place: str,
    starts: datetime,
    ends: datetime,
    stamp: datetime,
    organizer: Attendee,
    attendees: Sequence[Attendee],
) -> bytes:
    """One VEVENT that invites (RFC 5546, 3.2.2) or calls off (3.2.5).

    The same `uid` is the same meeting; it is called off by the next higher SEQUENCE. The moments
    are aware; one meeting at one moment is written in UTC, which every calendar shows in the zone
    of its reader.
    """
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("duration", ends - starts)
    event.add("summary", summary)
    if place:
        event.add("location", place)
    event.add("sequence", 0 if method == "REQUEST" else 1)
    event.add("status", "CONFIRMED" if method == "REQUEST" else "CANCELLED")
    event.add("organizer", _address(organizer))
    for attendee in attendees:
        event.add("attendee", _invited(attendee), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//mailflow//mailflow//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _address(who: Attendee) -> vCalAddress:
    found = vCalAddress(f"mailto:{who.address}")
    if who.name:
        # A parameter cannot hold a double quote (RFC 5545, 3.1).
        found.params["CN"] = vText(who.name.replace('"', "'"))
    return found


def _invited(who: Attendee) -> vCalAddress:
    """Whoever answered already is not asked again."""
    found = _address(who)
    found.params["ROLE"] = vText("REQ-PARTICIPANT")
    found.params["PARTSTAT"] = vText(who.answer.upper() or "NEEDS-ACTION")
    found.params["RSVP"] = vText("FALSE" if who.answer else "TRUE")
    return found
