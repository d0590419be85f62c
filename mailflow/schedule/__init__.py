"""The clock and its mails. A new scheduled mail is a module here, its line below, its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from mailflow.schedule import agenda, digest, escalation, plan, quarantine, reminders
from mailflow.schedule.due import Due, Meeting, Plan, is_over
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


# Told however late: the next of them tells only what came after this one.
NEVER_TOO_LATE = frozenset({"quarantine"})


SCHEDULED: Mapping[str, Scheduled] = {
    "digest": digest,
    "agenda": agenda,
    "reminder": reminders,
    "escalation": escalation,
    "plan": plan,
    "quarantine": quarantine,
}


def fire(
    session: Session,
    installation: Installation,
    directory: Directory,
    input_row: Input,
    now: datetime,
) -> None:
    """Handle a firing by its kind; nothing where it is too late for it to be of use."""
    what = input_row.payload["what"]
    if what in NEVER_TOO_LATE or not is_over(input_row.payload, now):
        SCHEDULED[what].fire(session, installation, directory, input_row, now)


# What handles which firing, for the pipeline.
FIRINGS = dict.fromkeys(SCHEDULED, fire)
