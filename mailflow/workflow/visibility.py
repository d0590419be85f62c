"""Who may see a record. Every query whose result reaches a person asks here."""

from __future__ import annotations

from mailflow.workflow.model import Project, Record


def may_see(person: int, record: Record, project: Project, *, private: bool) -> bool:
    """The people of its project; of a private kind only its parties."""
    parties = {record.owner, record.reporter, *record.watchers}
    if private:
        return person in parties
    return person in parties or person in project.participants
