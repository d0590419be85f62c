"""On which days a digest comes, by everybody's own wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailflow.schedule import digest
from mailflow.schedule.due import Plan
from mailflow.workflow.directory import Directory
from mailflow.workflow.model import Person
from mailflow.workflow.worktime import USUAL

TOM = Person(3, "Tom", ("tom@acme.example",), "en", "America/New_York")
PLAN = Plan(digest_day=0, digest_at=time(8, 30), agenda_hours_before=24, calendar=USUAL)


def planned(wish: Any, start: str, end: str, **plan: Any) -> list[tuple[str, datetime]]:
    """The keys and moments of Tom's digests between two days, on Mondays at 08:30 in New York."""
    directory = Directory({TOM.id: replace(TOM, digest=wish)}, {}, {})
    when = replace(PLAN, **plan)
    moments = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    found = digest.planned(directory, (), when, *moments)
    return sorted(((due.key, due.at) for due in found), key=lambda one: one[1])


@pytest.mark.parametrize(
    ("wish", "keys"),
    [
        ("weekly", ["2026-W48", "2026-W49"]),
        (
            "daily",
            ["2026-W48", "2026-11-24", "2026-11-25", "2026-11-27", "2026-W49", "2026-12-01"],
        ),
        ("off", []),
    ],
)
def test_how_often_it_comes_is_everybodys_own_wish(wish: str, keys: list[str]) -> None:
    """Thursday is a holiday."""
    calendar = replace(USUAL, holidays=frozenset({date(2026, 11, 26)}))
    found = planned(wish, "2026-11-21", "2026-12-02", calendar=calendar)
    assert [key for key, _ in found] == [f"digest:{TOM.id}:{key}" for key in keys]
    assert {at.astimezone(ZoneInfo("America/New_York")).time() for _, at in found} <= {time(8, 30)}


def test_on_the_day_of_the_weekly_one_there_is_none_where_it_is_free() -> None:
    free = replace(USUAL, holidays=frozenset({date(2026, 11, 23)}))
    for wish, count in (("weekly", 1), ("daily", 0)):
        assert len(planned(wish, "2026-11-23", "2026-11-24", calendar=free)) == count
