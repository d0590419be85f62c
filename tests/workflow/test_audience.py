"""Who is told of what: the table of the design."""

from __future__ import annotations

from dataclasses import replace

from mailflow.workflow.audience import Tell, changed, one_mail_each, opened
from mailflow.workflow.model import Happened
from tests.workflow.company import ANNA, CHEN, KINDS, LI, MA, PORTAL, TOM, record

ISSUE, DECISION = KINDS["issue"], KINDS["decision"]
MOVED = [Happened("status", {"state": "open"}, {"state": "resolved"})]


def kinds_of_mail(tells: list[Tell], actor: int | None) -> dict[int, str]:
    return {person: kind for person, (kind, _) in one_mail_each(tells, actor).items()}


def test_an_opened_issue_tells_owner_and_reporter() -> None:
    mails = kinds_of_mail(opened(record(), PORTAL, ISSUE, routed=True), ANNA.id)
    assert mails == {MA.id: "notice", ANNA.id: "receipt"}


def test_an_issue_that_no_route_fits_asks_the_coordinator_in_one_mail() -> None:
    tells = opened(record(owner=CHEN.id), PORTAL, ISSUE, routed=False)
    assert kinds_of_mail(tells, ANNA.id) == {CHEN.id: "question", ANNA.id: "receipt"}


def test_a_decision_asks_both_sides() -> None:
    tells = opened(record("decision"), PORTAL, DECISION, routed=True)
    mails = one_mail_each(tells, ANNA.id)
    assert {person for person, (kind, _) in mails.items() if kind == "question"} == {
        ANNA.id,
        LI.id,
        TOM.id,
        MA.id,
    }
    assert mails[ANNA.id][1] == ["opened", "agree"]


def test_a_move_tells_owner_reporter_and_watchers_and_the_actor_gets_a_receipt() -> None:
    before = record(watchers=frozenset({LI.id}))
    after = replace(before, state="resolved")
    mails = kinds_of_mail(changed(before, after, PORTAL, ISSUE, MOVED), MA.id)
    assert mails == {MA.id: "receipt", ANNA.id: "notice", LI.id: "notice"}


def test_a_new_owner_and_the_old_one_are_told() -> None:
    before, after = record(), record(owner=TOM.id)
    event = [Happened("owner", {"owner_id": MA.id}, {"owner_id": TOM.id})]
    mails = one_mail_each(changed(before, after, PORTAL, ISSUE, event), CHEN.id)
    assert mails[TOM.id] == ("notice", ["yours"])
    assert mails[MA.id] == ("notice", ["was_yours"])


def test_nothing_happened_nobody_is_told() -> None:
    assert changed(record(), record(), PORTAL, ISSUE, []) == []


def test_a_kind_can_tell_and_ask_more_people_of_a_state() -> None:
    kind = replace(ISSUE, told={"resolved": ("sales",)}, asked={"resolved": ("coordinator",)})
    before, after = record(), record(state="resolved")
    mails = kinds_of_mail(changed(before, after, PORTAL, kind, MOVED), MA.id)
    assert mails[LI.id] == "notice"
    assert mails[CHEN.id] == "question"
