"""What answers an agenda or an invitation: points before the meeting begins, its minutes
after that; whether somebody comes; that it is called off."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.pipeline import coming
from mailflow.pipeline.believe import believe
from mailflow.pipeline.calling_off import call_off
from mailflow.pipeline.minutes import take_minutes
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots.sittings import Next, add_topics, next_meeting, told_of_points
from mailflow.store.tables import Sitting
from mailflow.workflow.meetings import cancels, comes, read_topics, too_many
from mailflow.workflow.minutes import has_minutes
from mailflow.workflow.model import Person, Project, Refusal
from parsers import is_polite

# Mails to which every reply is about the meeting, whichever records they name.
ABOUT_IT = ("agenda", "invitation")
# Where the minutes ask something of their reader, they are a question.
MINUTES = ("minutes", "question")
CALLED_OFF = ("ignore", "cancel")


def gathering(work: Work) -> Done | None:
    """When it was taken in decides, not how late it is handled. The meeting's project may be
    stricter about who is believed than the one that the mail seemed to be about."""
    sitting, person = _sitting(work), work.person
    if sitting is None or person is None:
        return None
    project = work.directory.projects.get(sitting.project_id)
    if project is None:
        return _refuse(work, Refusal("project_closed", {"given": sitting.name}))
    if person.id not in project.participants:
        return _refuse(work, Refusal("not_in_project", {"project": project.key}))
    work.project = project
    doubted = believe(work)
    if doubted is not None:
        return doubted
    if sitting.cancelled:
        return _refuse(work, Refusal("is_called_off", {"given": sitting.name}))
    if sitting.called_by is not None and work.now < sitting.ends and _calls_off(work):
        return _call_off(work, sitting, project, person)
    if _names_record(work) and work.has_request:
        return _refuse(work, Refusal("minutes_or_record"))
    is_before = work.input.taken_at < sitting.starts
    answer = comes(work.mail.reply_text)
    if answer is not None and is_before:
        return _come(work, sitting, person, answer)
    if work.has_request and is_polite(work.mail.note_text):
        named = work.answers.about.get("records") if work.answers else None
        return None if named else _refuse(work, Refusal("not_for_meeting"))
    return _words(work, sitting, project, person, is_before=is_before)


def _sitting(work: Work) -> Sitting | None:
    """The meeting that the answered mail is about; what names a record or a kind goes its way, but
    for lines of minutes in an answer to those that asked about a record, too."""
    if work.answers is None or work.question is not None:
        return None
    about = work.answers.about
    if about.get("sitting") is None or work.mail.record_ref or work.kind is not None:
        return None
    if _names_record(work) and not _adds_minutes(work):
        return None
    return work.session.get(Sitting, about["sitting"])


def _names_record(work: Work) -> bool:
    answered = work.answers
    return bool(answered and answered.about.get("records") and answered.kind not in ABOUT_IT)


def _adds_minutes(work: Work) -> bool:
    """Whether it brings lines of minutes, which are no values of the record's fields."""
    kind = work.kinds.by_name(work.record.record.kind) if work.record else None
    is_of_minutes = work.answers is not None and work.answers.kind in MINUTES
    lines = work.mail.note_text.splitlines()
    return is_of_minutes and has_minutes(work.kinds, kind.fields if kind else (), lines)


def _words(
    work: Work, sitting: Sitting, project: Project, person: Person, *, is_before: bool
) -> Done:
    """Points or minutes; a command line is neither."""
    text = work.mail.note_text if work.mail.commands else work.mail.reply_text
    if is_polite(text) and not work.files():
        return Done("processed", "only says that it was read")
    for command in work.mail.commands:
        work.refuse(Refusal("not_for_one_item"), command.said)
    if is_before:
        return _points(work, sitting, project, person, text.splitlines())
    return take_minutes(work, sitting, project, person, text.splitlines())


def _points(
    work: Work, sitting: Sitting, project: Project, person: Person, lines: Sequence[str]
) -> Done:
    """What was written before the meeting and is handled later waits for the next one."""
    topics = read_topics(lines)
    refusal = too_many(topics) if topics else Refusal("no_point")
    if refusal is not None:
        return _refuse(work, refusal)
    at = Next(sitting, sitting.name, sitting.starts)
    if work.now >= sitting.starts:
        at = next_meeting(work.session, project, work.now)
    made = add_topics(work.session, project, person.id, topics, at, work.input.id)
    for told in told_of_points(work.session, work.directory, project, person.id, made, at):
        work.notices.tell(told.person, told.kind, told.reason)
    return Done("processed", "points of an agenda")


def _come(work: Work, sitting: Sitting, person: Person, answer: str) -> Done:
    coming.say(work, sitting, person, answer)
    return Done("processed", f"attendance: {answer}")


def _calls_off(work: Work) -> bool:
    if work.mail.word == "ignore" or any(c.name in CALLED_OFF for c in work.mail.commands):
        return True
    return cancels(work.first_line())


def _call_off(work: Work, sitting: Sitting, project: Project, person: Person) -> Done:
    """Only its caller can, and whoever coordinates the project."""
    if person.id != sitting.called_by and not project.led_by(person.id):
        return _refuse(work, Refusal("not_yours_to_cancel", {"person": sitting.called_by}))
    return call_off(work, sitting, project, person)


def _refuse(work: Work, refusal: Refusal) -> Done:
    work.refuse(refusal, work.first_line())
    return Done("processed", f"refused: {refusal.reason}")
