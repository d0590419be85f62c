"""What a change means for the records that hang on one: who is told, and of how many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mailflow.pipeline.hanging import MOST
from tests.pipeline.desk import Desk, mail_of, open_desk
from tests.workflow.company import ANNA, CHEN, LI, MA, TOM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    desk = open_desk(database_url)
    desk.put(
        mail_of(ANNA, "[MILESTONE][PORTAL] Beta", "Date: 2027-03-01"),
        mail_of(ANNA, "[TASK][PORTAL] Train", "Blocked by: PORTAL-1"),
        mail_of(ANNA, "[TASK][PORTAL] Print", "Blocked by: PORTAL-2"),
        mail_of(ANNA, "[ISSUE][PORTAL] Export", "It fails."),
    )
    desk.work()
    yield desk
    desk.database.close()


def says(desk: Desk, ref: str, text: str) -> list[tuple[int, dict[str, object]]]:
    """Chen writes about a record; what whom was told."""
    before = len(desk.notices())
    desk.put(mail_of(CHEN, f"Re: [{ref}] x", text))
    desk.work()
    return [(n.person_id, reason) for n in desk.notices()[before:] for reason in n.reasons]


def test_a_date_moves_what_waits_for_it_also_through_others(desk: Desk) -> None:
    told = says(desk, "PORTAL-1", "/due 2027-03-15")
    moves = {person: reason.get("moves") for person, reason in told}
    assert moves[LI.id] == [2, 3], "sales hear of it, with all that it moves"
    assert says(desk, "PORTAL-2", "done")
    told = says(desk, "PORTAL-1", "Forecast: 2027-04-01")
    assert {str(reason.get("moves")) for _, reason in told} == {"None"}, "what is done is not moved"


def test_a_circle_and_a_crowd_end(desk: Desk) -> None:
    says(desk, "PORTAL-1", "/link blocked by PORTAL-3")
    for number in range(MOST + 5):
        desk.put(mail_of(ANNA, f"[TASK][PORTAL] No {number}", "Blocked by: PORTAL-1"))
    desk.work()
    told = says(desk, "PORTAL-1", "/due 2027-03-15")
    moves: Any = told[0][1]["moves"]
    assert len(moves) == MOST
    assert 1 not in moves


def test_the_owner_of_what_waited_is_told_once_it_can_go_on(desk: Desk) -> None:
    says(desk, "PORTAL-2", "/owner ma@acme.example")
    told = says(desk, "PORTAL-1", "/status reached")
    free = [(person, reason) for person, reason in told if reason["reason"] == "unblocked"]
    assert free == [(MA.id, {"reason": "unblocked", "record": 2, "by": 1})]
    assert not [r for _, r in says(desk, "PORTAL-1", "Well done.") if r["reason"] == "unblocked"]


def test_two_lines_of_a_mail_see_what_the_other_did(desk: Desk) -> None:
    text = "/task first @tom\n/task second @ma\n/link PORTAL-1\n/link blocks PORTAL-1"
    says(desk, "PORTAL-4", text)
    with desk.database.read() as session:
        for row in desk.records():
            folded = desk.fold(session, row.record.id)
            assert {n: folded[n] for n in ("links", "spent")} == {
                "links": row.record.links,
                "spent": row.record.spent,
            }
    found = {row.record.ref: row.record for row in desk.records()}
    links = [(link["relation"], link["record"]) for link in found["PORTAL-4"].links]
    assert links == [("blocks", 1), ("part", 5), ("part", 6)]
    assert [found[ref].owner_id for ref in ("PORTAL-5", "PORTAL-6")] == [TOM.id, MA.id]
    blockers = [link for link in found["PORTAL-1"].links if link["record"] == 4]
    assert blockers == [{"relation": "blocker", "record": 4}]
