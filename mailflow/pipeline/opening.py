"""Step 13: a mail that is about nothing yet opens a record, with the client's own words."""

from __future__ import annotations

from mailflow.pipeline.carry import Outcome, carry_out
from mailflow.pipeline.effects import finish
from mailflow.pipeline.open_new import Draft, open_new
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.work import Done, Work
from mailflow.store import records
from mailflow.store.tables import Contact
from mailflow.workflow import fields
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Project, Record, Refusal
from parsers import labelled


def opening(work: Work) -> Done | None:
    reporter = work.actor()
    if work.project is None or work.kind is None or reporter is None:
        return hold_for_triage(work)
    record, refused = _open(work, work.project, work.kind, reporter)
    records.file(work.session, work.mail.message_id, record.id, work.input.id)
    outcome = Outcome()
    if work.person is not None:
        outcome = carry_out(work, work.person, record, work.mail.word, work.mail.commands)
    outcome.refusals += refused
    note = _note(work, outcome)
    if note:
        outcome.events.append(Happened("note", text=note))
    finish(work, record, outcome)
    return Done("processed")


def _open(
    work: Work, project: Project, kind: Kind, reporter: int
) -> tuple[Record, list[tuple[str, Refusal]]]:
    """The new record, and the lines that give one of its fields something else than it takes."""
    contact = _contact(work)
    text = work.client_words()
    given = fields.read(kind.fields, labelled(text.splitlines()))
    person = work.directory.persons[reporter]
    settled = fields.settle(kind.fields, given, work.today(project), person.language)
    draft = Draft(
        project=project,
        kind=kind,
        reporter=reporter,
        title=work.title,
        text=text,
        fields=settled.fields,
        due=settled.due,
        contact=contact.id if contact else None,
        client=contact.client_id if contact else None,
        files=work.files(),
        rule=work.rule,
    )
    refused = [(f"{name}: {given[name]}", why) for name, why in settled.refused.items()]
    return open_new(work, draft), refused


def _contact(work: Work) -> Contact | None:
    """The client's human: of a forward only where one of ours forwarded it."""
    if work.person is None:
        return work.contact(work.mail.senders[0])
    return work.contact(work.client) if work.client else None


def _note(work: Work, outcome: Outcome) -> str:
    """What the forwarder added; without a forward the text is the record's own."""
    if work.mail.forwarded is None or work.person is None:
        return ""
    return (work.mail.reply_text if outcome.word_is_text else work.mail.note_text).strip()
