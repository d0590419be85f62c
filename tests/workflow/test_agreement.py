"""How both sides come to agree, do not, or are passed over; and who is asked because of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailflow.workflow.audience import changed as told_of
from mailflow.workflow.commands import run, run_word
from mailflow.workflow.context import Context
from mailflow.workflow.directory import Directory
from mailflow.workflow.fold import changed
from mailflow.workflow.model import Effects, Happened, Person, Project, Refusal
from tests.workflow.company import (
    ANNA,
    CHEN,
    DIRECTORY,
    KINDS,
    LI,
    MA,
    PORTAL,
    TIME,
    TOM,
    context,
    record,
)

SIDES = {ANNA.id, LI.id, TOM.id, MA.id}


def events(result: Effects | Refusal | None) -> list[tuple[str, dict[str, Any]]]:
    assert isinstance(result, Effects), result
    return [(event.what, dict(event.new)) for event in result.events]


def with_coordinator(project: Project, **state: Any) -> Context:
    """Chen, who coordinates a project, about a goal in it."""
    directory: Directory = replace(DIRECTORY, projects={project.id: project})
    return Context(record("goal", **state), CHEN, directory, KINDS, TIME)


def test_a_goal_is_agreed_once_one_of_each_side_said_so() -> None:
    first = run(context(ANNA, "goal"), "agree", "")
    assert events(first) == [("agree", {"agreements": {"sales": ANNA.id}})]
    second = run_word(context(TOM, "goal", agreements={"sales": ANNA.id}), "agree")
    assert events(second) == [
        ("agree", {"agreements": {"sales": ANNA.id, "team": TOM.id}}),
        ("status", {"state": "agreed"}),
    ]


def test_two_of_sales_are_one_side() -> None:
    result = run(context(LI, "goal", agreements={"sales": ANNA.id}), "agree", "")
    assert isinstance(result, Refusal)
    assert result.reason == "side_agreed"


@pytest.mark.parametrize("by_word", [True, False])
def test_a_goal_that_is_rejected_stays_open_and_nobody_agrees_any_more(by_word: bool) -> None:
    asked = context(TOM, "goal", agreements={"sales": ANNA.id})
    result = run_word(asked, "reject") if by_word else run(asked, "reject", "too dear")
    assert events(result) == [("reject", {"agreements": {}})]
    assert isinstance(result, Effects)
    assert result.events[0].text == (None if by_word else "too dear")


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [("goal", "agreed", "not_open_to_agree"), ("task", "open", None), ("feedback", "new", None)],
)
def test_what_is_agreed_already_cannot_be_rejected(
    kind: str, state: str, reason: str | None
) -> None:
    result = run(context(TOM, kind, state=state), "reject", "no")
    assert (result.reason if isinstance(result, Refusal) else None) == reason


# the coordinator ----------------------------------------------------------------------------------


@pytest.mark.parametrize("agreements", [{}, {"sales": ANNA.id}])
def test_the_coordinator_sets_it_without_the_sides(agreements: dict[str, int]) -> None:
    result = run(context(CHEN, "goal", agreements=agreements), "status", "agreed")
    assert events(result) == [("decreed", {"agreements": agreements, "state": "agreed"})]


def test_a_coordinator_who_is_on_a_side_agrees_for_it() -> None:
    project = replace(PORTAL, members=(*PORTAL.members, CHEN.id))
    agreed = with_coordinator(project, agreements={"sales": ANNA.id})
    assert [what for what, _ in events(run(agreed, "status", "agreed"))] == ["agree", "status"]
    assert [what for what, _ in events(run(agreed, "agree", ""))] == ["agree", "status"]
    alone = events(run(with_coordinator(project), "status", "agreed"))
    assert alone == [
        ("agree", {"agreements": {"team": CHEN.id}}),
        ("decreed", {"agreements": {"team": CHEN.id}, "state": "agreed"}),
    ]


@pytest.mark.parametrize("actor", [CHEN, TOM])
def test_what_both_agreed_once_can_be_moved_back_there(actor: Person) -> None:
    both = {"sales": ANNA.id, "team": TOM.id}
    result = run(context(actor, "goal", state="reached", agreements=both), "status", "agreed")
    assert events(result) == [("status", {"state": "agreed"})]


# who is asked -------------------------------------------------------------------------------------


def asked(kind: str, event: Happened, **state: Any) -> dict[int, str]:
    """Whom an event asks to agree, and as what."""
    before = record(kind, owner=CHEN.id, **state)
    after = changed(before, event.new)
    tells = told_of(before, after, PORTAL, KINDS[kind], [event])
    return {tell.person: tell.reason for tell in tells if tell.kind == "question"}


@pytest.mark.parametrize(
    ("kind", "what", "new", "state", "reason"),
    [
        ("goal", "change", {"fields": {"budget": "5"}}, {}, "agree"),
        (
            "goal",
            "change",
            {"state": "proposed", "agreements": {}},
            {"state": "agreed", "agreements": {"sales": 1, "team": 3}},
            "agree",
        ),
        ("goal", "reject", {"agreements": {}}, {"agreements": {"sales": 1}}, "rejected"),
        ("requirement", "status", {"state": "analysed"}, {}, "agree"),
        ("requirement", "change", {"agreements": {}}, {"agreements": {"sales": 1}}, "agree"),
        ("requirement", "change", {"fields": {"need": "x"}}, {}, None),
        ("goal", "agree", {"agreements": {"sales": 1}}, {}, None),
        ("goal", "due", {"due": "2027-01-01"}, {}, None),
        ("goal", "change", {"fields": {"budget": "5"}}, {"state": "reached"}, None),
    ],
)
def test_both_sides_are_asked_anew(
    kind: str, what: str, new: dict[str, Any], state: dict[str, Any], reason: str | None
) -> None:
    wanted = dict.fromkeys(SIDES, reason) if reason else {}
    assert asked(kind, Happened(what, {}, new), **state) == wanted
