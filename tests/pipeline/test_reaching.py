"""A mail that is believed for one project, and reaches another one that is stricter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.store.tables import Landmark, Project
from mailflow.workflow.model import Person
from tests.pipeline.desk import Desk, mail_of
from tests.pipeline.test_items import answers, list_for, refused, row
from tests.workflow.company import GATE, LI

# Nothing here differs between the databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOBODY_SAYS = ("Authentication-Results", "mx.acme.example; none")
FAILED = ("Authentication-Results", "mx.acme.example; dmarc=fail")


@pytest.fixture
def two(desk: Desk) -> Desk:
    """PORTAL-1 of an open project and GATE-1 of a strict one, both of issues that Li reported."""
    desk.engine.installation = replace(desk.engine.installation, policy="open")
    with desk.database.write() as session:
        session.get_one(Project, GATE.id).policy = "strict"
        session.get_one(Landmark, "directory").at = desk.now
    desk.put(mail_of(LI, "[ISSUE][PORTAL] one", "one"), mail_of(LI, "[ISSUE][GATE] two", "two"))
    desk.work()
    desk.compose()
    return desk


def says(desk: Desk, person: Person, text: str, *headers: tuple[str, str]) -> None:
    desk.put(mail_of(person, "Re: [PORTAL-1] one", text, headers))
    desk.work()


@pytest.mark.parametrize(
    "line",
    [
        "/link GATE-1",
        "/duplicate GATE-1",
        "/change depends on GATE-1",
        "Depends on: GATE-1",
        "/project GATE",
    ],
)
@pytest.mark.parametrize("vouched", [True, False])
def test_a_line_reaches_a_stricter_project_only_where_the_mail_is_verified(
    two: Desk, line: str, vouched: bool
) -> None:
    kind = "task" if "epends" in line else "issue"
    says(two, LI, f"/kind {kind}")
    before = two.columns(row(two, 1)), two.columns(row(two, 2))
    says(two, LI, f"{line}\n/priority high", *(() if vouched else (NOBODY_SAYS,)))
    after = two.columns(row(two, 1)), two.columns(row(two, 2))
    reasons = [reason for reason, _ in refused(two, LI)]
    assert reasons == ([] if vouched else ["not_verified"])
    assert row(two, 1).record.priority == "high", "what is of the open project is done"
    changed = {name for name in after[0] if after[0][name] != before[0][name]} - {"priority"}
    assert bool(changed & {"links", "project_id"}) is vouched
    assert (after[1] == before[1]) is (not vouched or "project" in line)


@pytest.mark.parametrize("vouched", [True, False])
def test_undo_reaches_a_stricter_project_only_where_the_mail_is_verified(
    two: Desk, vouched: bool
) -> None:
    says(two, LI, "/link GATE-1")
    says(two, LI, "/undo", *(() if vouched else (NOBODY_SAYS,)))
    assert [bool(row(two, n).record.links) for n in (1, 2)] == [not vouched, not vouched]
    assert [r for r, _ in refused(two, LI)] == ([] if vouched else ["not_verified"])


def answer_with(desk: Desk, text: str, verdict: tuple[str, str] | None) -> None:
    """Li's answer to the last mail that they got."""
    mail = desk.answer_of(LI, text)
    if verdict is not None:
        mail = mail.replace(b"mx.acme.example; dmarc=pass", verdict[1].encode())
    desk.put(mail)
    desk.work()


@pytest.mark.parametrize("verdict", [None, NOBODY_SAYS, FAILED])
def test_numbered_items_reach_a_stricter_project_by_the_token_of_their_list(
    two: Desk, verdict: tuple[str, str] | None
) -> None:
    list_for(two, LI, 1, 2)
    answer_with(two, "1 done\n2 done", verdict)
    done = verdict != FAILED
    assert [row(two, n).record.state for n in (1, 2)] == ["resolved" if done else "open"] * 2
    assert two.states()[-1][0] == ("processed" if done else "held")


@pytest.mark.parametrize("verdict", [None, NOBODY_SAYS, FAILED])
def test_an_answered_receipt_takes_back_what_was_done_in_a_stricter_project(
    two: Desk, verdict: tuple[str, str] | None
) -> None:
    list_for(two, LI, 1, 2)
    answers(two, LI, "1 done\n2 done")
    two.compose()
    answer_with(two, "undo", verdict)
    undone = verdict != FAILED
    assert [row(two, n).record.state for n in (1, 2)] == ["open" if undone else "resolved"] * 2
    assert two.states()[-1][0] == ("processed" if undone else "held")


def test_the_numbers_of_somebody_elses_list_reach_nothing(two: Desk) -> None:
    list_for(two, LI, 1, 2)
    two.put(two.answer_of(LI, "1 done\n2 done").replace(b"li@acme", b"ma@acme"))
    two.work()
    assert [row(two, n).record.state for n in (1, 2)] == ["open", "open"]
