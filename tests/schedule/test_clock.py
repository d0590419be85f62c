"""The clock on a real database: each firing once, whoever fires."""

from __future__ import annotations

import os
import threading
import time as clock_time
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.pipeline.engine import Engine
from mailflow.schedule import FIRINGS, SCHEDULED
from mailflow.schedule.clock import (
    Metronome,
    fire_due,
    fire_key,
    payload_of,
    read_meetings,
    set_out,
    upcoming,
)
from mailflow.schedule.due import Plan
from mailflow.snapshots import DirectoryCache
from mailflow.store import clock
from mailflow.store.database import Database
from mailflow.store.tables import Firing, Input, Notice
from mailflow.workflow.directory import Directory
from mailflow.workflow.worktime import WorkCalendar
from tests.conftest import SQLITE_FIRST
from tests.schedule.company import (
    ANNA,
    CHEN,
    EVE,
    GATE,
    INSTALLATION,
    LI,
    MA,
    MONDAY,
    TOM,
    Company,
    weekly,
)

# nobody works, so that no reminder is due
NEVER = WorkCalendar((), (time(9), time(18)), frozenset())
PLAN = Plan(digest_day=0, digest_at=time(8, 30), agenda_hours_before=24, calendar=NEVER)
SUNDAY = MONDAY - timedelta(days=1)
# 10:30 in Shanghai, the day before PORTAL meets
WEDNESDAY = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
ALL_DIGESTS = MONDAY + timedelta(hours=14)


def keys(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Firing.key).order_by(Firing.key)))


def run(company: Company, now: datetime) -> int:
    """As the daemon does: fire what is due, then handle it."""
    fired = fire_due(company.database, company.directories, PLAN, now)
    handle(company, now)
    return fired


def handle(company: Company, now: datetime) -> None:
    engine = Engine(company.database, INSTALLATION, FIRINGS, lambda: now)
    while engine.handle_next(now):
        pass


def notices(company: Company) -> list[tuple[str, int]]:
    with company.database.read() as session:
        found = session.scalars(select(Notice).order_by(Notice.kind, Notice.person_id))
        return [(notice.kind, notice.person_id) for notice in found]


@SQLITE_FIRST
def test_the_first_run_is_noted_once(database: Database) -> None:
    for now in (SUNDAY, MONDAY, SUNDAY - timedelta(days=1)):
        with database.write() as session:
            assert set_out(session, now) == SUNDAY
    with database.read() as session:
        assert clock.landmark(session, "first_run") == SUNDAY


def test_a_digest_comes_once(company: Company) -> None:
    record = company.record(owner=MA)
    assert run(company, SUNDAY) == 0
    # those of Shanghai first, New York's last
    assert run(company, MONDAY) == 3
    assert run(company, MONDAY + timedelta(minutes=1)) == 0
    assert keys(company.database) == [f"digest:{p}:2026-W49" for p in (LI, MA, CHEN)]
    assert run(company, ALL_DIGESTS) == 3
    assert run(company, ALL_DIGESTS + timedelta(hours=1)) == 0
    assert notices(company) == [("digest", MA)]
    with company.database.read() as session:
        (notice,) = session.scalars(select(Notice))
        assert notice.reasons == [
            {
                "reason": "digest",
                "until": "2026-11-30T00:30:00+00:00",
                "sections": [{"name": "waiting", "records": [{"record": record}]}],
            }
        ]
        states = {taken.state for taken in session.scalars(select(Input))}
        assert states == {"processed"}


@SQLITE_FIRST
def test_what_was_due_before_the_first_run_is_not_fired(company: Company) -> None:
    assert fire_due(company.database, company.directories, PLAN, MONDAY) == 0
    assert fire_due(company.database, company.directories, PLAN, ALL_DIGESTS) == 3
    assert keys(company.database) == [f"digest:{p}:2026-W49" for p in (ANNA, TOM, EVE)]


@pytest.mark.parametrize(
    ("down_until", "expected"),
    [
        # a day: what is due still; a week: not the past week's
        (MONDAY + timedelta(hours=22), [f"digest:{p}:2026-W49" for p in range(1, 7)]),
        (
            MONDAY + timedelta(days=8),
            [f"digest:{p}:2026-W50" for p in (ANNA, TOM, EVE)],
        ),
        (MONDAY + timedelta(days=4), []),
    ],
)
@SQLITE_FIRST
def test_a_daemon_that_was_down(
    company: Company, down_until: datetime, expected: list[str]
) -> None:
    fire_due(company.database, company.directories, PLAN, SUNDAY)
    fire_due(company.database, company.directories, PLAN, down_until)
    assert keys(company.database) == expected


@SQLITE_FIRST
def test_an_agenda_comes_once_to_everybody_who_is_there(company: Company) -> None:
    run(company, WEDNESDAY - timedelta(days=1))
    assert run(company, WEDNESDAY) == 1
    assert run(company, WEDNESDAY + timedelta(hours=1)) == 0
    assert keys(company.database) == ["agenda:PORTAL:weekly:2026-11-26"]
    assert notices(company) == [("agenda", p) for p in (ANNA, LI, TOM, MA, CHEN)]


@pytest.mark.parametrize(("due", "fired"), [(WEDNESDAY, 1), (MONDAY, 3)])
@SQLITE_FIRST
def test_what_is_handled_too_late_tells_nobody(company: Company, due: datetime, fired: int) -> None:
    """An agenda after its meeting began, digests a day after."""
    company.record(owner=MA)
    fire_due(company.database, company.directories, PLAN, due - timedelta(days=1))
    assert fire_due(company.database, company.directories, PLAN, due) == fired
    handle(company, due + timedelta(hours=24))
    assert notices(company) == []
    with company.database.read() as session:
        firings = session.scalars(select(Input).where(Input.kind == "firing"))
        assert [taken.state for taken in firings] == ["processed"] * fired


@SQLITE_FIRST
def test_what_is_in_quarantine_is_told_however_late(company: Company) -> None:
    key, tuesday = "quarantine:2026-11-30", MONDAY + timedelta(days=1)
    payload = {"what": "quarantine", "key": key, "day": "2026-11-30", "at": MONDAY.isoformat()}
    with company.database.write() as session:
        before = MONDAY - timedelta(hours=1)
        session.add(Input(kind="act", state="quarantined", taken_at=before, processed_at=before))
        clock.fire(session, key, MONDAY, payload | {"until": tuesday.isoformat()}, MONDAY)
    handle(company, tuesday + timedelta(days=1))
    assert notices(company) == [("report", CHEN)]


@pytest.mark.parametrize("round_", range(5))
def test_two_daemons_fire_each_once(company: Company, round_: int) -> None:
    now, barrier = MONDAY + timedelta(days=7 * round_), threading.Barrier(2)
    with company.database.write() as session:
        set_out(session, now - timedelta(days=1))
    fired: list[int] = []

    def daemon() -> None:
        other = Database(company.database.url.render_as_string(hide_password=False))
        barrier.wait()
        fired.append(fire_due(other, company.directories, PLAN, now))
        other.close()

    threads = [threading.Thread(target=daemon) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(fired) == 2
    assert sum(fired) == 3
    assert len(keys(company.database)) == 3
    with company.database.read() as session:
        assert len(list(session.scalars(select(Input)))) == 3


def test_a_daemon_that_was_slower_fires_nothing(company: Company) -> None:
    """Both see that the key is free; the other one commits first."""
    with company.database.write() as session:
        set_out(session, SUNDAY)
    key = f"digest:{MA}:2026-W49"

    class Overtaken(DirectoryCache):
        def get(self, session: Session, now: datetime | None = None) -> Directory:
            directory = super().get(session, now)
            # SQLite goes on to see the database as it was at this session's first query
            with company.database.write() as other:
                clock.fire(other, key, MONDAY, {}, MONDAY)
            return directory

    overtaken = Overtaken(INSTALLATION.timezone)
    assert fire_due(company.database, overtaken, PLAN, MONDAY) == 2
    assert keys(company.database) == [f"digest:{p}:2026-W49" for p in (LI, MA, CHEN)]


def test_a_key_is_forced_once(company: Company) -> None:
    record = company.record(owner=MA)
    key, tuesday = f"digest:{MA}:2026-W50", MONDAY + timedelta(days=1)

    def force(key: str) -> str:
        return fire_key(company.database, company.directories, PLAN, key, tuesday)

    assert force(key) == "fired"
    assert force(key) == "happened"
    handle(company, tuesday)
    with company.database.read() as session:
        (notice,) = session.scalars(select(Notice))
        (reason,) = notice.reasons
        assert (notice.person_id, reason["until"]) == (MA, tuesday.isoformat())
        assert reason["sections"] == [{"name": "waiting", "records": [{"record": record}]}]
    for wrong in ("digest:99:2026-W50", "digest:4:2030-W50", "nonsense", "", "digest:4:2026-W50 "):
        assert force(wrong) == "unknown"
    # when its own moment comes, it has happened
    with company.database.write() as session:
        set_out(session, tuesday)
    fire_due(company.database, company.directories, PLAN, MONDAY + timedelta(days=7))
    assert keys(company.database).count(key) == 1


@SQLITE_FIRST
def test_a_key_whose_time_is_over_can_be_forced(company: Company) -> None:
    company.record(owner=MA)
    friday = MONDAY + timedelta(days=4)
    key = f"digest:{MA}:2026-W49"
    assert fire_key(company.database, company.directories, PLAN, key, friday) == "fired"
    handle(company, friday)
    assert notices(company) == [("digest", MA)]


@SQLITE_FIRST
def test_a_preview_tells_the_same_and_writes_nothing(company: Company) -> None:
    company.record(owner=MA)
    with company.database.read() as session:
        directory, meetings = company.directory(session), read_meetings(session, MONDAY)
        coming = upcoming(directory, meetings, PLAN, SUNDAY, 20)
        due = next(due for due in coming if due.key == f"digest:{MA}:2026-W49")
        payload = payload_of(due, SUNDAY)
        told = SCHEDULED["digest"].tell(session, INSTALLATION, directory, payload, SUNDAY)
        assert list(told) == [MA]
    assert notices(company) == []
    assert keys(company.database) == []


@SQLITE_FIRST
def test_meetings_are_those_of_projects_that_go_on(company: Company) -> None:
    with company.database.write() as session:
        session.add(weekly(GATE, "周会", "sunday", "9:05"))
    with company.database.read() as session:
        found = read_meetings(session, MONDAY)
    assert [(m.project, m.name, m.weekday, m.at) for m in found] == [
        (1, "Weekly", 3, time(10)),
        (GATE, "周会", 6, time(9, 5)),
    ]


@pytest.fixture
def zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    clock_time.tzset()


def set_zone(name: str) -> None:
    os.environ["TZ"] = name
    clock_time.tzset()


def test_the_metronome_beats(zone: None) -> None:
    set_zone("UTC")
    beats: list[float] = []
    metronome = Metronome()
    metronome.tick()
    metronome.every(1, lambda: beats.append(clock_time.monotonic()))
    begin = clock_time.monotonic()
    while clock_time.monotonic() - begin < 2.4:
        metronome.tick()
        clock_time.sleep(0.02)
    assert [round(beat - begin) for beat in beats] == [1, 2]


def test_the_metronome_calls_only_what_it_was_told_last(zone: None) -> None:
    beats: list[str] = []
    metronome = Metronome()
    metronome.every(1, lambda: beats.append("first"))
    metronome.every(1, lambda: beats.append("second"))
    clock_time.sleep(1.05)
    metronome.tick()
    assert beats == ["second"]


def test_the_metronome_goes_on_when_summer_time_ends(zone: None) -> None:
    set_zone("EAST-2")
    beats: list[int] = []
    metronome = Metronome()
    metronome.every(60, lambda: beats.append(1))
    metronome.tick()
    assert beats == []
    set_zone("EAST-1")
    metronome.tick()
    metronome.tick()
    assert beats == [1]


def test_what_failed_is_called_again() -> None:
    calls: list[int] = []

    def fail_once() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("the database is away")

    metronome = Metronome()
    metronome.every(1, fail_once)
    clock_time.sleep(1.05)
    with pytest.raises(OSError, match="away"):
        metronome.tick()
    metronome.tick()
    metronome.tick()
    assert len(calls) == 2
