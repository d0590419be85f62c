"""A plain word alone on the first line: "done", "已解决", "agreed"."""

from __future__ import annotations

from mailflow.workflow.commands.agree import agree
from mailflow.workflow.commands.ignore import ignore
from mailflow.workflow.commands.not_mine import not_mine
from mailflow.workflow.commands.reject import reject
from mailflow.workflow.commands.status import move
from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Refusal


def word(context: Context, meaning: str) -> Effects | Refusal | None:
    """What the word asks for; None where it means nothing for this kind and is just text."""
    kind = context.kind
    if meaning in kind.words:
        return move(context, kind.words[meaning])
    if meaning == "agree" and kind.agreement == "both":
        return agree(context, "")
    if meaning == "reject" and (kind.rejected_state or kind.agreement == "both"):
        return reject(context, "")
    if meaning == "not_mine":
        return not_mine(context)
    return ignore(context, "") if meaning == "ignore" else None
