"""Who acts for somebody who is away, and what an out-of-office answer says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mailflow.workflow import audience
from mailflow.workflow.absence import first_day_back, tells_of_absence
from mailflow.workflow.context import Context
from mailflow.workflow.deputies import acting, standing_in, with_absence
from mailflow.workflow.directory import Directory
from mailflow.workflow.visibility import may_see
from tests.workflow.company import (
    ANNA,
    CHEN,
    DIRECTORY,
    EVE,
    KINDS,
    LI,
    MA,
    PORTAL,
    TIME,
    TOM,
    record,
)

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(days=1), NOW - timedelta(seconds=1)


def company(*persons: tuple[int, int | None, datetime | None]) -> Directory:
    """The company in which these have a deputy and are away until then."""
    changed = {
        number: replace(DIRECTORY.persons[number], deputy=deputy, away_until=until)
        for number, deputy, until in persons
    }
    return replace(DIRECTORY, persons={**DIRECTORY.persons, **changed})


@pytest.mark.parametrize(
    ("persons", "asked"),
    [
        ([], CHEN.id),
        ([(CHEN.id, MA.id, None)], CHEN.id),
        ([(CHEN.id, MA.id, LATER)], MA.id),
        ([(CHEN.id, MA.id, BEFORE)], CHEN.id),
        ([(CHEN.id, MA.id, NOW)], CHEN.id),
        ([(CHEN.id, None, LATER)], CHEN.id),
        ([(CHEN.id, MA.id, LATER), (MA.id, TOM.id, LATER)], TOM.id),
        ([(CHEN.id, MA.id, LATER), (MA.id, None, LATER)], CHEN.id),
        ([(CHEN.id, MA.id, LATER), (MA.id, CHEN.id, LATER)], CHEN.id),
        ([(CHEN.id, CHEN.id, LATER)], CHEN.id),
        ([(CHEN.id, 77, LATER)], CHEN.id),
        (
            [
                (CHEN.id, MA.id, LATER),
                (MA.id, TOM.id, LATER),
                (TOM.id, LI.id, LATER),
                (LI.id, ANNA.id, None),
            ],
            LI.id,
        ),
        (
            [
                (CHEN.id, MA.id, LATER),
                (MA.id, TOM.id, LATER),
                (TOM.id, LI.id, LATER),
                (LI.id, ANNA.id, LATER),
            ],
            CHEN.id,
        ),
    ],
)
def test_who_is_asked(persons: list[tuple[int, int | None, datetime | None]], asked: int) -> None:
    assert acting(company(*persons), CHEN.id, NOW) == asked


def test_a_deputy_who_left_is_passed_over() -> None:
    away = company((CHEN.id, MA.id, LATER), (MA.id, TOM.id, None))
    gone = {**away.persons, MA.id: replace(away.persons[MA.id], active=False)}
    assert acting(replace(away, persons=gone), CHEN.id, NOW) == TOM.id


def test_a_deputy_acts_as_coordinator_until_the_other_is_back() -> None:
    away = standing_in(company((CHEN.id, EVE.id, LATER)), NOW)
    project = away.projects[PORTAL.id]
    assert (project.coordinator, project.acting) == (CHEN.id, EVE.id)
    assert may_see(EVE.id, record(), project, private=False)
    context = Context(record(), EVE, away, KINDS, TIME)
    assert context.roles() == {"coordinator"}
    assert "coordinator" in replace(context, actor=CHEN).roles()
    assert project in away.projects_of(EVE.id)
    assert away.own_projects_of(EVE.id) == (), "her own mails are about her own projects"
    here = with_absence(away, away.persons[CHEN.id], None, NOW)
    assert here.projects[PORTAL.id].acting == CHEN.id
    assert not may_see(EVE.id, record(), here.projects[PORTAL.id], private=False)
    assert standing_in(away, LATER).projects[PORTAL.id].deputy is None


def test_where_nobody_is_away_the_directory_stays_the_same() -> None:
    assert standing_in(DIRECTORY, NOW) is DIRECTORY


def test_who_shall_own_it_is_asked_of_the_deputy_the_owner_is_told() -> None:
    project = standing_in(company((CHEN.id, EVE.id, LATER)), NOW).projects[PORTAL.id]
    tells = audience.opened(record(owner=CHEN.id), project, KINDS["issue"], routed=False)
    assert [(tell.person, tell.kind, tell.reason) for tell in tells] == [
        (ANNA.id, "receipt", "opened"),
        (EVE.id, "question", "unrouted_for"),
        (CHEN.id, "notice", "yours"),
    ]


TODAY = date(2026, 11, 23)  # a Monday
WEEK = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "language", "back"),
    [
        ("I am out of the office.", "en", WEEK),
        ("I am out of the office until Friday, 27 November.", "en", date(2026, 11, 28)),
        ("I'm away until Wednesday. In urgent cases ask Ma Jun.", "en", date(2026, 11, 26)),
        ("I will be back on Monday, November 30th.", "en", date(2026, 11, 30)),
        ("I will be back in the office on 2 December 2026", "en", date(2026, 12, 2)),
        ("On leave 23/11 till 01/12/2026, returning 2 Dec", "en", date(2026, 12, 2)),
        ("Back in 3 days.", "en", date(2026, 11, 26)),
        ("Ich bin bis zum 27.11.2026 nicht im Büro.", "de", date(2026, 11, 28)),
        ("我正在休假，将于12月1日返回。", "zh", date(2026, 12, 1)),
        ("您好，我于11月24日至11月27日出差，期间回复可能延迟。", "zh", date(2026, 11, 28)),
        ("我不在办公室，下周三回来，急事请联系马军。", "zh", date(2026, 12, 2)),
        ("年假至2026年12月4日。", "zh", date(2026, 12, 5)),
        ("我在休假，请联系马军。", "zh", WEEK),
        # what is over says nothing, and nobody is away for ever
        ("I was out until 2 November 2026.", "en", WEEK),
        ("On parental leave until 1 September 2027.", "en", date(2027, 1, 22)),
        ("Out of office until 31 December 9999.", "en", date(2027, 1, 1)),
        ("I'll return the call", "en", WEEK),
        ("back " * 5_000 + "至到" * 5_000, "en", WEEK),
        ("", "en", WEEK),
    ],
)
def test_until_when_somebody_is_away(text: str, language: str, back: date) -> None:
    assert first_day_back(text, TODAY, language) == back


@pytest.mark.parametrize(
    ("subject", "text", "away"),
    [
        ("Automatic reply: [PORTAL-1] login", "Danke für Ihre Nachricht.", True),
        ("自动回复: 请您确认", "我在外地。", True),
        ("Re: [PORTAL-1] login", "I'm out of the office until Monday.", True),
        ("Re: [PORTAL-1] 登录", "您好，我正在休假。", True),
        ("Read: [PORTAL-1] login", "Your message was read on Monday.", False),
        ("Please confirm your message", "Click here, then it is delivered.", False),
        ("Nightly build", "All is green.", False),
    ],
)
def test_what_tells_of_an_absence(subject: str, text: str, away: bool) -> None:
    assert tells_of_absence(subject, text) is away
