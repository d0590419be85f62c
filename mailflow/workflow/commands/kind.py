"""`/kind KIND`: it is something else; it starts anew in that kind's first state."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal


def kind(context: Context, argument: str) -> Effects | Refusal:
    found, record = context.kinds.find(argument), context.record
    if found is None:
        return Refusal("unknown_kind", {"given": argument, "kinds": list(context.kinds.names)})
    if found.name == record.kind:
        return Refusal("already_kind", {"kind": found.name})
    old = {"kind": record.kind, "state": record.state, "agreements": dict(record.agreements)}
    new = {"kind": found.name, "state": found.states[0], "agreements": {}}
    return Effects((Happened("kind", old, new),))
