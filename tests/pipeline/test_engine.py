"""One input, one transaction: what fails is tried again, quarantined, and blocks its thread."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mailflow.pipeline import steps
from mailflow.pipeline.work import Done, Work
from mailflow.store import inputs, leases
from mailflow.store.leases import LeaseLost
from mailflow.store.tables import Event, Filed, Input, Notice, Text
from tests.pipeline.desk import Desk, mail_of
from tests.workflow.company import ANNA, MA


def break_on(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """A step that breaks after all the others have written: nothing of that may stay."""
    whole = steps.STEPS

    def breaks(work: Work) -> Done | None:
        done = whole[-1](work)
        if word in work.mail.subject:
            raise RuntimeError("the disk of this test is made of cheese")
        return done

    monkeypatch.setattr(steps, "STEPS", (*whole[:-1], breaks))


def test_a_mail_causes_all_or_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] broken", "x"))
    with monkeypatch.context() as patch:
        break_on(patch, "broken")
        desk.work()
    with desk.database.read() as session:
        for table in (Event, Notice, Filed, Text):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_three_failures_quarantine_and_a_replay_does_it_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] broken", "x"), mail_of(ANNA, "[ISSUE][PORTAL] b", "y"))
    with monkeypatch.context() as patch:
        break_on(patch, "broken")
        for _ in range(3):
            desk.work()
            desk.now += timedelta(minutes=5)
    (state, reason), other = desk.states()
    assert state == "quarantined"
    assert "cheese" in (reason or "")
    assert other == ("processed", None)
    assert [n for n in desk.notices() if n.input_id == 1] == [], "told once a day, not per mail"
    with desk.database.write() as session:
        taken = session.get_one(Input, 1)
        assert "RuntimeError" in (taken.detail or "")
        taken.state, taken.attempts = "stored", 0
    desk.work()
    assert [row.record.ref for row in desk.records()] == ["PORTAL-1", "PORTAL-2"]


def test_a_failed_mail_keeps_its_thread_waiting_and_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [("Message-ID", "<first@mail.example>")]
    answers = [("In-Reply-To", "<first@mail.example>")]
    desk.put(
        mail_of(ANNA, "[ISSUE][PORTAL] broken", "x", first),
        mail_of(MA, "Re: broken", "done", answers),
        mail_of(ANNA, "[ISSUE][PORTAL] another", "y"),
    )
    with monkeypatch.context() as patch:
        break_on(patch, "[ISSUE][PORTAL] broken")
        desk.work()
    assert [state for state, _ in desk.states()] == ["stored", "stored", "processed"]
    desk.now += timedelta(minutes=5)
    desk.work()
    desk.now += timedelta(minutes=5)
    desk.work()
    assert [state for state, _ in desk.states()] == ["processed"] * 3
    found = {row.title: row.record.state for row in desk.records()}
    assert found == {"another": "open", "broken": "resolved"}


def test_a_lost_lease_lets_nothing_be_committed(desk: Desk) -> None:
    with desk.database.write() as session:
        desk.engine.lease = leases.acquire(session, "pipeline", "we", desk.now)
    late = desk.now + timedelta(minutes=1)
    with desk.database.write() as session:
        assert leases.acquire(session, "pipeline", "they", desk.now) is None
        assert leases.acquire(session, "pipeline", "they", late) is not None
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] x", "x"))
    with pytest.raises(LeaseLost):
        desk.work()
    assert desk.records() == []


def test_a_record_is_the_fold_of_its_events(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "x\n"))
    desk.work()
    desk.put(
        mail_of(MA, "Re: [PORTAL-1] login", "/owner Tom\n/due friday\n/priority high\nSee you."),
        mail_of(MA, "Re: [PORTAL-1] login", "/project GATE\n/kind feedback"),
        mail_of(MA, "Re: [PORTAL-1] login", "/status planned"),
    )
    desk.work()
    (row,) = desk.records()
    with desk.database.read() as session:
        assert desk.fold(session, row.record.id) == desk.columns(row)
    assert (row.record.ref, row.record.kind, row.record.state) == ("GATE-1", "feedback", "planned")


def test_numbers_are_never_used_twice(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] a", "x"), mail_of(ANNA, "[ISSUE][PORTAL] b", "x"))
    desk.work()
    desk.put(mail_of(ANNA, "Re: [PORTAL-2] b", "/ignore"))
    desk.work()
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] c", "x"))
    desk.work()
    found = [(row.record.ref, row.record.state) for row in desk.records()]
    assert found == [("PORTAL-1", "open"), ("PORTAL-2", "withdrawn"), ("PORTAL-3", "open")]


def test_the_raw_mail_is_kept_octet_for_octet(desk: Desk) -> None:
    raw = mail_of(ANNA, "[ISSUE][PORTAL] x", "x") + b"\xff\x00 not text"
    desk.put(raw)
    with desk.database.read() as session:
        assert inputs.raw_of(session, 1) == raw
