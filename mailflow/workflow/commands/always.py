"""`/always`: who owns this record owns all like it from now on, where no route says who."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal
from mailflow.workflow.routing import choose_owner
from mailflow.workflow.rules import Unrouted, owning


def always(context: Context, _argument: str) -> Effects | Refusal:
    record, project = context.record, context.project
    if "coordinator" not in context.roles():
        return Refusal("may_not_rule", {"person": project.coordinator})
    words = f"{record.title}\n{record.text}"
    _, why = choose_owner(project, record.kind, words, record.client)
    if why["rule"] == "route":
        given = {"position": why["position"], "project": project.key}
        return Refusal("route_decides", given)
    if not record.routed:
        return Refusal("owner_first", {"command": "owner"})
    alike = Unrouted(project.id, record.kind, record.client)
    return Effects(rules=(owning(alike, record.owner),))
