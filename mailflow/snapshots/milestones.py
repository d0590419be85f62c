"""The plan of a project: its milestones, when each is expected, and by how much that moved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from mailflow.snapshots.entries import Entry, Note, entries, section
from mailflow.store import summaries, tracking
from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Project, Record


def on_plan(
    session: Session, kinds: Kinds, directory: Directory, project: Project, now: datetime
) -> dict[str, Any]:
    """The section of all milestones, the first expected first, those without a date last."""
    states = {kind.name: kind.states for kind in kinds.counting_as("milestone")}
    ids = summaries.in_projects(session, [project.id], states)
    found = entries(session, kinds, directory, ids, {}, now)
    found.sort(key=lambda one: (expected(one.record, one.kind) or date.max, one.record.id))
    first = tracking.first_dues(session, ids)
    return section("milestones", [(e.record.id, note_of(e, first.get(e.record.id))) for e in found])


def expected(record: Record, kind: Kind) -> date | None:
    """The day that was forecast (in a field that holds a date), else the one it is due."""
    for field in kind.fields:
        if field.type == "date" and field.name in record.fields:
            try:
                return date.fromisoformat(record.fields[field.name])
            except ValueError:
                continue
    return record.due


def note_of(entry: Entry, first: date | None) -> Note | None:
    """When it is expected, where that is not its due date or not the day that was set first."""
    if entry.is_settled:
        return None
    day = expected(entry.record, entry.kind)
    if day is None:
        return {"phrase": "no_date"}
    n = (day - first).days if first else 0
    if n:
        phrase = "expected_later" if n > 0 else "expected_earlier"
        return {"phrase": phrase, "day": day.isoformat(), "n": abs(n)}
    if day == entry.record.due:
        return None
    return {"phrase": "expected", "day": day.isoformat()}
