"""`/change FIELD VALUE`, or lines such as `Budget: 450 000 EUR`: what a record says of itself.
`/change FIELD none` empties a field.

What both sides have agreed is to be agreed anew once it is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mailflow.workflow import fields
from mailflow.workflow.context import Context
from mailflow.workflow.fields import EMPTY, Field, Settled, settle
from mailflow.workflow.fold import changed
from mailflow.workflow.kinds import Kind
from mailflow.workflow.links import as_column, linked
from mailflow.workflow.model import Effects, Happened, Link, Record, Refusal

TITLE = Field("title", {"en": ("title", "subject"), "zh": ("标题", "主题")})
LONGEST_TITLE = 300


def change(context: Context, argument: str) -> Effects | Refusal:
    known = context.kind.fields
    found = fields.leading((*known, TITLE), argument)
    if found is None:
        labels = [one.called(context.actor.language) for one in (*known, TITLE)]
        first = next(iter(argument.split()), "")
        return Refusal("unknown_field", {"given": first, "fields": labels})
    field, value = found
    if not value:
        label = field.called(context.actor.language)
        return Refusal("no_value", {"field": label})
    if value.casefold() in EMPTY:
        return _empty(context, field)
    if field == TITLE:
        return _retitle(context, value)
    time, language = context.time, context.actor.language
    settled = settle(context.kind.fields, {field.name: value}, time.today, language)
    refused = next(iter(settled.refused.values()), None)
    return refused or fill(context, settled)


def fill(context: Context, settled: Settled) -> Effects | Refusal:
    """Set all these values in one event; what they make of the record's state is in it, too."""
    record = context.record
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    values = dict(record.fields) | dict(settled.fields)
    values = {name: value for name, value in values.items() if name not in settled.emptied}
    needed = _needed(context, record.fields.keys() - values.keys())
    if needed is not None:
        return needed
    if values != record.fields:
        old["fields"], new["fields"] = dict(record.fields), values
    emptied = fields.without_due(context.kind.fields, settled)
    due = settled.due or (None if emptied else record.due)
    if due != record.due:
        old["due"] = record.due.isoformat() if record.due else None
        new["due"] = due.isoformat() if due else None
    others = _blockers(context, settled)
    if isinstance(others, Refusal):
        return others
    stands, elsewhere = record, {}
    for other in others:
        if Link("blocker", other.id) not in record.links:
            stands = changed(stands, linked(stands, "blocker", other.id).new)
            elsewhere[other.id] = (linked(other, "blocks", record.id),)
    if elsewhere:
        old["links"], new["links"] = as_column(record.links), as_column(stands.links)
    if not new:
        return Refusal("already_so")
    return Effects(_reopening(context, old, new), elsewhere=elsewhere)


def _empty(context: Context, field: Field) -> Effects | Refusal:
    if field == TITLE:
        return Refusal("not_empty", {"field": field.called(context.actor.language)})
    if field.type == "blockers":
        is_free = not context.record.linked("blocker")
        return Refusal("already_so") if is_free else Refusal("unlink_each", {"command": "link"})
    return fill(context, Settled(emptied=frozenset({field.name})))


def _needed(context: Context, emptied: Collection[str]) -> Refusal | None:
    """Why a field cannot be emptied: the state, or one before it, is only reached with it."""
    kind, state = context.kind, context.record.state
    reached = kind.states[: kind.states.index(state) + 1] if state in kind.states else ()
    for one in kind.fields:
        for passed in reached if one.name in emptied else ():
            if one.name in kind.filled.get(passed, ()):
                label = one.called(context.actor.language)
                return Refusal("field_needed", {"field": label, "state": passed})
    return None


def moved_on(kind: Kind, record: Record) -> tuple[Happened, ...]:
    """The move to the furthest state whose fields are all known, where it lies ahead."""
    if record.state not in kind.states:
        return ()
    ahead = kind.states[kind.states.index(record.state) + 1 :]
    ripe = [s for s in ahead if s in kind.filled and set(kind.filled[s]) <= record.fields.keys()]
    if not ripe:
        return ()
    return (Happened("status", {"state": record.state}, {"state": ripe[-1]}),)


def _retitle(context: Context, value: str) -> Effects | Refusal:
    title = " ".join(value.split())[:LONGEST_TITLE]
    if title == context.record.title:
        return Refusal("already_so")
    return Effects(_reopening(context, {"title": context.record.title}, {"title": title}))


def _reopening(
    context: Context, old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Happened, ...]:
    """The change, with what it makes of agreements that were given, and the move that follows."""
    kind, record = context.kind, context.record
    old, new = dict(old), dict(new)
    closed = record.state in kind.final or record.state not in kind.states
    if kind.agreement == "both" and not closed:
        if record.agreements:
            old["agreements"], new["agreements"] = dict(record.agreements), {}
        if record.state not in kind.to_agree:
            old |= {"state": record.state, "reworked": record.reworked}
            new |= {"state": kind.asked_to_agree, "reworked": record.reworked + 1}
    said = Happened("change", old, new)
    return (said, *moved_on(kind, changed(record, new)))


def _blockers(context: Context, settled: Settled) -> tuple[Record, ...] | Refusal:
    """The records that have to be settled before this one."""
    for ref in settled.blockers:
        other = context.others.get(ref)
        if other is None:
            return Refusal("unknown_record", {"given": ref})
        if other.id == context.record.id:
            return Refusal("link_itself")
        if Link("blocks", other.id) in context.record.links:
            return Refusal("link_circle", {"given": ref})
    return tuple({context.others[ref].id: context.others[ref] for ref in settled.blockers}.values())
