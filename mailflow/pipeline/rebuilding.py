"""Folds records again from their events and compares them with their rows.

Beside the record's own columns, what follows from events: its watchers, the refs that it had
before, and that its project gives no number twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailflow.pipeline.apply import UNKNOWN
from mailflow.store.records import as_columns
from mailflow.store.tables import Alias, Event, Project, Record, Watcher
from mailflow.workflow.fold import fold

BATCH = 500
COLUMNS = [column.name for column in Record.__table__.columns if column.name != "id"]
WATCHERS, ALIASES, EVENTS, COUNTER = "watchers", "earlier refs", "events", "last number"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose value in the row is not what the events say. `ref` is a record's, or the key of
    a project, which is no record (None)."""

    record: int | None
    ref: str
    kind: str
    field: str
    row: Any
    fold: Any


class Seen(NamedTuple):
    """What the fold needs of an event."""

    record_id: int
    at: datetime
    new: Mapping[str, Any]


@dataclass
class Rebuilding:
    """Goes through all records of a session's database, each batch on its own."""

    session: Session
    numbers: dict[int, int] = field(default_factory=dict)

    def differences(self) -> Iterator[list[Difference]]:
        """Of one batch of records after the other (empty where there are none), then of the
        projects' counters."""
        last = 0
        while rows := self._rows(Record.id > last):
            last = rows[-1]["id"]
            yield self._compare(rows)
        yield self._counters()

    def of_record(self, record_id: int) -> list[Difference]:
        return self._compare(self._rows(Record.id == record_id))

    def _rows(self, condition: Any) -> list[Mapping[str, Any]]:
        query = select(Record.__table__).where(condition).order_by(Record.id).limit(BATCH)
        return [dict(row) for row in self.session.execute(query).mappings()]

    def _compare(self, rows: Sequence[Mapping[str, Any]]) -> list[Difference]:
        ids = [row["id"] for row in rows]
        events = self._events(ids)
        watchers = self._beside(ids, Watcher.record_id, Watcher.person_id)
        aliases = self._beside(ids, Alias.record_id, Alias.ref)
        found = []
        for row in rows:
            mine = events[row["id"]]
            self._count(mine)
            beside = {WATCHERS: watchers[row["id"]], ALIASES: aliases[row["id"]]}
            whole = {**{name: row[name] for name in COLUMNS}, **beside}
            said = folded(mine) if mine else {EVENTS: "none"}
            found += [
                Difference(row["id"], row["ref"], row["kind"], name, whole.get(name), value)
                for name, value in said.items()
                if name not in whole or whole[name] != value
            ]
        return found

    def _events(self, ids: Sequence[int]) -> Mapping[int, list[Seen]]:
        query = select(Event.record_id, Event.at, Event.new).where(Event.record_id.in_(ids))
        found: dict[int, list[Seen]] = defaultdict(list)
        for event in self.session.execute(query.order_by(Event.record_id, Event.id)):
            found[event.record_id].append(Seen(*event))
        return found

    def _beside(self, ids: Sequence[int], record: Any, value: Any) -> Mapping[int, list[Any]]:
        """What another table says of these records, sorted."""
        found: dict[int, list[Any]] = defaultdict(list)
        for record_id, one in self.session.execute(select(record, value).where(record.in_(ids))):
            found[record_id].append(one)
        return defaultdict(list, {record_id: sorted(all_) for record_id, all_ in found.items()})

    def _count(self, events: Sequence[Seen]) -> None:
        """Note the highest number that each project gave."""
        project = 0
        for event in events:
            project = event.new.get("project_id", project)
            number = event.new.get("number", 0)
            self.numbers[project] = max(number, self.numbers.get(project, 0))

    def _counters(self) -> list[Difference]:
        return [
            Difference(None, one.key, "", COUNTER, one.last_number, self.numbers[one.id])
            for one in self.session.scalars(select(Project).order_by(Project.id))
            if one.last_number < self.numbers.get(one.id, 0)
        ]


def folded(events: Sequence[Seen]) -> dict[str, Any]:
    """A record's columns and what follows from them, as its events say."""
    fields = as_columns({**UNKNOWN, **fold(events)})
    watch = [int(person) for person, how in fields["following"].items() if how == "watch"]
    return {**fields, WATCHERS: sorted(watch), ALIASES: _refs_before(events)}


def _refs_before(events: Sequence[Seen]) -> list[str]:
    refs = [event.new["ref"] for event in events if "ref" in event.new]
    return sorted({ref for ref, later in pairwise(refs) if ref != later})


def mend(session: Session, differences: Sequence[Difference]) -> int:
    """Write what the events say into the rows; returns how many values were written.

    A record without events, and what is no column, cannot be mended.
    """
    done = 0
    for one in differences:
        if one.record is None:
            project = session.scalars(select(Project).where(Project.key == one.ref)).one()
            project.last_number = one.fold
        elif one.field == WATCHERS:
            session.execute(delete(Watcher).where(Watcher.record_id == one.record))
            session.add_all(Watcher(record_id=one.record, person_id=n) for n in one.fold)
        elif one.field == ALIASES:
            session.execute(delete(Alias).where(Alias.record_id == one.record))
            session.add_all(Alias(ref=ref, record_id=one.record) for ref in one.fold)
        elif one.field in COLUMNS:
            setattr(session.get_one(Record, one.record), one.field, one.fold)
        else:
            continue
        done += 1
    session.flush()
    return done
