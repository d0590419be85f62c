"""The plan of a project: on which days it is looked at, when it is sent, to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from icalendar import Calendar

from mailflow.outbox.draft import draft
from mailflow.outbox.facts import load
from mailflow.outbox.reader import reader_of
from mailflow.schedule import plan
from mailflow.schedule.clock import fire_key
from mailflow.schedule.due import Plan
from mailflow.store.tables import Input, Notice
from mailflow.workflow.worktime import USUAL, WorkCalendar
from tests.schedule.company import ANNA, INSTALLATION, LI, MONDAY, PORTAL, Company

HOLIDAYS = WorkCalendar((0, 1, 2, 3, 4), (time(9), time(18)), frozenset({date(2026, 12, 2)}))
PLAN, USUALLY = Plan(0, time(8, 30), 24, HOLIDAYS), Plan(0, time(8, 30), 24, USUAL)
DAY = timedelta(days=1)


def test_it_is_looked_at_on_working_days_in_the_projects_zone() -> None:
    project: Any = SimpleNamespace(id=PORTAL, key="PORTAL", timezone="Asia/Shanghai")
    directory: Any = SimpleNamespace(projects={PORTAL: project})
    found = list(plan.planned(directory, [], PLAN, MONDAY, MONDAY + 7 * DAY))
    assert [due.key for due in found] == [
        f"plan:PORTAL:2026-{day}" for day in ("11-30", "12-01", "12-03", "12-04")
    ]
    assert found[0].at == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert found[0].until == found[0].at + DAY
    assert list(plan.planned(directory, [], PLAN, found[0].at, found[0].at)) == []


def fired(company: Company, day: str) -> dict[int, Any]:
    """Fire the plan of a day and handle its input; what whom was told."""
    now = datetime.fromisoformat(f"{day}T16:00:00+08:00")
    answer = fire_key(company.database, company.directories, USUALLY, f"plan:PORTAL:{day}", now)
    assert answer == "fired"
    with company.database.write() as session:
        row = session.query(Input).order_by(Input.id.desc()).first()
        assert row is not None
        plan.fire(session, INSTALLATION, company.directory(session), row, now)
        session.flush()
        told = session.query(Notice).filter(Notice.input_id == row.id)
        assert all(notice.kind == "report" for notice in told)
        return {notice.person_id: notice.reasons[0] for notice in told}


def test_sales_get_it_at_the_start_and_whenever_it_changed(company: Company) -> None:
    assert fired(company, "2026-11-30") == {}, "there are no milestones"
    company.record()
    first = company.record("milestone", due=date(2027, 3, 1), at=MONDAY)
    told = fired(company, "2026-12-01")
    assert set(told) == {ANNA, LI}
    assert told[ANNA]["first"]
    assert [entry["record"] for entry in told[ANNA]["sections"][0]["records"]] == [first]
    company.happen(first, "note", MONDAY + DAY, text="On the way.")
    company.happen(first, "escalated", MONDAY + DAY, old={"following": {}}, new={"following": {}})
    company.happen(first, "spent", MONDAY + DAY, old={"spent": 0}, new={"spent": 5})
    assert fired(company, "2026-12-02") == {}, "the plan is the same"
    fields = {"forecast": "2027-03-15"}
    company.happen(first, "change", MONDAY + DAY, old={"fields": {}}, new={"fields": fields})
    told = fired(company, "2026-12-03")
    assert not told[LI]["first"]
    note = told[LI]["sections"][0]["records"][0]["note"]
    assert note == {"phrase": "expected_later", "day": "2027-03-15", "n": 14}
    assert fired(company, "2026-12-04") == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_milestone_is_a_day_of_the_calendar_and_keeps_its_uid(company: Company) -> None:
    first = company.record("milestone", due=date(2027, 3, 1))
    company.record("milestone")
    days = []
    for event in (3, 4):
        day: Any
        (day,) = _calendar(company, event).walk("VEVENT")
        assert day["UID"] == f"record-{first}@acme.example"
        assert (day["DTEND"].dt - day["DTSTART"].dt, day["SEQUENCE"]) == (DAY, event)
        assert day["SUMMARY"] == "Portal: A milestone"
        days.append(day["DTSTART"].dt)
        company.happen(first, "due", MONDAY, old={"due": "2027-03-01"}, new={"due": "2027-03-15"})
    assert days == [date(2027, 3, 1), date(2027, 3, 15)]


def _calendar(company: Company, event: int) -> Calendar:
    with company.database.read() as session:
        directory = company.directory(session)
        payload = {"project": PORTAL, "day": "2026-12-01"}
        reason = plan.tell(session, INSTALLATION, directory, payload, MONDAY)[ANNA]
        notice = Notice(
            id=0, input_id=0, person_id=ANNA, kind="report", reasons=[{**reason, "event": event}]
        )
        facts = load(session, directory, INSTALLATION.kinds, [notice])
        reader = reader_of(directory.persons[ANNA], INSTALLATION, directory, MONDAY)
        made = draft(reader, facts, "report", [notice])
    assert made is not None
    assert made.calendar is not None
    found = Calendar.from_ical(made.calendar.octets)
    assert isinstance(found, Calendar)
    return found
