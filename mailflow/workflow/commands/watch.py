"""`/watch`: be told of what happens to a record; `/watch off` ends it."""

from __future__ import annotations

from typing import Literal

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal

ON = {"", "on", "yes", "true", "开", "开启", "打开", "是"}
OFF = {"off", "no", "none", "stop", "end", "false", "关", "关闭", "取消", "停止", "否"}


def watch(context: Context, argument: str) -> Effects | Refusal:
    return follow(context, argument, "watch")


def follow(context: Context, argument: str, how: Literal["watch", "mute"]) -> Effects | Refusal:
    """Whoever may see a record may say how they follow it; one way ends the other."""
    said = argument.strip().casefold()
    if said not in ON | OFF:
        return Refusal("unknown_switch", {"given": argument})
    before, me = context.record.following, str(context.actor.id)
    wanted = how if said in ON else None
    if before.get(me) == wanted or (wanted is None and before.get(me) != how):
        return Refusal(f"already_{how}" if wanted else f"already_no_{how}")
    after = {person: way for person, way in before.items() if person != me}
    if wanted:
        after[me] = wanted
    return Effects((Happened(how, {"following": before}, {"following": after}),))
