"""What the pipeline has to know of this installation; built from the settings, handed in."""

from __future__ import annotations

from dataclasses import dataclass

from mailflow.workflow.kinds import Kinds
from mailflow.workflow.worktime import USUAL, WorkCalendar


@dataclass(frozen=True, slots=True)
class Installation:
    """`address` is the shared mailbox's, `secret` signs reply tokens, sizes are in octets."""

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

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]
