"""A receipt that is not about one record is answered with undo."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.pipeline import coming, deeds, personal
from mailflow.pipeline.calling_off import call_off
from mailflow.pipeline.effects import change
from mailflow.pipeline.reaching import doubted
from mailflow.pipeline.rules import end_rules
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import Next, told_of_points
from mailflow.store import meetings
from mailflow.store.deeds import records_touched
from mailflow.store.tables import Point, Sitting
from mailflow.workflow.model import Effects, Person, Refusal
from mailflow.workflow.remainder import says_more, without_commands
from mailflow.workflow.reversal import take_back

UNDO = "undo"


def undo(work: Work) -> Done | None:
    """What is about one record is a command of a reply; a mail about several that is no receipt
    leaves open which one is meant."""
    if not work.asks_for(UNDO) or work.person is None or work.kind is not None or work.mail.items:
        return None
    if work.record is not None:
        return _about_record(work, work.person, work.record.record.id)
    cause = deeds.mail_meant(work, work.person, None)
    if cause is None and work.records_in_doubt:
        return None
    refusal = _take_back(work, work.person, cause)
    if refusal is not None:
        work.refuse(refusal, work.first_line())
    left = without_commands(work.mail, {UNDO})
    if says_more(left):
        work.refuse(Refusal("not_for_one_item"), left.note_text or work.first_line())
    return Done("processed", f"refused: {refusal.reason}" if refusal else "took back a mail")


def _about_record(work: Work, person: Person, record: int) -> Done | None:
    """What the same mail set for its sender goes with what it did to the record; a mail that only
    made a rule did nothing to it."""
    cause = deeds.mail_meant(work, person, record)
    if cause is None:
        return None
    if personal.has_set(work, cause):
        refusal = personal.take_back(work, person, cause)
        if refusal is not None:
            work.refuse(refusal, work.first_line())
    if records_touched(work.session, cause) or not end_rules(work, cause, record):
        return None
    work.mail = without_commands(work.mail, {UNDO})
    return None if says_more(work.mail) else Done("processed", "took back a mail")


def _take_back(work: Work, person: Person, cause: int | None) -> Refusal | None:
    meant = deeds.load(work, person)
    if cause is not None and meant.refused is None and not meant.histories:
        return _beside_records(work, person, cause)
    found = take_back(meant, person.id, work.directory, work.kinds)
    if isinstance(found, Refusal):
        return found
    doubt = doubted(work, Effects(elsewhere={n: (event,) for n, event in found.items()}))
    if doubt is not None:
        return doubt
    for record_id, event in found.items():
        change(work, meant.records[record_id], [event], person.id)
    return None


def _beside_records(work: Work, person: Person, cause: int) -> Refusal | None:
    """What a mail did to no record: rules, a meeting, an answer to one, points, settings."""
    if end_rules(work, cause):
        return None
    called = _called_by(work, person, cause)
    if called is not None:
        return _meeting(work, person, called)
    if coming.has_said(work, cause):
        return coming.take_back(work, person, cause)
    points = meetings.made_by(work.session, cause, person.id)
    return _points(work, person, points) if points else personal.take_back(work, person, cause)


def _called_by(work: Work, person: Person, cause: int) -> Sitting | None:
    """The meeting to which this mail called, as its receipt says."""
    about = work.answers.about.get("sitting") if work.answers else None
    found = work.session.get(Sitting, about) if about else None
    is_of_mail = found is not None and f":called-{cause}:" in found.key
    return found if found and is_of_mail and found.called_by == person.id else None


def _meeting(work: Work, person: Person, sitting: Sitting) -> Refusal | None:
    """Call it off as "cancel" does, as long as it has not taken place."""
    project, given = work.directory.projects.get(sitting.project_id), {"given": sitting.name}
    if project is None:
        return Refusal("project_closed", given)
    if sitting.cancelled:
        return Refusal("is_called_off", given)
    if sitting.minutes_id is not None:
        return Refusal("has_minutes", given)
    if work.now >= sitting.ends:
        return Refusal("has_begun", given)
    call_off(work, sitting, project, person)
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
