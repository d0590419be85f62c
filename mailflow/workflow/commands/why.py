"""`/why`: by which rule somebody got the mail that they answer; said in the receipt."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal


def why(_context: Context, _argument: str) -> Effects | Refusal:
    return Effects(pages=("why",))
