"""A plain "not mine": the owner gives it back; the coordinator is asked who should have it."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal


def not_mine(context: Context) -> Effects | Refusal:
    record, project = context.record, context.project
    if record.owner != context.actor.id:
        return Refusal("not_the_owner", {"person": record.owner})
    if record.owner == project.coordinator:
        people = [n for n in project.participants if n != record.owner]
        names = [context.directory.persons[n].name for n in people]
        return Refusal("nobody_to_give_it_back_to", {"people": names})
    why = {"rule": "coordinator", "project": project.key}
    new = {"owner_id": project.coordinator, "why": why}
    return Effects((Happened("owner", {"owner_id": record.owner}, new),))
