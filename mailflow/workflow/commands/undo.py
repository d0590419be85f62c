"""`/undo`: take back what one mail did, with all records that it touched."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal
from mailflow.workflow.reversal import take_back


def undo(context: Context, _argument: str) -> Effects | Refusal:
    """Which mail that is was found out before (see Deeds)."""
    found = take_back(context.deeds, context.actor.id, context.directory, context.kinds)
    if isinstance(found, Refusal):
        return found
    mine = found.get(context.record.id)
    others = {n: (event,) for n, event in found.items() if n != context.record.id}
    return Effects((mine,) if mine else (), elsewhere=others)
