"""`/reject REASON`: say no; for what both sides agree, or where the kind has a state for it."""

from __future__ import annotations

from mailflow.workflow.commands.status import move
from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal


def reject(context: Context, argument: str) -> Effects | Refusal:
    """Where the kind has no state for it, it stays open: all that was agreed is taken back."""
    kind, record = context.kind, context.record
    state = kind.rejected_state or kind.words.get("reject")
    if state is None and kind.agreement != "both":
        return Refusal("nothing_to_reject", {"states": list(kind.states)})
    if kind.agreement == "both" and record.state not in kind.to_agree:
        return Refusal("not_open_to_agree", {"state": record.state})
    if state is not None:
        return move(context, state, argument or None)
    if not context.roles() & set(kind.may_move):
        return Refusal("may_not_move", {"who": list(kind.may_move)})
    old = {"agreements": dict(record.agreements)}
    return Effects((Happened("reject", old, {"agreements": {}}, argument or None),))
