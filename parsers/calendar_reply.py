"""Answers to invitations (iTIP, RFC 5546): who accepted, declined or proposed another time."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.message import Message
from typing import Any

from .charset import decode
from .headers import clean, mailboxes
from .mime import leaf_content, leaves
from .model import Attendance, CalendarReply, Mailbox

_METHOD = re.compile(rb"^METHOD[^:\r\n]{0,100}:[ \t]*(REPLY|COUNTER)[ \t]*\r?$", re.I | re.M)
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_ANSWERS: dict[str, Attendance] = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
}
_MAX_CALENDAR = 200_000
_MAX_ATTENDEES = 500
_MAX_TEXT = 500


def reply_part(message: Message) -> Message | None:
    """The part that answers an invitation. A calendar file that somebody attached is none."""
    for part in leaves(message):
        if part.get_content_type() in _CALENDARS and _answers(part):
            return part
    return None


def _answers(part: Message) -> bool:
    try:
        method = str(part.get_param("method") or "").upper()
    except (ValueError, LookupError, TypeError, AttributeError):
        method = ""
    if method:
        return method in ("REPLY", "COUNTER")
    if str(part.get("Content-Disposition") or "").strip().lower().startswith("attachment"):
        return False
    return _METHOD.search(leaf_content(part)[:_MAX_CALENDAR]) is not None


def read_calendar(
    message: Message, sender: Mailbox | None, defects: list[str]
) -> CalendarReply | None:
    """The answer in the mail, None where there is none or it cannot be read (a defect)."""
    part = reply_part(message)
    if part is None:
        return None
    content = leaf_content(part)
    if not content.strip():
        return None
    if len(content) > _MAX_CALENDAR:
        defects.append("overlong calendar")
        return None
    charset = part.get_content_charset()
    try:
        found = _reply(decode(content, charset or "utf-8")[0], sender)
    except Exception:  # noqa: BLE001 (broken calendars make the library raise anything)
        found = None
    if found is None:
        defects.append("unreadable calendar")
    return found


def _reply(text: str, sender: Mailbox | None) -> CalendarReply | None:
    from icalendar import Calendar  # takes long, and few mails need it

    calendar = Calendar.from_ical(text)
    event = next((c for c in calendar.subcomponents if c.name in ("VEVENT", "VTODO")), None)
    if event is None:
        return None
    attendee = _attendee(event, sender)
    counter = str(calendar.get("METHOD", "")).strip().upper() == "COUNTER"
    answer = "counter" if counter else _ANSWERS.get(_partstat(attendee))
    if answer is None:
        return None
    return CalendarReply(
        attendee=_mailbox(attendee) or sender or Mailbox("", ""),
        answer=answer,
        uid=clean(str(event.get("UID", "")))[:_MAX_TEXT],
        summary=clean(str(event.get("SUMMARY", "")))[:_MAX_TEXT],
        start=_start(event),
    )


def _attendee(event: Any, sender: Mailbox | None) -> Any:
    """Who answers: the sender among several, else the first one."""
    found = event.get("ATTENDEE")
    everybody = found[:_MAX_ATTENDEES] if isinstance(found, list) else [found]
    address = sender.address.casefold() if sender else ""
    mine = [a for a in everybody if address and str(a).casefold().endswith(f":{address}")]
    return (mine or everybody or [None])[0]


def _partstat(attendee: Any) -> str:
    return str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper()


def _mailbox(attendee: Any) -> Mailbox | None:
    if attendee is None:
        return None
    address = re.sub(r"^mailto:", "", str(attendee).strip(), flags=re.IGNORECASE)
    name = clean(str(getattr(attendee, "params", {}).get("CN", ""))).strip("'\"")
    boxes = mailboxes(address[:320]) if "@" in address else ()
    return Mailbox(name, boxes[0].address) if boxes else None


def _start(event: Any) -> datetime | None:
    """A whole day begins at midnight, in no zone."""
    value = getattr(event.get("DTSTART"), "dt", None)
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None  # noqa: DTZ001 (a date has no zone)
