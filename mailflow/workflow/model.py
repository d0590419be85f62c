"""What the workflow thinks with: snapshots of the directory and of a record, effects, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Side = Literal["sales", "team"]
SIDES: tuple[Side, ...] = ("sales", "team")
# What the other record is to this one; each is the converse of its neighbour in CONVERSE.
Relation = Literal["related", "part", "whole", "blocker", "blocks", "original", "duplicate"]

CONVERSE: Mapping[Relation, Relation] = {
    "related": "related",
    "part": "whole",
    "whole": "part",
    "blocker": "blocks",
    "blocks": "blocker",
    "original": "duplicate",
    "duplicate": "original",
}

WITHDRAWN = "withdrawn"
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of ours; `addresses` are folded, the first is where mails go.

    `language`, `timezone` and `digest` are what they get: their own wish, else the directory's.
    `away_until` is set where a mail program answered that they are away; `deputy` stands in.
    """

    id: int
    name: str
    addresses: tuple[str, ...]
    language: str
    timezone: str
    active: bool = True
    deputy: int | None = None
    away_until: datetime | None = None
    digest: Literal["weekly", "daily", "off"] = "weekly"

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
    """`timezone` is an IANA name, already settled where the project has none of its own.

    `deputy` is set while the coordinator is away: who acts for them.
    """

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
    deputy: int | None = None

    @property
    def acting(self) -> int:
        """Who coordinates it now: the coordinator, or their deputy."""
        return self.coordinator if self.deputy is None else self.deputy

    def led_by(self, person: int) -> bool:
        """Whether somebody coordinates it, or acts for whom that is."""
        return person in (self.coordinator, self.acting)

    def side(self, person: int) -> Side | None:
        """The side whose agreement a person gives."""
        if person in self.sales:
            return "sales"
        return "team" if person in self.members else None

    @property
    def participants(self) -> tuple[int, ...]:
        """Everybody once: sales, members, the coordinator, and who acts for them."""
        return tuple(dict.fromkeys((*self.sales, *self.members, self.coordinator, self.acting)))


@dataclass(frozen=True, slots=True)
class Link:
    """How a record hangs together with another one (its id)."""

    relation: Relation
    record: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands; `agreements` maps a side to the person who agreed for it.

    `routed` is false while its coordinator owns it only because no route fitted. `fields` are those
    of its kind that are known, `watchers` and `muted` who asked to be told and not to be told.
    `reworked` counts how often what both sides had agreed was changed, `spent` is minutes of work.
    `answered_at` is when somebody but its reporter first did something, `settled_at` when nothing
    waited for its owner any more.
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
    muted: frozenset[int] = frozenset()
    routed: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    reworked: int = 0
    spent: int = 0
    opened_at: datetime | None = None
    answered_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def following(self) -> dict[str, str]:
        """Who watches it and who muted it, as its column holds them."""
        ways = dict.fromkeys(self.watchers, "watch") | dict.fromkeys(self.muted, "mute")
        return {str(person): ways[person] for person in sorted(ways)}

    def linked(self, *relations: Relation) -> tuple[int, ...]:
        """The ids of the records with one of these relations to it."""
        return tuple(link.record for link in self.links if link.relation in relations)


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
class NewRecord:
    """A record to be opened by what was said about another one, or about a meeting.

    Without an owner the routes choose one. `relation` is what it is to the record that the mail is
    about; `fields` are those of its kind.
    """

    kind: str
    title: str
    text: str = ""
    owner: int | None = None
    due: date | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to be, found by its key (see workflow.rules). `decided` has project (id), kind and
    owner (id) as far as they are decided, and "of": what it holds for."""

    key: str
    decided: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a command causes: events on the record, events on others (by their ids), new records,
    pages that are sent along (help), and rules for records to come."""

    events: tuple[Happened, ...] = ()
    pages: tuple[str, ...] = ()
    elsewhere: Mapping[int, tuple[Happened, ...]] = field(default_factory=dict)
    opens: tuple[NewRecord, ...] = ()
    rules: tuple[NewRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The time that is handed in: `now` in UTC, `today` in the zone of what is dealt with."""

    now: datetime
    today: date
