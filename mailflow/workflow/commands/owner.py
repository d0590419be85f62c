"""`/owner PERSON`: somebody else takes it."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal

MYSELF = {"me", "myself", "我", "我自己"}


def owner(context: Context, argument: str) -> Effects | Refusal:
    if argument.strip().casefold() in MYSELF:
        found = context.actor
    else:
        named = context.directory.find_person(argument, context.project)
        if named is None:
            people = [context.directory.persons[n].name for n in context.project.participants]
            return Refusal("unknown_person", {"given": argument, "people": people})
        found = named
    if found.id == context.record.owner and context.record.routed:
        return Refusal("already_owner", {"person": found.id})
    old, why = {"owner_id": context.record.owner}, {"rule": "person", "person": context.actor.id}
    return Effects((Happened("owner", old, {"owner_id": found.id, "why": why}),))
