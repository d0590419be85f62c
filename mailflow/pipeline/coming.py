"""Whether somebody comes to a meeting, as they say in words; what they said is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailflow.pipeline.work import Work
from mailflow.snapshots.sittings import as_reason
from mailflow.store import meetings
from mailflow.store.tables import Attendance, Input, Sitting
from mailflow.workflow.model import Person, Refusal

ANSWER = "attendance"


def say(work: Work, sitting: Sitting, person: Person, said: str | None) -> None:
    """Note an answer, None for none, and tell them so. The input says what was answered before."""
    row = work.session.get(Attendance, (sitting.id, person.id))
    before = row.answer if row else None
    if said is not None:
        meetings.answer(work.session, sitting.id, person.id, said, work.input.id)
    elif row is not None:
        work.session.delete(row)
        work.session.flush()
    told = {"sitting": sitting.id, "person": person.id, "said": said, "before": before}
    work.input.payload = {**work.input.payload, ANSWER: told}
    reason = {**as_reason(work.session, sitting), "reason": "comes", "answer": said}
    work.notices.tell(person.id, "receipt", reason)


def take_back(work: Work, person: Person, cause: int) -> Refusal | None:
    """Answer again as before a mail; not where something else was answered since, or it began."""
    row = work.session.get(Input, cause)
    said: Mapping[str, Any] | None = row.payload.get(ANSWER) if row else None
    sitting = work.session.get(Sitting, said["sitting"]) if said else None
    if said is None or sitting is None or said["person"] != person.id:
        return Refusal("nothing_to_undo")
    if sitting.cancelled:
        return Refusal("is_called_off", {"given": sitting.name})
    if work.now >= sitting.starts:
        return Refusal("has_begun", {"given": sitting.name})
    stands = work.session.get(Attendance, (sitting.id, person.id))
    if (stands.input_id if stands else None) != (cause if said["said"] else None):
        return Refusal("answered_anew", {"given": sitting.name})
    say(work, sitting, person, said["before"])
    return None


def has_said(work: Work, cause: int) -> bool:
    """Whether a mail answered an invitation in words."""
    row = work.session.get(Input, cause)
    return row is not None and ANSWER in row.payload
