"""Writes what a mail came to, on its record, on others and as new ones, and tells all concerned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailflow.pipeline.apply import happen
from mailflow.pipeline.carry import Outcome
from mailflow.pipeline.open_new import Draft, open_new
from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.workflow import audience
from mailflow.workflow.links import linked
from mailflow.workflow.model import CONVERSE, Happened, NewRecord, Record


def finish(work: Work, before: Record, outcome: Outcome) -> None:
    """Write the events and tell everybody concerned; the actor also what was refused."""
    actor = work.actor()
    events = list(outcome.events)
    for new in outcome.opens:
        child = open_for(work, new, before.project, actor or before.owner)
        if new.relation is not None:
            events.append(linked(before, new.relation, child.id))
            link = linked(child, CONVERSE[new.relation], before.id)
            happen(work.session, work.input, child.id, [link], work.kinds, actor, work.now)
    change(work, before, events, actor)
    for record_id, theirs in outcome.elsewhere.items():
        change(work, as_record(work.load_record(record_id)), theirs, actor)
    for line, refusal in outcome.refusals:
        work.refuse(refusal, line, before.id)
    for page in outcome.pages:
        if actor is not None:
            reason = {"reason": "page", "page": page, "about": before.id}
            work.notices.tell(actor, "receipt", reason)


def change(work: Work, before: Record, events: Sequence[Happened], actor: int | None) -> Record:
    """Write the events of one record and tell whom it concerns; returns the record after."""
    if not events:
        return before
    after = happen(work.session, work.input, before.id, events, work.kinds, actor, work.now)
    project, kind = work.directory.projects[after.project], work.kinds[after.kind]
    tells = audience.changed(before, after, project, kind, events)
    if actor is not None:
        tells.append(audience.Tell(actor, "receipt", "joined"))
    for person, (mail, reasons) in audience.one_mail_each(tells, actor).items():
        for reason in _without_filler(reasons):
            work.notices.tell(person, mail, {"reason": reason, "record": before.id})
    return after


def open_for(work: Work, new: NewRecord, project_id: int, reporter: int) -> Record:
    """Open a record that a line asked for, and tell all concerned."""
    draft = Draft(
        project=work.directory.projects[project_id],
        kind=work.kinds[new.kind],
        reporter=reporter,
        title=new.title,
        text=new.text,
        fields=new.fields,
        due=new.due,
        owner=new.owner,
    )
    return open_new(work, draft)


def _without_filler(reasons: list[str]) -> Iterable[str]:
    return [r for r in reasons if r != "joined"] or reasons
