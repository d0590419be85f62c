"""A mail that is about nothing yet opens a record, with the client's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

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
from parsers import Mailbox, labelled
from parsers.headers import mailboxes


def opening(work: Work) -> Done | None:
    reporter = work.actor()
    if work.project is None or work.kind is None or reporter is None:
        return hold_for_triage(work)
    reading = read(work, work.kind)
    contact, client = _client(work, reading)
    draft = Draft(
        project=work.project,
        kind=work.kind,
        reporter=reporter,
        title=work.title,
        text=reading.text,
        contact=contact,
        client=client,
        files=work.files(),
        rule=work.rule,
        placed=work.placed,
    )
    open_by(work, draft, reading.values)
    return Done("processed")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says of a record to be: its words, the values of its kind's fields, and whose
    words or need it may be, the likeliest first."""

    text: str
    values: Mapping[str, str]
    clients: tuple[Mailbox, ...]


def read(work: Work, kind: Kind) -> Reading:
    """Nothing is written by it, so that a mail can be read again."""
    text = work.client_words()
    values = fields.read(kind.fields, labelled(text.splitlines()))
    if work.mail.forwarded is not None and work.person is not None:
        values |= given(work, kind)
    return Reading(text, values, tuple(_clients(work, text)))


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
    dated = replace(draft, due=settled.due, no_due=fields.without_due(known, settled))
    record = open_new(work, replace(dated, fields=settled.fields))
    moved = moved_on(draft.kind, record)
    outcome = Outcome()
    if work.person is not None:
        stands = changed(record, moved[0].new) if moved else record
        waits_for = {one.name for one in known if one.type == "blockers"} - settled.refused.keys()
        blockers = {name: value for name, value in values.items() if name in waits_for}
        mail = work.mail
        outcome = carry_out(work, work.person, stands, mail.word, mail.commands, blockers)
    outcome.events[:0] = moved
    # That it is to have no due date is what it was opened with.
    outcome.refusals[:] = [one for one in outcome.refusals if one[1].reason != "no_due"]
    outcome.refusals += [(f"{name}: {values[name]}", why) for name, why in settled.refused.items()]
    return record, outcome


def _clients(work: Work, text: str) -> Iterator[Mailbox]:
    """Of a forward only where one of ours forwarded it; else whom a line names."""
    if work.person is None:
        yield work.mail.senders[0]
        return
    if work.client is not None:
        yield work.client
    yield from [box for box in mailboxes(fields.client_in(text)) if box.address][:1]


def _client(work: Work, reading: Reading) -> tuple[int | None, int | None]:
    """The client's human and company."""
    for box in reading.clients:
        contact = work.contact(box)
        if contact is not None:
            return contact.id, contact.client_id
    said = fields.client_in(reading.text) if work.person is not None else ""
    clients = work.directory.clients.values()
    return None, next((c.id for c in clients if c.name.casefold() == said.casefold()), None)


def _note(work: Work, kind: Kind, outcome: Outcome) -> str:
    """What the forwarder added; without a forward the text is the record's own."""
    if work.mail.forwarded is None or work.person is None:
        return ""
    text = work.mail.reply_text if outcome.word_is_text else work.mail.note_text
    return beside(work, kind, text.strip())
