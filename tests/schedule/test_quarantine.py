"""What could not be handled is told to the coordinator once a day, whatever there is of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from mailflow.intake.source import Arrival
from mailflow.outbox.composer import compose
from mailflow.pipeline.engine import Engine
from mailflow.schedule import FIRINGS, quarantine
from mailflow.schedule.clock import fire_due
from mailflow.schedule.due import Plan
from mailflow.store import inputs
from mailflow.store.tables import Input, Outgoing, Person
from mailflow.workflow.worktime import USUAL
from tests.outbox.counter import parsed, text_of
from tests.schedule.company import ANNA, CHEN, INSTALLATION, MONDAY, Company

PLAN = Plan(0, time(9), 24, USUAL, coordinator=INSTALLATION.coordinator)
DAY = timedelta(days=1)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def put(company: Company, *subjects: str, at: datetime) -> None:
    """Mails that have no sender, and are handled at once."""
    raws = [f"Subject: {s}\r\nMessage-ID: <{s}@x>\r\n\r\nwords\r\n".encode() for s in subjects]
    with company.database.write() as session:
        inputs.take_mails(session, [Arrival(raw, "test", len(raw)) for raw in raws], at)
    handle(company, at)


def handle(company: Company, at: datetime) -> None:
    engine = Engine(company.database, INSTALLATION, FIRINGS, lambda: at)
    while engine.handle_next(at):
        pass


def morning(company: Company, at: datetime) -> list[Outgoing]:
    """What the clock has to say to the coordinator at that moment."""
    fire_due(company.database, company.directories, PLAN, at)
    handle(company, at)
    with company.database.write() as session:
        compose(session, INSTALLATION, company.directory(session), at)
    with company.database.read() as session:
        query = select(Outgoing).where(Outgoing.composed_at == at, Outgoing.kind == "report")
        return list(session.scalars(query))


def test_it_is_due_every_day_where_the_coordinator_is() -> None:
    person: Any = type("Somebody", (), {"timezone": "Asia/Shanghai"})
    directory: Any = type("Of", (), {"by_address": lambda address: person if address else None})
    found = list(quarantine.planned(directory, [], PLAN, MONDAY, MONDAY + 7 * DAY))
    assert [due.key for due in found][::6] == ["quarantine:2026-11-30", "quarantine:2026-12-06"]
    assert {due.at.time() for due in found} == {time(1)}
    nobody = Plan(0, time(9), 24, USUAL)
    assert list(quarantine.planned(directory, [], nobody, MONDAY, MONDAY + 7 * DAY)) == []


def test_one_mail_a_day_about_all_that_is_new(company: Company) -> None:
    morning(company, MONDAY - DAY)
    put(company, "one", "two", at=MONDAY - timedelta(hours=3))
    put(company, "three", at=MONDAY - timedelta(hours=2))
    (mail,) = morning(company, MONDAY)
    assert (mail.person_id, mail.subject) == (CHEN, "Not handled: 3 mails or tasks")
    assert parsed(mail)["X-Mailflow-Kind"] == "report"
    text = text_of(mail)
    assert text.count("Reason: it has no sender: its From line has no address") == 3
    assert [text.index(word) for word in ("one", "two", "three")]
    with company.database.read() as session:
        first = session.scalar(select(func.min(Input.id)).where(Input.state == "quarantined"))
    for can in ("show", "replay", "discard"):
        assert f"mailflow quarantine {can} {first}" in text
    assert morning(company, MONDAY + timedelta(minutes=5)) == [], "once"
    assert morning(company, MONDAY + DAY) == [], "nothing new"
    put(company, "four", at=MONDAY + DAY)
    (mail,) = morning(company, MONDAY + 2 * DAY)
    assert "3 from earlier still wait, too." in text_of(mail)
    assert "Subject: four" in text_of(mail)
    assert "Subject: one" not in text_of(mail)


@ON_SQLITE
def test_what_was_put_right_before_is_not_told(company: Company) -> None:
    morning(company, MONDAY - DAY)
    put(company, "one", "two", at=MONDAY - timedelta(hours=3))
    with company.database.write() as session:
        session.scalars(select(Input).where(Input.state == "quarantined")).first().state = "ignored"  # type: ignore[union-attr]
    (mail,) = morning(company, MONDAY)
    assert mail.subject == "Not handled: 1 mail or task"


@ON_SQLITE
def test_a_flood_is_a_number_and_days_that_were_missed_are_made_up_for(company: Company) -> None:
    morning(company, MONDAY - 5 * DAY)
    put(company, *(f"mail {n}" for n in range(25)), at=MONDAY - 4 * DAY)
    (mail,) = morning(company, MONDAY)
    assert mail.subject == "Not handled: 25 mails or tasks"
    text = text_of(mail)
    assert text.count("Subject: mail") == quarantine.SHOWN
    assert "… and 5 more" in text


@ON_SQLITE
def test_a_task_of_the_clock_that_failed_is_told_by_its_key(company: Company) -> None:
    morning(company, MONDAY - DAY)
    at = MONDAY - timedelta(hours=1)
    with company.database.write() as session:
        payload = {"what": "digest", "key": "digest:1:2026-W48"}
        row = Input(kind="firing", state="quarantined", taken_at=at, processed_at=at)
        row.payload, row.reason = payload, "ValueError: no"
        session.add(row)
    (mail,) = morning(company, MONDAY)
    assert "Task: digest:1:2026-W48" in text_of(mail)
    assert "Reason: ValueError: no" in text_of(mail)


@ON_SQLITE
def test_while_the_coordinator_is_away_their_deputy_is_told(company: Company) -> None:
    morning(company, MONDAY - DAY)
    put(company, "one", at=MONDAY - timedelta(hours=3))
    with company.database.write() as session:
        chen = session.get_one(Person, CHEN)
        chen.deputy_id, chen.away_until = ANNA, datetime(2026, 12, 24, tzinfo=UTC)
    (mail,) = morning(company, MONDAY)
    assert mail.person_id == ANNA
    assert "You stand in for Chen Yu, who is away." in text_of(mail)
