"""`/ignore`: it was no record after all; withdrawn, its number is never used again."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import WITHDRAWN, Effects, Happened, Refusal

MAY = {"owner", "reporter", "coordinator"}


def ignore(context: Context, _argument: str) -> Effects | Refusal:
    if context.record.state == WITHDRAWN:
        return Refusal("already_in_state", {"state": WITHDRAWN})
    if not context.roles() & MAY:
        return Refusal("may_not_move", {"who": sorted(MAY)})
    return Effects((Happened("status", {"state": context.record.state}, {"state": WITHDRAWN}),))
