"""`/note TEXT`, and any text of a reply: kept with the record, told to who follows it."""

from __future__ import annotations

from mailflow.workflow.context import Context
from mailflow.workflow.model import Effects, Happened, Refusal


def note(_context: Context, argument: str) -> Effects | Refusal:
    if not argument.strip():
        return Refusal("empty_note")
    return Effects((Happened("note", text=argument.strip()),))
