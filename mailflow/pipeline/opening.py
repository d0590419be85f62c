"""A mail that is about nothing yet opens a record, with the client's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailflow.pipeline.carry import Outcome, carry_out
from mailflow.pipeline.effects import finish
from mailflow.pipeline.filling import beside, given
from mailflow.pipeline.open_new import Draft, open_new
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.work import Done, Work
from mailflow.store import records
from mailflow.workflow import fields
from mailflow.workflow.commands.change import moved_on
from mailflow.workflow.fold import changed
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Record
from parsers import labelled
from parsers.headers import mailboxes


def opening(work: Work) -> Done | None:
    reporter = work.actor()
    if work.project is None or work.kind is None or reporter is None:
        return hold_for_triage(work)
    text = work.client_words()
    values = fields.read(work.kind.fields, labelled(text.splitlines()))
    if work.mail.forwarded is not None and work.person is not None:
        values |= given(work, work.kind)
    contact, client = _client(work, text)
    draft = Draft(
        project=work.project,
        kind=work.kind,
        reporter=reporter,
        title=work.title,
        text=text,
        contact=contact,
        client=client,
        files=work.files(),
        rule=work.rule,
        placed=work.placed,
    )
    open_by(work, draft, values)
    return Done("processed")


def open_by(work: Work, draft: Draft, values: Mapping[str, str]) -> Record:
    """Open a record with these values of its fields, and do what else the mail asks for it."""
    record, outcome = _opened(work, draft, values)
    records.file(work.session, work.mail.message_id, record.id, work.input.id)
    note = _note(work, draft.kind, outcome)
    if note:
        outcome.events.append(Happened("note", text=note))
    finish(work, record, outcome)
    return record


def _opened(work: Work, draft: Draft, values: Mapping[str, str]) -> tuple[Record, Outcome]:
    """The new record, and what is to come of the mail's other lines, and of wrong values."""
    known, person = draft.kind.fields, work.directory.persons[draft.reporter]
    settled = fields.settle(known, values, work.today(draft.project), person.language)
    record = open_new(work, replace(draft, fields=settled.fields, due=settled.due))
    moved = moved_on(draft.kind, record)
    outcome = Outcome()
    if work.person is not None:
        stands = changed(record, moved[0].new) if moved else record
        waits_for = {one.name for one in known if one.type == "blockers"} - settled.refused.keys()
        blockers = {name: value for name, value in values.items() if name in waits_for}
        mail = work.mail
        outcome = carry_out(work, work.person, stands, mail.word, mail.commands, blockers)
    outcome.events[:0] = moved
    outcome.refusals += [(f"{name}: {values[name]}", why) for name, why in settled.refused.items()]
    return record, outcome


def _client(work: Work, text: str) -> tuple[int | None, int | None]:
    """The client's human and company: of a forward only where one of ours forwarded it; else whom
    a line names."""
    if work.person is None:
        contact = work.contact(work.mail.senders[0])
    else:
        contact = work.contact(work.client) if work.client else None
    if contact is not None:
        return contact.id, contact.client_id
    said = fields.client_in(text) if work.person is not None else ""
    boxes = [box for box in mailboxes(said) if box.address]
    contact = work.contact(boxes[0]) if boxes else None
    if contact is not None:
        return contact.id, contact.client_id
    clients = work.directory.clients.values()
    return None, next((c.id for c in clients if c.name.casefold() == said.casefold()), None)


def _note(work: Work, kind: Kind, outcome: Outcome) -> str:
    """What the forwarder added; without a forward the text is the record's own."""
    if work.mail.forwarded is None or work.person is None:
        return ""
    text = work.mail.reply_text if outcome.word_is_text else work.mail.note_text
    return beside(work, kind, text.strip())
