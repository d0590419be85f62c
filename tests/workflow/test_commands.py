"""What each command does, and what it says where it does nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mailflow.workflow import audience
from mailflow.workflow.commands import COMMANDS, run, run_word
from mailflow.workflow.model import Effects, Person, Refusal
from tests.workflow.company import ANNA, CHEN, EVE, KINDS, LI, MA, PORTAL, TOM, context

DONE: list[tuple[Person, str, dict[str, Any], str, str, dict[str, Any]]] = [
    # who, kind, the record's fields, command, argument, the fields that it sets
    (MA, "issue", {}, "status", "resolved", {"state": "resolved"}),
    (MA, "issue", {}, "status", "In Progress", {"state": "in_progress"}),
    (MA, "issue", {}, "status", "in-progress", {"state": "in_progress"}),
    (ANNA, "issue", {"state": "resolved"}, "status", "open", {"state": "open"}),
    (CHEN, "decision", {}, "status", "agreed", {"state": "agreed"}),
    (MA, "issue", {}, "owner", "tom@acme.example", {"owner_id": TOM.id}),
    (MA, "issue", {}, "owner", "TOM@HOME.example", {"owner_id": TOM.id}),
    (MA, "issue", {}, "owner", "@Tom", {"owner_id": TOM.id}),
    (MA, "issue", {}, "owner", "Li Wei", {"owner_id": LI.id}),
    (TOM, "issue", {}, "owner", "me", {"owner_id": TOM.id}),
    (MA, "issue", {}, "due", "2026-12-01", {"due": "2026-12-01"}),
    (MA, "issue", {}, "due", "friday", {"due": "2026-11-27"}),
    (MA, "issue", {}, "due", "周五", {"due": "2026-11-27"}),
    (MA, "issue", {"due": date(2026, 12, 1)}, "due", "none", {"due": None}),
    (MA, "issue", {}, "priority", "HIGH", {"priority": "high"}),
    (MA, "issue", {}, "priority", "紧急", {"priority": "urgent"}),
    (MA, "issue", {}, "project", "gate", {"project_id": 2}),
    (MA, "issue", {}, "kind", "反馈", {"kind": "feedback", "state": "new", "agreements": {}}),
    (MA, "issue", {}, "ignore", "", {"state": "withdrawn"}),
    (ANNA, "issue", {"state": "withdrawn"}, "status", "open", {"state": "open"}),
    (ANNA, "decision", {}, "agree", "", {"agreements": {"sales": ANNA.id}}),
    (ANNA, "decision", {}, "status", "agreed", {"agreements": {"sales": ANNA.id}}),
    (TOM, "decision", {}, "reject", "too dear", {"state": "rejected"}),
]


@pytest.mark.parametrize(("who", "kind", "fields", "name", "argument", "sets"), DONE)
def test_a_command_sets(
    who: Person, kind: str, fields: dict[str, Any], name: str, argument: str, sets: dict[str, Any]
) -> None:
    result = run(context(who, kind, **fields), name, argument)
    assert isinstance(result, Effects), result
    new = {key: value for event in result.events for key, value in event.new.items()}
    assert {key: new.get(key) for key in sets} == sets


REFUSED: list[tuple[Person, str, dict[str, Any], str, str, str]] = [
    (MA, "issue", {}, "status", "finnished", "unknown_state"),
    (MA, "issue", {}, "status", "", "unknown_state"),
    (MA, "issue", {}, "status", "open", "already_in_state"),
    (MA, "issue", {}, "owner", "nobody@acme.example", "unknown_person"),
    (MA, "issue", {}, "owner", "", "unknown_person"),
    (MA, "issue", {}, "owner", "Ma Jun", "already_owner"),
    (MA, "issue", {}, "due", "whenever", "unknown_date"),
    (MA, "issue", {}, "due", "none", "no_due"),
    (MA, "issue", {}, "priority", "asap", "unknown_priority"),
    (MA, "issue", {}, "priority", "normal", "already_priority"),
    (MA, "issue", {}, "note", " ", "empty_note"),
    (MA, "issue", {}, "project", "NOPE", "unknown_project"),
    (MA, "issue", {}, "project", "PORTAL", "already_in_project"),
    (MA, "issue", {}, "kind", "poem", "unknown_kind"),
    (MA, "issue", {}, "kind", "bug", "already_kind"),
    (LI, "issue", {}, "ignore", "", "may_not_move"),
    (MA, "issue", {}, "agree", "", "nothing_to_agree"),
    (MA, "feedback", {}, "frobnicate", "", "unknown_command"),
    (CHEN, "decision", {}, "agree", "", "no_side"),
    (LI, "decision", {"agreements": {"sales": ANNA.id}}, "agree", "", "side_agreed"),
    (TOM, "decision", {"state": "agreed"}, "agree", "", "not_open_to_agree"),
    (TOM, "decision", {"state": "agreed"}, "reject", "", "not_open_to_agree"),
    (EVE, "issue", {}, "status", "resolved", "not_in_project"),
    (MA, "issue", {"state": "withdrawn"}, "owner", "Li Wei", "is_withdrawn"),
]


@pytest.mark.parametrize(("who", "kind", "fields", "name", "argument", "reason"), REFUSED)
def test_a_command_is_refused_with_its_reason(
    who: Person, kind: str, fields: dict[str, Any], name: str, argument: str, reason: str
) -> None:
    result = run(context(who, kind, **fields), name, argument)
    assert isinstance(result, Refusal), result
    assert result.reason == reason


def test_every_refusal_of_a_choice_names_what_would_work() -> None:
    for name, given in (("status", "x"), ("owner", "x"), ("priority", "x"), ("kind", "x")):
        result = run(context(MA), name, given)
        assert isinstance(result, Refusal)
        assert any(isinstance(value, list) and value for value in result.details.values())


def test_both_sides_make_an_agreement() -> None:
    result = run(context(TOM, "decision", agreements={"sales": ANNA.id}), "agree", "")
    assert isinstance(result, Effects)
    assert [event.what for event in result.events] == ["agree", "status"]
    assert result.events[1].new == {"state": "agreed"}


def test_a_decision_that_is_proposed_anew_is_agreed_anew() -> None:
    agreements = {"sales": ANNA.id, "team": TOM.id}
    before = context(TOM, "decision", state="agreed", agreements=agreements)
    result = run(before, "status", "proposed")
    assert isinstance(result, Effects)
    assert result.events[0].new["agreements"] == {}


WORDS = [
    ("issue", "done", {"state": "resolved"}),
    ("issue", "start", {"state": "in_progress"}),
    ("feedback", "done", {"state": "done"}),
    ("feedback", "acknowledge", {"state": "acknowledged"}),
    ("decision", "reject", {"state": "rejected"}),
]


@pytest.mark.parametrize(("kind", "meaning", "sets"), WORDS)
def test_a_plain_word(kind: str, meaning: str, sets: dict[str, Any]) -> None:
    result = run_word(context(MA, kind), meaning)
    assert isinstance(result, Effects)
    assert result.events[-1].new == sets


def test_a_word_that_means_nothing_here_is_text() -> None:
    assert run_word(context(MA, "issue"), "yes") is None
    assert run_word(context(MA, "decision"), "done") is None


def test_what_is_not_mine_goes_back_to_the_coordinator() -> None:
    before = context(MA, "issue")
    result = run_word(before, "not_mine")
    assert isinstance(result, Effects)
    (event,) = result.events
    after = before.after(event).record
    assert (after.owner, after.routed) == (CHEN.id, False)
    tells = audience.changed(before.record, after, PORTAL, KINDS["issue"], result.events)
    assert audience.Tell(CHEN.id, "question", "unrouted") in tells
    assert isinstance(run_word(context(TOM, "issue"), "not_mine"), Refusal)
    assert isinstance(run_word(context(CHEN, "issue", owner=CHEN.id), "not_mine"), Refusal)


def test_help_changes_nothing_and_is_for_everybody() -> None:
    assert run(context(EVE), "help", "") == Effects(pages=("help",))


def test_every_command_of_the_first_work_order_is_there() -> None:
    asked = "status owner due priority note project kind ignore agree reject help"
    assert set(asked.split()) <= set(COMMANDS)
