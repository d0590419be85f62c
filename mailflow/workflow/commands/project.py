"""`/project KEY`: the record belongs elsewhere; it gets a number there and keeps its old ref."""

from __future__ import annotations

from typing import Any

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal


def project(context: Context, argument: str) -> Effects | Refusal:
    found = context.directory.project_by_key(argument)
    if found is None:
        keys = [p.key for p in context.directory.projects.values()]
        return Refusal("unknown_project", {"given": argument, "projects": keys})
    if found.id == context.record.project:
        return Refusal("already_in_project", {"project": found.key})
    record = context.record
    old: dict[str, Any] = {"project_id": record.project, "ref": record.ref}
    new: dict[str, Any] = {"project_id": found.id}
    if record.agreements and record.state in context.kind.to_agree:
        # What the sides of one project agreed does not bind those of another.
        old["agreements"], new["agreements"] = dict(record.agreements), {}
    return Effects((Happened("project", old, new),))
