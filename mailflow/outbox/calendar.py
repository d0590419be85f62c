"""A meeting as an iCalendar object (RFC 5545), for those who keep a calendar."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Event


def meeting_calendar(
    *,
    uid: str,
    summary: str,
    place: str,
    starts: datetime,
    ends: datetime,
    stamp: datetime,
    organizer: str,
) -> bytes:
    """One VEVENT, published (RFC 5546, 3.2.1): to be known, not to be answered.

    The same `uid` is the same meeting. The moments are aware; one meeting at one moment is written
    in UTC, which every calendar shows in the zone of its reader.
    """
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", starts.astimezone(UTC))
    event.add("duration", ends - starts)
    event.add("summary", summary)
    if place:
        event.add("location", place)
    event.add("organizer", f"mailto:{organizer}")
    calendar = Calendar()
    calendar.add("prodid", "-//mailflow//mailflow//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
