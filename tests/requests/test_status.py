"""The page of a project, and its plan: what stands where, and what is nobody's business."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mailflow.outbox.preview import preview
from mailflow.requests.status import ISSUES, status
from mailflow.workflow.model import Moment, Refusal
from mailflow.workflow.requests import Ask
from tests.schedule.company import (
    ANNA,
    INSTALLATION,
    MONDAY,
    PORTAL,
    TOM,
    Company,
)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def page(company: Company, person: int = ANNA) -> dict[str, Any]:
    with company.database.read() as session:
        directory = company.directory(session)
        time = Moment(MONDAY, MONDAY.date())
        project = directory.projects[PORTAL]
        ask = Ask("status", directory.persons[person], project, "", "", 0, time)
        answer = status(session, INSTALLATION, directory, ask)
    assert not isinstance(answer, Refusal)
    (told,) = answer
    assert (told.person, told.kind) == (person, "report")
    return dict(told.reason)


def sections(reason: dict[str, Any]) -> dict[str, list[int]]:
    return {one["name"]: [e["record"] for e in one["records"]] for one in reason["sections"]}


def notes(reason: dict[str, Any]) -> dict[int, Any]:
    return {e["record"]: e.get("note") for one in reason["sections"] for e in one["records"]}


def test_the_page_of_a_project(company: Company) -> None:
    goal, decision = company.record("goal"), company.record("decision")
    company.happen(goal, "agree", MONDAY, old={"agreements": {}}, new={"agreements": {"team": TOM}})
    later = company.record("milestone", due=date(2027, 3, 1))
    sooner = company.record("milestone", due=date(2026, 12, 1))
    company.happen(sooner, "due", MONDAY, old={"due": "2026-12-01"}, new={"due": "2026-12-15"})
    undated = company.record("milestone")
    task = company.record("task", due=date(2026, 11, 20))
    issues = [company.record(priority=name) for name in ("low", "urgent", "normal")]
    late = company.record(priority="high", due=date(2026, 11, 29))
    company.record("conflict", due=date(2026, 11, 1))
    company.record("task", due=date(2026, 11, 2), state="done")
    reason = page(company)
    assert sections(reason) == {
        "goals": [goal],
        "milestones": [sooner, later, undated],
        "decisions": [decision],
        "late": [task, late],
        "issues": [issues[1], issues[2], issues[0]],
    }
    said = notes(reason)
    assert said[goal] == {"phrase": "awaits", "sides": ["sales"]}
    assert said[sooner] == {"phrase": "expected_later", "day": "2026-12-15", "n": 14}
    assert said[later] is None
    assert said[undated] == {"phrase": "no_date"}
    assert said[task] == {"phrase": "late", "n": 10}
    assert reason["counts"] == {"low": 1, "urgent": 1, "normal": 1, "high": 1}
    assert (reason["meeting"], reason["rework"]) == ("Weekly", [0, 0])


@on_sqlite
def test_of_many_issues_the_most_urgent_are_named_and_all_counted(company: Company) -> None:
    for number in range(ISSUES + 5):
        company.record(priority="urgent" if number > ISSUES else "low")
    (issues,) = page(company)["sections"]
    assert (len(issues["records"]), issues["more"]) == (ISSUES, 5)
    assert [entry["record"] for entry in issues["records"][:2]] == [12, 13]


@on_sqlite
def test_a_project_without_anything_has_a_page_too(company: Company) -> None:
    reason = page(company)
    with company.database.read() as session:
        directory = company.directory(session)
        reader = directory.persons[ANNA]
        made = preview(session, INSTALLATION, directory, reader, "report", [reason], MONDAY)
    assert made is not None
    assert "Nothing is recorded in this project yet." in made[1]


@on_sqlite
def test_who_is_in_several_projects_says_which(company: Company) -> None:
    with company.database.read() as session:
        directory = company.directory(session)
        ask = Ask("status", directory.persons[ANNA], None, "", "", 0, Moment(MONDAY, MONDAY.date()))
        answer = status(session, INSTALLATION, directory, ask)
    assert answer == Refusal("which_project", {"projects": ["PORTAL", "GATE"]})
