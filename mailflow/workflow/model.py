"""What the workflow thinks with: snapshots of the directory and of a record, effects, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Side = Literal["sales", "team"]

WITHDRAWN = "withdrawn"
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of ours; `addresses` are folded, the first is where mails go."""

    id: int
    name: str
    addresses: tuple[str, ...]
    language: str
    timezone: str
    active: bool = True

    @property
    def address(self) -> str:
        return self.addresses[0] if self.addresses else ""


@dataclass(frozen=True, slots=True)
class Client:
    """A company; `origins` are its domains and whole addresses, folded."""

    id: int
    name: str
    origins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Route:
    """One without kind, words or client fits every kind, text or client."""

    kind: str | None
    words: tuple[str, ...]
    client: int | None
    owner: int


@dataclass(frozen=True, slots=True)
class Project:
    """`timezone` is an IANA name, already settled where the project has none of its own."""

    id: int
    key: str
    name: str
    coordinator: int
    sales: tuple[int, ...]
    members: tuple[int, ...]
    clients: frozenset[int]
    timezone: str
    policy: str | None = None
    routes: tuple[Route, ...] = ()

    def side(self, person: int) -> Side | None:
        """The side whose agreement a person gives."""
        if person in self.sales:
            return "sales"
        return "team" if person in self.members else None

    @property
    def participants(self) -> tuple[int, ...]:
        """Everybody once: sales, members, the coordinator."""
        return tuple(dict.fromkeys((*self.sales, *self.members, self.coordinator)))


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands; `agreements` maps a side to the person who agreed for it.

    `routed` is false while its coordinator owns it only because no route fitted.
    """

    id: int
    ref: str
    project: int
    kind: str
    state: str
    title: str
    text: str
    owner: int
    reporter: int
    priority: str = "normal"
    due: date | None = None
    contact: int | None = None
    client: int | None = None
    agreements: Mapping[str, int] = field(default_factory=dict)
    watchers: frozenset[int] = frozenset()
    routed: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a user did wrong: `reason` names a phrase, `details` fill it in."""

    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event to be: `new` are the fields of the record that it sets, `old` what they were.

    Values are JSON: ids for people, ISO 8601 for dates. `files` are the names and sizes (in octets)
    of what was attached.
    """

    what: str
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    files: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Effects:
    """What a command causes: events, and pages that are sent along (help)."""

    events: tuple[Happened, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The time that is handed in: `now` in UTC, `today` in the zone of what is dealt with."""

    now: datetime
    today: date
