"""Whether a mail may do what it asks for in other projects than the one it is about, too: each may
be stricter about who is believed."""

from __future__ import annotations

from collections.abc import Iterable

from mailflow.pipeline.believe import belief
from mailflow.pipeline.work import Work
from mailflow.store import records
from mailflow.workflow.model import Effects, Refusal


def doubted(work: Work, effects: Effects, *own: int) -> Refusal | None:
    """Why nothing of this is done: a project that it changes something in, or one of its `own`
    (ids), accepts only mails that are verified, which this one is not."""
    rows = records.by_ids(work.session, list(effects.elsewhere)) if effects.elsewhere else {}
    events = (*effects.events, *(e for theirs in effects.elsewhere.values() for e in theirs))
    moved_to = [event.new["project_id"] for event in events if "project_id" in event.new]
    return _not_verified(work, (*own, *(row.record.project_id for row in rows.values()), *moved_to))


def _not_verified(work: Work, projects: Iterable[int]) -> Refusal | None:
    if work.input.decisions.get("believed"):
        return None
    for project_id in dict.fromkeys(projects):
        project, known = work.directory.projects.get(project_id), work.person is not None
        if project and belief(work, project, known=known, vouched=work.vouched) != "obey":
            return Refusal("not_verified", {"project": project.key})
    return None
