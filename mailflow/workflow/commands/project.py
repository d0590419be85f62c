"""`/project KEY`: the record belongs elsewhere; it gets a number there and keeps its old ref."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal


def project(context: Context, argument: str) -> Effects | Refusal:
    found = context.directory.project_by_key(argument)
    if found is None:
        keys = [p.key for p in context.directory.projects.values()]
        return Refusal("unknown_project", {"given": argument, "projects": keys})
    if found.id == context.record.project:
        return Refusal("already_in_project", {"project": found.key})
    old = {"project_id": context.record.project, "ref": context.record.ref}
    return Effects((Happened("project", old, {"project_id": found.id}),))
