"""Step 9: a mail about a record moves it on: its word, its commands, its text as a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mailflow.pipeline.apply import happen
from mailflow.pipeline.asking import hold
from mailflow.pipeline.snapshots import as_record
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.work import Done, Work
from mailflow.store import records
from mailflow.workflow import audience, commands
from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Moment, Person, Record, Refusal
from mailflow.workflow.visibility import may_see


@dataclass
class Outcome:
    """What the lines of one mail came to."""

    events: list[Happened] = field(default_factory=list)
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    word_is_text: bool = False


def reply(work: Work) -> Done | None:
    if work.records_in_doubt:
        return _ask_which(work)
    if work.record is None:
        return _unknown_ref(work)
    before = as_record(work.record)
    if before.project not in work.directory.projects:
        return _project_is_over(work, before)
    if work.person is None or not _visible(work, work.person, before):
        return _from_outside(work, before)
    outcome = carry_out(work, before)
    _add_note(work, before, outcome)
    _add_forward(work, before, outcome.events)
    if not (outcome.events or outcome.refusals or outcome.pages):
        outcome.refusals.append((work.first_line(), Refusal("not_understood")))
    finish(work, before, outcome)
    records.file(work.session, work.mail.message_id, before.id, work.input.id)
    return Done("processed")


def carry_out(work: Work, before: Record) -> Outcome:
    """Do the word and the command lines one after the other, each on what the last one left."""
    outcome = Outcome()
    person = work.person
    if person is None:
        return outcome
    kinds, project = work.installation.kinds, work.directory.projects[before.project]
    time = Moment(work.now, work.today(project))
    context = Context(before, person, work.directory, kinds, time)
    if work.mail.word:
        found = commands.run_word(context, work.mail.word)
        outcome.word_is_text = found is None
        context = _take(context, outcome, work.first_line(), found)
    for line in work.mail.commands:
        result = commands.run(context, line.name, line.argument)
        context = _take(context, outcome, f"/{line.name} {line.argument}".strip(), result)
    return outcome


def finish(work: Work, before: Record, outcome: Outcome) -> None:
    """Write the events and tell everybody concerned; the actor also what was refused."""
    actor = work.person.id if work.person else work.input.decisions.get("by")
    after = before
    if outcome.events:
        after = happen(work.session, work.input, before.id, outcome.events, actor, work.now)
    project = work.directory.projects[after.project]
    kind = work.installation.kinds[after.kind]
    tells = audience.changed(before, after, project, kind, outcome.events)
    if outcome.events and actor is not None:
        tells.append(audience.Tell(actor, "receipt", "joined"))
    for person, (mail, reasons) in audience.one_mail_each(tells, actor).items():
        for reason in _without_filler(reasons):
            work.notices.tell(person, mail, {"reason": reason, "record": before.id})
    for line, refusal in outcome.refusals:
        work.refuse(refusal, line, before.id)
    for page in outcome.pages:
        if actor is not None:
            work.notices.tell(actor, "receipt", {"reason": "page", "page": page})


def _without_filler(reasons: list[str]) -> Iterable[str]:
    return [r for r in reasons if r != "joined"] or reasons


def _take(
    context: Context, outcome: Outcome, line: str, result: Effects | Refusal | None
) -> Context:
    """Add a result to the outcome; the context that the next line sees."""
    if result is None:
        return context
    if isinstance(result, Refusal):
        outcome.refusals.append((line, result))
        return context
    outcome.pages += result.pages
    outcome.events += result.events
    for event in result.events:
        context = context.after(**_fields_after(event))
    return context


# What the next line of the same mail may depend on: columns of an event, fields of the snapshot.
FIELDS = {
    "state": "state",
    "kind": "kind",
    "owner_id": "owner",
    "priority": "priority",
    "agreements": "agreements",
    "project_id": "project",
}


def _fields_after(event: Happened) -> dict[str, Any]:
    return {FIELDS[name]: value for name, value in event.new.items() if name in FIELDS}


def _add_note(work: Work, before: Record, outcome: Outcome) -> None:
    text = work.note(word_is_text=outcome.word_is_text)
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


def _visible(work: Work, person: Person, record: Record) -> bool:
    project = work.directory.projects.get(record.project)
    kind = work.installation.kinds.by_name(record.kind)
    if project is None or kind is None:
        return False
    return may_see(person.id, record, project, private=kind.private)


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
        if n in seen and asked and _visible(work, asked, as_record(seen[n]))
    ]
    if not options:
        return _unknown_ref(work) or hold_for_triage(work)
    reason = {"reason": "which", "input": work.input.id, "records": options}
    why = "it may be about several records"
    return hold(work, "record", asked, reason, why, options)
