"""A record is the fold of its events: each sets some of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

from mailflow.workflow.model import Happened, Link, Record


class Happening(Protocol):
    """What the fold needs of an event."""

    @property
    def at(self) -> datetime: ...
    @property
    def new(self) -> Mapping[str, Any]: ...


def fold(events: Iterable[Happening]) -> dict[str, Any]:
    """The fields of a record after its events, oldest first; {} where there are none.

    `created_at` and `updated_at` are the moments of the first and of the last one.
    """
    fields: dict[str, Any] = {}
    for event in events:
        fields |= event.new
        fields.setdefault("created_at", event.at)
        fields["updated_at"] = event.at
    return fields


def links_of(value: Iterable[Mapping[str, Any]]) -> tuple[Link, ...]:
    """The links of a record as its column holds them."""
    return tuple(Link(one["relation"], one["record"]) for one in value)


def following(value: Mapping[str, str], how: str) -> frozenset[int]:
    """Who follows a record in one way (watch, mute), as its column holds it."""
    return frozenset(int(person) for person, said in value.items() if said == how)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _as_is(value: Any) -> Any:
    return value


# column of an event → field of the snapshot, and how its JSON value reads
COLUMNS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "state": ("state", _as_is),
    "title": ("title", _as_is),
    "kind": ("kind", _as_is),
    "owner_id": ("owner", _as_is),
    "priority": ("priority", _as_is),
    "agreements": ("agreements", _as_is),
    "project_id": ("project", _as_is),
    "contact_id": ("contact", _as_is),
    "client_id": ("client", _as_is),
    "due": ("due", _day),
    "fields": ("fields", _as_is),
    "links": ("links", links_of),
    "reworked": ("reworked", _as_is),
    "spent": ("spent", _as_is),
    "answered_at": ("answered_at", _moment),
    "settled_at": ("settled_at", _moment),
}


def changed(record: Record, new: Mapping[str, Any]) -> Record:
    """A record after an event that sets these columns."""
    values: dict[str, Any] = {}
    for column, value in new.items():
        if column in COLUMNS:
            name, read = COLUMNS[column]
            values[name] = read(value)
    if "why" in new:
        values["routed"] = new["why"].get("rule") != "coordinator"
    if "following" in new:
        values["watchers"] = following(new["following"], "watch")
        values["muted"] = following(new["following"], "mute")
    return replace(record, **values) if values else record


def after(record: Record, events: Iterable[Happened]) -> Record:
    """A record after some events."""
    for event in events:
        record = changed(record, event.new)
    return record


def changed_names(event: Happened) -> set[str]:
    """The fields of the kind, and due, owner, priority, that an event changed from one value to
    another or removed; what was unknown before was not changed."""
    before, after = event.old.get("fields") or {}, event.new.get("fields")
    names = {n for n in before if after is not None and after.get(n) != before[n]}
    columns = {"due": "due", "owner_id": "owner", "priority": "priority"}
    return names | {columns[n] for n in event.new if n in columns and event.old.get(n) is not None}
