"""The sections of a summary: which records stand in which, each once, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.store.tables import Event
from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import SIDES, Project, Record, Side
from mailflow.workflow.visibility import may_see

# A phrase of the templates' table [note], and what fills it in.
Note = dict[str, Any]

# What is over is only counted: a mail with more is not read.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as a summary looks at it; `today` is the day in its project's zone.

    `events` are what happened to it lately, oldest first.
    """

    record: Record
    kind: Kind
    project: Project
    why: Mapping[str, Any]
    created: datetime
    today: date
    events: tuple[Event, ...] = ()

    def saw(self, what: str) -> bool:
        """Whether this happened to it lately."""
        return any(event.what == what for event in self.events)

    @property
    def is_open(self) -> bool:
        return self.record.state in self.kind.states and not self.is_settled

    @property
    def is_settled(self) -> bool:
        return self.record.state in self.kind.settled

    @property
    def awaits_agreement(self) -> bool:
        """Whether both sides are asked, or one of them agreed before it was."""
        state, kind = self.record.state, self.kind
        asked = state == kind.asked_to_agree
        return asked or (state in kind.to_agree and bool(self.record.agreements))

    @property
    def sides_asked(self) -> tuple[Side, ...]:
        """The sides that are still to agree."""
        if not self.awaits_agreement:
            return ()
        return tuple(side for side in SIDES if side not in self.record.agreements)

    @property
    def days_late(self) -> int:
        """Days since it was due; 0 or less where it is not late."""
        due = self.record.due
        return (self.today - due).days if due and self.is_open else 0

    @property
    def age(self) -> int:
        """Days since it was opened, in the project's zone."""
        return (self.today - self.created.astimezone(ZoneInfo(self.project.timezone)).date()).days

    def visible_to(self, person: int) -> bool:
        return may_see(person, self.record, self.project, private=self.kind.private)

    def note(self) -> Note | None:
        """The phrase beside it: that it is late, else what happened to it lately."""
        if self.days_late > 0:
            return {"phrase": "late", "n": self.days_late}
        return _what_happened(self.events) if self.events else None


def _what_happened(events: Sequence[Event]) -> Note:
    """The one thing that says most; states and persons (ids) from the first to the last event."""
    whats = {event.what for event in events}
    if "opened" in whats:
        return {"phrase": "opened"}
    for field, phrase in (("state", "moved"), ("owner_id", "owner")):
        such = [event for event in events if field in event.new]
        old, new = (such[0].old.get(field), such[-1].new.get(field)) if such else (None, None)
        if old != new:
            return {"phrase": phrase, "old": old, "new": new}
    if whats <= {"note", "client_said"}:
        return {"phrase": "noted", "n": len(events)}
    return {"phrase": "changed", "n": len(events)}


def entries(
    session: Session,
    kinds: Kinds,
    directory: Directory,
    ids: Iterable[int],
    changes: Mapping[int, Sequence[Event]],
    now: datetime,
) -> list[Entry]:
    """The records that changed and those of these ids, in this order, each once.

    What belongs to a project that has ended is left out.
    """
    wanted = list(dict.fromkeys((*changes, *ids)))
    rows = records.by_ids(session, wanted)
    found = []
    for row in (rows[record_id] for record_id in wanted if record_id in rows):
        project = directory.projects.get(row.record.project_id)
        kind = kinds.by_name(row.record.kind)
        if project is None or kind is None:
            continue
        found.append(
            Entry(
                record=as_record(row),
                kind=kind,
                project=project,
                why=row.record.why,
                created=row.record.created_at,
                today=now.astimezone(ZoneInfo(project.timezone)).date(),
                events=tuple(changes.get(row.record.id, ())),
            )
        )
    return found


def open_states(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """For each kind the states in which something waits for somebody."""
    return {kind.name: [s for s in kind.states if s not in kind.settled] for kind in kinds}


def states_to_agree(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """For each kind that both sides agree the states in which they can."""
    return {kind.name: list(kind.to_agree) for kind in kinds if kind.to_agree}


def first_states(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """For each kind the state in which a record starts."""
    return {kind.name: [kind.states[0]] for kind in kinds}


def section(name: str, items: Sequence[tuple[int, Note | None]]) -> dict[str, Any]:
    """A section of the mail: records with their notes; "more" is how many are left out."""
    shown = [{"record": n, "note": note} if note else {"record": n} for n, note in items[:SHOWN]]
    found: dict[str, Any] = {"name": name, "records": shown}
    if len(items) > SHOWN:
        found["more"] = len(items) - SHOWN
    return found
