"""Rules: what was decided about one mail or record and holds for all that are alike.

A rule is found by its exact key, so that finding it costs the same however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import NewRule, Person, Project

LONGEST_TAGS = 100


@dataclass(frozen=True, slots=True)
class Mails:
    """Mails that are alike: of one sender (one of ours, else an address), with the same tags,
    bringing words of the same client (or of none)."""

    person: int | None
    address: str
    tags: str
    client: int | None

    @property
    def key(self) -> str:
        who = self.address if self.person is None else str(self.person)
        return f"place:{who}:{self.client or ''}:{self.tags}"

    def as_json(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "address": self.address,
            "tags": self.tags,
            "client": self.client,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Mails:
        return cls(value["person"], value["address"], value["tags"], value["client"])


def mails_like(
    person: Person | None, address: str, tags: Sequence[str], client: int | None
) -> Mails:
    """`address` is folded; it counts only for a sender who is not one of ours."""
    joined = "".join(f"[{tag}]" for tag in tags)[:LONGEST_TAGS]
    return Mails(person.id if person else None, "" if person else address, joined, client)


@dataclass(frozen=True, slots=True)
class Unrouted:
    """Records of a project and kind, for one client (or none), that no route takes."""

    project: int
    kind: str
    client: int | None

    @property
    def key(self) -> str:
        return f"owner:{self.project}:{self.kind}:{self.client or ''}"

    def as_json(self) -> dict[str, Any]:
        return {"project": self.project, "kind": self.kind, "client": self.client}


def placing(mails: Mails, project: int | None, kind: str | None) -> NewRule:
    """All such mails belong into this project and are of this kind."""
    found = {"project": project, "kind": kind}
    known = {name: value for name, value in found.items() if value is not None}
    return NewRule(mails.key, {**known, "of": mails.as_json()})


def owning(records: Unrouted, owner: int) -> NewRule:
    """All such records are owned by this person."""
    return NewRule(records.key, {"owner": owner, "of": records.as_json()})


def placed(
    decided: Mapping[str, Any], person: Person | None, directory: Directory, kinds: Kinds
) -> tuple[Project | None, Kind | None]:
    """The project and the kind that a rule says, as far as they still can be.

    One of ours writes into a project of theirs alone, whatever was decided once.
    """
    project = directory.projects.get(decided.get("project", 0))
    if project is not None and person is not None and person.id not in project.participants:
        project = None
    return project, kinds.by_name(decided.get("kind", ""))


def owned(decided: Mapping[str, Any], directory: Directory) -> int | None:
    """The owner that a rule says, where they are still there."""
    owner = directory.persons.get(decided.get("owner", 0))
    return owner.id if owner and owner.active else None
