"""Meetings by mail: agenda, points, minutes that become tasks; called ones with calendars."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from tests.stories.office import FLOW, Office, Person, text_of, whole

MINUTES = """Hi all,
We talked about the pilot.
Decision: We release in May
Task: write the plan @ma.jun@acme.example 2026-12-04
任务：通知客户 @Boris 2026-12-07
Risk: the login may stay slow
"""


def invitation_in(mail: EmailMessage) -> Any:
    """What a mail program finds: an alternative of the text, and the same as a file."""
    found = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    assert [p.get_content_disposition() for p in found] == [None, "attachment"]
    assert len({str(p.get_param("method")) for p in found}) == 1
    texts = {p.get_content().replace("\r\n", "\n") for p in found}
    calendar = Calendar.from_ical(texts.pop())
    assert not texts
    assert str(calendar["method"]) == found[0].get_param("method")
    (event,) = calendar.walk("VEVENT")
    return event


def answers(person: Person, mail: EmailMessage, partstat: str, **options: Any) -> None:
    """Answer an invitation by one's calendar, as Outlook does it (RFC 6047)."""
    event = invitation_in(mail)
    subject = f"{partstat.title()}: {event['summary']}"
    headers = {"In-Reply-To": str(mail["Message-ID"])}
    reply = person.draft(subject, "\n", headers=headers, **options)
    reply.add_alternative(
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:Microsoft Exchange Server 2010\r\n"
        "VERSION:2.0\r\nBEGIN:VEVENT\r\n"
        f"ATTENDEE;PARTSTAT={partstat};CN={person.name}:mailto:{person.address}\r\n"
        f"UID:{event['uid']}\r\nSUMMARY;LANGUAGE=en-US:{subject}\r\n"
        f"DTSTART:{event['dtstart'].to_ical().decode()}\r\n"
        f"DTSTAMP:20261123T020000Z\r\nSEQUENCE:{event['sequence']}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        subtype="calendar",
    )
    list(reply.iter_parts())[-1].set_param("method", "REPLY")
    person.office.deliver(reply)


def in_order(mail: EmailMessage, *words: str) -> None:
    places = [text_of(mail).index(one) for one in words]
    assert places == sorted(places)


def test_a_weekly_meeting_from_its_points_to_what_was_promised(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] Login is slow", "Ten seconds.")
    office.anna.writes("[AGENDA][PORTAL] Test data for the pilot", "To decide: release in May?")
    office.runs("2026-11-25T09:30:00+08:00")
    assert "“Weekly” of Customer portal" in text_of(office.anna.reads("Test data", kind="receipt"))
    office.everybody_reads()

    office.runs("2026-11-25T10:30:00+08:00")
    agenda = office.tom.reads("Weekly", kind="agenda")
    in_order(agenda, "release in May? (Anna Berg)", "Test data for the pilot", "Login is slow")
    answers(office.anna, office.anna.reads(kind="agenda"), "DECLINED")
    office.ma.replies(office.ma.reads(kind="agenda"), "1 /due friday\n新的测试环境")
    office.runs()
    assert office.record("PORTAL-1")["due"] == "2026-11-27"
    office.ma.reads("新的测试环境", kind="receipt")
    office.tom.reads("新的测试环境 (Ma Jun)", kind="notice")
    office.everybody_reads()

    office.clock = office.clock.replace(day=26, hour=12)
    office.tom.replies(agenda, MINUTES)
    office.runs()
    kinds = {record["ref"]: record["kind"] for record in office.records()}
    assert list(kinds.values()) == ["issue", "decision", "task", "task", "issue"]
    plan = office.record("PORTAL-3")
    assert (plan["owner"], plan["due"]) == ("ma.jun@acme.example", "2026-12-04")
    mine = office.ma.reads("PORTAL-3", kind="question")
    for ref in kinds:
        assert (ref in text_of(mine)) == (ref != "PORTAL-1")
    assert "We talked about the pilot." in text_of(mine)
    assert "“Boris” is nobody of the project" in text_of(office.tom.reads("PORTAL-4"))
    assert "不参加：Anna Berg" in text_of(office.chen.reads("会议纪要", kind="question"))
    office.everybody_reads()

    office.runs("2026-12-02T10:30:00+08:00")
    promised = ("Promised, due or done", "1. PORTAL-3  write the plan", "2. PORTAL-4")
    following = office.anna.reads(kind="agenda")
    in_order(following, *promised, "To be decided", "PORTAL-2", "Open, the most", "PORTAL-5")
    office.everybody_reads()


def test_a_called_meeting_in_chinese(office: Office) -> None:
    office.li.writes("[会议][GATE] 今天8:00 评审", "")
    office.li.writes(
        "[会议][GATE] 明天15:00 评审网关方案",
        "地点：301会议室\n链接：https://meet.example/1\n时长：30分钟\n\n需决定：采用哪个方案\n预算",
    )
    office.runs()
    office.li.reads("已经过去", kind="receipt")
    receipt = office.li.reads("评审网关方案", kind="receipt")
    assert "2026年11月24日 周二 15:00" in text_of(receipt)
    invitation = office.ma.reads("评审网关方案", kind="invitation")
    assert "采用哪个方案（Li Wei）" in text_of(invitation)
    event = invitation_in(invitation)
    assert str(event["organizer"]) == f"mailto:{FLOW}"
    assert event.decoded("dtstart").isoformat() == "2026-11-24T07:00:00+00:00"
    assert event.decoded("duration").total_seconds() == 30 * 60
    assert str(event["location"]) == "301会议室, https://meet.example/1"
    asked = {str(one): one.params for one in event["attendee"]}
    assert asked["mailto:ma.jun@acme.example"]["RSVP"] == "TRUE"
    assert asked["mailto:li.wei@acme.example"]["PARTSTAT"] == "ACCEPTED"

    answers(office.ma, invitation, "ACCEPTED", verdict=None)
    answers(office.chen, office.chen.reads(kind="invitation"), "ACCEPTED", verdict="fail")
    office.tom.writes("[AGENDA][GATE] Not my project", "")
    office.runs()
    office.tom.reads("GATE")
    assert office.unread == []

    office.clock = office.clock.replace(day=24, hour=16)
    office.ma.replies(
        invitation, "采用方案一，细节另议。\n决定：采用方案一\n任务：准备测试环境 @李伟 周五\n"
    )
    office.runs()
    minutes = text_of(office.li.reads("会议纪要", kind="question"))
    assert "参加：Li Wei、Ma Jun" in minutes
    assert "未答复：Chen Yu" in minutes
    assert "采用方案一，细节另议。" in minutes
    assert [record["kind"] for record in office.records()] == ["decision", "task"]
    assert "“李伟”不是该项目的成员" in whole(office.ma.reads("会议纪要"))
    office.everybody_reads()
