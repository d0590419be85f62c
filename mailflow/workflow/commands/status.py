"""`/status STATE`: move the record along its lifecycle."""

from __future__ import annotations

from dataclasses import replace

from mailflow.workflow.commands.agree import BOTH, agree
from mailflow.workflow.context import Context
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Effects, Happened, Refusal


def status(context: Context, argument: str) -> Effects | Refusal:
    """A state's name, spaces and hyphens as underscores; what is agreed by both sides needs both,
    unless the coordinator sets it."""
    kind = context.kind
    wanted = "_".join(argument.casefold().replace("-", " ").split())
    if wanted not in kind.states:
        return Refusal("unknown_state", {"given": argument, "states": list(kind.states)})
    agreed = kind.agreement == "both" and wanted == kind.agreed_state
    if not agreed or context.record.agreements.keys() >= BOTH:
        return move(context, wanted)
    return _decree(context) if "coordinator" in context.roles() else agree(context, "")


def _decree(context: Context) -> Effects | Refusal:
    """The coordinator sets what both sides should agree; of a side of their own it is the yes."""
    said = agree(context, "")
    own = said.events if isinstance(said, Effects) else ()
    for event in own:
        context = context.after(event)
    if context.record.state == context.kind.agreed_state and own:
        return Effects(own)
    moved = move(context, str(context.kind.agreed_state))
    if isinstance(moved, Refusal):
        return moved
    # What is agreed stays as it is: that it was not by both is what the event tells.
    given = {"agreements": dict(context.record.agreements)}
    (event,) = moved.events
    event = replace(event, what="decreed", old={**given, **event.old}, new={**given, **event.new})
    return Effects((*own, event))


def move(context: Context, state: str, text: str | None = None) -> Effects | Refusal:
    """Move to a state that the kind has, where the actor may and the lifecycle allows it."""
    kind, record = context.kind, context.record
    if not context.roles() & set(kind.may_move):
        return Refusal("may_not_move", {"who": list(kind.may_move)})
    if record.state == state:
        return Refusal("already_in_state", {"state": state})
    allowed = next_states(kind, record.state)
    if state not in allowed:
        return Refusal("no_such_move", {"old": record.state, "new": state, "states": allowed})
    new: dict[str, object] = {"state": state}
    old: dict[str, object] = {"state": record.state}
    if state in kind.to_agree and record.state not in kind.to_agree and record.agreements:
        old["agreements"], new["agreements"] = dict(record.agreements), {}
    return Effects((Happened("status", old, new, text),))


def next_states(kind: Kind, state: str) -> list[str]:
    """Where a record may go from a state; anywhere where the kind does not say."""
    allowed = kind.moves.get(state)
    return [s for s in kind.states if s != state and (allowed is None or s in allowed)]
