"""Which dates of a record were moved."""

from __future__ import annotations

from collections.abc import Iterable

from mailflow.workflow.fold import changed_names
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Record


def moved_dates(record: Record, kind: Kind, events: Iterable[Happened]) -> set[str]:
    """The names of dates (due, and fields that hold one) that events moved; `record` is after them.

    A day that is forecast for the first time moves the record, too, where it is due on another one.
    """
    names = {field.name for field in kind.fields if field.type == "date"}
    due = record.due.isoformat() if record.due else None
    found: set[str] = set()
    for event in events:
        before, after = event.old.get("fields") or {}, event.new.get("fields") or {}
        first = {n for n in names & after.keys() - before.keys() if due and after[n] != due}
        found |= first | (changed_names(event) & (names | {"due"}))
    return found
