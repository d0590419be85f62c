"""Opens a record: its owner, its number, its first event, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mailflow.pipeline import apply
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

    `contact` and `client` are ids; `files` the names and sizes (in octets) of what is attached.
    """

    project: Project
    kind: Kind
    reporter: int
    title: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    due: date | None = None
    owner: int | None = None
    contact: int | None = None
    client: int | None = None
    files: tuple[tuple[str, int], ...] = ()
    rule: str = ""


def open_new(work: Work, draft: Draft) -> Record:
    """Open it by the mail at hand, whose sender is told like everybody whom it concerns."""
    owner, why = _owner(work, draft)
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
            work.notices.tell(person, mail, {"reason": reason, "record": record.id})
    return record


def _owner(work: Work, draft: Draft) -> tuple[int, dict[str, Any]]:
    """Who was named, else whom a route names, else the coordinator."""
    if draft.owner is not None:
        return draft.owner, {"rule": "person", "person": work.actor() or draft.reporter}
    words = f"{draft.title}\n{draft.text}"
    owner, why = choose_owner(draft.project, draft.kind.name, words, draft.client)
    if work.directory.persons[owner].active:
        return owner, why
    return draft.project.coordinator, {"rule": "coordinator", "project": draft.project.key}


def _columns(draft: Draft, owner: int, why: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": draft.kind.name,
        "state": draft.kind.states[0],
        "contact_id": draft.contact,
        "client_id": draft.client,
        "reporter_id": draft.reporter,
        "owner_id": owner,
        "due": draft.due.isoformat() if draft.due else None,
        "fields": dict(draft.fields),
        "why": {**why, "project_rule": draft.rule} if draft.rule else dict(why),
    }
