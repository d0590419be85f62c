"""Forms that are sent again, answered twice, or about what is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.requests import HANDLED
from mailflow.store import reminders
from mailflow.workflow.model import Person
from tests.pipeline.desk import Desk, mail_of, open_desk
from tests.workflow.company import ANNA, CHEN, LI, MA, TOM

RESULT = "Result: Portal with SSO"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Desk]:
    """PORTAL has started: Anna and Li have the form."""
    desk = open_desk(f"sqlite:///{tmp_path}/mailflow.db")
    desk.engine.requests = HANDLED
    desk.put(mail_of(CHEN, "[START] PORTAL", ""))
    desk.work()
    desk.compose()
    yield desk
    desk.database.close()


def answer(desk: Desk, person: Person, text: str) -> None:
    """Somebody answers the last mail that they got."""
    desk.put(desk.answer_of(person, text))
    desk.work()
    desk.compose()


def refused(desk: Desk, person: Person) -> list[str]:
    """Why nothing was done for what somebody's last mail said."""
    last = [notice for notice in desk.notices() if notice.person_id == person.id][-1]
    return [reason["refusal"] for reason in last.reasons if reason["reason"] == "refused"]


def test_forms_that_are_sent_again_are_about_the_same_goal(started: Desk) -> None:
    answer(started, ANNA, RESULT)
    started.put(mail_of(CHEN, "[启动] PORTAL 再次", ""))
    started.work()
    started.compose()
    answer(started, LI, "预算：45万")
    (goal,) = started.records()
    assert goal.record.fields == {"result": "Portal with SSO", "budget": "45万"}


def test_nobody_is_reminded_of_a_form_that_somebody_filled_in(started: Desk) -> None:
    def waiting(person: Person) -> int:
        with started.database.read() as session:
            return len(reminders.questions(session, person.id, started.now))

    assert (waiting(ANNA), waiting(LI)) == (1, 1)
    answer(started, ANNA, RESULT)
    assert (waiting(ANNA), waiting(LI), waiting(TOM), waiting(MA)) == (0, 0, 1, 1)
    answer(started, TOM, "Feasibility: yes")
    assert (waiting(TOM), waiting(MA)) == (0, 0)


def test_one_form_can_be_answered_twice(started: Desk) -> None:
    form = started.answer_of(ANNA, "Budget: 5")
    answer(started, ANNA, RESULT)
    started.put(form)
    started.work()
    (goal,) = started.records()
    assert goal.record.fields == {"result": "Portal with SSO", "budget": "5"}


@pytest.mark.parametrize("text", ["", "Thank you!", "agreed", "Result:\nBudget:", "Colour: red"])
def test_without_a_value_no_goal_comes_of_it(started: Desk, text: str) -> None:
    answer(started, ANNA, text)
    assert started.records() == []
    assert refused(started, ANNA) == ["empty_form"]
    answer(started, ANNA, RESULT)
    assert len(started.records()) == 1, "the form is still open"


def test_the_team_can_agree_without_a_word_more(started: Desk) -> None:
    answer(started, ANNA, RESULT)
    answer(started, TOM, "agreed")
    answer(started, MA, "需要再评估。")
    (goal,) = started.records()
    assert goal.record.agreements == {"team": TOM.id}


def test_a_goal_of_a_project_that_has_ended(started: Desk) -> None:
    started.close_project("PORTAL")
    answer(started, ANNA, RESULT)
    assert started.records() == []
    assert refused(started, ANNA) == ["form_is_over"]
