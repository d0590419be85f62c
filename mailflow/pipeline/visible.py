"""Whether somebody may see a record, of a project that goes on."""

from __future__ import annotations

from mailflow.pipeline.work import Work
from mailflow.workflow.model import Person, Record
from mailflow.workflow.visibility import may_see


def visible(work: Work, person: Person, record: Record) -> bool:
    project = work.directory.projects.get(record.project)
    kind = work.installation.kinds.by_name(record.kind)
    if project is None or kind is None:
        return False
    return may_see(person.id, record, project, private=kind.private)
