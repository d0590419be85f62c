"""A mail about a record moves it on: its word, its commands, its text as a note."""

from __future__ import annotations

from mailflow.pipeline.asking import hold
from mailflow.pipeline.carry import Outcome, carry_out
from mailflow.pipeline.effects import finish
from mailflow.pipeline.filling import beside, given
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.visible import visible
from mailflow.pipeline.work import Done, Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Record, Refusal


def reply(work: Work) -> Done | None:
    if work.records_in_doubt:
        return _ask_which(work)
    if work.record is None:
        return _unknown_ref(work)
    before = as_record(work.record)
    if before.project not in work.directory.projects:
        return _project_is_over(work, before)
    if work.person is None or not visible(work, work.person, before):
        return _from_outside(work, before)
    kind = work.kinds[before.kind]
    values = given(work, kind)
    outcome = carry_out(work, work.person, before, work.mail.word, work.mail.commands, values)
    _add_note(work, outcome, kind)
    _add_forward(work, before, outcome.events)
    if not outcome:
        nothing = (work.first_line(), Refusal("not_understood"))
        outcome.refusals.append(outcome.already or nothing)
    finish(work, before, outcome)
    records.file(work.session, work.mail.message_id, before.id, work.input.id)
    return Done("processed")


def _add_note(work: Work, outcome: Outcome, kind: Kind) -> None:
    """Its words, without the lines that gave values to fields."""
    text = beside(work, kind, work.note(word_is_text=outcome.word_is_text))
    files = work.files() if work.mail.forwarded is None else ()
    if text.strip() or files:
        outcome.events.append(Happened("note", text=text.strip() or None, files=files))


def _add_forward(work: Work, before: Record, events: list[Happened]) -> None:
    """What a client wrote about the record, forwarded by one of ours."""
    innermost = work.innermost()
    if innermost is None or innermost.sender is None:
        return
    contact = work.contact(innermost.sender)
    if contact is None:
        return
    new = {} if before.contact else {"contact_id": contact.id, "client_id": contact.client_id}
    old = dict.fromkeys(new)
    body = innermost.body.strip() or None
    events.append(Happened("client_said", old, new, body, work.files()))


def _project_is_over(work: Work, record: Record) -> Done | None:
    if work.person is None:
        return hold_for_triage(work, "unknown_sender")
    work.refuse(Refusal("project_closed", {"given": record.ref}), work.mail.subject)
    return Done("processed", "refused: project_closed")


def _from_outside(work: Work, record: Record) -> Done | None:
    """Somebody outside whom the coordinator let in: their words count, their commands do not."""
    if work.person is not None:
        return _unknown_ref(work)
    contact = work.contact(work.mail.senders[0])
    new = {}
    if contact is not None and record.contact is None:
        new = {"contact_id": contact.id, "client_id": contact.client_id}
    old = dict.fromkeys(new)
    text = work.mail.reply_text.strip() or None
    said = Happened("client_said", old, new, text, work.files())
    finish(work, record, Outcome([said]))
    records.file(work.session, work.mail.message_id, record.id, work.input.id)
    return Done("processed")


def _unknown_ref(work: Work) -> Done | None:
    """A ref that does not exist, or that the sender may not see: the same answer."""
    ref = work.mail.record_ref
    if ref is None and work.record is None:
        return None
    if work.person is None or (work.record is None and work.kind is not None):
        return None
    work.refuse(Refusal("unknown_record", {"given": ref or ""}), work.mail.subject)
    return Done("processed", "refused: unknown_record")


def _ask_which(work: Work) -> Done:
    """Offer the records that whoever is asked may see."""
    asked = work.person or work.coordinator()
    seen = records.by_ids(work.session, work.records_in_doubt)
    options = [
        n
        for n in work.records_in_doubt
        if n in seen and asked and visible(work, asked, as_record(seen[n]))
    ]
    if not options:
        return _unknown_ref(work) or hold_for_triage(work)
    reason = {"reason": "which", "input": work.input.id, "records": options}
    why = "it may be about several records"
    return hold(work, "record", asked, reason, why, options)
