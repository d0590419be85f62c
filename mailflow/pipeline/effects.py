"""Writes what a mail came to, on its record, on others and as new ones, and tells all concerned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailflow.pipeline.apply import happen
from mailflow.pipeline.carry import Outcome
from mailflow.pipeline.hanging import moved_along, tell_unblocked
from mailflow.pipeline.open_new import Draft, open_new
from mailflow.pipeline.rules import end_rules, make_rule, tell_rule
from mailflow.pipeline.triage import UNROUTED, owner_guesses
from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.store.deeds import told_of
from mailflow.workflow import audience
from mailflow.workflow.fold import after
from mailflow.workflow.links import linked
from mailflow.workflow.model import CONVERSE, Happened, NewRecord, Record
from mailflow.workflow.reversal import UNDONE


def finish(work: Work, before: Record, outcome: Outcome) -> None:
    """Write the events and tell everybody concerned; the actor also what was refused."""
    actor = work.actor()
    events = list(outcome.events)
    for new in outcome.opens:
        child = open_for(work, new, before.project, actor or before.owner)
        if new.relation is not None:
            events.append(linked(after(before, events), new.relation, child.id))
            link = linked(child, CONVERSE[new.relation], before.id)
            happen(work.session, work.input, child, [link], work.kinds, actor, work.now)
    change(work, before, events, actor)
    for record_id, theirs in outcome.elsewhere.items():
        change(work, as_record(work.load_record(record_id)), theirs, actor, aside=True)
    for rule in outcome.rules:
        tell_rule(work, make_rule(work, rule), before.id)
    for line, refusal in outcome.refusals:
        work.refuse(refusal, line, before.id)
    for page in outcome.pages:
        if actor is not None:
            mail = work.answers.id if work.answers and work.vouched else None
            reason = {"reason": "page", "page": page, "about": before.id, "outgoing": mail}
            work.notices.tell(actor, "receipt", reason)


def change(
    work: Work,
    before: Record,
    events: Sequence[Happened],
    actor: int | None,
    *,
    aside: bool = False,
) -> Record:
    """Write the events of one record and tell whom it concerns; returns the record after.

    Who is told of something else in the same mail anyway is not told of a mere link `aside`: the
    other record says it, and their answer is about that one alone.
    """
    if not events:
        return before
    record = happen(work.session, work.input, before, events, work.kinds, actor, work.now)
    project, kind = work.directory.projects[record.project], work.kinds[record.kind]
    for event in events:
        if event.what == UNDONE:
            end_rules(work, event.old["input"], before.id)
    tells = audience.changed(before, record, project, kind, events)
    tells += _told_before(work, before, events)
    if actor is not None:
        tells.append(audience.Tell(actor, "receipt", "joined"))
    moved = moved_along(work, record, kind, events)
    is_link = aside and all(event.what == "link" for event in events)
    heard = work.notices.told() if is_link else set()
    for person, (mail, reasons) in audience.one_mail_each(tells, actor).items():
        for reason in _without_filler(reasons) if person not in heard else ():
            guesses = owner_guesses(work, record, before.owner) if reason in UNROUTED else {}
            about = {"reason": reason, "record": before.id, **moved, **guesses}
            work.notices.tell(person, mail, about)
    tell_unblocked(work, before, record)
    return record


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


def _told_before(work: Work, record: Record, events: Iterable[Happened]) -> list[audience.Tell]:
    """Who was told of what is taken back hears of that, too."""
    return [
        audience.Tell(person, "notice", "taken_back")
        for event in events
        if event.what == UNDONE
        for person in told_of(work.session, event.old["input"], record.id)
        if person != work.actor() and person not in record.muted
    ]


def _without_filler(reasons: list[str]) -> Iterable[str]:
    return [r for r in reasons if r != "joined"] or reasons
