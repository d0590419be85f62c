"""What one sender does must not hurt the others: overlong, forged, joined to somebody's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailflow.requests import HANDLED
from mailflow.store.tables import Landmark, Outgoing, Project
from mailflow.workflow.model import Person
from tests.conftest import SQLITE_FIRST
from tests.pipeline.desk import INSTALLATION, Desk, mail_of
from tests.workflow.company import ANNA, CHEN, EVE, GATE, LI, MA, TOM

pytestmark = SQLITE_FIRST

STRANGER = Person(99, "Mallory", ("mallory@evil.example",), "en", "UTC")
UNVOUCHED = [("Authentication-Results", "mx.acme.example; dmarc=none")]
LONG = "é" * 3000
OVERLONG = [
    [("References", " ".join(f"<{n}@{n * 7}.example>" for n in range(30_000)))],
    [("Message-ID", f"<{'m' * 6000}@evil.example>")],
    [("In-Reply-To", f"<{'m' * 6000}@evil.example>")],
    [("From", f"{'a' * 6000}@evil.example")],
    [("Subject", f"[ISSUE][PORTAL][{'A' * 5000}-{'1' * 5000}] {LONG}")],
]


@pytest.mark.parametrize("headers", OVERLONG)
def test_an_overlong_mail_stops_nobody(desk: Desk, headers: list[tuple[str, str]]) -> None:
    desk.put(mail_of(STRANGER, "hello", "x", headers), mail_of(ANNA, "[ISSUE][PORTAL] y", "y"))
    for _ in range(3):
        desk.work()
        desk.now += timedelta(minutes=5)
    assert "stored" not in {state for state, _ in desk.states()}
    assert "y" in [row.title for row in desk.records()]


def answer(desk: Desk, person: Person, word: str) -> None:
    """Answer the last question to somebody, as the composer's mail would be answered."""
    with desk.database.read() as session:
        query = select(Outgoing.message_id).where(Outgoing.person_id == person.id)
        asked = query.where(Outgoing.kind == "question").order_by(Outgoing.id.desc())
        question = session.scalars(asked).first()
    desk.put(mail_of(person, "Re: your mail", word, [("In-Reply-To", question or "")]))
    desk.work()


def test_yes_is_about_the_mails_that_were_shown(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] mine", "x", UNVOUCHED))
    desk.work()
    desk.compose()
    desk.put(mail_of(ANNA, "[DECISION][PORTAL] forged", "x", UNVOUCHED))
    desk.work()
    answer(desk, ANNA, "yes")
    assert [row.title for row in desk.records()] == ["mine"]
    desk.compose()
    answer(desk, ANNA, "no")
    assert [row.title for row in desk.records()] == ["mine"]
    assert {state for state, _ in desk.states()} == {"processed", "ignored"}


def test_a_question_that_nobody_answers_is_asked_anew(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] one", "x", UNVOUCHED))
    desk.work()
    desk.compose()
    desk.now += timedelta(days=2)
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] two", "x", UNVOUCHED))
    desk.work()
    desk.compose()
    answer(desk, ANNA, "yes")
    assert [row.title for row in desk.records()] == ["one", "two"]


def test_who_is_not_in_the_project_changes_and_learns_nothing(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] secret", "x"))
    desk.work()
    desk.put(
        mail_of(EVE, "Re: [PORTAL-1] x", "My note.\n/priority high"),
        mail_of(EVE, "Re: [PORTAL-77] x", "My note.\n/priority high"),
    )
    desk.work()
    (row,) = desk.records()
    assert row.record.priority == "normal"
    refusals = [n.reasons[0]["refusal"] for n in desk.notices() if n.person_id == EVE.id]
    assert refusals == ["unknown_record", "unknown_record"]


def test_a_record_of_a_project_that_is_over(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "x"))
    desk.work()
    desk.close_project("PORTAL")
    desk.put(mail_of(MA, "Re: [PORTAL-1] login", "done"))
    desk.work()
    assert desk.records()[0].record.state == "open"
    assert desk.notices()[-1].reasons[0]["refusal"] == "project_closed"


def test_two_forwards_without_own_words_are_both_kept(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "x"))
    desk.work()
    for text in ("It got worse.", "It is fine now."):
        forward = (
            "---------- Forwarded message ---------\nFrom: Homer <homer@globex.example>\n"
            f"Date: Mon, 23 Nov 2026 at 08:12\nSubject: Re: login\nTo: Anna <a@b.example>\n\n{text}"
        )
        desk.put(mail_of(ANNA, "Fwd: [PORTAL-1] login", forward))
        desk.work()
    assert [state for state, _ in desk.states()] == ["processed"] * 3


def test_an_issue_that_becomes_a_decision_asks_both_sides(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[ISSUE][PORTAL] login", "x"))
    desk.work()
    desk.put(mail_of(TOM, "Re: [PORTAL-1] login", "/kind decision"))
    desk.work()
    asked = {n.person_id for n in desk.notices() if n.kind == "question"}
    assert asked == {1, 2, 3, 4}


def test_agreement_does_not_move_to_another_project(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "[DECISION][PORTAL] tea", "x"))
    desk.work()
    desk.put(mail_of(ANNA, "Re: [PORTAL-1] tea", "/agree\n/project GATE"))
    desk.work()
    desk.put(mail_of(MA, "Re: [GATE-1] tea", "/agree"))
    desk.work()
    (row,) = desk.records()
    assert (row.record.state, row.record.agreements) == ("proposed", {"team": MA.id})


def test_the_copy_of_a_list_does_not_hide_the_one_to_us(desk: Desk) -> None:
    one = [("Message-ID", "<one@globex.example>")]
    by_list = [*one, ("List-Id", "<all.globex.example>")]
    desk.put(mail_of(STRANGER, "Broken", "x", by_list), mail_of(STRANGER, "Broken", "x", one))
    desk.put(mail_of(STRANGER, "Broken", "x", by_list))
    desk.work()
    assert [state for state, _ in desk.states()] == ["ignored", "held", "ignored"]


@pytest.mark.parametrize("subject", ["[AGENDA] GATE A point", "[AGENDA][GATE] A point"])
def test_a_request_is_believed_as_its_project_wants_it(desk: Desk, subject: str) -> None:
    desk.engine.installation = replace(INSTALLATION, policy="open")
    desk.engine.requests = HANDLED
    with desk.database.write() as session:
        session.get_one(Project, GATE.id).policy = "strict"
        session.get_one(Landmark, "directory").at = desk.now
    desk.put(
        mail_of(LI, subject, "", UNVOUCHED), mail_of(LI, "[AGENDA] PORTAL Fine", "", UNVOUCHED)
    )
    desk.work()
    assert [state for state, _ in desk.states()] == ["held", "processed"]
    desk.compose()
    answer(desk, CHEN, "yes")
    assert desk.states()[0] == ("processed", "request: agenda")
