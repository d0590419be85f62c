"""`/help`: how to work with this mailbox, sent along with the receipt."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal


def help_(_context: Context, _argument: str) -> Effects | Refusal:
    return Effects(pages=("help",))
