"""What stands on a meeting's agenda, on a database with real rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.schedule import agenda
from mailflow.schedule.clock import read_meetings
from mailflow.schedule.due import Meeting, Once, Plan
from mailflow.store import meetings
from mailflow.store.tables import Event, Input, Notice, Project, Sitting
from mailflow.workflow.model import WITHDRAWN
from mailflow.workflow.worktime import USUAL
from tests.schedule.company import (
    ANNA,
    CHEN,
    CONFLICT,
    GATE,
    INSTALLATION,
    LI,
    MA,
    PORTAL,
    TOM,
    Company,
)

# What differs between the databases is in test_summaries.py.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAY = timedelta(days=1)
# the meeting is on Thursday at 10:00 in Shanghai, its agenda is written a day before
STARTS = datetime(2026, 11, 26, 2, tzinfo=UTC)
NOW = STARTS - DAY
LAST = STARTS - 7 * DAY
SINCE = LAST + DAY
BEFORE = LAST - DAY
PAYLOAD = {
    "what": "agenda",
    "key": "agenda:PORTAL:weekly:2026-11-26",
    "project": PORTAL,
    "meeting": "Weekly",
    "place": "Room 3",
    "day": "2026-11-26",
    "last": LAST.isoformat(),
    "starts": STARTS.isoformat(),
    "ends": (STARTS + timedelta(minutes=45)).isoformat(),
}


def told(company: Company) -> dict[int, dict[str, Any]]:
    with company.database.read() as session:
        return agenda.tell(session, INSTALLATION, company.directory(session), PAYLOAD, NOW)


def sections(company: Company) -> dict[str, Any]:
    return {s["name"]: s["records"] for s in told(company)[TOM]["sections"]}


def test_everybody_who_is_there_gets_the_same(company: Company) -> None:
    company.record(at=SINCE)
    found = told(company)
    assert set(found) == {ANNA, LI, TOM, MA, CHEN}
    assert len({str(reason) for reason in found.values()}) == 1


def test_it_goes_out_with_nothing_on_it(company: Company) -> None:
    assert told(company)[TOM] == {
        "reason": "agenda",
        "project": PORTAL,
        "meeting": "Weekly",
        "place": "Room 3",
        "starts": "2026-11-26T02:00:00+00:00",
        "ends": "2026-11-26T02:45:00+00:00",
        "points": [],
        "sections": [],
    }


def test_a_project_that_ended_meets_no_more(company: Company) -> None:
    with company.database.write() as session:
        session.get_one(Project, PORTAL).active = False
    assert told(company) == {}


def test_open_issues_are_there_by_age(company: Company) -> None:
    younger = company.record(at=NOW - 3 * DAY)
    # 23:30 on the 10th in UTC is the 11th in Shanghai
    older = company.record(
        at=datetime(2026, 11, 10, 23, 30, tzinfo=UTC), state="analysing", due=date(2027, 1, 1)
    )
    company.record(at=BEFORE, state="closed")
    company.record(at=SINCE, state=WITHDRAWN)
    company.record(at=SINCE, project=GATE)
    assert sections(company) == {
        "open": [
            {"record": older, "note": {"phrase": "age", "n": 14}},
            {"record": younger, "note": {"phrase": "age", "n": 3}},
        ]
    }


def test_feedback_is_new_where_nobody_took_it_or_it_came_since(company: Company) -> None:
    untouched = company.record("feedback", at=BEFORE)
    company.record("feedback", at=BEFORE, state="planned")
    planned = company.record("feedback", at=SINCE, state="planned")
    declined = company.record("feedback", at=SINCE, state="declined")
    company.record("feedback", at=SINCE, state=WITHDRAWN)
    assert sections(company) == {
        "new": [
            {"record": untouched},
            {"record": planned, "note": {"phrase": "opened"}},
            {"record": declined, "note": {"phrase": "opened"}},
        ]
    }


def test_decisions_wait_to_be_taken(company: Company) -> None:
    proposed = company.record("decision", at=BEFORE, due=date(2026, 11, 1))
    company.record("decision", at=BEFORE, state="agreed")
    days = {"record": proposed, "note": {"phrase": "late", "n": 24}}
    assert sections(company) == {"decisions": [days]}


@pytest.mark.parametrize(
    ("due", "section"),
    [
        (date(2026, 11, 24), "promised"),
        (date(2026, 11, 26), "promised"),
        (date(2026, 12, 3), "promised"),
        (date(2026, 12, 4), "open"),
    ],
)
def test_promised_is_what_is_due_by_the_meeting_after(
    company: Company, due: date, section: str
) -> None:
    company.record(at=BEFORE, due=due)
    assert list(sections(company)) == [section]


def test_what_was_kept_since_the_last_meeting(company: Company) -> None:
    kept, long_ago = company.record(at=BEFORE), company.record(at=BEFORE)
    for record, at in ((kept, SINCE), (long_ago, LAST - timedelta(hours=1))):
        company.happen(record, "status", at, old={"state": "open"}, new={"state": "resolved"})
    company.happen(long_ago, "note", SINCE, text="thanks")
    note = {"phrase": "moved", "old": "open", "new": "resolved"}
    assert sections(company) == {"promised": [{"record": kept, "note": note}]}


def test_no_private_kind_is_there(company: Company) -> None:
    assert CONFLICT.private
    for reporter in (ANNA, TOM):
        company.record("conflict", reporter=reporter, owner=CHEN, at=SINCE, due=date(2026, 11, 1))
    assert sections(company) == {}


def fire(company: Company, payload: dict[str, Any] = PAYLOAD, now: datetime = NOW) -> list[Notice]:
    """Fire an agenda; all notices there are then."""
    with company.database.write() as session:
        cause = Input(kind="firing", state="processed", taken_at=now, payload=payload)
        session.add(cause)
        session.flush()
        agenda.fire(session, INSTALLATION, company.directory(session), cause, now)
    with company.database.read() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def put_forward(company: Company, text: str, *, decides: bool = False) -> None:
    with company.database.write() as session:
        cause = Input(kind="act", state="processed", taken_at=NOW)
        session.add(cause)
        session.flush()
        new = meetings.NewPoint(MA, text, decides)
        meetings.add_points(session, PORTAL, None, [new], cause.id)


def test_its_firing_makes_the_sitting_and_takes_what_waits(company: Company) -> None:
    put_forward(company, "the budget")
    put_forward(company, "May or June?", decides=True)
    assert [p["decides"] for p in told(company)[TOM]["points"]] == [True, False]
    reason = fire(company)[0].reasons[0]
    assert reason["uid"] == "1-weekly-2026-11-26@acme.example"
    assert [point["person"] for point in reason["points"]] == [MA, MA]
    with company.database.read() as session:
        (sitting,) = session.scalars(select(Sitting))
        assert (sitting.key, sitting.starts) == (PAYLOAD["key"], STARTS)
        assert reason["sitting"] == sitting.id
        assert meetings.points(session, PORTAL, None) == []
    assert told(company)[TOM] == reason


def test_a_preview_makes_no_sitting(company: Company) -> None:
    assert "sitting" not in told(company)[TOM]
    with company.database.read() as session:
        assert session.scalars(select(Sitting)).all() == []


def test_what_the_last_minutes_promised_comes_first(company: Company) -> None:
    late = company.record(at=BEFORE, due=date(2026, 11, 20))
    with company.database.write() as session:
        before = sitting_of(session, LAST, "before")
        long_ago = sitting_of(session, LAST - 7 * DAY, "long ago")
    task, issue, decision, old, more = (
        company.record(kind, at=SINCE) for kind in ("task", "issue", "decision", "task", "task")
    )
    with company.database.write() as session:
        causes = {
            event.record_id: event.input_id
            for event in session.scalars(select(Event).where(Event.what == "opened"))
        }
        for record in (issue, decision):
            opening = select(Event).where(Event.record_id == record, Event.what == "opened")
            session.scalars(opening).one().input_id = causes[task]
        session.get_one(Sitting, before).minutes_id = causes[task]
        session.get_one(Sitting, before).additions = [causes[more]]
        session.get_one(Sitting, long_ago).minutes_id = causes[old]
    found = {name: [e["record"] for e in entries] for name, entries in sections(company).items()}
    assert found == {
        "promised": [task, more, late],
        "decisions": [decision],
        "open": [issue, old],
    }
    assert list(found) == ["promised", "decisions", "open"]


def sitting_of(session: Session, starts: datetime, name: str) -> int:
    sitting = Sitting(
        project_id=PORTAL, key=name, uid=name, name=name, starts=starts, ends=starts + DAY
    )
    session.add(sitting)
    session.flush()
    return sitting.id


CALLED = Meeting(
    PORTAL, "Review", 0, time(2), 30, once=Once("agenda:PORTAL:called-9:x", STARTS, NOW - DAY)
)


@pytest.mark.parametrize(
    ("hours", "called_at", "planned"),
    [(24, NOW - DAY, True), (24, NOW, False), (2, NOW, True), (48, NOW - DAY, False)],
)
def test_the_agenda_of_a_called_meeting(
    company: Company, hours: int, called_at: datetime, planned: bool
) -> None:
    once = replace(CALLED, once=Once("agenda:PORTAL:called-9:x", STARTS, called_at))
    with company.database.read() as session:
        directory = company.directory(session)
    plan = Plan(0, time(8), hours, USUAL)
    found = list(agenda.planned(directory, [once], plan, NOW - 5 * DAY, STARTS))
    assert [due.key for due in found] == (["agenda:PORTAL:called-9:x"] if planned else [])
    assert [due.at for due in found] == ([STARTS - timedelta(hours=hours)] if planned else [])


def test_the_clock_knows_what_was_called_and_is_to_come(company: Company) -> None:
    with company.database.write() as session:
        for name, starts in (("past", NOW - DAY), ("off", STARTS), ("called", STARTS)):
            row = session.get_one(Sitting, sitting_of(session, starts, name))
            row.called_by, row.called_at, row.cancelled = LI, NOW - DAY, name == "off"
            row.ends = row.starts + timedelta(minutes=30)
        sitting_of(session, STARTS, "weekly")
    with company.database.read() as session:
        found = [meeting for meeting in read_meetings(session, NOW) if meeting.once]
    once = Once("called", STARTS, NOW - DAY)
    assert found == [Meeting(PORTAL, "called", 3, time(2), 30, once=once)]


def test_a_called_meeting_has_its_points_alone(company: Company) -> None:
    company.record(at=SINCE)
    with company.database.write() as session:
        session.get_one(Sitting, sitting_of(session, STARTS, "called")).called_by = LI
    payload = {k: v for k, v in PAYLOAD.items() if k not in ("last", "day")}
    notices = fire(company, payload | {"key": "called", "once": True})
    assert {notice.person_id for notice in notices} == {ANNA, LI, TOM, MA, CHEN}
    assert (notices[0].reasons[0]["sections"], notices[0].reasons[0]["by"]) == ([], LI)


def test_a_meeting_that_was_called_off_has_no_agenda(company: Company) -> None:
    with company.database.write() as session:
        session.get_one(Sitting, sitting_of(session, STARTS, "called")).cancelled = True
    assert fire(company, PAYLOAD | {"key": "called", "once": True}) == []
