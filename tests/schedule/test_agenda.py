"""What stands on a meeting's agenda, on a database with real rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mailflow.schedule import agenda
from mailflow.store.tables import Project
from mailflow.workflow.model import WITHDRAWN
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
        "issues": [
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
        "new_feedback": [
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
        (date(2026, 12, 4), "issues"),
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
