"""A clock that jumps back and forth, and the nights in which a zone changes its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailflow import daemon
from mailflow.outbox.sender import LEASE, LONGEST_DELAY
from mailflow.pipeline.engine import Engine
from mailflow.schedule import FIRINGS
from mailflow.schedule.clock import fire_due
from mailflow.schedule.due import Plan
from mailflow.store import leases, outbox
from mailflow.store.database import Database
from mailflow.store.jumps import bring_near, free_the_dead
from mailflow.store.leases import Watch
from mailflow.store.tables import Input, Lease, Notice, Outgoing
from mailflow.workflow.worktime import USUAL
from tests.faults.conftest import Make
from tests.faults.running import command, daemon_of
from tests.schedule.company import (
    ANNA,
    INSTALLATION,
    MA,
    MONDAY,
    PEOPLE,
    TOM,
    Company,
    found_company,
)
from tests.servers.imap import ImapServer
from tests.servers.process import wait_for
from tests.servers.ready import ready
from tests.torture.counting import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = 365 * DAY
NOW = MONDAY
WEEKLY = Plan(digest_day=0, digest_at=time(8, 30), agenda_hours_before=24, calendar=USUAL)
NIGHTLY = Plan(digest_day=6, digest_at=time(2, 30), agenda_hours_before=0, calendar=USUAL)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    database = ready(f"sqlite:///{tmp_path}/mailflow.db")
    yield found_company(database)
    database.close()


class Stopwatch:
    """A clock that only goes forward."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def work(company: Company, now: datetime, plan: Plan = WEEKLY) -> int:
    """As the daemon does; returns how many firings there were."""
    fired = fire_due(company.database, company.directories, plan, now)
    engine = Engine(company.database, INSTALLATION, FIRINGS, lambda: now)
    while engine.handle_next(now):
        pass
    return fired


def told(company: Company) -> list[tuple[str, int]]:
    with company.database.read() as session:
        rows = session.execute(select(Notice.kind, Notice.person_id).order_by(Notice.id))
        return [(kind, person) for kind, person in rows]


# the holder's clock and the others' may differ by so much when it dies
@pytest.mark.parametrize("jump", [-HOUR, -DAY, -YEAR])
def test_nobody_is_locked_out_by_a_lease_of_the_future(company: Company, jump: timedelta) -> None:
    clock = Stopwatch()
    watch, now = Watch(clock), NOW + jump
    with company.database.write() as session:
        assert leases.acquire(session, "pipeline", "dead", NOW) is not None
    for _ in range(leases.SECONDS + 1):
        with company.database.write() as session:
            assert leases.acquire(session, "pipeline", "other", now, watch) is None
        clock.seconds += 1
    with company.database.write() as session:
        assert leases.acquire(session, "pipeline", "other", now, watch) is not None


def test_who_renews_keeps_its_lease_whatever_the_clocks_say(company: Company) -> None:
    clock = Stopwatch()
    watch = Watch(clock)
    with company.database.write() as session:
        held = leases.acquire(session, "pipeline", "ahead", NOW + HOUR)
    assert held is not None
    for second in range(0, 60, 4):
        with company.database.write() as session:
            leases.confirm(session, held, NOW + HOUR + timedelta(seconds=second))
            assert leases.acquire(session, "pipeline", "behind", NOW, watch) is None
        clock.seconds += 4


@pytest.mark.parametrize("jump", [HOUR, DAY, YEAR])
def test_of_two_that_believe_to_hold_a_lease_one_can_commit(
    company: Company, jump: timedelta
) -> None:
    with company.database.write() as session:
        mine = leases.acquire(session, "pipeline", "me", NOW)
    with company.database.write() as session:
        yours = leases.acquire(session, "pipeline", "you", NOW + jump, Watch())
    assert mine is not None
    assert yours is not None
    for now in (NOW, NOW + jump):
        with pytest.raises(leases.LeaseLost), company.database.write() as session:
            leases.confirm(session, mine, now)
    with company.database.write() as session:
        leases.confirm(session, yours, NOW)


def test_a_daemon_takes_over_from_one_whose_clock_was_ahead(
    make: Make, sqlite: str, pymap_server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "SECONDS", 1)
    monkeypatch.setattr(daemon, "RENEW_SECONDS", 0.3)
    ground = make(sqlite, imap=pymap_server)
    with ground.database.write() as session:
        for name in ("pipeline", "mailbox:flow"):
            ahead = datetime.now(UTC) + YEAR
            session.add(Lease(name=name, owner="dead", epoch=7, until=ahead))
    ground.appends_issues(1)
    with daemon_of(ground):
        wait_for(ground.is_done, "it takes over", 30)
    assert counted(ground).faults == []


def outgoing(database: Database, **values: object) -> None:
    with database.write() as session:
        common = {"person_id": ANNA, "address": "a@b.example", "kind": "notice"}
        session.add(Outgoing(**common, composed_at=NOW, body=b"x", **values))


@pytest.mark.parametrize("jump", [HOUR, DAY, YEAR])
def test_what_waits_for_its_next_attempt_does_not_wait_for_a_wrong_clock(
    company: Company, jump: timedelta
) -> None:
    """It is put off for the longest delay at most, wherever the clock was when it was put off."""
    outgoing(company.database, state="composed", next_attempt_at=NOW + jump + HOUR)
    with company.database.write() as session:
        session.add(
            Input(kind="message", state="stored", taken_at=NOW, next_attempt_at=NOW + jump + HOUR)
        )
    bring_near(company.database, NOW, LONGEST_DELAY)
    with company.database.read() as session:
        latest = NOW + LONGEST_DELAY
        assert outbox.any_due(session, latest, latest)
        found = session.scalars(select(Input.next_attempt_at)).one()
        assert found is not None
        assert found <= latest
    bring_near(company.database, NOW - timedelta(minutes=1), LONGEST_DELAY)
    with company.database.read() as session:
        expected = NOW if jump > HOUR else NOW + jump + HOUR
        assert session.scalars(select(Outgoing.next_attempt_at)).one() == expected


def test_a_mail_of_a_dead_sender_does_not_wait_for_a_wrong_clock(company: Company) -> None:
    """One that is still being sent stays with its sender, however far ahead its clock is."""
    clock = Stopwatch()
    watch, ahead = Watch(clock), NOW + DAY
    outgoing(
        company.database, state="sending", next_attempt_at=NOW, leased_by="dead", leased_until=ahead
    )
    outgoing(
        company.database,
        state="sending",
        next_attempt_at=NOW,
        leased_by="alive",
        leased_until=ahead,
    )
    for second in range(0, 75, 15):
        free_the_dead(company.database, NOW, LEASE, watch)
        clock.seconds += 15
        with company.database.write() as session:
            at = NOW + DAY + timedelta(seconds=second)
            assert outbox.keep(session, "alive", [2], at, LEASE) == {2}
    free_the_dead(company.database, NOW, LEASE, watch)
    later = NOW + timedelta(seconds=1)
    claimed = outbox.claim(company.database, "us", later, later, LEASE, 10)
    assert [mail.id for mail in claimed] == [1]


def digests(company: Company) -> list[tuple[str, int]]:
    return [one for one in told(company) if one[0] == "digest"]


@pytest.mark.parametrize("jump", [HOUR, DAY, 7 * DAY])
def test_the_clock_jumps_back_and_nothing_is_told_twice(company: Company, jump: timedelta) -> None:
    now = NOW + 14 * HOUR  # the digests of all zones are due
    work(company, now - 8 * DAY)
    work(company, now - 7 * DAY)
    company.record(owner=MA, at=now - 3 * DAY)
    work(company, now - DAY)
    work(company, now)
    before = digests(company)
    assert ("digest", MA) in before
    for minutes in (0, 15, 75):
        work(company, now - jump + timedelta(minutes=minutes))
    work(company, now + timedelta(minutes=1))
    assert digests(company) == before
    assert len(set(told(company))) == len(told(company))


@pytest.mark.parametrize("jump", [DAY, YEAR])
def test_the_clock_jumps_forward_and_no_past_comes_in_a_flood(
    company: Company, jump: timedelta
) -> None:
    work(company, NOW - 8 * DAY)
    company.record(owner=MA, at=NOW - 3 * DAY)
    work(company, NOW)
    before = told(company)
    fired = work(company, NOW + jump)
    # a digest and a reminder a person at most, and the agenda of the next meeting
    assert fired <= 2 * len(PEOPLE) + 1
    new = told(company)[len(before) :]
    assert len(new) == len(set(new)), "each at most once"
    work(company, NOW + timedelta(minutes=1))
    had = digests(company).count(("digest", MA))
    work(company, NOW + 7 * DAY)
    assert digests(company).count(("digest", MA)) == had + 1, "the next one comes in its time"


@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28"])
def test_one_digest_in_a_night_in_which_the_clocks_change(company: Company, night: str) -> None:
    """At 02:30, which is twice in Berlin in the one night and never in the other."""
    midnight = datetime.fromisoformat(night).replace(tzinfo=BERLIN).astimezone(UTC)
    work(company, midnight - DAY, NIGHTLY)
    company.record(owner=ANNA, reporter=TOM, at=midnight - DAY)
    came = []
    ticks = [timedelta(minutes=minutes) for minutes in range(0, 6 * 60, 20)]
    for tick in (*ticks, 12 * HOUR, DAY, DAY + 3 * HOUR):
        had = digests(company).count(("digest", ANNA))
        work(company, midnight + tick, NIGHTLY)
        came += [midnight + tick] * (digests(company).count(("digest", ANNA)) - had)
    assert len(came) == 1
    local = came[0].astimezone(BERLIN)
    assert local.date().isoformat() == night
    assert time(2, 30) <= local.time() < time(3, 20)


def test_run_once_after_the_clock_was_ahead(
    make: Make, sqlite: str, pymap_server: ImapServer
) -> None:
    """A mail was handled while the clock was a year ahead, and sent when it was right again."""
    ground = make(sqlite, imap=pymap_server)
    ground.appends_issues(1)
    ahead = datetime.now(UTC) + YEAR
    ground.smtp.refuse("ma.jun@acme.example", "450 4.2.0 later")
    assert command(ground, "run", "--once", "--at", ahead.isoformat()).exit_code == 0
    ground.smtp.refuse("ma.jun@acme.example", "")
    assert not ground.is_done()
    assert command(ground, "run", "--once").exit_code == 0
    assert counted(ground).faults == []
