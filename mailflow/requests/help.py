"""`[HELP]`: how to work with this mailbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mailflow.workflow.directory import Directory
from mailflow.workflow.installation import Installation
from mailflow.workflow.model import Refusal
from mailflow.workflow.requests import Ask, Told


def help_(
    _session: Session, _installation: Installation, _directory: Directory, ask: Ask
) -> Sequence[Told] | Refusal:
    return [Told(ask.person.id, "receipt", {"reason": "page", "page": "help"})]
