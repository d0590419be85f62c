"""`/spent 2h debugging`: how long somebody worked on it."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal
from parsers import read_duration


def spent(context: Context, argument: str) -> Effects | Refusal:
    found = read_duration(argument)
    if found is None:
        return Refusal("unknown_duration", {"given": argument})
    minutes, comment = found
    before = context.record.spent
    said = Happened("spent", {"spent": before}, {"spent": before + minutes}, comment or None)
    return Effects((said,))
