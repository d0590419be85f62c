"""`/mute`: hear of a record only when something is asked; `/mute off` ends it."""

from __future__ import annotations

from mailflow.workflow.commands.watch import follow
from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal


def mute(context: Context, argument: str) -> Effects | Refusal:
    return follow(context, argument, "mute")
