"""What a reminder says: its items, the questions that wait, and to whom it is escalated."""

from __future__ import annotations

from typing import Any

import pytest

from mailflow.outbox.preview import preview
from mailflow.snapshots import read_directory
from mailflow.store.tables import Outgoing
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter
from tests.pipeline.desk import INSTALLATION, NOW, mail_of
from tests.workflow.company import ANNA, EVE, LI, TOM

LATE = {"phrase": "answer_late", "moment": "2026-11-23T09:00:00+00:00"}


def reason(*records: dict[str, Any], name: str = "overdue", **more: Any) -> dict[str, Any]:
    listed = [{"name": name, "records": list(records), "project": 1}] if records else []
    return {"reason": "reminder", "sections": listed, "questions": [], **more}


@pytest.fixture
def asked(counter: Counter) -> int:
    """PORTAL-1, which is Tom's, and a question to Tom; returns the id of the mail that asks it."""
    counter.desk.put(mail_of(ANNA, "[ISSUE][PORTAL] printer", "It fails."))
    counter.desk.work()
    counter.compose()
    with counter.database.write() as session:
        mail = Outgoing(
            person_id=TOM.id, kind="question", subject="Question: where?", address="x@y.example"
        )
        mail.composed_at = mail.next_attempt_at = NOW
        session.add(mail)
        session.flush()
        return mail.id


def shown(counter: Counter, person: Person, told: dict[str, Any]) -> tuple[str, str] | None:
    """Subject and text."""
    with counter.database.read() as session:
        directory = read_directory(session, "UTC")
        made = preview(session, INSTALLATION, directory, person, "reminder", [told], NOW)
    return made[:2] if made else None


def test_items_are_numbered_and_say_why(counter: Counter, asked: int) -> None:
    found = shown(counter, TOM, reason({"record": 1, "note": LATE}))
    assert found is not None
    assert found[0] == "Reminder: PORTAL-1 printer"
    assert "1. PORTAL-1  printer (the first answer was due on Mon 23 Nov 2026, 10:00)" in found[1]
    assert "such as “1 done” or “2 /due friday”" in found[1]


def test_questions_are_those_of_the_reader(counter: Counter, asked: int) -> None:
    told = reason(questions=[{"outgoing": asked, "n": 2}, {"outgoing": 999, "n": 9}])
    found = shown(counter, TOM, told)
    assert found is not None
    assert found[0] == "Reminder: a question waits for your answer"
    assert "Question: where?  →  waits for 2 days" in found[1]
    assert shown(counter, LI, told) is None


def test_nobody_reads_what_they_may_not_see(counter: Counter, asked: int) -> None:
    assert shown(counter, EVE, reason({"record": 1})) is None


@pytest.mark.parametrize(
    ("person", "subject", "section"),
    [
        (ANNA, "Long overdue: PORTAL-1 printer", "Customer portal (coordinator: Chen Yu)"),
        (LI, "严重逾期：PORTAL-1 printer", "Customer portal（协调人：Chen Yu）"),
    ],
)
def test_what_is_escalated_says_whom_to_talk_to(
    counter: Counter, asked: int, person: Person, subject: str, section: str
) -> None:
    late = {"record": 1, "note": {"phrase": "late", "n": 14}}
    found = shown(counter, person, reason(late, name="escalated") | {"reason": "escalation"})
    assert found is not None
    assert found[0] == subject
    assert section in found[1]
    assert "Tom O'Neil" in found[1]
    assert "/due friday" not in found[1]
