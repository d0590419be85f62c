"""Random commands by random people: what must hold in whatever order they come."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mailflow.store import records
from mailflow.store.records import Row
from mailflow.workflow.model import Person
from tests.pipeline.desk import Desk, mail_of, open_desk
from tests.workflow.company import ANNA, CHEN, EVE, KINDS, LI, MA, PORTAL, TOM

OURS = (ANNA, LI, TOM, MA, CHEN)
STRANGER = Person(99, "Ann Other", ("other@elsewhere.example",), "en", "UTC")
OPENED = ["issue", "decision", "goal", "requirement", "task", "milestone"]
STATES = sorted({state for kind in KINDS for state in kind.states})
LINES = [
    *(f"/status {state}" for state in STATES),
    "/agree", "/agree", "/reject too dear", "/owner tom@acme.example", "/owner ma@acme.example",
    "/due 2026-12-01", "/due 2027-01-31", "/priority high", "/priority low", "/note seen",
    "/change title Another title", "/change budget 400 000", "/change due 2026-12-24", "/watch",
    "/mute", "/spent 2h", "/task Write it down @tom friday", "/kind issue", "/kind decision",
    "/link PORTAL-1", "/duplicate PORTAL-1", "done", "agreed", "not mine", "reopen",
]  # fmt: skip
LINE = st.sampled_from(LINES)
# When somebody last did something stays as it is after an undo: that was something, too.
NOT_RESTORED = {"updated_at", "answered_at", "settled_at"}


class AnyOrder(RuleBasedStateMachine):
    """One project of five people, and what is written about its records."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.desk: Desk = open_desk(f"sqlite:///{Path(self._folder.name)}/mailflow.db")
        self.refs: list[str] = []

    def teardown(self) -> None:
        self.desk.database.close()
        self._folder.cleanup()

    def wrote(self, person: Person, subject: str, text: str, **headers: str) -> None:
        self.desk.put(mail_of(person, subject, text, list(headers.items())))
        self.desk.work()
        self.refs = [f"PORTAL-{row.record.number}" for row in self.desk.records()]

    def kept(self) -> dict[int, dict[str, Any]]:
        """What undo must bring back, of each record that was not withdrawn."""
        rows = [row for row in self.desk.records() if row.record.state != "withdrawn"]
        return {
            row.record.id: {
                name: value
                for name, value in self.desk.columns(row).items()
                if name not in NOT_RESTORED
            }
            for row in rows
        }

    @initialize(person=st.sampled_from(OURS))
    def the_first(self, person: Person) -> None:
        self.wrote(person, "[DECISION][PORTAL] two releases a year", "As said.")

    @rule(person=st.sampled_from(OURS), kind=st.sampled_from(OPENED))
    def somebody_opens(self, person: Person, kind: str) -> None:
        self.wrote(person, f"[{kind.upper()}][PORTAL] {kind} no {len(self.refs)}", "It is said.")

    @rule(
        data=st.data(),
        person=st.sampled_from(OURS),
        lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=3),
    )
    def somebody_answers(self, data: st.DataObject, person: Person, lines: list[str]) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        self.wrote(person, f"Re: [{ref}] x", "\n".join(lines))

    @rule(data=st.data(), person=st.sampled_from(OURS), line=LINE)
    def somebody_thinks_better_of_it(self, data: st.DataObject, person: Person, line: str) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        before = self.kept()
        self.wrote(person, f"Re: [{ref}] x", f"{line}\n\nmail no {self.desk.now:%H%M}")
        if self.kept() == before:
            return
        self.wrote(person, f"Re: [{ref}] x", "/undo")
        assert self.kept() == before, f"{line} by {person.name}"

    @rule(
        data=st.data(),
        line=LINE,
        who=st.sampled_from(["outside", "stranger", "forged"]),
    )
    def somebody_tries_who_may_not(self, data: st.DataObject, line: str, who: str) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        before = [self.desk.columns(row) for row in self.desk.records()]
        person = {"outside": EVE, "stranger": STRANGER, "forged": MA}[who]
        verdict = "mx.acme.example; dmarc=fail header.from=acme.example"
        headers = {"Authentication-Results": verdict} if who == "forged" else {}
        self.wrote(person, f"Re: [{ref}] x", line, **headers)
        assert [self.desk.columns(row) for row in self.desk.records()] == before, (who, line)

    @invariant()
    def a_record_is_the_fold_of_its_events(self) -> None:
        with self.desk.database.read() as session:
            for row in self.desk.records():
                assert self.desk.fold(session, row.record.id) == self.desk.columns(row)

    @invariant()
    def both_sides_agreed_or_the_coordinator_decided(self) -> None:
        with self.desk.database.read() as session:
            for row in self.desk.records():
                kind = KINDS[row.record.kind]
                if kind.agreement != "both" or row.record.state != kind.agreed_state:
                    continue
                said = [event.what for event in records.events_of(session, row.record.id)]
                assert _both(row) or "decreed" in said, (row.record.agreements, said)

    @invariant()
    def every_mail_ends(self) -> None:
        assert {state for state, _ in self.desk.states()} <= {"processed", "held", "ignored"}


def _both(row: Row) -> bool:
    by = row.record.agreements
    return by.get("sales") in PORTAL.sales and by.get("team") in PORTAL.members


@pytest.mark.timeout(900)
def test_whatever_is_said_by_whom() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=100 if os.environ.get("MAILFLOW_TORTURE") else 8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
