"""What applying a directory.toml did, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailflow.store.tables import Client, Person, Project

# Lists of the file whose order means nothing.
UNORDERED = ("domains", "clients")
SHOWN_REFS = 5

Row = Person | Client | Project
Fields = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """`action` is added, changed, deactivated or kept; `what` is person, client or project.

    `fields` maps a key of the file to its old and new value; `note` is some words, or "".
    """

    action: str
    what: str
    name: str
    fields: Fields = field(default_factory=dict)
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "action": self.action,
            "what": self.what,
            "name": self.name,
            "fields": {key: {"old": old, "new": new} for key, (old, new) in self.fields.items()},
            "note": self.note or None,
        }


@dataclass(frozen=True, slots=True)
class Applied:
    """What changed; and what stays active though the file does not have it."""

    changes: Sequence[Change]
    kept: Sequence[Change]


@dataclass
class Journal:
    """Collects the changes, and switches entries on and off.

    `open_refs` gives the refs of a person's or project's open records.
    """

    prune: bool
    open_refs: Callable[[Row], Sequence[str]]
    changes: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)

    def enter(self, what: str, name: str, row: Row, before: Any, after: Any) -> None:
        """An entry of the file: active from now on; `before` is None where it is new."""
        was_active, row.active = row.active, True
        if before is None:
            self.changes.append(Change("added", what, name))
            return
        fields = differences(before, after)
        if fields or not was_active:
            note = "" if was_active else "was inactive"
            self.changes.append(Change("changed", what, name, fields, note))

    def leave(self, what: str, rows: Iterable[Row]) -> None:
        """What the file does not have: deactivated where it is to be pruned."""
        for row in rows:
            if not row.active:
                continue
            name = row.key if isinstance(row, Project) else row.name
            if self.prune:
                row.active = False
                note = _still_open(row, self.open_refs(row))
                self.changes.append(Change("deactivated", what, name, note=note))
            else:
                self.kept.append(Change("kept", what, name, note="not in the file"))


def differences(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """Keys of the file whose values differ, with both as JSON values."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    for values in (old, new):
        values.update({key: sorted(values[key]) for key in UNORDERED if key in values})
    return {key: (old[key], new[key]) for key in old if old[key] != new[key]}


def _still_open(row: Row, refs: Sequence[str]) -> str:
    if not refs:
        return ""
    verb = "owns" if isinstance(row, Person) else "has"
    number = "1 open record" if len(refs) == 1 else f"{len(refs)} open records"
    more = f" and {len(refs) - SHOWN_REFS} more" if len(refs) > SHOWN_REFS else ""
    return f"still {verb} {number}: {', '.join(refs[:SHOWN_REFS])}{more}"
