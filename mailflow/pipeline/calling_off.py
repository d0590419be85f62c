"""A meeting that somebody called does not take place after all."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import as_reason, everybody
from mailflow.store.tables import Sitting
from mailflow.workflow.model import Person, Project


def call_off(work: Work, sitting: Sitting, project: Project, person: Person) -> Done:
    """Everybody of the project hears of it, and so do their calendars."""
    sitting.cancelled = True
    reason = {**as_reason(work.session, sitting), "reason": "called_off", "person": person.id}
    for reader in everybody(work.directory, project):
        kind = "receipt" if reader == person.id else "invitation"
        work.notices.tell(reader, kind, reason)
    return Done("processed", "a meeting is called off")
