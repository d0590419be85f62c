"""Step 13: a mail that is about nothing yet opens a record, with the client's own words."""

from __future__ import annotations

from typing import Any

from mailflow.pipeline import apply
from mailflow.pipeline.reply import Outcome, carry_out, finish
from mailflow.pipeline.snapshots import as_record
from mailflow.pipeline.triage import hold_for_triage
from mailflow.pipeline.work import Done, Work
from mailflow.store import records
from mailflow.store.tables import Contact
from mailflow.store.tables import Project as ProjectRow
from mailflow.workflow import audience
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Project, Record
from mailflow.workflow.routing import choose_owner


def opening(work: Work) -> Done | None:
    reporter = work.person.id if work.person else work.input.decisions.get("by")
    if work.project is None or work.kind is None or reporter is None:
        return hold_for_triage(work)
    record, routed = _open(work, work.project, work.kind, reporter)
    tells = audience.opened(record, work.project, work.kind, routed=routed)
    for person, (mail, reasons) in audience.one_mail_each(tells, reporter).items():
        for reason in reasons:
            work.notices.tell(person, mail, {"reason": reason, "record": record.id})
    outcome = carry_out(work, record)
    note = _note(work, outcome)
    if note:
        outcome.events.append(Happened("note", text=note))
    if outcome.events or outcome.refusals or outcome.pages:
        finish(work, record, outcome)
    return Done("processed")


def _open(work: Work, project: Project, kind: Kind, reporter: int) -> tuple[Record, bool]:
    """The new record, and whether a route chose its owner."""
    contact = _contact(work)
    client = contact.client_id if contact else None
    text = work.client_words()
    title = work.title or "—"
    owner, why = choose_owner(project, kind.name, f"{title}\n{text}", client)
    if not work.directory.persons[owner].active:
        owner, why = project.coordinator, {"rule": "coordinator", "project": project.key}
    fields: dict[str, Any] = {
        "kind": kind.name,
        "state": kind.states[0],
        "contact_id": contact.id if contact else None,
        "client_id": client,
        "reporter_id": reporter,
        "owner_id": owner,
        "why": {**why, "project_rule": work.rule},
    }
    row = apply.open_record(
        work.session,
        work.input,
        work.session.get_one(ProjectRow, project.id),
        fields,
        {"title": title, "text": text},
        reporter,
        work.now,
        work.files(),
    )
    records.file(work.session, work.mail.message_id, row.id, work.input.id)
    work.session.flush()
    return as_record(records.by_ids(work.session, [row.id])[row.id]), why["rule"] == "route"


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
