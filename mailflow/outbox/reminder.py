"""The reminder: what is late or will be soon, and which questions still wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.outbox.facts import Facts, Reason
from mailflow.outbox.reader import Reader
from mailflow.outbox.scheduled import only_project, sections_of, sent_by, short_list
from mailflow.outbox.view import Block, Draft, Option, Section, View
from mailflow.outbox.words import one_line
from mailflow.store import outbox


def reminder(reader: Reader, facts: Facts, reason: Reason) -> Draft | None:
    """Its records are numbered through all sections; None where the reader may see nothing of it.

    One that is escalated goes to somebody who is to speak with others, not to act by reply.
    """
    numbers: dict[int, int] = {}
    sections = sections_of(reader, facts, "reminder", reason, numbers)
    waiting = _waiting(reader, facts, reason)
    if not (sections or waiting):
        return None
    project = only_project(reader, facts, tuple(numbers))
    escalated = reason.get("reason") == "escalation"
    lead = reader.say("reminder.lead_escalated" if escalated else "reminder.lead")
    how = reader.say("footer.numbers", help=reader.command("help"))
    view = View(
        language=reader.phrases.language,
        subject=_subject(reader, escalated, sections, waiting),
        colon=reader.say("format.colon"),
        lead=(lead,) if sections else (),
        blocks=(Block(asked=(reader.say("reminder.questions"),), options=waiting),)
        if waiting
        else (),
        sections=sections,
        footer=(*((how,) if sections and not escalated else ()), sent_by(reader, project)),
        tap=reader.say("button.how"),
    )
    return Draft(view, tuple(numbers), project=project)


def _waiting(reader: Reader, facts: Facts, reason: Reason) -> tuple[Option, ...]:
    """The mails that asked the reader, by their subjects, with the working days that they wait."""
    days = {one["outgoing"]: one["n"] for one in reason.get("questions") or ()}
    mails = outbox.outgoings(facts.session, days)
    mine = [mails[n] for n in days if n in mails and mails[n].person_id == reader.person.id]
    return tuple(
        Option(one_line(mail.subject), reader.say("note.waiting", n=days[mail.id])) for mail in mine
    )


def _subject(
    reader: Reader, escalated: bool, sections: Sequence[Section], waiting: Sequence[Option]
) -> str:
    rows = [row for section in sections for row in section.rows]
    if not rows:
        return reader.say("subject.reminder_questions", n=len(waiting))
    key, refs = "subject.escalation" if escalated else "subject.reminder", [r.ref for r in rows]
    only = f"{rows[0].ref} {rows[0].title}"
    return reader.say(key, refs=only if len(rows) == 1 else short_list(reader, refs))
