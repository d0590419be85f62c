"""Answers to agendas and invitations, in words and by calendars, in their corner cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from mailflow.snapshots.sittings import as_reason
from mailflow.store import meetings
from mailflow.store.tables import Input, Notice, Outgoing, Point, Rule, Sitting, Text
from mailflow.workflow.model import Person
from mailflow.workflow.rules import mails_like
from tests.pipeline.desk import NOW, Desk, mail_of
from tests.workflow.company import ANNA, CHEN, EVE, LI, MA, PORTAL, TOM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STARTS = NOW + timedelta(hours=2)
UID = "1-called-9-2026-11-23@acme.example"
AUTH = "Authentication-Results"
UNVOUCHED = (AUTH, "mx.acme.example; dmarc=none")
FORGED = (AUTH, "mx.acme.example; dmarc=fail header.from=acme.example")


@pytest.fixture
def invited(desk: Desk) -> Desk:
    """Li called PORTAL to a meeting in two hours; the invitations are out."""
    with desk.database.write() as session:
        cause = Input(kind="act", state="processed", taken_at=NOW)
        sitting = Sitting(
            project_id=PORTAL.id,
            key="agenda:PORTAL:called-9:2026-11-23",
            uid=UID,
            name="Review",
            starts=STARTS,
            ends=STARTS + timedelta(hours=1),
            called_by=LI.id,
            called_at=NOW,
        )
        session.add_all([cause, sitting])
        session.flush()
        for person in (ANNA, TOM, MA, CHEN):
            reason = {**as_reason(session, sitting), "reason": "invited", "points": []}
            session.add(
                Notice(
                    input_id=cause.id,
                    person_id=person.id,
                    kind="invitation",
                    reasons=[reason],
                    created_at=NOW,
                )
            )
    assert desk.compose() == 4
    return desk


def answer_to(desk: Desk, reader: Person, author: Person, text: str, *headers: Any) -> None:
    """Answer the invitation that somebody got."""
    with desk.database.read() as session:
        query = select(Outgoing.message_id).where(Outgoing.person_id == reader.id)
        (message_id,) = session.scalars(query.where(Outgoing.kind == "invitation"))
    desk.put(mail_of(author, "Re: Invitation", text, [("In-Reply-To", message_id), *headers]))
    desk.work()


def calendar(person: Person, partstat: str = "ACCEPTED", method: str = "REPLY") -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:{UID}\r\nDTSTAMP:20261123T000000Z\r\nDTSTART:20261123T090000Z\r\n"
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{person.address}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def answers_by_calendar(desk: Desk, author: Person, text: str, *headers: Any) -> str:
    """What became of a calendar's answer: its state and why."""
    kind = ("Content-Type", "text/calendar; method=REPLY; charset=utf-8")
    raw = mail_of(author, "Accepted: Review", text, headers)
    raw = raw.replace(
        b'Content-Type: text/plain; charset="utf-8"', f"{kind[0]}: {kind[1]}".encode()
    )
    desk.put(raw)
    desk.work()
    state, reason = desk.states()[-1]
    return f"{state}: {reason}"


def attendance(desk: Desk) -> dict[int, str]:
    with desk.database.read() as session:
        sitting = meetings.by_uid(session, UID)
        assert sitting is not None
        return meetings.answers(session, sitting.id)


def points(desk: Desk) -> list[tuple[str, bool, bool]]:
    """Text, whether it is to be decided, whether it belongs to the meeting."""
    with desk.database.read() as session:
        query = select(Text.body, Point.decides, Point.sitting_id)
        rows = session.execute(query.join(Point, Point.text_id == Text.id).order_by(Point.id))
        return [(body, decides, sitting is not None) for body, decides, sitting in rows]


def told(desk: Desk, since: int = 4) -> dict[int, list[str]]:
    """Who is told of what, apart from the invitations."""
    found: dict[int, list[str]] = {}
    for notice in desk.notices()[since:]:
        reasons = [str(r.get("refusal") or r["reason"]) for r in notice.reasons]
        found[notice.person_id] = [*found.get(notice.person_id, []), *reasons]
    return found


def test_before_it_begins_each_line_is_a_point(invited: Desk) -> None:
    answer_to(invited, TOM, TOM, "the budget\nTo decide: May or June?")
    assert points(invited) == [("the budget", False, True), ("May or June?", True, True)]
    assert told(invited) == {n.id: ["points"] for n in (TOM, ANNA, LI, MA, CHEN)}


def test_a_point_is_taken_back(invited: Desk) -> None:
    answer_to(invited, ANNA, ANNA, "the budget\nthe hosting")
    invited.compose()
    invited.put(invited.answer_of(ANNA, "undo"))
    invited.work()
    assert points(invited) == []
    assert invited.states()[-1] == ("processed", "took back a mail")
    assert told(invited)[TOM.id] == ["points", "points_gone"]
    assert told(invited)[ANNA.id] == ["points", "points_gone"]
    assert invited.compose()


def test_what_was_written_in_time_and_is_handled_late_waits(invited: Desk) -> None:
    with invited.database.read() as session:
        query = select(Outgoing.message_id).where(Outgoing.person_id == TOM.id)
        (message_id,) = session.scalars(query)
    invited.put(mail_of(TOM, "Re: Invitation", "the budget", [("In-Reply-To", message_id)]))
    invited.now = STARTS + timedelta(hours=3)
    invited.work()
    assert points(invited) == [("the budget", False, False)]
    assert told(invited) == {TOM.id: ["points"]}


def test_after_it_began_it_is_the_minutes_and_what_comes_then_is_added(invited: Desk) -> None:
    invited.now = STARTS
    answer_to(invited, TOM, TOM, "We met.\nTask: x @Ma Jun\nDecision: y")
    answer_to(invited, MA, MA, "And left.")
    minutes = [n.reasons[-1] for n in invited.notices() if n.person_id == ANNA.id][1:]
    assert [reason["added"] for reason in minutes] == [False, True]
    assert minutes[0]["records"] == [1, 2]
    assert told(invited)[CHEN.id] == ["unrouted", "minutes", "minutes"]
    assert "minutes" in told(invited)[TOM.id]
    with invited.database.read() as session:
        sitting = meetings.by_uid(session, UID)
        assert sitting is not None
        assert (sitting.minutes_id is not None, len(sitting.additions)) == (True, 1)
        assert meetings.promised(session, PORTAL.id, STARTS + timedelta(days=7)) == [1, 2]


@pytest.mark.parametrize(
    ("text", "kinds", "refused"),
    [
        ("Decision: y\nAnd thanks.", ["task", "decision"], []),
        ("风险：供应商", ["task", "issue"], []),
        ("I begin on monday.", ["task"], []),
        ("done", ["task"], []),
        ("Effort: 2h", ["task"], []),
        ("done\n\nDecision: y", ["task"], ["minutes_or_record"]),
        ("/due friday\nDecision: y", ["task"], ["minutes_or_record"]),
    ],
)
def test_lines_of_minutes_are_an_addition_where_the_minutes_asked_about_a_record(
    invited: Desk, text: str, kinds: list[str], refused: list[str]
) -> None:
    invited.now = STARTS
    answer_to(invited, TOM, TOM, "Task: x @Ma Jun")
    invited.compose()
    before = len(invited.notices())
    invited.put(invited.answer_of(MA, text))
    invited.work()
    assert [row.record.kind for row in invited.records()] == kinds
    with invited.database.read() as session:
        sitting = meetings.by_uid(session, UID)
        assert sitting is not None
        assert len(sitting.additions) == len(kinds) - 1
    found = [r for n in invited.notices()[before:] for r in n.reasons]
    assert [r["refusal"] for r in found if r["reason"] == "refused"] == refused


@pytest.mark.parametrize(
    ("text", "kinds", "state"),
    [
        ("任务：订餐 @Ma Jun", ["decision", "task"], "proposed"),
        ("agreed", ["decision"], "proposed"),
        ("agreed\nTask: y @Tom", ["decision"], "proposed"),
    ],
)
def test_minutes_that_ask_both_sides_take_additions_too(
    invited: Desk, text: str, kinds: list[str], state: str
) -> None:
    invited.now = STARTS
    answer_to(invited, TOM, TOM, "Decision: go live")
    invited.compose()
    with invited.database.read() as session:
        asked = session.scalars(select(Outgoing).where(Outgoing.person_id == ANNA.id)).all()[-1]
        assert asked.kind == "question"
    invited.put(invited.answer_of(ANNA, text))
    invited.work()
    found = invited.records()
    assert [row.record.kind for row in found] == kinds
    assert found[0].record.state == state
    agreed = text == "agreed"
    assert bool(found[0].record.agreements) == agreed


@pytest.mark.parametrize(
    ("reader", "author", "text", "refused"),
    [
        (TOM, EVE, "let me in", "not_in_project"),
        (TOM, TOM, "/due friday\n", "not_for_meeting"),
        (TOM, TOM, "done", "not_for_meeting"),
        (TOM, TOM, "cancel", "not_yours_to_cancel"),
    ],
)
def test_what_cannot_be(
    invited: Desk, reader: Person, author: Person, text: str, refused: str
) -> None:
    answer_to(invited, reader, author, text)
    assert told(invited) == {author.id: [refused]}
    assert points(invited) == []


def test_a_command_among_points_is_refused_alone(invited: Desk) -> None:
    answer_to(invited, TOM, TOM, "/due friday\nthe budget")
    assert points(invited) == [("the budget", False, True)]
    assert told(invited)[TOM.id] == ["not_for_one_item", "points"]


@pytest.mark.parametrize("text", ["Thanks!", "谢谢"])
def test_thanks_are_no_point(invited: Desk, text: str) -> None:
    answer_to(invited, TOM, TOM, text)
    assert (points(invited), told(invited)) == ([], {})


def test_anybodys_copy_can_be_answered_by_who_is_believed(invited: Desk) -> None:
    answer_to(invited, TOM, ANNA, "the budget")
    assert points(invited) == [("the budget", False, True)]
    answer_to(invited, TOM, ANNA, "the room", UNVOUCHED)
    assert told(invited)[ANNA.id] == ["points", "confirm"]


def test_its_coordinator_can_call_it_off_and_then_it_is(invited: Desk) -> None:
    answer_to(invited, CHEN, CHEN, "/ignore")
    assert told(invited) == {n.id: ["called_off"] for n in (ANNA, LI, TOM, MA, CHEN)}
    assert invited.compose() == 5
    with invited.database.read() as session:
        query = select(Outgoing.body).where(Outgoing.person_id == LI.id)
        mail = message_from_bytes(session.scalars(query).one(), policy=default)
    (found,) = (part for part in mail.walk() if part.get_content_disposition() == "attachment")
    event = Calendar.from_ical(found.get_content())
    (called_off,) = event.walk("VEVENT")
    assert (str(event["method"]), str(called_off["status"])) == ("CANCEL", "CANCELLED")
    assert (str(called_off["uid"]), called_off["sequence"]) == (UID, 1)


def test_what_was_called_off_is_answered_no_more(invited: Desk) -> None:
    answer_to(invited, CHEN, CHEN, "取消会议")
    answer_to(invited, TOM, TOM, "what a pity")
    assert told(invited)[TOM.id] == ["called_off", "is_called_off"]


def test_words_alone_say_who_comes(invited: Desk) -> None:
    answer_to(invited, TOM, TOM, "coming")
    answer_to(invited, MA, MA, "不参加")
    answer_to(invited, MA, MA, "参加")
    assert attendance(invited) == {TOM.id: "accepted", MA.id: "accepted"}


def test_a_rule_about_mails_without_a_tag_takes_no_answer(invited: Desk) -> None:
    with invited.database.write() as session:
        rule = {"decided": {"kind": "issue"}, "made_by": CHEN.id, "made_at": NOW, "input_id": 1}
        session.add(Rule(key=mails_like(TOM, TOM.address, [], None).key, **rule))
    answer_to(invited, TOM, TOM, "coming")
    assert attendance(invited) == {TOM.id: "accepted"}
    invited.put(mail_of(TOM, "The door is stuck", "Since monday."))
    invited.work()
    assert [row.record.kind for row in invited.records()] == ["issue"]


def test_a_button_says_who_comes(invited: Desk) -> None:
    with invited.database.read() as session:
        query = select(Outgoing.message_id).where(Outgoing.person_id == TOM.id)
        token = session.scalars(query).one().partition("@")[0]
    text = f"coming\n\nPlease leave this line: [{token}]"
    invited.put(mail_of(TOM, "Re: Invitation: Customer portal", text, [UNVOUCHED]))
    invited.work()
    assert attendance(invited) == {TOM.id: "accepted"}
    assert told(invited) == {TOM.id: ["comes"]}


def test_a_calendar_answers(invited: Desk) -> None:
    for partstat in ("TENTATIVE", "DECLINED"):
        found = answers_by_calendar(invited, TOM, calendar(TOM, partstat))
        assert found == f"processed: attendance: {partstat.lower()}"
    assert attendance(invited) == {TOM.id: "declined"}
    assert told(invited) == {}


def test_who_proposes_another_time_may_come_and_its_caller_is_told(invited: Desk) -> None:
    answers_by_calendar(invited, TOM, calendar(TOM, method="COUNTER"))
    assert attendance(invited) == {TOM.id: "tentative"}
    assert told(invited) == {LI.id: ["proposed"]}
    (notice,) = invited.notices()[4:]
    assert datetime.fromisoformat(notice.reasons[0]["proposed"]) == STARTS + timedelta(hours=6)


@pytest.mark.parametrize(
    ("author", "text", "headers"),
    [
        (TOM, calendar(TOM), [FORGED]),
        (TOM, calendar(TOM), [UNVOUCHED]),
        (TOM, calendar(MA), []),
        (EVE, calendar(EVE), []),
        (TOM, calendar(TOM).replace(UID, "other"), []),
        (Person(99, "X", ("x@evil.example",), "en", "UTC"), calendar(TOM), []),
        (TOM, calendar(TOM, "DELEGATED"), []),
    ],
)
def test_a_calendars_answer_that_does_not_count(
    invited: Desk, author: Person, text: str, headers: list[Any]
) -> None:
    assert answers_by_calendar(invited, author, text, *headers).startswith("ignored: automatic")
    assert (attendance(invited), told(invited)) == ({}, {})
