"""Requests, a file each: they read the store and answer. A new one is a module and its line here;
its tags stand in `mailflow/workflow/requests.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from mailflow.requests.agenda import agenda
from mailflow.requests.help import help_
from mailflow.requests.meeting import meeting
from mailflow.requests.report import report
from mailflow.requests.start import start
from mailflow.requests.status import status
from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Refusal
from mailflow.workflow.requests import Ask, Told

Handle = Callable[[Session, Installation, Directory, Ask], Sequence[Told] | Refusal]

HANDLED: Mapping[str, Handle] = {
    "status": status,
    "report": report,
    "help": help_,
    "start": start,
    "meeting": meeting,
    "agenda": agenda,
}
