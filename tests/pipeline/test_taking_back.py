"""How far back an undo looks, and what it takes back beside changes of a record."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from mailflow.requests import HANDLED
from mailflow.store import deeds, meetings, rules
from mailflow.store.tables import Outgoing, Sitting
from tests.pipeline.desk import Desk, mail_of
from tests.pipeline.test_items import answers, refused, told
from tests.workflow.company import ANNA, CHEN, MA, PORTAL

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("most", "state"), [(2, "resolved"), (9, "open")])
def test_a_history_without_end_is_not_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, state: str
) -> None:
    monkeypatch.setattr(deeds, "MOST_EVENTS", most)
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "It fails."))
    for words in ("Soon.", "done", "/undo"):
        desk.put(mail_of(MA, "Re: [PORTAL-1] login", words))
        desk.work()
    (row,) = desk.records()
    assert row.record.state == state
    (last,) = (n for n in desk.notices() if n.input_id == 4 and n.person_id == MA.id)
    refusals = [reason.get("refusal") for reason in last.reasons]
    assert ("too_much_happened" in refusals) is (state == "resolved")


CALL = "[MEETING][PORTAL] 2026-11-26 15:00 Review"


def called(desk: Desk, text: str = "Topic: the budget") -> None:
    """Anna called everybody of PORTAL to a meeting on Thursday; the invitations are out."""
    desk.engine.requests = HANDLED
    desk.put(mail_of(ANNA, CALL, text))
    desk.work()
    assert desk.compose() == len(PORTAL.participants)


def sitting(desk: Desk) -> Sitting:
    with desk.database.read() as session:
        return session.scalars(select(Sitting)).one()


def coming(desk: Desk) -> dict[int, str]:
    with desk.database.read() as session:
        return meetings.answers(session, 1)


@pytest.mark.parametrize("undo", ["undo", "撤销"])
def test_a_called_meeting_is_called_off_and_everybodys_calendar_hears_of_it(
    desk: Desk, undo: str
) -> None:
    called(desk)
    assert answers(desk, ANNA, undo) == ("processed", "took back a mail")
    assert sitting(desk).cancelled
    last = [n for n in desk.notices() if n.input_id == 2]
    assert {n.person_id for n in last} == set(PORTAL.participants)
    assert {r["reason"] for n in last for r in n.reasons} == {"called_off"}
    desk.compose()
    with desk.database.read() as session:
        query = select(Outgoing.body).where(Outgoing.person_id == MA.id)
        body = session.scalars(query.order_by(Outgoing.id.desc())).first() or b""
    files = [
        part.get_content()
        for part in message_from_bytes(body, policy=default).walk()
        if part.get_content_disposition() == "attachment"
    ]
    assert "METHOD:CANCEL" in str(files)
    answers(desk, ANNA, undo)
    assert [r for r, _ in refused(desk, ANNA)] == ["nothing_to_undo"]


@pytest.mark.parametrize(
    ("days", "minutes", "why"), [(4, "Decision: we go on", "has_minutes"), (4, "", "has_begun")]
)
def test_a_meeting_that_took_place_stands(desk: Desk, days: int, minutes: str, why: str) -> None:
    called(desk)
    receipt = desk.answer_of(ANNA, "undo")
    desk.now += timedelta(days=days)
    if minutes:
        answers(desk, MA, minutes)
    desk.put(receipt)
    desk.work()
    assert [r for r, _ in refused(desk, ANNA)] == [why]
    assert not sitting(desk).cancelled


def test_nobody_else_calls_a_meeting_off_by_undo(desk: Desk) -> None:
    called(desk)
    answers(desk, MA, "undo")
    assert [r for r, _ in refused(desk, MA)] == ["nothing_to_undo"]
    assert not sitting(desk).cancelled


def test_an_answer_to_an_invitation_is_taken_back(desk: Desk) -> None:
    called(desk)
    answers(desk, MA, "参加")
    desk.compose()
    assert answers(desk, MA, "撤销") == ("processed", "took back a mail")
    assert coming(desk) == {ANNA.id: "accepted"}
    desk.compose()
    assert answers(desk, MA, "undo") == ("processed", "took back a mail")
    assert coming(desk)[MA.id] == "accepted", "the undo itself is taken back"


def test_an_answer_that_was_given_anew_or_whose_meeting_began_stands(desk: Desk) -> None:
    called(desk)
    invitation = desk.answer_of(MA, "not coming")
    answers(desk, MA, "coming")
    desk.compose()
    first = desk.answer_of(MA, "undo")
    desk.put(invitation)
    desk.work()
    desk.compose()
    late = desk.answer_of(MA, "undo")
    desk.put(first)
    desk.work()
    assert [r for r, _ in refused(desk, MA)] == ["answered_anew"]
    desk.now += timedelta(days=4)
    desk.put(late)
    desk.work()
    assert [r for r, _ in refused(desk, MA)] == ["has_begun"]
    assert coming(desk)[MA.id] == "declined"


@pytest.mark.parametrize("more", ["", "/priority high"])
def test_a_rule_alone_is_taken_back_and_the_record_is_as_it_was(desk: Desk, more: str) -> None:
    desk.put(mail_of(ANNA, "[FEEDBACK][PORTAL] the colours", "Too bright."))
    desk.work()
    for line in (f"/owner {MA.address}", "/always"):
        desk.put(mail_of(CHEN, "Re: [PORTAL-1] the colours", line))
        desk.work()
        desk.compose()
    with desk.database.read() as session:
        assert [rule.made_by for rule in rules.holding(session)] == [CHEN.id]
    answers(desk, CHEN, f"undo\n{more}")
    with desk.database.read() as session:
        assert rules.holding(session) == []
    (row,) = desk.records()
    assert (row.record.owner_id, row.record.priority) == (MA.id, "high" if more else "normal")
    reasons = [reason["reason"] for reason in told(desk, CHEN)]
    assert "rule_ended" in reasons
    assert "refused" not in reasons
    assert desk.compose()
