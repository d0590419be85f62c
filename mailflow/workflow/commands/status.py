"""`/status STATE`: move the record along its lifecycle."""

from __future__ import annotations

from mailflow.workflow.commands.agree import agree
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
    if agreed and "coordinator" not in context.roles():
        return agree(context, "")
    return move(context, wanted)


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
