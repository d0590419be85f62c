"""Changing what a record says: by a command, by lines, and what becomes of what was agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mailflow.workflow import fields
from mailflow.workflow.commands import run, run_fields
from mailflow.workflow.commands.change import moved_on
from mailflow.workflow.fields import Settled, client_in, leading, taken_out
from mailflow.workflow.model import Effects, Link, Person, Refusal
from tests.workflow.company import ANNA, CHEN, EVE, KINDS, LI, TOM, context, record

GOAL, REQUIREMENT, TASK = KINDS["goal"], KINDS["requirement"], KINDS["task"]
BOTH = {"sales": ANNA.id, "team": TOM.id}
BUDGET = {"budget": "400 000 EUR"}


def change(actor: Person, kind: str, argument: str, **state: Any) -> dict[str, Any]:
    """The columns that a /change sets, of all its events."""
    result = run(context(actor, kind, **state), "change", argument)
    assert isinstance(result, Effects), result
    return {key: value for event in result.events for key, value in event.new.items()}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("budget 450 000 EUR", "budget", "450 000 EUR"),
        ("Budget: 450 000 EUR", "budget", "450 000 EUR"),
        ("BUDGET = 5", "budget", "5"),
        ("budget to 450 000", "budget", "450 000"),
        ("budget total 5", "budget", "total 5"),
        ("预算 45万", "budget", "45万"),
        ("预算45万", "budget", "45万"),
        ("预算改为45万", "budget", "45万"),
        ("预算：45万", "budget", "45万"),
        ("解决方案 用 SSO", "solution", "用 SSO"),  # not 方案 or 解决
        ("budget", "budget", ""),
    ],
)
def test_a_field_stands_at_the_start(text: str, name: str, value: str) -> None:
    found = leading(GOAL.fields, text)
    assert found is not None
    assert (found[0].name, found[1]) == (name, value)


@pytest.mark.parametrize("text", ["", "budgets 5", "the budget 5", "x" * 10_000, ": 5"])
def test_no_field_stands_at_the_start(text: str) -> None:
    assert leading(GOAL.fields, text) is None


def test_lines_are_taken_out_of_the_text() -> None:
    text = (
        "Hello,\nBudget: 450 000 EUR\n   in two parts\n预算说明：见附件\nSolution:\n  A\n  B\n\nBye"
    )
    given, rest = taken_out(GOAL.fields, text)
    assert given == {"budget": "450 000 EUR\nin two parts", "solution": "A\nB"}
    assert rest == "Hello,\n预算说明：见附件\n\nBye"


def test_lines_whose_labels_are_no_fields_stay() -> None:
    text = "Room: 4\nBudget: 5"
    assert taken_out(KINDS["feedback"].fields, text) == ({}, text)


@pytest.mark.parametrize(
    ("kind", "argument", "sets"),
    [
        ("goal", "budget 5", {"fields": {"budget": "5"}}),
        ("task", "due friday", {"due": "2026-11-27"}),
        ("task", "截止 周五", {"due": "2026-11-27"}),
        ("task", "effort 2 days", {"fields": {"effort": "960"}}),
        ("milestone", "forecast 2027-03-31", {"fields": {"forecast": "2027-03-31"}}),
        ("issue", "title  Log-in   fails", {"title": "Log-in fails"}),
        ("goal", "标题 新门户", {"title": "新门户"}),
    ],
)
def test_a_change_sets(kind: str, argument: str, sets: dict[str, Any]) -> None:
    assert change(TOM, kind, argument) == sets


@pytest.mark.parametrize("none", ["none", "None", "-", "—", "无", "無"])
@pytest.mark.parametrize(
    ("kind", "field", "before", "sets"),
    [
        ("goal", "budget", {"fields": {**BUDGET, "result": "a shop"}}, {"result": "a shop"}),
        ("goal", "预算", {"fields": {**BUDGET}}, {}),
        ("task", "effort", {"fields": {"effort": "60"}}, {}),
        ("milestone", "forecast", {"fields": {"forecast": "2026-12-01"}}, {}),
        ("requirement", "solution", {"fields": {"solution": "SSO"}}, {}),
    ],
)
def test_a_field_is_emptied(
    none: str, kind: str, field: str, before: dict[str, Any], sets: dict[str, str]
) -> None:
    assert change(TOM, kind, f"{field} {none}", **before) == {"fields": sets}


@pytest.mark.parametrize("none", ["none", "-", "无", "没有"])
@pytest.mark.parametrize("line", ["due {}", "change due {}", "change 截止 {}"])
def test_a_date_is_taken_away(none: str, line: str) -> None:
    name, _, argument = line.format(none).partition(" ")
    result = run(context(TOM, "task", due=date(2026, 12, 1)), name, argument)
    assert isinstance(result, Effects)
    assert [event.new for event in result.events] == [{"due": None}]


def test_lines_take_away_dates_and_no_texts() -> None:
    given = {"due": "none", "effort": "无"}
    settled = fields.settle(TASK.fields, given, date(2026, 11, 23), "en")
    assert settled.emptied == {"due", "effort"}
    assert settled.refused == {}
    settled = fields.settle(GOAL.fields, {"budget": "none"}, date(2026, 11, 23), "en")
    assert (settled.fields, settled.emptied) == ({"budget": "none"}, frozenset())


def test_what_was_agreed_is_to_be_agreed_anew_without_a_value() -> None:
    state = {"state": "agreed", "agreements": BOTH, "fields": BUDGET}
    assert change(ANNA, "goal", "budget none", **state) == {
        "fields": {},
        "agreements": {},
        "state": "proposed",
        "reworked": 1,
    }


@pytest.mark.parametrize(
    ("state", "argument", "reason"),
    [
        ({"state": "analysed", "fields": {"solution": "SSO"}}, "solution none", "field_needed"),
        ({"state": "in_work", "fields": {"solution": "SSO"}}, "方案 无", "field_needed"),
        ({"fields": {"solution": "SSO"}}, "effort none", "already_so"),
        ({}, "title none", "not_empty"),
    ],
)
def test_what_cannot_be_emptied(state: dict[str, Any], argument: str, reason: str) -> None:
    result = run(context(TOM, "requirement", **state), "change", argument)
    assert isinstance(result, Refusal)
    assert result.reason == reason


@pytest.mark.parametrize(
    ("links", "reason"), [((Link("blocker", 7),), "unlink_each"), ((), "already_so")]
)
def test_what_a_record_waits_for_is_taken_away_one_by_one(
    links: tuple[Link, ...], reason: str
) -> None:
    result = run(context(TOM, "task", links=links), "change", "depends on none")
    assert isinstance(result, Refusal)
    assert result.reason == reason


def test_a_blocker_is_linked_on_both_sides() -> None:
    other = replace(record("task"), id=7, ref="PORTAL-7")
    asked = replace(context(TOM, "task"), others={"PORTAL-7": other})
    result = run(asked, "change", "blocked by PORTAL-7")
    assert isinstance(result, Effects)
    assert result.events[0].new == {"links": [{"relation": "blocker", "record": 7}]}
    (there,) = result.elsewhere[7]
    assert there.new == {"links": [{"relation": "blocks", "record": 1}]}


@pytest.mark.parametrize(
    ("actor", "kind", "state", "argument", "reason"),
    [
        (TOM, "goal", {}, "colour red", "unknown_field"),
        (TOM, "goal", {}, "", "unknown_field"),
        (TOM, "goal", {}, "budget", "no_value"),
        (TOM, "goal", {"fields": BUDGET}, "budget 400 000 EUR", "already_so"),
        (TOM, "task", {"due": date(2026, 11, 27)}, "due friday", "already_so"),
        (TOM, "goal", {}, "title Cannot log in", "already_so"),
        (TOM, "task", {}, "due whenever", "unknown_date"),
        (TOM, "task", {}, "effort much", "unknown_effort"),
        (TOM, "task", {}, "blocked by PORTAL-99", "unknown_record"),
        (TOM, "goal", {"state": "withdrawn"}, "budget 5", "is_withdrawn"),
        (EVE, "goal", {}, "budget 5", "not_in_project"),
    ],
)
def test_a_change_is_refused(
    actor: Person, kind: str, state: dict[str, Any], argument: str, reason: str
) -> None:
    result = run(context(actor, kind, **state), "change", argument)
    assert isinstance(result, Refusal)
    assert result.reason == reason


def test_the_refusal_names_the_fields_in_the_authors_language() -> None:
    result = run(context(LI, "goal"), "change", "颜色 红")
    assert isinstance(result, Refusal)
    assert result.details["fields"][:3] == ["结果", "时间", "预算"]
    assert result.details["fields"][-1] == "标题"


@pytest.mark.parametrize("link", ["blocks", None])
def test_nothing_waits_for_itself(link: str | None) -> None:
    other = replace(record("task"), id=7 if link else 1, ref="PORTAL-7")
    links = (Link("blocks", 7),) if link else ()
    asked = replace(context(TOM, "task", links=links), others={"PORTAL-7": other})
    result = run(asked, "change", "depends on PORTAL-7")
    assert isinstance(result, Refusal)
    assert result.reason == ("link_circle" if link else "link_itself")


# what was agreed --------------------------------------------------------------------------------


def test_a_change_of_what_was_agreed_is_rework_and_reopens_it() -> None:
    new = change(LI, "goal", "budget 5", state="agreed", agreements=BOTH, fields=BUDGET)
    assert new == {
        "fields": {"budget": "5"},
        "state": "proposed",
        "agreements": {},
        "reworked": 1,
    }


def test_a_requirement_that_is_in_work_goes_back_to_where_both_sides_were_asked() -> None:
    state = {"state": "in_work", "agreements": BOTH, "reworked": 2}
    new = change(LI, "requirement", "value more", **state)
    assert (new["state"], new["reworked"], new["agreements"]) == ("analysed", 3, {})


def test_before_it_is_agreed_a_change_takes_back_what_one_side_agreed_to() -> None:
    new = change(LI, "goal", "budget 5", agreements={"team": TOM.id})
    assert new == {"fields": {"budget": "5"}, "agreements": {}}


@pytest.mark.parametrize(
    ("kind", "state"), [("goal", "reached"), ("decision", "agreed"), ("task", "done")]
)
def test_what_is_over_or_needs_no_agreement_is_only_changed(kind: str, state: str) -> None:
    agreements = BOTH if kind != "task" else {}
    new = change(CHEN, kind, "title Another one", state=state, agreements=agreements)
    assert new.keys() <= {"title", "agreements"}
    assert "state" not in new


@pytest.mark.parametrize(("name", "argument"), [("due", "friday"), ("priority", "high")])
def test_due_date_and_priority_change_nothing_about_agreements(name: str, argument: str) -> None:
    result = run(context(LI, "goal", state="agreed", agreements=BOTH), name, argument)
    assert isinstance(result, Effects)
    assert not {"state", "agreements"} & {key for event in result.events for key in event.new}


def test_all_lines_of_a_mail_are_one_change() -> None:
    values = {"budget": "5", "quality": "99.9 %"}
    settled = fields.settle(GOAL.fields, values, date(2026, 11, 23), "en")
    result = run_fields(context(LI, "goal", state="agreed", agreements=BOTH), settled)
    assert isinstance(result, Effects)
    (event,) = result.events
    assert (event.new["fields"], event.new["reworked"]) == (values, 1)


@pytest.mark.parametrize(
    ("actor", "state", "reason"),
    [
        (EVE, {}, "not_in_project"),
        (LI, {"state": "withdrawn"}, "is_withdrawn"),
        (LI, {"fields": BUDGET}, "already_so"),
    ],
)
def test_lines_are_refused(actor: Person, state: dict[str, Any], reason: str) -> None:
    result = run_fields(context(actor, "goal", **state), Settled(BUDGET))
    assert isinstance(result, Refusal)
    assert result.reason == reason


# filled -----------------------------------------------------------------------------------------


def test_once_the_team_answered_a_requirement_is_analysed() -> None:
    known = {"need": "SSO", "feasibility": "yes"}
    result = run(context(TOM, "requirement", fields=known), "change", "solution use OIDC")
    assert isinstance(result, Effects)
    assert [event.what for event in result.events] == ["change", "status"]
    assert result.events[-1].new == {"state": "analysed"}


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("captured", ("feasibility",)),
        ("agreed", ("feasibility", "solution")),
        ("withdrawn", ("feasibility", "solution")),
    ],
)
def test_it_moves_only_on_and_only_when_all_is_known(state: str, known: tuple[str, ...]) -> None:
    stands = record("requirement", state=state, fields=dict.fromkeys(known, "x"))
    assert moved_on(REQUIREMENT, stands) == ()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Need: reports\nClient: Homer <homer@globex.example>", "Homer <homer@globex.example>"),
        ("客户：王芳\n需要：夜间上传", "王芳"),
        ("The client: unhappy.\nHomer\nE-Mail: homer@globex.example", ""),
        ("", ""),
    ],
)
def test_a_line_says_whose_need_it_is(text: str, who: str) -> None:
    assert client_in(text) == who
