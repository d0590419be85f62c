"""What the pipeline has to know of this installation; built from the settings, handed in."""

from __future__ import annotations

from dataclasses import dataclass

from mailflow.workflow.kinds import Kinds
from mailflow.workflow.worktime import USUAL, WorkCalendar


@dataclass(frozen=True, slots=True)
class Installation:
    """`address` is the shared mailbox's, `secret` signs reply tokens, sizes are in octets.

    `escalation` is the address of who hears of what stays late, "" where nobody does; it need not
    be in the directory. `check_dkim`: we check signatures ourselves.
    """

    address: str
    coordinator: str
    timezone: str
    language: str
    policy: str
    authserv_ids: tuple[str, ...]
    secret: bytes
    size_limit: int
    kinds: Kinds
    plus_addresses: bool = False
    calendar: WorkCalendar = USUAL
    escalation: str = ""
    check_dkim: bool = False

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]
