"""`/duplicate ACME-7`: the same as another record, which goes on for both."""

from __future__ import annotations

from mailflow.workflow.commands.status import move
from mailflow.workflow.context import Context
from mailflow.workflow.kinds import Kind
from mailflow.workflow.links import linked
from mailflow.workflow.model import Effects, Happened, Record, Refusal
from mailflow.workflow.refs import refs_in, without_refs
from mailflow.workflow.visibility import may_see


def duplicate(context: Context, argument: str) -> Effects | Refusal:
    """It is closed; whom it concerns watch the original from now on."""
    refs, record = refs_in(argument), context.record
    if len(refs) != 1:
        return Refusal("unknown_duplicate", {"given": argument})
    original = context.others.get(refs[0])
    if original is None:
        return Refusal("unknown_record", {"given": refs[0]})
    refusal = _no_duplicate(context, original)
    if refusal is not None:
        return refusal
    here = linked(record, "original", original.id)
    events: tuple[Happened, ...] = () if original.id in record.linked("original") else (here,)
    state = closing_state(context.kind)
    if state is not None:
        moved = move(context, state, _comment(argument))
        if isinstance(moved, Refusal):
            return moved
        events += moved.events
    there = linked(original, "duplicate", record.id)
    return Effects(events, elsewhere={original.id: (_followed(context, original, there),)})


def _comment(argument: str) -> str | None:
    """What is said beside the ref, but for the "of" before it."""
    words = without_refs(argument).split()
    return " ".join(words[1:] if words[:1] == ["of"] else words) or None


def closing_state(kind: Kind) -> str | None:
    """Where what is not to be done goes: what "rejected" leads to, else the last final state."""
    finals = [state for state in kind.states if state in kind.final]
    return kind.words.get("reject") or (finals[-1] if finals else None)


def _no_duplicate(context: Context, original: Record) -> Refusal | None:
    record = context.record
    if original.id == record.id:
        return Refusal("link_itself")
    if record.state in context.kind.final:
        return Refusal("already_in_state", {"state": record.state})
    if original.linked("original"):
        return Refusal("duplicate_of_duplicate", {"given": original.ref})
    if set(record.linked("original")) - {original.id}:
        return Refusal("already_duplicate")
    return None


def _followed(context: Context, original: Record, event: Happened) -> Happened:
    """The original's event: those who may see it, and did not mute it, watch it."""
    project = context.directory.projects.get(original.project)
    kind = context.kinds.by_name(original.kind)
    concerned = {context.record.reporter, context.record.owner} - original.muted
    if project is None or kind is None:
        return event
    new = {n for n in concerned if may_see(n, original, project, private=kind.private)}
    before = original.following
    after = before | {str(person): "watch" for person in sorted(new)}
    return Happened(
        event.what, {**event.old, "following": before}, {**event.new, "following": after}
    )
