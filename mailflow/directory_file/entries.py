"""The tables of directory.toml. A field's description says what it expects, for error lines too."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from mailflow.settings.types import Address, Weekday, Zone
from mailflow.workflow.refs import fold_address

DOMAIN = re.compile(r"[^\s@<>()\[\],;:\"\\./]{1,63}(\.[^\s@<>()\[\],;:\"\\./]{1,63})+")
KEY = re.compile(r"[A-Z][A-Z0-9]{0,19}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _name(text: str) -> str:
    stripped = text.strip()
    if not stripped or not stripped.isprintable():
        raise ValueError(f"expected one line of printable text, got {text[:60]!r}")
    return stripped


def _domain(text: str) -> str:
    folded = fold_address(f"x@{text}").removeprefix("x@")
    if len(text) > 253 or not DOMAIN.fullmatch(folded):
        raise ValueError(f"expected a domain such as company.example, got {text[:60]!r}")
    return folded


def _key(text: str) -> str:
    if not KEY.fullmatch(text):
        raise ValueError(
            f"expected a key of at most 20 capital letters and digits such as PORTAL, "
            f"got {text[:60]!r}"
        )
    return text


def _clock(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, str) and not CLOCK.fullmatch(value):
        raise ValueError(f'expected a time of day such as "10:00", got {value[:60]!r}')
    return value


Name = Annotated[str, Field(max_length=200), AfterValidator(_name)]
Words = Annotated[tuple[Name, ...], Field(description="a list of words")]
Policy = Literal["open", "known", "strict"]


class Entry(BaseModel):
    """A table of the file: it cannot be changed and has no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonEntry(Entry):
    """Somebody of ours. Without a language or zone: the installation's, or what they chose."""

    name: Name = Field(description="the name of a person")
    addresses: tuple[Address, ...] = Field(
        min_length=1, description="a list of one or more e-mail addresses"
    )
    language: Literal["en", "zh"] | None = Field(default=None, description="en or zh")
    timezone: Zone | None = Field(
        default=None, description="an IANA time zone such as Europe/Berlin"
    )
    deputy: Name | None = Field(default=None, description="the address or name of a person")


class ClientEntry(Entry):
    """A company; its mails are known by domains and by whole addresses."""

    name: Name = Field(description="the name of a company")
    domains: tuple[Annotated[str, AfterValidator(_domain)], ...] = Field(
        default=(), description="a list of domains such as company.example"
    )
    addresses: tuple[Address, ...] = Field(default=(), description="a list of e-mail addresses")

    @property
    def origins(self) -> tuple[str, ...]:
        return (*self.domains, *self.addresses)


class RouteEntry(Entry):
    """Who owns a new record of this kind, with one of these words, of this client."""

    kind: Name | None = Field(default=None, description="the name of a kind")
    words: Words = ()
    client: Name | None = Field(default=None, description="the name of a client")
    owner: Name = Field(description="the address or name of a person")


class MeetingEntry(Entry):
    """A weekly meeting; `at` is in the project's zone, Monday is day 0."""

    name: Name = Field(description="the name of a meeting")
    day: Weekday = Field(description="a day such as monday")
    at: Annotated[str, BeforeValidator(_clock)] = Field(description='a time of day such as "10:00"')
    minutes: int = Field(default=60, ge=1, le=24 * 60, description="a number between 1 and 1440")
    place: Name | Literal[""] = Field(default="", description="where it is held")


class ProjectEntry(Entry):
    """A project and who belongs to it, by first addresses once the file was checked."""

    key: Annotated[str, AfterValidator(_key)] = Field(description="a key such as PORTAL")
    name: Name = Field(description="the name of a project")
    coordinator: Name = Field(description="the address or name of a person")
    sales: tuple[Name, ...] = Field(default=(), description="a list of people")
    members: tuple[Name, ...] = Field(default=(), description="a list of people")
    clients: tuple[Name, ...] = Field(default=(), description="a list of clients' names")
    timezone: Zone | None = Field(
        default=None, description="an IANA time zone such as Europe/Berlin"
    )
    policy: Policy | None = Field(default=None, description="open, known or strict")
    route: tuple[RouteEntry, ...] = Field(default=(), description="[[project.route]] tables")
    meeting: tuple[MeetingEntry, ...] = Field(default=(), description="[[project.meeting]] tables")


class DirectoryFile(Entry):
    """A whole file; the first entry of each list is the first in the file."""

    person: tuple[PersonEntry, ...] = Field(default=(), description="[[person]] tables")
    client: tuple[ClientEntry, ...] = Field(default=(), description="[[client]] tables")
    project: tuple[ProjectEntry, ...] = Field(default=(), description="[[project]] tables")
