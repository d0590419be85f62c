"""`[REPORT] open issues by owner`: a table, of the project that is named or of all of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from mailflow.requests.reports import REPORTS, find
from mailflow.requests.reports.table import Report, Scope
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Refusal
from mailflow.workflow.requests import Ask, Told

# What is more is counted, not shown.
MOST_ROWS = 100


def report(
    session: Session, installation: Installation, directory: Directory, ask: Ask
) -> Sequence[Told] | Refusal:
    known = [one.called(ask.person.language) for one in REPORTS.values()]
    if not ask.text.strip():
        return Refusal("which_report", {"reports": known})
    found = find(ask.text)
    if found is None:
        return Refusal("unknown_report", {"given": ask.text[:60], "reports": known})
    projects = (ask.project,) if ask.project else directory.projects_of(ask.person.id)
    if not projects:
        return Refusal("no_project")
    scope = Scope(projects, installation.kinds, installation.calendar, ask.time.now)
    return [Told(ask.person.id, "report", reason_of(session, found, scope))]


def reason_of(session: Session, report: Report, scope: Scope) -> dict[str, Any]:
    """The notice's reason: the table as JSON."""
    table = report.make(session, scope)
    shown = table.rows[:MOST_ROWS]
    return {
        "reason": "table",
        "report": report.name,
        "projects": scope.ids,
        "columns": list(table.columns),
        "rows": [[list(cell) for cell in row] for row in shown],
        "total": [list(cell) for cell in table.total] if table.total and table.rows else None,
        "more": len(table.rows) - len(shown),
        "records": [value for row in shown for type_, value in row if type_ == "record"],
    }
