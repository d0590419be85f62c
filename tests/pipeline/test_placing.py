"""Rules and absences at their edges: what must not count, does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from mailflow.store.tables import Landmark, Member, Outgoing, Person, Rule
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Person as Somebody
from tests.pipeline.desk import INSTALLATION, Desk, mail_of, open_desk
from tests.workflow.company import ANNA, CHEN, GATE, KINDS, LI, MA, TOM


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """What is tried here is the same on each kind of database."""
    desk = open_desk(f"sqlite:///{tmp_path}/mailflow.db")
    yield desk
    desk.database.close()


HOMER = Somebody(9, "Homer", ("homer@globex.example",), "en", "UTC")


def decide(desk: Desk, mail: bytes, answer: str, by: Somebody = CHEN) -> None:
    """Put a mail on the desk that is asked about, and answer the question."""
    desk.put(mail)
    desk.work()
    desk.compose()
    desk.put(desk.answer_of(by, answer))
    desk.work()


def last(desk: Desk) -> tuple[str, str | None]:
    return desk.states()[-1]


def refused(desk: Desk) -> str:
    (reason,) = desk.notices()[-1].reasons
    return str(reason.get("refusal"))


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("7", "nothing_decided"),
        ("/always", "nothing_decided"),
        ("/ignore\n/always", "no_rule"),
        ("yes\n/always", "no_rule"),
        ("/project POEM\n/always", "unknown_project"),
    ],
)
def test_an_answer_that_decides_nothing_changes_nothing(
    desk: Desk, answer: str, refusal: str
) -> None:
    decide(desk, mail_of(LI, "[ISSUE] which project?", "x"), answer)
    assert refused(desk) == refusal
    assert desk.states()[0][0] == "held"
    with desk.database.read() as session:
        assert session.scalars(select(Rule)).all() == []


@pytest.mark.parametrize(
    ("answer", "ref"),
    [("1", "PORTAL-1"), ("2.", "GATE-1"), ("1\n/project GATE", "GATE-1"), ("2 /always", "GATE-1")],
)
def test_a_guess_is_taken_by_its_number(desk: Desk, answer: str, ref: str) -> None:
    decide(desk, mail_of(LI, "[ISSUE] which project?", "x"), answer)
    assert [row.record.ref for row in desk.records()] == [ref]


def test_no_rule_lets_a_stranger_in(desk: Desk) -> None:
    decide(desk, mail_of(HOMER, "Cannot log in", "x"), "/project PORTAL\n/kind issue\n/always")
    assert [row.record.ref for row in desk.records()] == ["PORTAL-1"]
    desk.put(mail_of(HOMER, "It fails again", "x"))
    desk.work()
    assert last(desk) == ("held", "unknown sender")
    reason = desk.notices()[-1].reasons[0]
    assert reason["needs"] == [], "where it belongs is known; whether it counts is not"
    desk.compose()
    desk.put(desk.answer_of(CHEN, "yes"))
    desk.work()
    (_, second) = desk.records()
    assert (second.record.ref, second.record.why["placed"]) == ("PORTAL-2", 1)


def test_what_a_rule_does_not_place(desk: Desk) -> None:
    """A list's mail, a mail with another tag, and one into a project that its sender left."""
    decide(desk, mail_of(LI, "Hello", "x"), "/project GATE\n/kind issue\n/always")
    assert [row.record.ref for row in desk.records()] == ["GATE-1"]
    desk.put(
        mail_of(LI, "To all", "x", [("List-Id", "<all.acme.example>")]),
        mail_of(LI, "[FEEDBACK] Hello again", "x"),
    )
    desk.work()
    assert [state for state, _ in desk.states()[-2:]] == ["ignored", "held"]
    with desk.database.write() as session:
        session.execute(
            delete(Member).where(Member.project_id == GATE.id, Member.person_id == LI.id)
        )
        session.get_one(Landmark, "directory").at = desk.now
    desk.put(mail_of(LI, "Hello a third time", "x"))
    desk.work()
    assert desk.records()[-1].record.ref == "PORTAL-1", "her only project by now"


OOO = [("Auto-Submitted", "auto-replied")]
NO_VERDICT = [("Authentication-Results", "elsewhere.example; none")]
FAILED = [("Authentication-Results", "mx.acme.example; dmarc=fail header.from=acme.example")]
RECEIPT = [("Subject", "Read: your mail")]
AWAY = "I am out of the office until Friday."


@pytest.mark.parametrize(
    ("text", "headers", "answers", "away"),
    [
        (AWAY, [], True, True),
        (AWAY, [], False, True),
        (AWAY, NO_VERDICT, True, True),
        (AWAY, NO_VERDICT, False, False),
        (AWAY, FAILED, True, False),
        ("Your mail was read.", RECEIPT, True, False),
    ],
)
def test_whose_out_of_office_answer_counts(
    desk: Desk, text: str, headers: Sequence[tuple[str, str]], answers: bool, away: bool
) -> None:
    desk.put(mail_of(TOM, "[DECISION] Tea", "Green."))
    desk.work()
    desk.compose()
    with desk.database.read() as session:
        asked = session.scalars(
            select(Outgoing.message_id).where(Outgoing.person_id == CHEN.id)
        ).first()
    to_us = [("In-Reply-To", asked or "")] if answers else []
    desk.put(mail_of(CHEN, "Automatic reply" if away else "Re: x", text, [*OOO, *headers, *to_us]))
    desk.work()
    with desk.database.read() as session:
        assert (session.get_one(Person, CHEN.id).away_until is not None) is away
    assert last(desk) == ("ignored", "automatic: auto-reply")


def away(desk: Desk) -> None:
    """Chen, whose deputy is Tom, is asked something, and her mail program answers."""
    with desk.database.write() as session:
        session.get_one(Person, CHEN.id).deputy_id = TOM.id
    desk.put(mail_of(LI, "[ISSUE] which project?", "x"))
    desk.work()
    desk.compose()
    desk.put(mail_of(CHEN, "Automatic reply: x", AWAY, OOO))
    desk.work()
    desk.now += timedelta(hours=1)
    desk.compose()


@pytest.mark.parametrize("by", [TOM, CHEN])
def test_what_was_asked_before_is_handed_over_and_both_can_answer(desk: Desk, by: Somebody) -> None:
    away(desk)
    asked = [notice for notice in desk.notices() if notice.kind == "question"]
    assert [(one.person_id, one.reasons[0].get("for")) for one in asked] == [
        (CHEN.id, None),
        (TOM.id, CHEN.id),
    ]
    desk.put(desk.answer_of(by, "/project GATE"))
    desk.work()
    assert [row.record.ref for row in desk.records()] == ["GATE-1"]


def test_whoever_writes_themselves_is_back(desk: Desk) -> None:
    away(desk)
    desk.put(mail_of(MA, "Who is asked now?", "x"))
    desk.work()
    assert desk.notices()[-1].person_id == TOM.id
    desk.put(mail_of(CHEN, "[FEEDBACK][GATE] Good", "x"), mail_of(MA, "And who now?", "x"))
    desk.work()
    assert desk.notices()[-1].person_id == CHEN.id


def test_taking_back_an_answer_ends_its_rule(desk: Desk) -> None:
    desk.put(mail_of(TOM, "[DECISION] Tea", "Green."))
    desk.work()
    desk.compose()
    desk.put(desk.answer_of(CHEN, "/owner Anna\n/always"))
    desk.work()
    desk.now += timedelta(hours=1)
    desk.compose()
    desk.put(desk.answer_of(CHEN, "undo"))
    desk.work()
    with desk.database.read() as session:
        assert session.scalars(select(Rule.active)).all() == [False]
    assert desk.records()[0].record.owner_id == CHEN.id


def test_people_are_not_made_owners_by_a_rule_once_they_left(desk: Desk) -> None:
    desk.put(mail_of(TOM, "[DECISION] Tea", "Green."))
    desk.work()
    desk.compose()
    desk.put(desk.answer_of(CHEN, "/owner Anna\n/always"))
    desk.work()
    desk.put(mail_of(TOM, "[DECISION] Coffee", "Black."))
    desk.work()
    assert desk.records()[-1].record.owner_id == ANNA.id
    with desk.database.write() as session:
        session.get_one(Person, ANNA.id).active = False
        session.get_one(Landmark, "directory").at = desk.now
    desk.put(mail_of(TOM, "[DECISION] Milk", "White."))
    desk.work()
    assert desk.records()[-1].record.owner_id == CHEN.id


def test_who_answers_all_by_machine_changes_the_directory_once(desk: Desk) -> None:
    marks = []
    for n in range(3):
        desk.put(mail_of(TOM, f"Automatic reply: {n}", AWAY, OOO))
        desk.work()
        with desk.database.read() as session:
            marks.append(session.get_one(Landmark, "directory").at)
    assert marks[0] == marks[1] == marks[2]


def test_no_guess_names_what_is_private(desk: Desk) -> None:
    conflict = Kind("conflict", ("named", "settled"), tags=("CONFLICT",), private=True)
    kinds = Kinds((*KINDS.all, conflict))
    desk.engine.installation = replace(INSTALLATION, kinds=kinds)
    for tag, is_named in (("CONFLICT", False), ("FEEDBACK", True)):
        desk.put(mail_of(LI, f"[{tag}][PORTAL] About it", "x"), mail_of(LI, f"What of {tag}", "x"))
        desk.work()
        assert desk.notices()[-1].person_id == CHEN.id
        assert ("PORTAL-" in str(desk.notices()[-1].reasons[0]["guesses"])) is is_named
