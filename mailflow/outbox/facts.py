"""What the mails of one batch speak of, read in few queries: records, events, received mails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from mailflow.outbox.words import one_line
from mailflow.snapshots import as_deed, as_record
from mailflow.store import deeds, inputs, outbox
from mailflow.store.outbox import CHUNK
from mailflow.store.records import Row, by_ids
from mailflow.store.tables import Event, Message, Notice, Outgoing
from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import Project, Record, Relation
from mailflow.workflow.reversal import UNDONE, taken_back
from mailflow.workflow.visibility import may_see
from parsers import Mail, parse

Reason = Mapping[str, Any]

# How many notes somebody reads who gets a record that others had.
EARLIER = 5
# How many of a record's links are looked at.
MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An event with the words that came with it, and the titles that it changed.

    `taken_back` says that these words count no more; `unlinked` are the refs of what it is linked
    with no more, as far as the reader may see them.
    """

    event: Event
    words: str
    title_before: str = ""
    title: str = ""
    taken_back: bool = False
    unlinked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that another one hangs together with, and what it is to that one."""

    relation: Relation
    record: Record
    is_open: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A record that the reader may see, and those of its links that they may see, too."""

    record: Record
    row: Row
    project: Project | None
    links: tuple[Linked, ...] = ()

    def linked(self, *relations: Relation) -> tuple[Record, ...]:
        """The records with one of these relations to it."""
        return tuple(link.record for link in self.links if link.relation in relations)

    def open_linked(self, relation: Relation) -> tuple[Record, ...]:
        """Those of them that are not settled yet."""
        return tuple(n.record for n in self.links if n.relation == relation and n.is_open)


@dataclass
class Facts:
    """Records are reached by `seen_by` alone, which asks who may see them."""

    session: Session
    directory: Directory
    kinds: Kinds
    events: Mapping[tuple[int, int], Sequence[Told]]
    messages: Mapping[int, Message]
    outgoings: Mapping[int, Outgoing]
    firings: Mapping[int, str]
    _rows: Mapping[int, Row]
    _parsed: dict[int, Mail | None] = field(default_factory=dict)

    def seen_by(self, person: int, record_id: object) -> Shown | None:
        shown = self._seen(person, record_id)
        if shown is None or not shown.record.links:
            return shown
        known = self.kinds.by_name
        found = []
        for link in shown.record.links[:MOST_LINKS]:
            other = self._seen(person, link.record)
            if other is not None:
                kind, state = known(other.record.kind), other.record.state
                is_open = kind is not None and state in set(kind.states) - kind.settled
                found.append(Linked(link.relation, other.record, is_open))
        return replace(shown, links=tuple(found))

    def _seen(self, person: int, record_id: object) -> Shown | None:
        row = self._rows.get(record_id) if isinstance(record_id, int) else None
        if row is None:
            return None
        record = as_record(row)
        project = self.directory.projects.get(record.project)
        kind = self.kinds.by_name(record.kind)
        # Of a project that is over, and of a kind that is not known any more, only the parties.
        private = kind is None or kind.private or project is None
        asked = project or _nobodys(record)
        if not may_see(person, record, asked, private=private):
            return None
        return Shown(record, row, project)

    def earlier(self, record_id: int, before: int) -> Sequence[Told]:
        """What was said of a record before this event: the latest words, oldest first."""
        found = outbox.words_before(self.session, record_id, before, EARLIER)
        undos = deeds.of_kind(self.session, record_id, UNDONE) if found else []
        gone = taken_back(as_deed(event) for event in undos)
        return [Told(event, words, taken_back=event.input_id in gone) for event, words in found]

    def mail(self, input_id: int) -> Mail | None:
        """A received mail, read again; None where it cannot be."""
        if input_id not in self._parsed:
            self._parsed[input_id] = self._parse(input_id)
        return self._parsed[input_id]

    def _parse(self, input_id: int) -> Mail | None:
        if input_id not in self.messages:
            return None
        try:
            return parse(inputs.raw_of(self.session, input_id))
        except Exception:  # noqa: BLE001 (a mail that cannot be read is still told of)
            return None

    def subject(self, input_id: int) -> str:
        message = self.messages.get(input_id)
        return one_line(message.subject) if message else ""


def load(session: Session, directory: Directory, kinds: Kinds, notices: Sequence[Notice]) -> Facts:
    """All that these notices speak of."""
    reasons = [reason for notice in notices for reason in notice.reasons]
    causes = {notice.input_id for notice in notices}
    named = {n for reason in reasons for n in _inputs(reason)}
    outgoings = outbox.outgoings(session, _numbers(reasons, "outgoing"))
    records = {n for reason in reasons for n in records_of(reason)}
    records |= {n for mail in outgoings.values() for n in mail.about.get("records", ())}
    rows = _rows(session, records)
    events = _events(session, causes)
    links = _linked(rows.values()) | {n for all_ in events.values() for e in all_ for n in gone(e)}
    rows |= _rows(session, links - rows.keys())
    return Facts(
        session=session,
        directory=directory,
        kinds=kinds,
        events=events,
        messages=outbox.messages(session, causes | named),
        outgoings=outgoings,
        firings=outbox.firing_keys(session, causes),
        _rows=rows,
    )


def records_of(reason: Reason) -> list[int]:
    """The ids of the records that a reason names."""
    found = [reason.get("record"), reason.get("about")]
    found += [*_list(reason.get("records")), *_list(reason.get("moves"))]
    for section in _list(reason.get("sections")):
        found += [entry.get("record") for entry in _list(section.get("records"))]
    return [n for n in found if isinstance(n, int)]


def gone(told: Told) -> list[int]:
    """The ids of the records whose links an event took away."""
    before, after = told.event.old.get("links") or [], told.event.new.get("links") or []
    return [link["record"] for link in before[:MOST_LINKS] if link not in after]


def _linked(rows: Iterable[Row]) -> set[int]:
    """The ids of what these records hang together with."""
    return {link["record"] for row in rows for link in row.record.links[:MOST_LINKS]}


def _rows(session: Session, ids: set[int]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        rows |= by_ids(session, wanted[start : start + CHUNK])
    return rows


def _events(session: Session, causes: Iterable[int]) -> dict[tuple[int, int], list[Told]]:
    found: dict[tuple[int, int], list[Told]] = {}
    events = outbox.events_of_inputs(session, causes)
    retitled = [one for e, _ in events if "title_id" in e.old for one in (e.old, e.new)]
    titles = outbox.texts(session, [one["title_id"] for one in retitled])
    for event, words in events:
        old, new = (titles.get(one.get("title_id", 0), "") for one in (event.old, event.new))
        key = (event.input_id, event.record_id)
        found.setdefault(key, []).append(Told(event, words or "", old, new))
    return found


def _inputs(reason: Reason) -> list[int]:
    found = [reason.get("input"), *_list(reason.get("inputs"))]
    return [n for n in found if isinstance(n, int)]


def _numbers(reasons: Iterable[Reason], key: str) -> list[int]:
    return [n for n in (reason.get(key) for reason in reasons) if isinstance(n, int)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _nobodys(record: Record) -> Project:
    """A stand-in for a project that is not in the directory any more: it has no people."""
    return Project(
        id=record.project,
        key="",
        name="",
        coordinator=0,
        sales=(),
        members=(),
        clients=frozenset(),
        timezone="UTC",
    )
