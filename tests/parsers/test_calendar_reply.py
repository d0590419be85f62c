"""Answers to invitations (RFC 5546)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parsers import CalendarReply, parse
from parsers.as_json import as_json

from .outlook_writing import (
    with_file,
)
from .writing import plain


def calendar(method: str = "REPLY", lines: str = "", attendee: str = "") -> str:
    attendee = attendee or "ATTENDEE;CN=Ann Smith;PARTSTAT=ACCEPTED:mailto:Ann@Client.example"
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:42@acme.example\r\nSUMMARY:Steering\\, weekly\r\nDTSTART:20261126T080000Z\r\n"
        f"DTSTAMP:20261123T000000Z\r\n{attendee}\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def with_calendar(text: str, kind: str = "text/calendar; method=REPLY; charset=utf-8") -> bytes:
    return (
        "From: Ann <ann@client.example>\r\nSubject: Accepted: Steering\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nAnn has answered.\r\n--b\r\n"
        f"Content-Type: {kind}\r\n\r\n{text}\r\n--b--\r\n"
    ).encode()


START = datetime(2026, 11, 26, 8, tzinfo=UTC)
THREE = "\r\n".join(
    f"ATTENDEE;PARTSTAT={state}:mailto:{name}@client.example"
    for name, state in [("bo", "ACCEPTED"), ("ann", "TENTATIVE"), ("cy", "DECLINED")]
)
CALENDARS = [
    (calendar(), "accepted", "Ann Smith"),
    (calendar(attendee="ATTENDEE;PARTSTAT=declined:MAILTO:ann@client.example"), "declined", ""),
    (calendar(attendee=THREE), "tentative", ""),
    (calendar("COUNTER"), "counter", "Ann Smith"),
]


@pytest.mark.parametrize(("text", "answer", "name"), CALENDARS)
@pytest.mark.parametrize("kind", ["text/calendar; method=REPLY", "text/calendar"])
def test_answers_to_invitations(text: str, answer: str, name: str, kind: str) -> None:
    mail = parse(with_calendar(text, kind))
    assert mail.automatic == "auto-reply"
    assert mail.calendar is not None
    assert mail.calendar.attendee.address.lower() == "ann@client.example"
    assert (mail.calendar.answer, mail.calendar.attendee.name) == (answer, name)
    assert (mail.calendar.uid, mail.calendar.summary) == ("42@acme.example", "Steering, weekly")
    assert mail.calendar.start == START


def test_calendar_in_json() -> None:
    assert as_json(parse(with_calendar(calendar())))["calendar"] == {
        "attendee": {"name": "Ann Smith", "address": "Ann@client.example"},
        "answer": "accepted",
        "uid": "42@acme.example",
        "summary": "Steering, weekly",
        "start": "2026-11-26T08:00:00+00:00",
    }
    assert as_json(parse(plain("x")))["calendar"] is None


def test_a_whole_day_begins_at_midnight() -> None:
    text = calendar().replace("DTSTART:20261126T080000Z", "DTSTART;VALUE=DATE:20261126")
    found = parse(with_calendar(text)).calendar
    assert isinstance(found, CalendarReply)
    assert found.start == datetime(2026, 11, 26)  # noqa: DTZ001 (a day has no zone)


def test_an_invitation_is_no_automatic_mail() -> None:
    mail = parse(with_calendar(calendar("REQUEST"), "text/calendar; method=REQUEST"))
    assert (mail.automatic, mail.calendar, mail.text) == (None, None, "Ann has answered.")


def test_an_answer_that_somebody_attached_is_their_file() -> None:
    source = with_file(calendar().encode(), "application/ics", "answer.ics", "what is this?")
    mail = parse(source)
    assert (mail.automatic, mail.calendar) == (None, None)


BROKEN_CALENDARS = [
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n",
    calendar().replace("DTSTART:20261126T080000Z", "DTSTART:99999999T999999"),
    "METHOD:REPLY",
    calendar(attendee="ATTENDEE;PARTSTAT=DELEGATED:mailto:ann@client.example"),
]


@pytest.mark.parametrize("text", BROKEN_CALENDARS)
def test_a_broken_answer_is_automatic_all_the_same(text: str) -> None:
    mail = parse(with_calendar(text))
    assert mail.automatic == "auto-reply"
    assert mail.calendar is None or mail.calendar.start is None
    assert mail.calendar is not None or "unreadable calendar" in mail.defects
