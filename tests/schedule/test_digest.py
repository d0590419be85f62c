"""What stands in somebody's digest, on a database with real rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from mailflow.schedule import digest
from mailflow.schedule.digest import MANY, Window
from mailflow.schedule.due import Plan
from mailflow.snapshots.entries import SHOWN
from mailflow.store import clock
from mailflow.store.tables import Firing, Input, Project
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import WITHDRAWN, Person
from mailflow.workflow.worktime import USUAL
from tests.schedule.company import (
    ANNA,
    CHEN,
    EVE,
    GATE,
    GONE,
    INSTALLATION,
    KINDS,
    LI,
    MA,
    MONDAY,
    PORTAL,
    TOM,
    Company,
)

# What differs between the databases is in test_summaries.py.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAY = timedelta(days=1)
# the day of MONDAY in PORTAL's zone
TODAY = date(2026, 11, 30)
LATELY = MONDAY - 2 * DAY
PLAN = Plan(digest_day=0, digest_at=time(8, 30), agenda_hours_before=24, calendar=USUAL)
TOM_HIMSELF = Person(TOM, "Tom", ("tom@acme.example",), "en", "America/New_York")
WEEK = Window(MONDAY - 7 * DAY, MONDAY, MONDAY)


def digest_of(company: Company, person: int, window: Window = WEEK) -> dict[str, Any]:
    """The names of the sections in their order, each with its records and notes."""
    with company.database.read() as session:
        directory = company.directory(session)
        found = digest.content(session, KINDS, directory, directory.persons[person], window)
    return {s["name"]: s["records"] for s in found["sections"]} if found else {}


def shown(company: Company, person: int, window: Window = WEEK) -> dict[str, list[int]]:
    """The same without the notes."""
    sections = digest_of(company, person, window).items()
    return {name: [entry["record"] for entry in entries] for name, entries in sections}


def test_nothing_to_tell_is_no_digest(company: Company) -> None:
    company.record(owner=TOM, state="resolved")
    for person in (ANNA, LI, TOM, MA, CHEN, EVE):
        assert digest_of(company, person) == {}


def test_what_waits_is_open_and_mine(company: Company) -> None:
    mine = company.record(owner=TOM)
    company.record(owner=MA)
    company.record(owner=TOM, state="resolved")
    company.record(owner=TOM, state="closed")
    company.record(owner=TOM, state=WITHDRAWN)
    taken = company.record("feedback", owner=TOM, state="acknowledged", priority="high")
    assert digest_of(company, TOM) == {"waiting": [{"record": taken}, {"record": mine}]}


def test_a_state_counts_only_for_its_kind(company: Company) -> None:
    """An agreed decision is settled, whatever another kind's states are called."""
    company.record("decision", owner=TOM, state="agreed")
    open_ = company.record("issue", owner=TOM, state="open")
    assert shown(company, TOM) == {"waiting": [open_]}


@pytest.mark.parametrize(
    ("due", "section", "note"),
    [
        (TODAY - 40 * DAY, "late", {"phrase": "late", "n": 40}),
        (TODAY - DAY, "late", {"phrase": "late", "n": 1}),
        (TODAY, "next_week", None),
        (TODAY + 7 * DAY, "next_week", None),
        (TODAY + 8 * DAY, "waiting", None),
        (None, "waiting", None),
    ],
)
def test_by_due_date(
    company: Company, due: date | None, section: str, note: dict[str, Any] | None
) -> None:
    record = company.record(owner=TOM, due=due)
    expected = {"record": record} | ({"note": note} if note else {})
    assert digest_of(company, TOM) == {section: [expected]}


def test_late_is_by_the_zone_of_the_project(company: Company) -> None:
    """At 17:00 UTC it is the next day in Shanghai and the same day in Berlin."""
    evening = datetime.fromisoformat("2026-11-30T17:00:00+00:00")
    window = Window(evening - 7 * DAY, evening, evening)
    there = company.record(owner=MA, due=TODAY)
    here = company.record(owner=MA, due=TODAY, project=GATE)
    assert shown(company, MA, window) == {"late": [there], "next_week": [here]}


def test_the_coordinator_sees_all_that_is_late_or_has_nobody(company: Company) -> None:
    late = company.record(owner=TOM, due=TODAY - DAY)
    soon = company.record(owner=TOM, due=TODAY + DAY)
    company.record(owner=TOM, due=TODAY + 9 * DAY)
    company.record(owner=TOM, due=TODAY - DAY, state="resolved")
    elsewhere = company.record(owner=MA, due=TODAY - DAY, project=GATE)
    unowned = company.record(owner=CHEN, routed=False)
    urgent = company.record(owner=CHEN, routed=False, priority="urgent", due=TODAY - DAY)
    company.record(owner=CHEN, routed=False, state="rejected")
    assert digest_of(company, CHEN) == {
        "unowned": [{"record": urgent, "note": {"phrase": "late", "n": 1}}, {"record": unowned}],
        "late": [{"record": late, "note": {"phrase": "late", "n": 1}}],
        "next_week": [{"record": soon}],
    }
    assert shown(company, ANNA) == {"late": [elsewhere]}


def test_a_new_coordinator_sees_what_has_nobody(company: Company) -> None:
    unowned = company.record(owner=CHEN, routed=False)
    with company.database.write() as session:
        session.get_one(Project, 1).coordinator_id = EVE
    assert shown(company, EVE) == {"unowned": [unowned]}
    assert shown(company, CHEN) == {"waiting": [unowned]}


def test_agreement_waits_for_the_sides_that_have_not_given_it(company: Company) -> None:
    decision = company.record("decision", owner=CHEN)
    company.record("decision", owner=CHEN, state="rejected")
    everybody = (ANNA, LI, TOM, MA, CHEN)
    assert [p for p in everybody if shown(company, p).get("agree") == [decision]] == [
        ANNA,
        LI,
        TOM,
        MA,
    ]
    company.happen(decision, "agree", LATELY, new={"agreements": {"sales": LI}})
    assert [p for p in everybody if shown(company, p).get("agree") == [decision]] == [TOM, MA]
    assert shown(company, ANNA) == shown(company, LI) == {"awaited": [decision]}


def test_roles_decide_what_comes_first(company: Company) -> None:
    """Li is in sales, Tom a member, Chen coordinates."""
    for person in (LI, TOM, CHEN):
        company.record(owner=person)
        company.record(owner=person, due=TODAY - DAY)
        company.record(owner=person, due=TODAY + DAY)
    company.record("decision", owner=MA)
    company.record(owner=CHEN, routed=False)
    company.record(owner=MA, at=LATELY)
    assert list(shown(company, LI)) == ["agree", "waiting", "late", "next_week", "changed"]
    assert list(shown(company, TOM)) == ["waiting", "late", "next_week", "agree", "changed"]
    order = ["unowned", "late", "waiting", "awaited", "next_week", "changed"]
    assert list(shown(company, CHEN)) == order
    with company.database.read() as session:
        mine = company.directory(session).projects_of(ANNA)
    assert digest.role_of(ANNA, mine) == "coordinator"


def test_what_changed(company: Company) -> None:
    opened = company.record(owner=MA, at=LATELY)
    quiet = company.record(owner=MA)
    moved = company.record(owner=MA)
    company.happen(moved, "status", LATELY, old={"state": "open"}, new={"state": "analysing"})
    company.happen(moved, "note", LATELY + DAY / 2, text="nearly")
    last, done = {"state": "analysing"}, {"state": "resolved"}
    company.happen(moved, "status", LATELY + DAY, old=last, new=done)
    owned = company.record(owner=LI)
    company.happen(owned, "owner", LATELY, old={"owner_id": LI}, new={"owner_id": MA})
    noted = company.record(owner=MA)
    company.happen(noted, "note", LATELY, text="once")
    company.happen(noted, "client_said", LATELY, text="twice")
    urgent = company.record(owner=MA)
    company.happen(urgent, "priority", LATELY, new={"priority": "urgent"})
    assert digest_of(company, TOM) == {
        "changed": [
            {"record": urgent, "note": {"phrase": "changed", "n": 1}},
            {"record": noted, "note": {"phrase": "noted", "n": 2}},
            {"record": owned, "note": {"phrase": "owner", "old": LI, "new": MA}},
            {"record": moved, "note": {"phrase": "moved", "old": "open", "new": "resolved"}},
            {"record": opened, "note": {"phrase": "opened"}},
        ]
    }
    assert quiet in shown(company, MA)["waiting"]


def test_there_and_back_again_is_no_move(company: Company) -> None:
    record = company.record(owner=MA)
    company.happen(record, "status", LATELY, old={"state": "open"}, new={"state": "closed"})
    company.happen(record, "status", LATELY, old={"state": "closed"}, new={"state": "open"})
    note = {"phrase": "changed", "n": 2}
    assert digest_of(company, TOM) == {"changed": [{"record": record, "note": note}]}


def test_what_waits_says_what_changed_and_stands_once(company: Company) -> None:
    record = company.record(owner=TOM, at=LATELY)
    late = company.record(owner=TOM, at=LATELY, due=TODAY - DAY)
    assert digest_of(company, TOM) == {
        "waiting": [{"record": record, "note": {"phrase": "opened"}}],
        "late": [{"record": late, "note": {"phrase": "late", "n": 1}}],
    }


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (MONDAY - 7 * DAY, False),
        (MONDAY - 7 * DAY + timedelta(microseconds=1), True),
        (MONDAY, True),
        (MONDAY + timedelta(microseconds=1), False),
    ],
)
def test_changes_count_in_one_digest(company: Company, at: datetime, told: bool) -> None:
    company.record(owner=MA, at=at)
    assert bool(shown(company, TOM)) is told


def test_what_came_and_went_is_not_news(company: Company) -> None:
    company.record(owner=MA, at=LATELY, state=WITHDRAWN)
    gone = company.record(owner=MA)
    company.happen(gone, "status", LATELY, old={"state": "open"}, new={"state": WITHDRAWN})
    assert shown(company, TOM) == {"changed": [gone]}


def test_only_what_one_may_see(company: Company) -> None:
    elsewhere = company.record(owner=MA, project=GATE, at=LATELY)
    private = company.record("conflict", owner=CHEN, reporter=ANNA, at=LATELY, due=TODAY - DAY)
    watched = company.record(owner=MA, project=GATE, at=LATELY, watchers=[EVE])
    reported = company.record(owner=MA, project=GATE, reporter=TOM, at=LATELY)
    assert shown(company, TOM) == {"changed": [reported]}
    assert shown(company, EVE) == {"changed": [watched]}
    assert shown(company, CHEN) == {"late": [private]}
    assert shown(company, MA) == {"waiting": [elsewhere, watched, reported]}
    assert private in shown(company, ANNA)["agree"]
    assert shown(company, LI) == {"changed": [reported, watched, elsewhere]}


def test_a_project_that_ended_is_silent(company: Company) -> None:
    company.record(owner=TOM, at=LATELY)
    with company.database.write() as session:
        session.get_one(Project, 1).active = False
    assert digest_of(company, TOM) == {}


def test_who_owns_a_record_elsewhere_hears_of_it(company: Company) -> None:
    record = company.record(owner=EVE)
    assert shown(company, EVE) == {"waiting": [record]}


def test_a_mail_has_an_end(company: Company) -> None:
    numbers = [company.record(owner=TOM) for _ in range(SHOWN + 3)]
    with company.database.read() as session:
        directory = company.directory(session)
        found = digest.content(session, KINDS, directory, directory.persons[TOM], WEEK)
    assert found is not None
    (section,) = found["sections"]
    assert section["more"] == 3
    assert [entry["record"] for entry in section["records"]] == numbers[:SHOWN]


def tell(company: Company, person: int, at: datetime) -> dict[int, dict[str, Any]]:
    with company.database.read() as session:
        payload = {"person": person, "day": "2026-11-30", "at": at.isoformat()}
        return digest.tell(session, INSTALLATION, company.directory(session), payload, at)


def test_a_digest_looks_back_to_the_one_before(company: Company) -> None:
    """Two weeks ago there was one, last week the daemon was down."""
    week = MONDAY - 14 * DAY
    company.record(owner=MA, at=week - DAY)
    record = company.record(owner=MA, at=week + 2 * DAY)
    with company.database.write() as session:
        cause = Input(kind="firing", state="processed", taken_at=week)
        session.add(cause)
        session.flush()
        session.add(Firing(key=f"digest:{TOM}:2026-W47", due_at=week, input_id=cause.id))
        session.add(Firing(key=f"digest:{MA}:2026-W48", due_at=MONDAY, input_id=cause.id))
    (section,) = tell(company, TOM, MONDAY)[TOM]["sections"]
    assert section["records"] == [{"record": record, "note": {"phrase": "opened"}}]


@pytest.mark.parametrize(
    ("first_run", "told"),
    [(None, 6), (MONDAY - 3 * DAY, 3), (MONDAY - 20 * DAY, 20), (MONDAY - 28 * DAY, 6)],
)
def test_the_first_digest_looks_back_to_the_first_run(
    company: Company, first_run: datetime | None, told: int
) -> None:
    """A week where the first run is long ago, which is somebody who is new."""
    for days in range(1, 40):
        company.record(owner=MA, at=MONDAY - days * DAY)
    if first_run is not None:
        with company.database.write() as session:
            clock.set_landmark(session, clock.FIRST_RUN, first_run)
    (section,) = tell(company, TOM, MONDAY)[TOM]["sections"]
    assert len(section["records"]) == told


def test_a_daily_digest_tells_what_is_new_since_the_last_one(company: Company) -> None:
    """Also since the weekly one, and the weekly one since the last daily one."""
    tuesday, moments = MONDAY + DAY, {"2026-W49": MONDAY, "2026-12-01": MONDAY + DAY}
    records = [company.record(owner=MA, at=at - DAY / 2) for at in (MONDAY, tuesday)]
    last = company.record(owner=MA, at=tuesday + DAY)
    with company.database.write() as session:
        cause = Input(kind="firing", state="processed", taken_at=MONDAY)
        session.add(cause)
        session.flush()
        for day, at in moments.items():
            session.add(Firing(key=f"digest:{TOM}:{day}", due_at=at, input_id=cause.id))
    assert records[0] not in new_in(company, f"digest:{TOM}:2026-12-01", "2026-12-01", tuesday)
    assert new_in(company, f"digest:{TOM}:2026-12-01", "2026-12-01", tuesday) == [records[1]]
    week_later = MONDAY + 7 * DAY
    assert new_in(company, f"digest:{TOM}:2026-W50", "2026-12-07", week_later) == [last]


def new_in(company: Company, key: str, day: str, at: datetime) -> list[int]:
    with company.database.read() as session:
        payload = {"key": key, "person": TOM, "day": day, "at": at.isoformat()}
        found = digest.tell(session, INSTALLATION, company.directory(session), payload, at)
    sections = found[TOM]["sections"] if found else []
    return [entry["record"] for section in sections for entry in section["records"]]


@pytest.mark.parametrize("empty", [False, True])
def test_an_empty_one_is_sent_only_where_that_is_wanted(company: Company, empty: bool) -> None:
    directory = Directory({TOM: TOM_HIMSELF}, {}, {})
    start, end = MONDAY - DAY, MONDAY + DAY
    (due,) = digest.planned(directory, (), replace(PLAN, digest_empty=empty), start, end)
    with company.database.read() as session:
        payload = {**due.payload, "key": due.key, "at": MONDAY.isoformat()}
        found = digest.tell(session, INSTALLATION, company.directory(session), payload, MONDAY)
    quiet = {"reason": "digest", "until": MONDAY.isoformat(), "sections": []}
    assert found == ({TOM: quiet} if empty else {})


def test_many_records_stand_by_their_projects(company: Company) -> None:
    dues = [TODAY + n * DAY for n in range(10, 10 + MANY)]
    records = [
        company.record(owner=MA, project=(PORTAL, GATE)[n % 2], due=due)
        for n, due in enumerate(dues)
    ]
    (waiting,) = shown(company, MA).values()
    assert waiting == records[1::2] + records[::2]


def test_who_left_is_told_nothing(company: Company) -> None:
    company.record(owner=GONE)
    assert tell(company, GONE, MONDAY) == {}
    assert tell(company, 99, MONDAY) == {}
