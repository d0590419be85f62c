"""A receipt that is not about one record is answered with undo."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.pipeline import deeds, personal
from mailflow.pipeline.effects import change
from mailflow.pipeline.rules import end_rules
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import Next, told_of_points
from mailflow.store import meetings
from mailflow.store.tables import Point, Sitting
from mailflow.workflow.model import Person, Refusal
from mailflow.workflow.remainder import says_more, without_commands
from mailflow.workflow.reversal import take_back

UNDO = "undo"


def undo(work: Work) -> Done | None:
    """What is about one record is a command of a reply; a mail about several that is no receipt
    leaves open which one is meant."""
    if not work.asks_for(UNDO) or work.person is None or work.kind is not None or work.mail.items:
        return None
    about = work.record.record.id if work.record else None
    cause = deeds.mail_meant(work, work.person, about)
    if work.record is not None:
        _with_settings(work, work.person, cause)
        return None
    if cause is None and work.records_in_doubt:
        return None
    refusal = _take_back(work, work.person, cause)
    if refusal is not None:
        work.refuse(refusal, work.first_line())
    left = without_commands(work.mail, {UNDO})
    if says_more(left):
        work.refuse(Refusal("not_for_one_item"), left.note_text or work.first_line())
    return Done("processed", f"refused: {refusal.reason}" if refusal else "took back a mail")


def _with_settings(work: Work, person: Person, cause: int | None) -> None:
    """What the same mail set for its sender goes with what it did to the record."""
    if cause is not None and personal.has_set(work, cause):
        refusal = personal.take_back(work, person, cause)
        if refusal is not None:
            work.refuse(refusal, work.first_line())


def _take_back(work: Work, person: Person, cause: int | None) -> Refusal | None:
    meant = deeds.load(work, person)
    if cause is not None and meant.refused is None and not meant.histories:
        if end_rules(work, cause):
            return None
        points = meetings.made_by(work.session, cause, person.id)
        return _points(work, person, points) if points else personal.take_back(work, person, cause)
    found = take_back(meant, person.id, work.directory, work.kinds)
    if isinstance(found, Refusal):
        return found
    for record_id, event in found.items():
        change(work, meant.records[record_id], [event], person.id)
    return None


def _points(work: Work, person: Person, points: Sequence[Point]) -> Refusal | None:
    """Take points off an agenda whose meeting is still to begin."""
    project = work.directory.projects.get(points[0].project_id)
    sitting_id = points[0].sitting_id
    sitting = work.session.get(Sitting, sitting_id) if sitting_id is not None else None
    if project is None or (sitting is not None and sitting.starts <= work.now):
        return Refusal("nothing_to_undo")
    at = Next(sitting, sitting.name, sitting.starts) if sitting else Next()
    told = told_of_points(
        work.session, work.directory, project, person.id, points, at, "points_gone"
    )
    for one in told:
        work.notices.tell(one.person, one.kind, one.reason)
    for point in points:
        work.session.delete(point)
    return None
