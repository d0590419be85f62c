"""`/reject REASON`: say no; for what both sides agree, or where the kind has a state for it."""

from __future__ import annotations

from mailflow.workflow.commands.status import move
from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal


def reject(context: Context, argument: str) -> Effects | Refusal:
    kind = context.kind
    state = kind.rejected_state or kind.words.get("reject")
    if state is None:
        return Refusal("nothing_to_reject", {"states": list(kind.states)})
    if kind.agreement == "both" and context.record.state != kind.states[0]:
        return Refusal("not_open_to_agree", {"state": context.record.state})
    return move(context, state, argument or None)
