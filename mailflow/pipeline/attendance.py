"""A calendar's answer to one of our invitations counts as attendance (RFC 5546); it is never
answered."""

from __future__ import annotations

from mailflow.pipeline.believe import belief
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import as_reason
from mailflow.store import meetings
from mailflow.store.tables import Sitting
from mailflow.workflow.model import Person, Project
from mailflow.workflow.tokens import find
from parsers import CalendarReply


def attendance(work: Work) -> Done | None:
    """Of somebody of the project, whom nobody contradicts; whoever proposes another time has not
    promised to come, and the one who called the meeting is told."""
    reply = work.mail.calendar
    sitting = meetings.by_uid(work.session, reply.uid) if reply and reply.uid else None
    if reply is None or sitting is None or work.mail.automatic != "auto-reply":
        return None
    project = work.directory.projects.get(sitting.project_id)
    person = _author(work, reply)
    if project is None or person is None or person.id not in project.participants:
        return Done("ignored", "automatic: the answer to an invitation, of nobody invited")
    if not _is_believed(work, person, project):
        return Done("ignored", "automatic: an answer to an invitation that is not believed")
    said = "tentative" if reply.answer == "counter" else reply.answer
    meetings.answer(work.session, sitting.id, person.id, said, work.input.id)
    if reply.answer == "counter":
        _tell_of_proposal(work, sitting, project, person, reply)
    return Done("processed", f"attendance: {said}")


def _author(work: Work, reply: CalendarReply) -> Person | None:
    """The one whom From names; not where the calendar answers for somebody else of ours."""
    senders = work.mail.senders
    if len(senders) != 1 or not senders[0].address:
        return None
    sender = work.directory.by_address(senders[0].address)
    attendee = work.directory.by_address(reply.attendee.address)
    return sender if attendee in (None, sender) else None


def _is_believed(work: Work, person: Person, project: Project) -> bool:
    """As any mail of theirs would be without asking them."""
    places = [work.mail.in_reply_to or "", *work.references(), *work.mail.delivered_to]
    vouched = find(places, work.installation.secret, person.id) is not None
    return belief(work, project, known=True, vouched=vouched) == "obey"


def _tell_of_proposal(
    work: Work, sitting: Sitting, project: Project, person: Person, reply: CalendarReply
) -> None:
    reason = {
        **as_reason(work.session, sitting),
        "reason": "proposed",
        "person": person.id,
        "proposed": reply.start.isoformat() if reply.start else None,
    }
    asked = sitting.called_by or project.coordinator
    if asked != person.id:
        work.notices.tell(asked, "notice", reason)
