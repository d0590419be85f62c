"""Finds which mail is to be taken back, and loads what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailflow.pipeline.work import Work
from mailflow.snapshots import as_deed, as_record
from mailflow.store import deeds, records
from mailflow.workflow.model import Happened, Person, Record, Refusal
from mailflow.workflow.reversal import Deed, Deeds
from mailflow.workflow.visibility import may_see


def load(
    work: Work,
    person: Person,
    record: int | None = None,
    pending: Mapping[int, Sequence[Happened]] | None = None,
) -> Deeds:
    """What the mail did that an undo by this person means; `pending` are the events that earlier
    lines of the same mail caused, by the records' ids."""
    cause = mail_meant(work, person, record)
    if cause is None:
        return Deeds()
    found = deeds.histories(work.session, deeds.records_touched(work.session, cause))
    if found is None:
        return Deeds(cause, work.input.id, refused=Refusal("too_much_happened"))
    histories = {n: [as_deed(event) for event in events] for n, events in found.items()}
    for record_id, events in (pending or {}).items():
        if record_id in histories:
            histories[record_id] += [
                Deed(work.input.id, person.id, event.what, event.old, event.new) for event in events
            ]
    rows = records.by_ids(work.session, list(histories))
    touched = {record_id: as_record(row) for record_id, row in rows.items()}
    refused = next((why for one in touched.values() if (why := _barred(work, person, one))), None)
    return Deeds(cause, work.input.id, touched, histories, refused)


def mail_meant(work: Work, person: Person, record: int | None) -> int | None:
    """The mail that caused the one which is answered, where it was this person's own (what it did
    may be told in a receipt, a question, minutes) or they coordinate and were told of it; else
    their own last one about the record."""
    answered = work.answers if work.vouched and work.direct else None
    cause: int | None = answered.about.get("input") if answered else None
    if answered is not None and cause is not None:
        touched = deeds.records_touched(work.session, cause)
        receipt = answered.kind == "receipt" and not touched
        if receipt or ((record is None or record in touched) and _may(work, person, cause, record)):
            return cause
    if record is None:
        return None
    return deeds.last_input_of(work.session, record, person.id, but=work.input.id)


def _may(work: Work, person: Person, cause: int, record: int | None) -> bool:
    """Whether it was their own mail, or they coordinate the project of the record."""
    if person.id in deeds.acted_by(work.session, cause):
        return True
    found = records.by_ids(work.session, [record] if record else []).get(record or 0)
    project = work.directory.projects.get(found.record.project_id) if found else None
    return project is not None and person.id in (project.coordinator, project.deputy)


def _barred(work: Work, person: Person, record: Record) -> Refusal | None:
    """Why a record that the mail touched cannot be dealt with any more; one that this person may
    not see is not named."""
    project, kind = work.directory.projects.get(record.project), work.kinds.by_name(record.kind)
    if project is None and person.id in {record.owner, record.reporter, *record.watchers}:
        return Refusal("project_closed", {"given": record.ref})
    if project is None or kind is None:
        return Refusal("not_all_seen")
    seen = may_see(person.id, record, project, private=kind.private)
    return None if seen else Refusal("not_all_seen")
