"""`/agree`: one side says yes; when both have, it is agreed."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import SIDES, Effects, Happened, Refusal

BOTH = frozenset(SIDES)


def agree(context: Context, argument: str) -> Effects | Refusal:
    kind, record = context.kind, context.record
    if kind.agreement != "both" or kind.agreed_state is None:
        return Refusal("nothing_to_agree", {"states": list(kind.states)})
    if record.state not in kind.to_agree:
        return Refusal("not_open_to_agree", {"state": record.state})
    side = context.project.side(context.actor.id)
    if side is None:
        return Refusal("no_side", {"state": kind.agreed_state})
    if side in record.agreements:
        return Refusal("side_agreed", {"side": side, "person": record.agreements[side]})
    agreements = dict(record.agreements) | {side: context.actor.id}
    said = Happened(
        "agree",
        {"agreements": dict(record.agreements)},
        {"agreements": agreements},
        argument or None,
    )
    if agreements.keys() < BOTH:
        return Effects((said,))
    reached = Happened("status", {"state": record.state}, {"state": kind.agreed_state})
    return Effects((said, reached))
