"""What a change of one record means for those that hang on it."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.pipeline.work import Work
from mailflow.snapshots import as_record
from mailflow.store import records
from mailflow.workflow.dates import moved_dates
from mailflow.workflow.kinds import Kind
from mailflow.workflow.model import Happened, Record

# So many records are told of, however many hang on one.
MOST = 20


def moved_along(
    work: Work, record: Record, kind: Kind, events: Sequence[Happened]
) -> dict[str, list[int]]:
    """Where a date changed: the open records that wait for this one or are a part of it, also
    through others, the nearest first; nothing where there are none."""
    if not moved_dates(record, kind, events):
        return {}
    found: dict[int, None] = {}
    seen, nearest = {record.id}, [record]
    while nearest and len(found) < MOST:
        ids = [n for one in nearest for n in one.linked("blocks", "part") if n not in seen][:MOST]
        seen.update(ids)
        nearest = [one for one in _records(work, ids) if is_open(work, one)]
        found |= dict.fromkeys(one.id for one in nearest)
    return {"moves": list(found)[:MOST]} if found else {}


def tell_unblocked(work: Work, before: Record, after: Record) -> None:
    """Tell the owners of what waited for a record that is settled now."""
    if before.settled_at is not None or after.settled_at is None:
        return
    for waited in _records(work, after.linked("blocks")[:MOST]):
        if is_open(work, waited) and waited.owner not in waited.muted:
            reason = {"reason": "unblocked", "record": waited.id, "by": after.id}
            work.notices.tell(waited.owner, "notice", reason)


def is_open(work: Work, record: Record) -> bool:
    """Whether it still waits for its owner; not where its project is over or its kind gone."""
    kind = work.kinds.by_name(record.kind)
    if kind is None or record.project not in work.directory.projects:
        return False
    return record.state in kind.states and record.state not in kind.settled


def _records(work: Work, ids: Sequence[int]) -> list[Record]:
    rows = records.by_ids(work.session, list(dict.fromkeys(ids)))
    return [as_record(rows[n]) for n in dict.fromkeys(ids) if n in rows]
