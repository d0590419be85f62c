"""What a command is decided from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailflow.workflow.directory import Directory
from mailflow.workflow.fold import changed
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.model import Happened, Moment, Person, Project, Record
from mailflow.workflow.reversal import Deeds


@dataclass(frozen=True)
class Context:
    """The record, who acts, the people and projects there are, and when.

    What a command says that it needs is loaded besides: `others` are the records that its argument
    names and the actor may see, by their refs; `deeds` is what the mail did that an undo is about.
    """

    record: Record
    actor: Person
    directory: Directory
    kinds: Kinds
    time: Moment
    others: Mapping[str, Record] = field(default_factory=dict)
    deeds: Deeds = field(default_factory=Deeds)

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
            "coordinator": me in (project.coordinator, project.deputy),
        }
        return {role for role, holds in found.items() if holds}

    def after(self, event: Happened) -> Context:
        """The same with the record as it will be."""
        return replace(self, record=changed(self.record, event.new))
