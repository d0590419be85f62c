"""`/due DATE`: until when; a date in the project's zone, as people write dates."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.fields import no_date
from mailflow.workflow.model import Effects, Happened, Refusal
from parsers.dates import parse_due


def due(context: Context, argument: str) -> Effects | Refusal:
    record = context.record
    if no_date(argument):
        found = None
    else:
        found = parse_due(argument, context.time.today, context.actor.language)
        if found is None:
            return Refusal("unknown_date", {"given": argument})
    if found == record.due:
        return Refusal("already_due", {"due": found.isoformat()}) if found else Refusal("no_due")
    old = {"due": record.due.isoformat() if record.due else None}
    return Effects((Happened("due", old, {"due": found.isoformat() if found else None}),))
