"""No summary reads through a whole table: SQLite says how it would go about each query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from mailflow.requests.status import status
from mailflow.schedule import agenda, digest, escalation, plan, reminders
from mailflow.schedule.digest import Window
from mailflow.store import clock, deeds, forms, summaries, tracking
from mailflow.store import reminders as reminders_store
from mailflow.store.database import Database
from mailflow.workflow.model import Moment
from mailflow.workflow.requests import Ask
from tests.schedule.company import CHEN, INSTALLATION, KINDS, MONDAY, PORTAL, Company
from tests.schedule.test_agenda import PAYLOAD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LAST_WEEK = (MONDAY - timedelta(days=7), MONDAY)
STATES = {"issue": ["open"], "feedback": ["new"]}


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """The plan of every query in the block, a line a step."""
    found: list[str] = []
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    engine: Engine = database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        for statement, parameters in asked:
            if statement.startswith("SELECT"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                found += [row.detail for row in rows]


def owned(session: Session) -> object:
    return summaries.owned(session, CHEN, STATES)


def in_projects(session: Session) -> object:
    return summaries.in_projects(session, [PORTAL, 2], STATES)


def due(session: Session) -> object:
    return summaries.in_projects(session, [PORTAL, 2], STATES, due_by=MONDAY.date())


def unrouted(session: Session) -> object:
    return summaries.unrouted(session, [PORTAL, 2], STATES)


def changed_for(session: Session) -> object:
    return summaries.changed_for(session, CHEN, [PORTAL, 2], *LAST_WEEK)


def changed_in(session: Session) -> object:
    return summaries.changed_in(session, PORTAL, *LAST_WEEK)


def happened(session: Session) -> object:
    return clock.happened(session, ["digest:1:2026-W48", "digest:1:2026-W49"])


def last_moment(session: Session) -> object:
    return clock.last_moment(session, ["digest:1:2026-W48", "digest:1:2026-W49"])


def owned_due(session: Session) -> object:
    return reminders_store.owned(session, [CHEN, 2], STATES, MONDAY.date())


def owned_since(session: Session) -> object:
    return reminders_store.owned_since(session, [CHEN, 2], STATES)


def project_due(session: Session) -> object:
    return reminders_store.in_project(session, PORTAL, STATES, MONDAY.date())


def project_since(session: Session) -> object:
    return reminders_store.in_project_since(session, PORTAL, STATES)


def questions(session: Session) -> object:
    return reminders_store.questions(session, CHEN, MONDAY)


def reopened(session: Session) -> object:
    return reminders_store.reopened(session, [1, 2, 3])


def told(session: Session) -> object:
    return reminders_store.told(session, [1, 2, 3])


def last_planned(session: Session) -> object:
    return tracking.last_planned(session, PORTAL, ["milestone"])


def first_dues(session: Session) -> object:
    return tracking.first_dues(session, [1, 2, 3])


def last_told(session: Session) -> object:
    return tracking.last_told(session, ["plan:PORTAL:2026-11-30", "plan:PORTAL:2026-11-29"])


def spent(session: Session) -> object:
    return tracking.spent_between(session, [PORTAL, 2], ["issue", "task"], *LAST_WEEK)


def forms_of(session: Session) -> object:
    return forms.last_record(session, [CHEN, 2], PORTAL)


def touched(session: Session) -> object:
    return deeds.records_touched(session, 1)


def histories(session: Session) -> object:
    return deeds.histories(session, [1, 2, 3])


def last_input(session: Session) -> object:
    return deeds.last_input_of(session, 1, CHEN, but=2)


BY_OWNER = "records USING INDEX ix_records_owner_state (owner_id=? AND state=?)"
BY_STATE = "records USING INDEX ix_records_project_kind_state (project_id=? AND kind=? AND state=?)"


@pytest.mark.parametrize(
    ("ask", "step"),
    [
        (owned, "records USING INDEX ix_records_owner_state (owner_id=? AND state=?)"),
        (in_projects, BY_STATE.replace("INDEX", "COVERING INDEX")),
        (due, BY_STATE),
        (unrouted, BY_STATE),
        (changed_for, "events USING INDEX ix_events_at (at>? AND at<?)"),
        (changed_in, "events USING INDEX ix_events_at (at>? AND at<?)"),
        (happened, "firings USING COVERING INDEX sqlite_autoindex_firings_1 (key=?)"),
        (owned_due, BY_OWNER),
        (owned_since, BY_OWNER),
        (project_due, BY_STATE),
        (project_since, BY_STATE.replace("INDEX", "COVERING INDEX")),
        (
            questions,
            "questions USING INDEX ix_questions_open (person_id=? AND kind=? AND answered_at=?)",
        ),
        (reopened, "events USING INDEX ix_events_record_id_id (record_id=?)"),
        (told, "reminded USING COVERING INDEX sqlite_autoindex_reminded_1 (record_id=?)"),
        (last_planned, "events USING INDEX ix_events_record_id_id (record_id=?)"),
        (first_dues, "events USING INDEX ix_events_record_id_id (record_id=?)"),
        (last_told, "firings USING INDEX sqlite_autoindex_firings_1 (key=?)"),
        (spent, "events USING INDEX ix_events_what_at (what=? AND at>? AND at<?)"),
        (forms_of, "questions USING INDEX ix_questions_open (person_id=? AND kind=?)"),
        (touched, "events USING INDEX ix_events_input_id (input_id=?)"),
        (histories, "events USING INDEX ix_events_record_id_id (record_id=?)"),
        (last_input, "events USING INDEX ix_events_record_id_id (record_id=?)"),
        (last_moment, "firings USING INDEX sqlite_autoindex_firings_1 (key=?)"),
    ],
)
def test_each_query_has_its_index(company: Company, ask: Any, step: str) -> None:
    company.record(at=LAST_WEEK[1])
    with plans(company.database) as found, company.database.write() as session:
        ask(session)
    assert f"SEARCH {step}" in found
    assert not [line for line in found if line.startswith("SCAN")]


def test_digest_and_agenda_scan_nothing(company: Company) -> None:
    company.record(at=LAST_WEEK[1])
    with company.database.read() as session:
        directory = company.directory(session)
    with plans(company.database) as found, company.database.write() as session:
        window = Window(*LAST_WEEK, MONDAY)
        assert digest.content(session, KINDS, directory, directory.persons[CHEN], window)
        project = directory.projects[PORTAL]
        assert agenda.content(session, KINDS, directory, project, PAYLOAD, MONDAY)["sections"]
    assert len(found) > 20
    assert not [line for line in found if line.startswith("SCAN")]


def test_status_and_plan_of_a_project_scan_nothing(company: Company) -> None:
    company.record("milestone", at=LAST_WEEK[1])
    with company.database.read() as session:
        directory = company.directory(session)
    with plans(company.database) as found, company.database.read() as session:
        today, project = MONDAY.date(), directory.projects[PORTAL]
        ask = Ask("status", directory.persons[CHEN], project, "", "", 0, Moment(MONDAY, today))
        assert status(session, INSTALLATION, directory, ask)
        payload = {"project": PORTAL, "day": (today + timedelta(days=1)).isoformat()}
        assert plan.tell(session, INSTALLATION, directory, payload, MONDAY)
    assert len(found) > 20
    assert not [line for line in found if line.startswith("SCAN")]


def test_reminders_scan_nothing(company: Company) -> None:
    """For somebody who owns, coordinates and was asked, and for whom it is escalated."""
    company.record("task", owner=CHEN, at=LAST_WEEK[0], due=LAST_WEEK[0].date())
    with company.database.read() as session:
        directory = company.directory(session)
    above = replace(INSTALLATION, escalation="person6@acme.example")
    with plans(company.database) as found, company.database.write() as session:
        payload = {"what": "reminder", "person": CHEN}
        assert reminders.tell(session, above, directory, payload, MONDAY)
        assert escalation.tell(session, above, directory, {}, MONDAY + timedelta(days=14))
    assert len(found) > 10
    assert not [line for line in found if line.startswith("SCAN")]
