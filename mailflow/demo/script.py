"""What is played: people, their mail programs, and the scenes of the week, read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
ADDRESS = "flow@brightworks.example"
AUTHSERV_ID = "mx.brightworks.example"


@dataclass(frozen=True, slots=True)
class Program:
    """A mail program: what its mails look like (programs.toml says what the fields are)."""

    label: str
    charset: str
    encoding: str
    headers: Mapping[str, str]
    date: str
    forward_prefix: str
    answer_prefix: str
    forward: str
    forward_html: str
    answer: str
    answer_html: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company; `latin` is how a Chinese name is said, else ""."""

    name: str
    address: str
    language: str
    zone: ZoneInfo
    program: Program
    latin: str

    @property
    def called(self) -> str:
        """What the narrator calls them."""
        return f"{self.name} {self.latin}".strip()

    @property
    def city(self) -> str:
        return self.zone.key.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Client:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Forward:
    """The client's mail that is forwarded."""

    client: str
    at: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happens (week.toml says what the fields are)."""

    at: datetime
    tells: str
    who: str = ""
    text: str = ""
    tag: str = ""
    subject: str = ""
    prefix: str = ""
    verdict: str = "pass"
    ends: str = "processed"
    forward: Forward | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    attachment: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    expects: Mapping[str, str] = field(default_factory=dict)
    becomes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Week:
    """`keeps` are the people whose digest and agenda are kept."""

    people: Mapping[str, Person]
    clients: Mapping[str, Client]
    scenes: Sequence[Scene]
    keeps: Sequence[str]


def load() -> Week:
    """The week of week.toml, with the people of directory.toml."""
    week = table("week.toml")
    programs = {name: Program(**fields) for name, fields in table("programs.toml").items()}
    known = {one["addresses"][0]: one for one in table("directory.toml")["person"]}
    people = {
        name: _person(one, programs[one["program"]], known[one["address"]])
        for name, one in week["person"].items()
    }
    clients = {name: Client(**fields) for name, fields in week["client"].items()}
    return Week(people, clients, [_scene(one) for one in week["scene"]], week["keeps"])


def table(name: str) -> dict[str, Any]:
    """A TOML file beside this module."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def _person(played: Mapping[str, Any], program: Program, entry: Mapping[str, Any]) -> Person:
    return Person(
        name=entry["name"],
        address=entry["addresses"][0],
        language=entry["language"],
        zone=ZoneInfo(entry["timezone"]),
        program=program,
        latin=played.get("latin", ""),
    )


def _scene(fields: dict[str, Any]) -> Scene:
    forward = fields.pop("forward", None)
    fields["text"] = fields.get("text", "").strip()
    return Scene(**fields, forward=_forward(forward) if forward else None)


def _forward(fields: Mapping[str, Any]) -> Forward:
    return Forward(**{**fields, "text": fields["text"].strip()})
