"""The queries of digest and agenda, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from mailflow.store import summaries
from tests.conftest import SQLITE_FIRST
from tests.schedule.company import CHEN, EVE, GATE, LI, MA, MONDAY, PORTAL, TOM, Company

pytestmark = SQLITE_FIRST

DAY = timedelta(days=1)
SOON = date(2026, 12, 7)
STATES = {"issue": ["open", "analysing"], "decision": ["proposed"]}
SINCE, UNTIL = MONDAY - 7 * DAY, MONDAY
LATELY = MONDAY - DAY


def test_owned_puts_the_first_due_first_and_no_date_last(company: Company) -> None:
    some_day = company.record(owner=TOM)
    later = company.record("decision", owner=TOM, due=SOON)
    sooner = company.record(owner=TOM, due=SOON - DAY, state="analysing")
    company.record(owner=MA)
    company.record(owner=TOM, state="resolved")
    company.record("feedback", owner=TOM)
    with company.database.read() as session:
        assert summaries.owned(session, TOM, STATES) == [sooner, later, some_day]
        assert summaries.owned(session, TOM, {"issue": ["analysing"]}) == [sooner]
        assert summaries.owned(session, TOM, {"decision": ["open"]}) == []
        assert summaries.owned(session, TOM, {}) == []


def test_in_projects(company: Company) -> None:
    here = company.record(due=SOON)
    there = company.record("decision", project=GATE, due=SOON - DAY)
    open_ended = company.record()
    company.record(due=SOON, state="resolved")
    with company.database.read() as session:
        both = summaries.in_projects(session, [PORTAL, GATE], STATES)
        assert both == [here, there, open_ended]
        assert summaries.in_projects(session, [PORTAL], STATES) == [here, open_ended]
        due = summaries.in_projects(session, [PORTAL, GATE], STATES, due_by=SOON)
        assert due == [there, here]
        assert summaries.in_projects(session, [PORTAL], STATES, due_by=SOON - DAY) == []
        assert summaries.in_projects(session, [], STATES) == []
        assert summaries.in_projects(session, [PORTAL], {}) == []


def test_unrouted_ends_when_an_owner_is_named(company: Company) -> None:
    nobodys = company.record(owner=CHEN, routed=False)
    named = company.record(owner=CHEN, routed=False)
    new = {"owner_id": MA, "why": {"rule": "person", "person": CHEN}}
    company.happen(named, "owner", LATELY, old={"owner_id": CHEN}, new=new)
    company.record(owner=CHEN)
    company.record(owner=CHEN, routed=False, state="closed")
    with company.database.read() as session:
        assert summaries.unrouted(session, [PORTAL, GATE], STATES) == [nobodys]
        assert summaries.unrouted(session, [GATE], STATES) == []
        assert summaries.unrouted(session, [], STATES) == []


def test_changed_is_by_the_latest_and_has_each_event_in_order(company: Company) -> None:
    first = company.record(owner=MA, at=SINCE + DAY)
    second = company.record(owner=MA, at=SINCE + DAY)
    company.happen(first, "note", LATELY, text="a word")
    company.happen(second, "note", UNTIL + DAY, text="too late")
    company.record(owner=MA, at=SINCE)
    elsewhere = company.record(project=GATE, at=LATELY)
    with company.database.read() as session:
        found = summaries.changed_in(session, PORTAL, SINCE, UNTIL)
        whats = {record: [event.what for event in events] for record, events in found.items()}
        both = summaries.changed_for(session, TOM, [PORTAL, GATE], SINCE, UNTIL)
    assert list(whats.items()) == [(first, ["opened", "note"]), (second, ["opened"])]
    assert list(both) == [elsewhere, first, second]


def test_changed_for_is_one_s_projects_and_what_is_one_s_own(company: Company) -> None:
    owned = company.record(owner=EVE, project=GATE, at=LATELY)
    reported = company.record(reporter=EVE, project=GATE, at=LATELY)
    watched = company.record(project=GATE, at=LATELY, watchers=[LI, EVE])
    company.record(project=GATE, at=LATELY, watchers=[LI])
    with company.database.read() as session:
        assert list(summaries.changed_for(session, EVE, [], SINCE, UNTIL)) == [
            watched,
            reported,
            owned,
        ]
