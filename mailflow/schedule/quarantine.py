"""What could not be handled: once a day to the coordinator, where anything new is there.

An admin puts it right; the coordinator hears of it, so that nothing is left lying in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.schedule import notices
from mailflow.schedule.due import Due, Meeting, Plan, local_moment
from mailflow.store import clock
from mailflow.store import quarantine as store
from mailflow.workflow.deputies import acting
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation

LASTS = timedelta(hours=24)
DAY = timedelta(days=1)
SHOWN = 20
# Where the clock stood still for longer, all that waits is told again.
DAYS_BACK = 60


def planned(
    directory: Directory, _meetings: Sequence[Meeting], plan: Plan, start: datetime, end: datetime
) -> Iterator[Due]:
    """Every day, at the hour of the digests where the coordinator is."""
    coordinator = directory.by_address(plan.coordinator)
    if coordinator is None:
        return
    zone = ZoneInfo(coordinator.timezone)
    day, last = (start - DAY).astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        at = local_moment(day, plan.digest_at, zone)
        if start <= at < end:
            yield Due(_key(day), at, at + LASTS, {"what": "quarantine", "day": day.isoformat()})
        day += DAY


def tell(
    session: Session,
    installation: Installation,
    directory: Directory,
    payload: Mapping[str, Any],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """What came into quarantine since the day before, and still is there."""
    coordinator = directory.by_address(installation.coordinator)
    if coordinator is None:
        return {}
    day, until = date.fromisoformat(payload["day"]), datetime.fromisoformat(payload["at"])
    since = clock.last_moment(session, [_key(day - n * DAY) for n in range(1, DAYS_BACK + 1)])
    found = store.between(session, since, until, SHOWN)
    if not found:
        return {}
    new = store.count(session, since, until)
    asked = acting(directory, coordinator.id, now)
    reason = {
        "reason": "quarantine",
        "inputs": [one.id for one in found],
        "entries": [
            {"input": one.id, "at": one.taken_at.isoformat(), "why": one.why, "key": one.key}
            for one in found
        ],
        "n": new,
        "before": store.count(session, None, until) - new,
        **({"for": coordinator.id} if asked != coordinator.id else {}),
    }
    return {asked: reason}


fire = notices.telling("report", tell)


def _key(day: date) -> str:
    return f"quarantine:{day.isoformat()}"
