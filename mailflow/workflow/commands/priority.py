"""`/priority low|normal|high|urgent`."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import PRIORITIES, Effects, Happened, Refusal

WORDS = {name: name for name in PRIORITIES} | {
    "低": "low",
    "普通": "normal",
    "一般": "normal",
    "正常": "normal",
    "中": "normal",
    "高": "high",
    "紧急": "urgent",
    "加急": "urgent",
}


def priority(context: Context, argument: str) -> Effects | Refusal:
    wanted = WORDS.get(argument.strip().casefold())
    if wanted is None:
        return Refusal("unknown_priority", {"given": argument, "states": list(PRIORITIES)})
    if wanted == context.record.priority:
        return Refusal("already_priority", {"priority": wanted})
    old = {"priority": context.record.priority}
    return Effects((Happened("priority", old, {"priority": wanted}),))
