"""The digest of whoever acts for a coordinator who is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailflow.schedule import digest
from mailflow.workflow.deputies import with_absence
from tests.schedule.company import CHEN, EVE, GATE, KINDS, MA, MONDAY, TOM, Company
from tests.schedule.test_digest import DAY, TODAY, WEEK

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def shown(company: Company, person: int, *, away: bool) -> dict[str, list[int]]:
    """The sections of somebody's digest while Chen, for whom Eve stands in, is away or not."""
    with company.database.read() as session:
        directory = company.directory(session)
        chen = replace(directory.persons[CHEN], deputy=EVE)
        until = MONDAY + timedelta(days=3) if away else None
        directory = with_absence(directory, chen, until, MONDAY)
        found = digest.content(session, KINDS, directory, directory.persons[person], WEEK)
    return (
        {s["name"]: [e["record"] for e in s["records"]] for s in found["sections"]} if found else {}
    )


@pytest.mark.parametrize("away", [True, False])
def test_who_acts_gets_the_coordinators_sections_beside_the_coordinator(
    company: Company, away: bool
) -> None:
    unowned = company.record(owner=CHEN, routed=False)
    waits = company.record(owner=CHEN)
    late = company.record(owner=TOM, due=TODAY - DAY)
    soon = company.record(owner=TOM, due=TODAY + DAY)
    company.record(owner=MA, due=TODAY - DAY, project=GATE)
    company.record(owner=CHEN, project=GATE)
    hers = {"unowned": [unowned], "late": [late], "waiting": [waits], "next_week": [soon]}
    assert shown(company, EVE, away=away) == (hers if away else {})
    assert shown(company, CHEN, away=away) == {**hers, "waiting": [waits, waits + 4]}


def test_what_is_private_has_no_deputy(company: Company) -> None:
    company.record("conflict", owner=CHEN, routed=False)
    company.record("conflict", owner=CHEN, due=TODAY - DAY)
    watched = company.record("conflict", owner=CHEN, due=TODAY - DAY, watchers=[EVE])
    hers, theirs = shown(company, EVE, away=True), shown(company, CHEN, away=True)
    assert hers == {"awaited": [watched]}, "as whoever watches it and is of the project"
    assert (theirs["unowned"], theirs["late"]) == ([1], [2, watched])
