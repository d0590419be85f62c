"""A record and its history as commands show them: names instead of ids, nothing private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailflow.snapshots import as_deed
from mailflow.store import records
from mailflow.store.forgetting import OMITTED
from mailflow.store.records import Row
from mailflow.store.tables import (
    Client,
    Contact,
    Filed,
    Message,
    Person,
    Project,
    Record,
    Text,
)
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.reversal import taken_back

PROJECT_RULES = {
    "tag": "project by its tag",
    "plus": "project by the plus-address",
    "client": "project by the client",
    "only": "the sender's only project",
    "coordinator": "project as the coordinator said",
    "always": "project by a rule",
}
# Columns that say nothing to people, and those that are called otherwise.
HIDDEN = {"number", "why", "title_id", "text_id", "answered_at", "settled_at"} | {"input", "words"}
NAMES = {
    "owner_id": "owner",
    "reporter_id": "reporter",
    "project_id": "project",
    "contact_id": "client",
    "client_id": "company",
}


@dataclass(frozen=True)
class Names:
    """What ids stand for."""

    session: Session
    persons: Mapping[int, Person]
    projects: Mapping[int, Project]
    companies: Mapping[int, Client]

    @classmethod
    def read(cls, session: Session) -> Names:
        return cls(
            session,
            {row.id: row for row in session.scalars(select(Person))},
            {row.id: row for row in session.scalars(select(Project))},
            {row.id: row for row in session.scalars(select(Client))},
        )

    def person(self, person_id: int | None) -> str | None:
        """The first address; a name where somebody who left has none any more."""
        found = self.persons.get(person_id) if person_id is not None else None
        return (found.address or self.called(person_id)) if found else None

    def called(self, person_id: int | None) -> str:
        found = self.persons.get(person_id) if person_id is not None else None
        if found is not None and found.name == OMITTED:
            return "somebody forgotten"
        return found.name if found else "somebody"

    def project(self, project_id: int) -> str | None:
        found = self.projects.get(project_id)
        return found.key if found else None

    def company(self, client_id: int | None) -> str | None:
        found = self.companies.get(client_id) if client_id is not None else None
        return found.name if found else None

    def why(self, why: Mapping[str, Any]) -> str:
        """Which rule found the owner, and which the project, in words."""
        said = self._owner_rule(why)
        project = PROJECT_RULES.get(why.get("project_rule", ""))
        placed = f"placed by rule {why['placed']}" if why.get("placed") else None
        return "; ".join(filter(None, (said, project, placed)))

    def _owner_rule(self, why: Mapping[str, Any]) -> str:
        if why.get("rule") == "person":
            return f"given by {self.called(why.get('person'))}"
        if why.get("rule") == "always":
            return f"rule {why.get('id')} of {self.called(why.get('by'))}"
        if why.get("rule") != "route":
            return f"no route of {why.get('project', 'the project')} fits: its coordinator"
        fits = [f"kind {why['kind']}"] if "kind" in why else []
        fits += [f'word "{why["word"]}"'] if "word" in why else []
        fits += [f"client {self.company(why['client'])}"] if "client" in why else []
        reason = f" ({', '.join(fits)})" if fits else ""
        return f"route {why.get('position')} of {why.get('project')}{reason}"

    def field(self, name: str, value: Any) -> Any:
        """A field of an event as people know it."""
        if name in ("owner_id", "reporter_id"):
            return self.person(value)
        if name == "project_id":
            return self.project(value)
        if name == "client_id":
            return self.company(value)
        if name == "contact_id":
            return contact(self.session.get(Contact, value) if value is not None else None)
        if name == "agreements":
            return {side: self.person(person) for side, person in (value or {}).items()}
        if name == "links":
            return self.links(value or [])
        if name == "following":
            return {self.person(int(n)): how for n, how in (value or {}).items()}
        return value / 60 if name == "spent" else value

    def links(self, links: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What a record hangs together with: relation and ref."""
        ids = {link["record"] for link in links}
        query = select(Record.id, Record.ref).where(Record.id.in_(ids))
        refs = {row.id: row.ref for row in self.session.execute(query)} if ids else {}
        return [{"relation": link["relation"], "ref": refs.get(link["record"])} for link in links]

    def watchers(self, following: Mapping[str, str]) -> list[str | None]:
        return [self.person(int(person)) for person, how in following.items() if how == "watch"]


def contact(found: Contact | None) -> dict[str, str | None] | None:
    return {"name": found.name or None, "address": found.address or None} if found else None


def is_shown(kinds: Kinds, kind: str, private: bool) -> bool:
    """Whether more than ref, kind and state may be shown; an unknown kind may be private."""
    found = kinds.by_name(kind)
    return private or (found is not None and not found.private)


def record_fields(row: Row, names: Names, shown: bool) -> dict[str, Any]:
    """The fields of `mailflow records --json`; of a private record only what it is."""
    record = row.record
    return {
        "ref": record.ref,
        "kind": record.kind,
        "state": record.state,
        "title": row.title if shown else None,
        "text": row.text if shown else None,
        "project": names.project(record.project_id),
        "client": contact(row.contact) if shown else None,
        "company": names.company(record.client_id) if shown else None,
        "reporter": names.person(record.reporter_id) if shown else None,
        "owner": names.person(record.owner_id) if shown else None,
        "priority": record.priority if shown else None,
        "due": record.due.isoformat() if record.due and shown else None,
        "fields": record.fields if shown else None,
        "reworked": record.reworked if shown else None,
        "links": names.links(record.links) if shown else None,
        "spent": record.spent / 60 if shown else None,
        "watchers": names.watchers(record.following) if shown else None,
        "created": record.created_at.isoformat(),
        "updated": record.updated_at.isoformat(),
        "why": names.why(record.why) if shown else None,
    }


def history(session: Session, record_id: int, names: Names) -> Iterator[dict[str, Any]]:
    """The events, oldest first: one value or an object of them before and after, and the words."""
    found = records.events_of(session, record_id)
    causes = _message_ids(session, {event.input_id for event in found})
    gone = taken_back(map(as_deed, found))
    for event in found:
        text = session.get(Text, event.text_id) if event.text_id is not None else None
        words = text.body if text else None
        before, after = event.old, event.new
        is_change = event.what in ("change", "corrected")
        if is_change:
            before, after = _differing(session, before, after)
        new = _value(after, names, whole=is_change)
        yield {
            "at": event.at.isoformat(),
            "who": names.person(event.actor_id),
            "what": event.what,
            "taken_back": event.input_id in gone,
            "old": _value(before, names, whole=is_change),
            "new": words if new is None else new,
            "text": words,
            "message_id": causes.get(event.input_id),
        }


def _differing(
    session: Session, old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a change was, with its fields by their names and the titles themselves."""
    names = {*old.get("fields", {}), *new.get("fields", {})}
    changed = [n for n in sorted(names) if old["fields"].get(n) != new["fields"].get(n)]
    found = []
    for side in (old, new):
        told = {name: value for name, value in side.items() if name != "fields"}
        told |= {name: side["fields"].get(name) for name in changed}
        texts = {name: session.get(Text, side.get(f"{name}_id", 0)) for name in ("title", "text")}
        found.append(told | {name: text.body for name, text in texts.items() if text})
    return found[0], found[1]


def messages(session: Session, record_id: int) -> list[dict[str, Any]]:
    """The received mails that belong to a record, in the order of their arrival."""
    query = (
        select(Message)
        .join(Filed, Filed.input_id == Message.input_id)
        .where(Filed.record_id == record_id)
        .order_by(Message.input_id)
    )
    return [
        {
            "message_id": message.message_id,
            "from": message.sender or None,
            "date": message.claimed_at.isoformat() if message.claimed_at else None,
            "subject": message.subject,
        }
        for message in session.scalars(query)
    ]


def _message_ids(session: Session, inputs: set[int]) -> dict[int, str | None]:
    query = select(Message.input_id, Message.message_id).where(Message.input_id.in_(inputs))
    return {row.input_id: row.message_id for row in session.execute(query)}


def _value(fields: Mapping[str, Any], names: Names, *, whole: bool = False) -> Any:
    """Nothing, the one value, or an object of them; `whole` is an object also of one."""
    told = {
        NAMES.get(name, name): names.field(name, value)
        for name, value in fields.items()
        if name not in HIDDEN
    }
    if len(told) > 1 or (whole and told):
        return told
    return next(iter(told.values()), None)
