"""Opens a record: its owner, its number, its first event, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mailflow.pipeline import apply
from mailflow.pipeline.rules import owner_by_rule
from mailflow.pipeline.triage import UNROUTED, owner_guesses
from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.store.tables import Project as ProjectRow
from mailflow.workflow import audience
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Project, Record
from mailflow.workflow.routing import choose_owner


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to be. Without an owner the routes of its project choose one.

    `no_due` is set where the mail says that it is to have no due date. `contact` and `client` are
    ids; `files` the names and sizes (in octets) of what is attached; `rule` is how its project was
    found, `placed` the id of the rule that said so or said its kind.
    """

    project: Project
    kind: Kind
    reporter: int
    title: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    due: date | None = None
    no_due: bool = False
    owner: int | None = None
    contact: int | None = None
    client: int | None = None
    files: tuple[tuple[str, int], ...] = ()
    rule: str = ""
    placed: int | None = None


def open_new(work: Work, draft: Draft) -> Record:
    """Open it by the mail at hand, whose sender is told like everybody whom it concerns."""
    owner, why = _owner(work, draft)
    draft, why = _with_due(work, draft, why)
    row = apply.open_record(
        work.session,
        work.input,
        work.session.get_one(ProjectRow, draft.project.id),
        _columns(draft, owner, why),
        {"title": draft.title or "—", "text": draft.text},
        work.actor() or draft.reporter,
        work.now,
        draft.files,
    )
    work.session.flush()
    record = as_record(records.by_ids(work.session, [row.id])[row.id])
    tells = audience.opened(record, draft.project, draft.kind, routed=why["rule"] != "coordinator")
    for person, (mail, reasons) in audience.one_mail_each(tells, draft.reporter).items():
        for reason in reasons:
            guesses = owner_guesses(work, record) if reason in UNROUTED else {}
            work.notices.tell(person, mail, {"reason": reason, "record": record.id, **guesses})
    return record


def _owner(work: Work, draft: Draft) -> tuple[int, dict[str, Any]]:
    """Who was named, else whom a route names, else whom a rule does, else the coordinator."""
    if draft.owner is not None:
        return draft.owner, {"rule": "person", "person": work.actor() or draft.reporter}
    words = f"{draft.title}\n{draft.text}"
    owner, why = choose_owner(draft.project, draft.kind.name, words, draft.client)
    if why["rule"] == "route" and work.directory.persons[owner].active:
        return owner, why
    ruled = owner_by_rule(work, draft.project, draft.kind.name, draft.client)
    unknown = {"rule": "coordinator", "project": draft.project.key}
    return ruled or (draft.project.coordinator, unknown)


def _with_due(work: Work, draft: Draft, why: dict[str, Any]) -> tuple[Draft, dict[str, Any]]:
    """Where nobody said a date, the kind may: so many working days on."""
    days = draft.kind.default_due_days
    said = any(command.name == "due" for command in work.mail.commands)
    if days is None or draft.due is not None or draft.no_due or said:
        return draft, why
    due = work.installation.calendar.add_days(work.today(draft.project), days)
    return replace(draft, due=due), {**why, "due_days": days}


def _columns(draft: Draft, owner: int, why: Mapping[str, Any]) -> dict[str, Any]:
    placing = {"project_rule": draft.rule or None, "placed": draft.placed}
    return {
        "kind": draft.kind.name,
        "state": draft.kind.states[0],
        "contact_id": draft.contact,
        "client_id": draft.client,
        "reporter_id": draft.reporter,
        "owner_id": owner,
        "due": draft.due.isoformat() if draft.due else None,
        "fields": dict(draft.fields),
        "why": {**why, **{name: value for name, value in placing.items() if value}},
    }
