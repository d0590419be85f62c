"""What is due when: pure, so a table of moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailflow.schedule import agenda, digest
from mailflow.schedule.clock import MOMENT, upcoming
from mailflow.schedule.due import (
    Due,
    Meeting,
    Plan,
    is_over,
    local_moment,
    slugs,
    still_due,
    week_of,
)
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Person, Project
from mailflow.workflow.worktime import WorkCalendar

BERLIN, SHANGHAI, NEW_YORK = "Europe/Berlin", "Asia/Shanghai", "America/New_York"
# nobody works, so that no reminder is due
NEVER = WorkCalendar((), (time(9), time(18)), frozenset())
MONDAYS = Plan(digest_day=0, digest_at=time(8, 30), agenda_hours_before=24, calendar=NEVER)
SUNDAY_NIGHTS = Plan(digest_day=6, digest_at=time(2, 30), agenda_hours_before=24, calendar=NEVER)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def person(zone: str, number: int = 7, *, active: bool = True) -> Person:
    return Person(number, "Somebody", (f"p{number}@acme.example",), "en", zone, active)


def office(*people: Person, zone: str = BERLIN) -> Directory:
    acme = Project(1, "ACME", "Acme", people[0].id, (), (), frozenset(), zone)
    return Directory({p.id: p for p in people}, {1: acme}, {})


def digests(zone: str, plan: Plan, now: datetime, since: datetime = LONG_AGO) -> list[Due]:
    wide = digest.planned(office(person(zone)), (), plan, now - digest.LASTS, now + MOMENT)
    return still_due(wide, since, now)


def agendas(
    zone: str, meetings: Sequence[Meeting], plan: Plan, now: datetime, since: datetime = LONG_AGO
) -> list[Due]:
    everybody = office(person("UTC"), zone=zone)
    wide = agenda.planned(everybody, meetings, plan, now - agenda.LASTS, now + MOMENT)
    return still_due(wide, since, now)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        (BERLIN, "2026-11-30", "08:30", "2026-11-30T07:30"),
        (SHANGHAI, "2026-11-30", "08:30", "2026-11-30T00:30"),
        (NEW_YORK, "2026-11-30", "08:30", "2026-11-30T13:30"),
        # summer time
        (BERLIN, "2026-07-06", "08:30", "2026-07-06T06:30"),
        (NEW_YORK, "2026-07-06", "08:30", "2026-07-06T12:30"),
        # twice: the first
        (BERLIN, "2026-10-25", "02:30", "2026-10-25T00:30"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01T05:30"),
        # never: the moment after the gap
        (BERLIN, "2027-03-28", "02:30", "2027-03-28T01:00"),
        (BERLIN, "2027-03-28", "02:00", "2027-03-28T01:00"),
        (BERLIN, "2027-03-28", "01:59", "2027-03-28T00:59"),
        (BERLIN, "2027-03-28", "03:00", "2027-03-28T01:00"),
        (NEW_YORK, "2027-03-14", "02:30", "2027-03-14T07:00"),
        # a zone that left out half an hour, and one that left out a whole day
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Pacific/Apia", "2011-12-30", "08:30", "2011-12-30T10:00"),
        # clocks change at midnight
        ("Africa/Cairo", "2027-04-30", "00:00", "2027-04-29T22:00"),
    ],
)
def test_local_moment(zone: str, day: str, at: str, expected: str) -> None:
    found = local_moment(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == utc(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-11-23", "2026-W48"),
        ("2026-12-28", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
        ("2024-12-30", "2025-W01"),
        ("2021-01-01", "2020-W53"),
    ],
)
def test_week_of(day: str, week: str) -> None:
    assert week_of(date.fromisoformat(day)) == week


@pytest.mark.parametrize(
    ("zone", "plan", "now", "key"),
    [
        # the very moment, the last one, and those beside them
        (BERLIN, MONDAYS, "2026-11-30T07:29:59", None),
        (BERLIN, MONDAYS, "2026-11-30T07:30", "digest:7:2026-W49"),
        (BERLIN, MONDAYS, "2026-12-01T07:29:59", "digest:7:2026-W49"),
        (BERLIN, MONDAYS, "2026-12-01T07:30", None),
        # the day is the reader's
        (SHANGHAI, MONDAYS, "2026-11-30T00:29:59", None),
        (SHANGHAI, MONDAYS, "2026-11-30T00:30", "digest:7:2026-W49"),
        (NEW_YORK, MONDAYS, "2026-11-30T07:30", None),
        (NEW_YORK, MONDAYS, "2026-12-01T13:29", "digest:7:2026-W49"),
        ("Pacific/Kiritimati", MONDAYS, "2026-11-29T18:30", "digest:7:2026-W49"),
        # down for a day, for a week: what is past is past
        (BERLIN, MONDAYS, "2026-12-01T07:00", "digest:7:2026-W49"),
        (BERLIN, MONDAYS, "2026-12-05T12:00", None),
        (BERLIN, MONDAYS, "2026-12-07T09:00", "digest:7:2026-W50"),
        # clocks change between two weeks: 08:30 stays 08:30
        (BERLIN, MONDAYS, "2026-10-19T06:30", "digest:7:2026-W43"),
        (BERLIN, MONDAYS, "2026-10-26T07:29", None),
        (BERLIN, MONDAYS, "2026-10-26T07:30", "digest:7:2026-W44"),
        # at a time that is twice, and that is never
        (BERLIN, SUNDAY_NIGHTS, "2026-10-25T00:29", None),
        (BERLIN, SUNDAY_NIGHTS, "2026-10-25T00:30", "digest:7:2026-W43"),
        (BERLIN, SUNDAY_NIGHTS, "2026-10-25T01:30", "digest:7:2026-W43"),
        (BERLIN, SUNDAY_NIGHTS, "2027-03-28T00:59", None),
        (BERLIN, SUNDAY_NIGHTS, "2027-03-28T01:00", "digest:7:2027-W12"),
        # the year's end
        (BERLIN, MONDAYS, "2026-12-28T08:00", "digest:7:2026-W53"),
        (BERLIN, MONDAYS, "2027-01-04T08:00", "digest:7:2027-W01"),
        (BERLIN, SUNDAY_NIGHTS, "2027-01-03T08:00", "digest:7:2026-W53"),
    ],
)
def test_digest(zone: str, plan: Plan, now: str, key: str | None) -> None:
    assert [due.key for due in digests(zone, plan, utc(now))] == ([key] if key else [])


def test_a_digest_says_whose_it_is_and_of_which_day() -> None:
    (due,) = digests(SHANGHAI, MONDAYS, utc("2026-11-30T05:00"))
    assert due.payload == {"what": "digest", "person": 7, "day": "2026-11-30"}
    assert (due.at, due.until) == (utc("2026-11-30T00:30"), utc("2026-12-01T00:30"))


def test_who_left_gets_no_digest() -> None:
    directory = office(person(BERLIN, 1), person(BERLIN, 2, active=False))
    now = utc("2026-11-30T08:00")
    found = digest.planned(directory, (), MONDAYS, now - digest.LASTS, now + MOMENT)
    assert [due.key for due in still_due(found, LONG_AGO, now)] == ["digest:1:2026-W49"]


@pytest.mark.parametrize(
    ("since", "count"),
    [("2026-11-30T07:29", 1), ("2026-11-30T07:30", 1), ("2026-11-30T07:31", 0)],
)
def test_what_was_due_before_the_first_run_never_is(since: str, count: int) -> None:
    now = utc("2026-11-30T09:00")
    assert len(digests(BERLIN, MONDAYS, now, utc(since))) == count


THURSDAY = Meeting(1, "Weekly", 3, time(10), 45, "Room 3")


@pytest.mark.parametrize(
    ("zone", "now", "key"),
    [
        (BERLIN, "2026-11-25T08:59:59", None),
        (BERLIN, "2026-11-25T09:00", "agenda:ACME:weekly:2026-11-26"),
        (BERLIN, "2026-11-26T08:59:59", "agenda:ACME:weekly:2026-11-26"),
        (BERLIN, "2026-11-26T09:00", None),
        (SHANGHAI, "2026-11-25T01:59", None),
        (SHANGHAI, "2026-11-25T02:00", "agenda:ACME:weekly:2026-11-26"),
        (SHANGHAI, "2026-11-26T02:00", None),
        (NEW_YORK, "2026-11-25T14:59", None),
        (NEW_YORK, "2026-11-25T15:00", "agenda:ACME:weekly:2026-11-26"),
        # down for a week: only the one that is still ahead
        (BERLIN, "2026-12-03T08:00", "agenda:ACME:weekly:2026-12-03"),
        # over the year's end
        (BERLIN, "2026-12-30T12:00", "agenda:ACME:weekly:2026-12-31"),
    ],
)
def test_agenda(zone: str, now: str, key: str | None) -> None:
    found = agendas(zone, [THURSDAY], MONDAYS, utc(now))
    assert [due.key for due in found] == ([key] if key else [])


def test_an_agenda_knows_its_meeting() -> None:
    (due,) = agendas(SHANGHAI, [THURSDAY], MONDAYS, utc("2026-11-25T12:00"))
    assert (due.at, due.until) == (utc("2026-11-25T02:00"), utc("2026-11-26T02:00"))
    assert due.payload == {
        "what": "agenda",
        "project": 1,
        "meeting": "Weekly",
        "place": "Room 3",
        "day": "2026-11-26",
        "last": "2026-11-19T02:00:00+00:00",
        "starts": "2026-11-26T02:00:00+00:00",
        "ends": "2026-11-26T02:45:00+00:00",
    }


@pytest.mark.parametrize(
    ("day", "before", "at"),
    [
        # summer time ends in the night before: 24 hours are 24 hours, 10:00 is 10:00
        ("2026-10-25", 24, "2026-10-24T09:00"),
        ("2027-03-28", 24, "2027-03-27T08:00"),
        ("2027-03-28", 0, None),
        ("2027-03-28", 1, "2027-03-28T07:00"),
        ("2027-03-28", 336, "2027-03-14T08:00"),
    ],
)
def test_hours_before_a_meeting(day: str, before: int, at: str | None) -> None:
    sunday, plan = Meeting(1, "Weekly", 6, time(10), 45), Plan(0, time(8, 30), before, NEVER)
    starts = local_moment(date.fromisoformat(day), time(10), ZoneInfo(BERLIN))
    found = agendas(BERLIN, [sunday], plan, starts - timedelta(seconds=1))
    assert [due.at for due in found if due.payload["day"] == day] == ([utc(at)] if at else [])


def test_a_meeting_of_a_project_that_ended_has_no_agenda() -> None:
    assert not agendas(BERLIN, [Meeting(2, "Weekly", 3, time(10), 45)], MONDAYS, LONG_AGO)


def test_slugs_stand_for_one_meeting_each() -> None:
    names = ["Weekly", "weekly!", "周会", "Q&A: \n plan / risks", "!!!", "Weekly"]
    meetings = [Meeting(1, name, 3, time(10), 45) for name in names]
    meetings.append(Meeting(2, "Weekly", 3, time(10), 45))
    assert slugs(meetings) == [
        "weekly",
        "weekly-2",
        "周会",
        "q-a-plan-risks",
        "meeting",
        "weekly-6",
        "weekly",
    ]


def test_upcoming_is_in_order_and_ends() -> None:
    directory = office(person(BERLIN, 1), person(SHANGHAI, 2))
    found = upcoming(directory, [THURSDAY], MONDAYS, utc("2026-11-25T09:00"), 5)
    assert [due.key for due in found] == [
        "digest:2:2026-W49",
        "digest:1:2026-W49",
        "agenda:ACME:weekly:2026-12-03",
        "digest:2:2026-W50",
        "digest:1:2026-W50",
    ]
    nobody = Directory({}, {}, {})
    assert upcoming(nobody, [], MONDAYS, utc("2026-11-25T09:00"), 5) == []


def test_an_input_that_comes_late_is_over() -> None:
    payload = {"until": "2026-12-01T07:30:00+00:00"}
    assert not is_over(payload, utc("2026-12-01T07:29"))
    assert is_over(payload, utc("2026-12-01T07:30"))
    assert not is_over({}, utc("2026-12-01T07:30"))
