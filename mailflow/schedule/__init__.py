"""The clock and its mails. A new scheduled mail is a module here, its line below, its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from mailflow.schedule import agenda, digest, escalation, plan, reminders
from mailflow.schedule.due import Due, Meeting, Plan
from mailflow.store.tables import Input
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation


class Scheduled(Protocol):
    """What a module of a scheduled mail has."""

    # The longest that one of its firings stays due.
    LASTS: timedelta

    def planned(
        self,
        directory: Directory,
        meetings: Sequence[Meeting],
        plan: Plan,
        start: datetime,
        end: datetime,
        /,
    ) -> Iterator[Due]:
        """All its firings whose moment is from `start` on and before `end`. Pure."""
        ...

    def tell(
        self,
        session: Session,
        installation: Installation,
        directory: Directory,
        payload: Mapping[str, Any],
        now: datetime,
        /,
    ) -> Mapping[int, Mapping[str, Any]]:
        """What a firing of this payload (clock.payload_of) tells whom; also for a preview."""
        ...

    def fire(
        self,
        session: Session,
        installation: Installation,
        directory: Directory,
        input_row: Input,
        now: datetime,
        /,
    ) -> None:
        """Write the notices of one firing, in the pipeline's transaction."""
        ...


SCHEDULED: Mapping[str, Scheduled] = {
    "digest": digest,
    "agenda": agenda,
    "reminder": reminders,
    "escalation": escalation,
    "plan": plan,
}
