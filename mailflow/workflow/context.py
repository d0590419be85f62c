"""What a command is decided from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mailflow.workflow.directory import Directory
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Moment, Person, Project, Record


@dataclass(frozen=True)
class Context:
    """The record, who acts, the people and projects there are, and when."""

    record: Record
    actor: Person
    directory: Directory
    kinds: Kinds
    time: Moment

    @property
    def kind(self) -> Kind:
        return self.kinds[self.record.kind]

    @property
    def project(self) -> Project:
        return self.directory.projects[self.record.project]

    def roles(self) -> set[str]:
        """What the actor is to this record."""
        record, project, me = self.record, self.project, self.actor.id
        found = {
            "owner": me == record.owner,
            "reporter": me == record.reporter,
            "watcher": me in record.watchers,
            "sales": me in project.sales,
            "members": me in project.members,
            "coordinator": me == project.coordinator,
        }
        return {role for role, holds in found.items() if holds}

    def after(self, **changed: Any) -> Context:
        """The same with the record as it will be."""
        return replace(self, record=replace(self.record, **changed))
