"""Digest and agenda: sections, numbers, notes, the calendar file, and the preview of them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from mailflow.outbox.preview import preview
from mailflow.outbox.reader import reader_of
from mailflow.outbox.scheduled import note_text
from mailflow.snapshots import read_directory
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter, html_of, parsed, text_of
from tests.pipeline.desk import INSTALLATION, NOW, mail_of
from tests.workflow.company import ANNA, DIRECTORY, EVE, KINDS, LI, MA, PORTAL, TOM

STARTS = "2026-11-26T10:00:00+08:00"
ENDS = "2026-11-26T10:45:00+08:00"


def digest(**sections: list[dict[str, Any]]) -> dict[str, Any]:
    listed = [{"name": name, "records": entries} for name, entries in sections.items()]
    return {"reason": "digest", "until": NOW.isoformat(), "sections": listed}


def agenda(place: str = "", **sections: list[dict[str, Any]]) -> dict[str, Any]:
    return digest(**sections) | {
        "reason": "agenda",
        "project": PORTAL.id,
        "meeting": "Weekly",
        "starts": STARTS,
        "ends": ENDS,
        "place": place,
        "uid": "1-weekly-2026-11-26@acme.example",
    }


@pytest.fixture
def busy(counter: Counter) -> Counter:
    """PORTAL-1 to 3 and GATE-1, whose ids are 1 to 4."""
    subjects = ("[ISSUE][PORTAL] login", "[ISSUE][PORTAL] print", "[FEEDBACK][PORTAL] nice")
    counter.desk.put(*(mail_of(ANNA, subject, "words") for subject in subjects))
    counter.desk.put(mail_of(LI, "[反馈][GATE] 网关", "话"))
    counter.desk.work()
    counter.compose()
    counter.new()
    return counter


def composed(counter: Counter, person: Person, kind: str, reason: dict[str, Any]) -> Any:
    payload = {"what": kind, "key": f"{kind}:1"}
    counter.tell(person, kind, reason, payload=payload, cause="firing")
    assert counter.compose() == 1
    (mail,) = counter.new()
    return mail


def test_a_digest_numbers_its_records_through_all_sections(busy: Counter) -> None:
    reason = digest(
        late=[{"record": 2, "note": {"phrase": "late", "n": 3}}],
        waiting=[{"record": 1}],
        changed=[{"record": 3}, {"record": 2}],
    )
    mail = composed(busy, TOM, "digest", reason)
    assert mail.subject == "Digest of Mon 23 Nov 2026: 2 wait for you"
    assert mail.about == {"records": [2, 1, 3], "question": None, "firing": "digest:1", "input": 5}
    assert parsed(mail)["X-Mailflow-Kind"] == "digest"
    lines = text_of(mail).splitlines()
    titles = [n for n, line in enumerate(lines) if line in ("Late", "Waiting for you", "Changed")]
    assert titles == sorted(titles)
    assert "1. PORTAL-2  print (3 days late)" in lines
    assert "2. PORTAL-1  login" in lines
    assert "   open · Ma Jun" in lines
    assert lines.count("1. PORTAL-2  print") == 1


def test_the_same_in_chinese(busy: Counter) -> None:
    mail = composed(busy, MA, "digest", digest(waiting=[{"record": 1}, {"record": 4}]))
    assert mail.subject == "2026年11月23日 周一 摘要：2 项等待您处理"
    assert parsed(mail)["List-Id"] == "<flow.acme.example>"
    assert "等待您处理" in text_of(mail)
    assert "GATE-1  网关" in text_of(mail)


@pytest.mark.parametrize(
    ("person", "subject"),
    [
        (TOM, "Digest of Mon 23 Nov 2026: nothing waits for you"),
        (MA, "2026年11月23日 周一 摘要：没有等待您处理的事项"),
    ],
)
def test_a_quiet_week(busy: Counter, person: Person, subject: str) -> None:
    assert composed(busy, person, "digest", digest()).subject == subject


def test_what_is_left_out_is_counted(busy: Counter) -> None:
    reason = digest(waiting=[{"record": 1}])
    reason["sections"][0]["more"] = 7
    mail = composed(busy, TOM, "digest", reason)
    assert mail.subject.endswith("8 wait for you")
    assert "… and 7 more" in text_of(mail)
    assert "… and 7 more" in html_of(mail)


def test_a_ref_in_html_begins_a_mail_about_it(busy: Counter) -> None:
    html = html_of(composed(busy, TOM, "digest", digest(waiting=[{"record": 1}])))
    assert 'href="mailto:flow@acme.example?subject=%5BPORTAL-1%5D%20login"' in html


def test_an_agenda_with_its_calendar(busy: Counter) -> None:
    mail = composed(busy, TOM, "agenda", agenda("Room 3", open=[{"record": 1}]))
    assert mail.subject == "Agenda: Customer portal, Weekly, Thu 26 Nov 2026, 03:00"
    assert mail.about["firing"] == "agenda:1"
    text = text_of(mail)
    assert "03:00, that is 10:00 in Asia/Shanghai (45 minutes), Room 3." in text
    assert "Open, the most urgent and the oldest first" in text
    (part,) = parsed(mail).iter_attachments()
    assert part.get_param("method") == "REQUEST"
    (meeting,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert meeting.decoded("dtstart") == datetime(2026, 11, 26, 2, tzinfo=UTC)
    assert meeting.decoded("duration") == timedelta(minutes=45)
    assert str(meeting["summary"]) == "Customer portal: Weekly"
    assert str(meeting["location"]) == "Room 3"
    assert str(meeting["uid"]) == "1-weekly-2026-11-26@acme.example"


def test_two_readers_have_the_same_meeting_in_their_calendars(busy: Counter) -> None:
    uids = set()
    for person in (TOM, MA):
        (part,) = parsed(composed(busy, person, "agenda", agenda())).iter_attachments()
        uids.add(str(Calendar.from_ical(part.get_content()).walk("VEVENT")[0]["uid"]))
    assert len(uids) == 1


def test_an_empty_agenda_in_chinese(busy: Counter) -> None:
    mail = composed(busy, MA, "agenda", agenda())
    assert mail.subject == "会议议程：Customer portal，Weekly，2026年11月26日 周四 10:00"
    assert "本次会议没有待议事项。" in text_of(mail)


@pytest.mark.parametrize(("kind", "reason"), [("reminder", "reminder"), ("report", "plan")])
def test_the_clocks_other_mails(busy: Counter, kind: str, reason: str) -> None:
    mail = composed(busy, TOM, kind, digest(waiting=[{"record": 1}]) | {"reason": reason})
    assert mail.kind == kind
    assert "PORTAL-1  login" in text_of(mail)
    assert mail.record_id == 1


@pytest.mark.parametrize(
    ("note", "english", "chinese"),
    [
        ({"phrase": "late", "n": 1}, " (1 day late)", "（逾期 1 天）"),
        ({"phrase": "age", "n": 30}, " (open for 30 days)", "（已持续 30 天）"),
        ({"phrase": "opened"}, " (new)", "（新增）"),
        (
            {"phrase": "moved", "old": "open", "new": "in_progress"},
            " (open → in progress)",
            "（未处理 → 处理中）",
        ),
        ({"phrase": "moved", "old": None, "new": "x"}, " (None → x)", "（None → x）"),
        (
            {"phrase": "owner", "old": 3, "new": 2},
            " (Tom O'Neil → Li Wei)",
            "（Tom O'Neil → Li Wei）",
        ),
        ({"phrase": "owner", "old": 99, "new": None}, " (somebody → somebody)", "（某人 → 某人）"),
        ({"phrase": "noted", "n": 2}, " (2 notes)", "（2 条备注）"),
        ({"phrase": "changed", "n": 1}, " (1 change)", "（1 项变动）"),
        ({"phrase": "nobody_knows"}, "", ""),
        (None, "", ""),
        ("late", "", ""),
    ],
)
def test_notes(note: object, english: str, chinese: str) -> None:
    said = [
        note_text(reader_of(person, INSTALLATION, DIRECTORY, NOW), note, KINDS["issue"])
        for person in (TOM, MA)
    ]
    assert said == [english, chinese]


def test_dates_are_said_where_and_as_the_reader_reads_them() -> None:
    tom, ma = (reader_of(p, INSTALLATION, DIRECTORY, NOW) for p in (TOM, MA))
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert (tom.moment(at), ma.moment(at)) == (
        "Mon 23 Nov 2026, 02:00",
        "2026年11月23日 周一 09:00",
    )
    summer = datetime(2027, 6, 1, 22, 30, tzinfo=UTC)
    assert tom.moment(summer) == "Wed 2 Jun 2027, 00:30"
    assert (tom.day(date(2026, 12, 6)), ma.day(date(2026, 12, 6))) == (
        "Sun 6 Dec 2026",
        "2026年12月6日 周日",
    )


def shown(counter: Counter, person: Person, kind: str, reason: dict[str, Any]) -> Any:
    with counter.database.read() as session:
        directory = read_directory(session, "UTC")
        return preview(session, INSTALLATION, directory, person, kind, [reason], NOW)


def test_a_preview_is_the_mail_and_stores_nothing(busy: Counter) -> None:
    reason = agenda(open=[{"record": 1}])
    before = len(busy.outgoings())
    subject, text, html = shown(busy, TOM, "agenda", reason)
    assert len(busy.outgoings()) == before
    mail = composed(busy, TOM, "agenda", reason)
    # Of a mail that is not sent no button can prove anything.
    sent = re.sub('%0D%0A%0D%0APlease[^"]+', "", html_of(mail))
    assert (subject, text, html) == (mail.subject, text_of(mail), sent)


def test_a_preview_shows_nothing_that_the_reader_may_not_see(busy: Counter) -> None:
    assert shown(busy, EVE, "digest", digest(changed=[{"record": 1}])) is None


def test_an_agenda_of_a_project_that_has_ended(busy: Counter) -> None:
    reason = agenda() | {"project": 99, "starts": "when?", "ends": None}
    subject, _, _ = shown(busy, TOM, "agenda", reason)
    assert subject == "Agenda: none, Weekly, none"
