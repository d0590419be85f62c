"""Turns what the workflow decided into events, and the record's row into their fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.store.records import add_text
from mailflow.store.tables import Alias, Event, Input, Project
from mailflow.store.tables import Record as Row
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.measure import measured
from mailflow.workflow.model import Happened, Record

Files = Sequence[tuple[str, int]]
TEXTS = {"title", "text"}
# What is not known of a new record; its first event says it all the same, for the fold.
UNKNOWN: Mapping[str, Any] = {
    "priority": "normal",
    "due": None,
    "agreements": {},
    "fields": {},
    "links": [],
    "following": {},
    "reworked": 0,
    "spent": 0,
    "answered_at": None,
    "settled_at": None,
}


def open_record(
    session: Session,
    cause: Input,
    project: Project,
    fields: Mapping[str, Any],
    texts: Mapping[str, str],
    actor: int | None,
    now: datetime,
    files: Files = (),
) -> Row:
    """A new record, with its number out of the project's counter, and its first event.

    `fields` are columns of the record, `texts` its title and text, `files` what was attached.
    """
    number = records.next_number(session, project.id)
    whole = {
        **UNKNOWN,
        **fields,
        "project_id": project.id,
        "number": number,
        "ref": f"{project.key}-{number}",
        "title_id": add_text(session, texts["title"]),
        "text_id": add_text(session, texts["text"]),
    }
    row = records.open_record(session, whole, now)
    session.add(
        Event(
            record_id=row.id,
            input_id=cause.id,
            at=now,
            actor_id=actor,
            what="opened",
            new=whole,
            files=_as_json(files),
        )
    )
    return row


def happen(
    session: Session,
    cause: Input,
    before: Record,
    events: Sequence[Happened],
    kinds: Kinds,
    actor: int | None,
    now: datetime,
) -> Record:
    """Write the events and set the row's fields to what they say.

    `before` is the record as it stands; returns it as it is after that.
    """
    row = session.get_one(Row, before.id)
    for event in measured(before, events, kinds, actor, now):
        old, new = dict(event.old), dict(event.new)
        for name in TEXTS & new.keys():
            # what people wrote stands in texts
            column = f"{name}_id"
            old[column], new[column] = getattr(row, column), add_text(session, new.pop(name))
            old.pop(name, None)
        if event.what == "project":
            new |= _number_in(session, new["project_id"])
        if new.get("ref", row.ref) != row.ref:
            # it may have had the old one before, and got it back
            session.merge(Alias(ref=row.ref, record_id=row.id))
        session.add(
            Event(
                record_id=before.id,
                input_id=cause.id,
                at=now,
                actor_id=actor,
                what=event.what,
                old=old,
                new=new,
                text_id=add_text(session, event.text) if event.text else None,
                files=_as_json(event.files),
            )
        )
        records.change_record(session, row, new, now)
    session.flush()
    return as_record(records.by_ids(session, [before.id])[before.id])


def _as_json(files: Files) -> list[dict[str, Any]]:
    return [{"name": name, "size": size} for name, size in files]


def _number_in(session: Session, project_id: int) -> dict[str, Any]:
    """A number in the project that it moves to."""
    project = session.get_one(Project, project_id)
    number = records.next_number(session, project_id)
    return {"number": number, "ref": f"{project.key}-{number}"}
