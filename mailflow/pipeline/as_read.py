"""What a record still has as its mail was read, and what of it is read otherwise today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailflow.pipeline.work import Work
from mailflow.store.records import Row
from mailflow.store.tables import Event
from mailflow.workflow.model import Happened
from mailflow.workflow.refs import fold_address
from parsers import Mailbox

CORRECTED = "corrected"
# What sets a value as the mail was read; everything else is what somebody said.
AS_READ = {"opened", CORRECTED}


@dataclass(frozen=True, slots=True)
class Better:
    """A value that is read otherwise: `field` is title, text, client, due, files or a field of the
    kind. `before` is what the record has, `after` what is read today."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Reread:
    """A record, the input that opened it, what is read otherwise, and the event that says so."""

    record: int
    ref: str
    kind: str
    input: int
    found: tuple[Better, ...]
    event: Happened


class AsRead:
    """Who set each value of a record last, and what becomes of those that a mail set."""

    def __init__(self, row: Row, events: Sequence[Event]) -> None:
        self.row = row
        self.told = {one["name"] for e in events if e.what in AS_READ for one in e.files}
        self.setters: dict[str, str] = {}
        for event in events:
            self.setters |= dict.fromkeys(_set_by(event), event.what)
        self.found: list[Better] = []
        self.old: dict[str, Any] = {}
        self.new: dict[str, Any] = {}
        self.added: tuple[tuple[str, int], ...] = ()

    def text(self, name: str, before: str, after: str) -> None:
        if before != after and self._is_as_read(f"{name}_id"):
            self._note(name, before, after)
            self.new[name] = after

    def values(self, read: Mapping[str, str], due: str | None) -> None:
        """The fields of the kind; a date is as the record's columns hold it."""
        now = dict(self.row.record.fields)
        for name, value in read.items():
            if now.get(name) != value and self._is_as_read(f"fields.{name}"):
                self._note(name, now.get(name), value)
                self.old["fields"] = dict(self.row.record.fields)
                now[name] = value
                self.new["fields"] = now
        stands = self.row.record.due.isoformat() if self.row.record.due else None
        if due is not None and due != stands and self._is_as_read("due"):
            self._note("due", stands, due)
            self.old["due"], self.new["due"] = stands, due

    def client(self, work: Work, boxes: Sequence[Mailbox]) -> None:
        """Whose words it is; the contact itself is made when it is written."""
        theirs = [box for box in boxes if not _is_ours(work, box)]
        if not theirs or not self._is_as_read("contact_id"):
            return
        after = theirs[0].name[:200], _folded(theirs[0])[:320]
        contact = self.row.contact
        before = (contact.name, contact.address) if contact else None
        if before != after and any(after):
            self._note("client", list(before) if before else None, list(after))

    def files(self, read: Sequence[tuple[str, int]]) -> None:
        """What is attached and was not told of."""
        self.added = tuple(one for one in read if one[0] not in self.told)
        if self.added:
            self._note("files", sorted(self.told), [name for name, _ in read])

    def reread(self, opened: Event) -> Reread | None:
        if not self.found:
            return None
        event = Happened(
            CORRECTED, {"input": opened.input_id, **self.old}, self.new, None, self.added
        )
        record = self.row.record
        return Reread(record.id, record.ref, record.kind, opened.input_id, tuple(self.found), event)

    def _note(self, name: str, before: Any, after: Any) -> None:
        self.found.append(Better(name, before, after))

    def _is_as_read(self, name: str) -> bool:
        """What somebody agreed to are the values as they stood."""
        agreed = self.row.record.agreements and name != "contact_id"
        return not agreed and self.setters.get(name, "opened") in AS_READ


def _set_by(event: Event) -> Iterator[str]:
    """The columns that an event sets, and of the kind's fields those that it changed."""
    yield from event.new
    before, after = event.old.get("fields") or {}, event.new.get("fields") or {}
    for name in {*before, *after}:
        if before.get(name) != after.get(name):
            yield f"fields.{name}"


def _folded(box: Mailbox) -> str:
    return fold_address(box.address) if box.address else ""


def _is_ours(work: Work, box: Mailbox) -> bool:
    return bool(box.address) and work.directory.by_address(_folded(box)) is not None
