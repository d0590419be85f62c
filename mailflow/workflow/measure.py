"""What events say beside what was asked for: when a record was first answered and when settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mailflow.workflow.audience import OWN_AFFAIRS
from mailflow.workflow.fold import changed
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.model import Happened, Record


def measured(
    record: Record, events: Iterable[Happened], kinds: Kinds, actor: int | None, now: datetime
) -> list[Happened]:
    """The same events, of which the one that answers or settles the record says so."""
    found = []
    for event in events:
        after = changed(record, event.new)
        old, new = dict(event.old), dict(event.new)
        by_another = actor not in (None, record.reporter) and event.what not in OWN_AFFAIRS
        if record.answered_at is None and by_another:
            new["answered_at"] = now.isoformat()
        if (record.kind, record.state) != (after.kind, after.state):
            kind = kinds.by_name(after.kind)
            settled = kind is not None and after.state not in set(kind.states) - kind.settled
            if settled != (record.settled_at is not None):
                old["settled_at"] = _iso(record.settled_at)
                new["settled_at"] = now.isoformat() if settled else None
        found.append(replace(event, old=old, new=new))
        record = changed(record, new)
    return found


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
