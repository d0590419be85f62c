"""Reports: which one is meant, what each counts, how its table looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from mailflow.outbox.columns import columns
from mailflow.outbox.phrases import languages, phrases
from mailflow.outbox.reader import reader_of
from mailflow.outbox.tables import laid_out, table
from mailflow.requests.report import reason_of, report
from mailflow.requests.reports import REPORTS, find
from mailflow.requests.reports.table import Scope
from mailflow.workflow.model import Moment, Refusal
from mailflow.workflow.requests import Ask
from mailflow.workflow.worktime import USUAL
from tests.schedule.company import (
    CHEN,
    EVE,
    GATE,
    INSTALLATION,
    KINDS,
    LI,
    MA,
    MONDAY,
    PORTAL,
    TOM,
    Company,
)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
# Friday, 09:00 in Shanghai
FRIDAY = MONDAY - 3 * DAY


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("open issues by owner", "open-issues-by-owner"),
        ("open issues", "open-issues-by-owner"),
        ("按负责人统计未解决问题", "open-issues-by-owner"),
        ("open issues by priority", "open-issues-by-age"),
        ("未解决问题 按优先级", "open-issues-by-age"),
        ("Feedback by client, please", "feedback-by-client"),
        ("客户反馈", "feedback-by-client"),
        ("how long do decisions take?", "decisions"),
        ("answer times", "answer-times"),
        ("答复时效", "answer-times"),
        ("time", "time"),
        ("本月工时", "time"),
        ("REWORK", "rework"),
        ("返工", "rework"),
    ],
)
def test_a_report_is_found_by_its_words(text: str, name: str) -> None:
    found = find(text)
    assert found is not None
    assert found.name == name


def test_every_report_is_found_by_its_name_and_titles() -> None:
    for name, one in REPORTS.items():
        assert find(name) == one
        assert [find(one.called(language)) for language in languages()] == [one, one]


@pytest.mark.parametrize("text", ["", "the weather", "天气", "owner-ship" * 1000, "[]{}\\"])
def test_there_is_no_other_report(text: str) -> None:
    assert find(text) is None


def made(company: Company, name: str, *projects: int) -> tuple[list[list[Any]], list[Any] | None]:
    """The values of a report's rows and of its last row."""
    with company.database.read() as session:
        known = company.directory(session).projects
        scope = Scope(tuple(known[n] for n in projects or (PORTAL,)), KINDS, USUAL, MONDAY)
        reason = reason_of(session, REPORTS[name], scope)
    whole = [row for row in (*reason["rows"], reason["total"]) if row]
    assert {len(row) for row in whole} <= {len(reason["columns"])}
    for language in languages():
        assert all(phrases(language).has(f"column.{column}") for column in reason["columns"])
    total = reason["total"]
    rows = [[value for _, value in row] for row in reason["rows"]]
    return rows, [value for _, value in total] if total else None


@on_sqlite
def test_open_issues_by_owner(company: Company) -> None:
    company.record(owner=TOM, priority="urgent", due=date(2026, 11, 20))
    company.record(owner=TOM, at=MONDAY - 2 * DAY)
    company.record(owner=MA)
    company.record(owner=MA, state="resolved")
    company.record(owner=LI, project=GATE)
    company.record("task", owner=MA)
    company.record("conflict", owner=MA)
    assert made(company, "open-issues-by-owner") == (
        [[TOM, 2, 1, 1, 30], [MA, 1, 0, 0, 30]],
        ["total", 3, 1, 1, None],
    )
    rows, _ = made(company, "open-issues-by-owner", PORTAL, GATE)
    assert [row[0] for row in rows] == [TOM, LI, MA]


@on_sqlite
def test_open_issues_by_age(company: Company) -> None:
    company.record(priority="low", at=MONDAY - 3 * DAY)
    company.record(priority="urgent", at=MONDAY - 10 * DAY)
    company.record(priority="urgent", at=MONDAY - 40 * DAY)
    assert made(company, "open-issues-by-age") == (
        [["urgent", 2, 0, 1, 1, 40], ["low", 1, 1, 0, 0, 3]],
        ["total", 3, 1, 1, 1, None],
    )


@on_sqlite
def test_feedback_by_client(company: Company) -> None:
    company.record("feedback")
    company.record("feedback", state="planned")
    company.record("feedback", state="planned")
    rows, total = made(company, "feedback-by-client")
    assert rows == [
        [None, "feedback", ["feedback", "planned"], 2],
        [None, "feedback", ["feedback", "new"], 1],
    ]
    assert total == ["total", None, None, 3]


@on_sqlite
def test_decisions_and_how_long_they_took(company: Company) -> None:
    slow = company.record("decision", at=MONDAY - 9 * DAY)
    company.happen(slow, "status", MONDAY, old={"state": "proposed"}, new={"state": "agreed"})
    company.record("decision")
    company.record("conflict", state="settled")
    assert made(company, "decisions") == (
        [[slow, "decision", ["decision", "agreed"], 9]],
        ["average", None, None, 9],
    )


@on_sqlite
def test_answers_are_measured_in_working_hours(company: Company) -> None:
    fast, slow = company.record(at=FRIDAY), company.record(at=FRIDAY)
    company.record(at=FRIDAY)  # nobody has answered it yet, and it is late
    company.happen(fast, "note", FRIDAY + timedelta(hours=2), text="Seen.")
    company.happen(slow, "note", MONDAY + timedelta(hours=3), text="Seen.")
    rows, _ = made(company, "answer-times")
    # Friday 09:00 to Monday 12:00 is nine hours and three.
    assert rows[0] == ["issue", "normal", "answer", 8, 3, 7.0, 1 / 3]
    assert rows[1] == ["issue", "normal", "solve", 80, 3, None, None]


def test_time_spent(company: Company) -> None:
    first, second = company.record(), company.record("task")
    private = company.record("conflict")
    for record, actor, before, after in (
        (first, TOM, 0, 90),
        (first, MA, 90, 120),
        (second, MA, 0, 60),
        (private, MA, 0, 600),
    ):
        company.happen(
            record, "spent", MONDAY, old={"spent": before}, new={"spent": after}, actor=actor
        )
    undone = {"spent": 120, "input": 3}
    company.happen(first, "undone", MONDAY, old=undone, new={"spent": 110}, actor=MA)
    assert made(company, "time") == (
        [[TOM, first, 90], [MA, second, 60], [MA, first, 20]],
        ["total", None, 170],
    )


@on_sqlite
def test_rework(company: Company) -> None:
    often, _ = company.record("goal"), company.record("goal")
    company.happen(often, "change", MONDAY, old={"reworked": 0}, new={"reworked": 3})
    assert made(company, "rework") == ([[often, TOM, 3, 0]], ["total", None, 3, None])


def test_a_report_without_rows_has_no_total(company: Company) -> None:
    for name in REPORTS:
        assert made(company, name) == ([], None), name


@on_sqlite
def test_a_table_without_rows_has_its_columns_all_the_same(company: Company) -> None:
    with company.database.read() as session:
        directory = company.directory(session)
        reader = reader_of(directory.persons[TOM], INSTALLATION, directory, MONDAY)
        shown = table(reader, {"columns": ["owner", "open"]}, lambda _: None)
    assert (len(shown.columns), shown.rows, shown.total) == (2, (), ())


@on_sqlite
def test_who_asks_gets_the_projects_they_belong_to(company: Company) -> None:
    with company.database.read() as session:
        directory = company.directory(session)
        time = Moment(MONDAY, MONDAY.date())
        ask = Ask("report", directory.persons[CHEN], None, "time", "", 0, time)

        def asked(**fields: Any) -> object:
            answer = report(session, INSTALLATION, directory, replace(ask, **fields))
            if isinstance(answer, Refusal):
                return answer
            return [(told.person, told.kind, told.reason["projects"]) for told in answer]

        assert asked() == [(CHEN, "report", [PORTAL])]
        both = {"person": directory.persons[LI]}
        assert asked(**both) == [(LI, "report", [PORTAL, GATE])]
        assert asked(**both, project=directory.projects[GATE]) == [(LI, "report", [GATE])]
        assert asked(person=directory.persons[EVE]) == Refusal("no_project")
        titles = [one.called("en") for one in REPORTS.values()]
        unknown = {"given": "the weather", "reports": titles}
        assert asked(text="the weather") == Refusal("unknown_report", unknown)
        assert asked(text=" ") == Refusal("which_report", {"reports": titles})
    for reason in ("no_project", "unknown_report", "which_report", "which_project"):
        assert all(phrases(language).has(f"refusal.{reason}") for language in languages())


def test_columns_stand_below_each_other_also_in_chinese() -> None:
    rows = [["马军", "12"], ["Anna Berg", "3"]]
    shown = laid_out(["负责人", "未解决"], rows, ["合计", "15"], [False, True])
    assert shown.lines == (
        "负责人      未解决",
        "---------   ------",
        "马军            12",
        "Anna Berg        3",
        "---------   ------",
        "合计            15",
    )
    assert {columns(line) for line in shown.lines} == {18}
