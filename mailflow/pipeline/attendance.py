"""Before what programs wrote is left alone: a calendar's answer to one of our invitations counts
as attendance (RFC 5546). No answer is ever sent to it."""

from __future__ import annotations

from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import as_reason
from mailflow.store import meetings
from mailflow.store.tables import Sitting
from mailflow.workflow.belief import judge, stricter, verdict
from mailflow.workflow.model import Person, Project
from mailflow.workflow.refs import domain_of
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
    installation, mail = work.installation, work.mail
    places = [mail.in_reply_to or "", *work.references(), *mail.delivered_to]
    belief = judge(
        stricter(installation.policy, project.policy),
        verdict(mail.authentication, installation.authserv_ids, domain_of(mail.senders[0].address)),
        token=find(places, installation.secret, person.id) is not None,
        known=True,
        can_tell=bool(installation.authserv_ids),
    )
    return belief == "obey"


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
