"""What a report is made from and what it makes: a table whose cells say what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailflow.snapshots.entries import open_states
from mailflow.store.summaries import States
from mailflow.workflow.kinds import CountsAs, Kinds
from mailflow.workflow.model import Project
from mailflow.workflow.worktime import WorkCalendar

# What a cell's value is: ids, names, numbers; of share 0 to 1, of state the kind's name and the
# state's.
CellType = Literal[
    "text",
    "person",
    "client",
    "project",
    "record",
    "kind",
    "state",
    "priority",
    "n",
    "days",
    "hours",
    "minutes",
    "share",
    "none",
]
Cell = tuple[CellType, Any]
NOTHING: Cell = ("none", None)


@dataclass(frozen=True, slots=True)
class Scope:
    """The projects that are reported on, all of which the reader belongs to, and the moment.

    What is private is in no report.
    """

    projects: tuple[Project, ...]
    kinds: Kinds
    calendar: WorkCalendar
    now: datetime

    @property
    def ids(self) -> list[int]:
        return [project.id for project in self.projects]

    @property
    def public(self) -> list[str]:
        """The names of the kinds that may be reported on."""
        return [kind.name for kind in self.kinds if not kind.private]

    def open(self, what: CountsAs) -> States:
        """The states in which records that count as this are open."""
        return open_states(self.kinds.counting_as(what))

    def zone(self, project_id: int | None = None) -> ZoneInfo:
        found = [project for project in self.projects if project_id in (None, project.id)]
        return ZoneInfo(found[0].timezone if found else "UTC")

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone()).date()

    def days_since(self, moment: datetime) -> int:
        return (self.now - moment).days


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are phrases ([column]); `total` is a last row that sums up."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`titles` by language; `words`, folded, are those by which somebody asks for it."""

    name: str
    titles: Mapping[str, str]
    words: tuple[str, ...]
    make: Callable[[Session, Scope], Table]

    def called(self, language: str) -> str:
        return self.titles.get(language, self.titles["en"])
