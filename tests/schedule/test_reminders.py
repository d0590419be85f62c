"""Who is reminded of what, on a database with real rows; each stage once, and never at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailflow import schedule
from mailflow.directory_file.rows import export
from mailflow.schedule import escalation, reminders
from mailflow.store.tables import (
    Event,
    Input,
    Notice,
    Outgoing,
    Person,
    Question,
    Reminded,
    Watcher,
)
from tests.schedule.company import (
    ANNA,
    CHEN,
    EVE,
    GATE,
    INSTALLATION,
    MA,
    MONDAY,
    TOM,
    Company,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 27)
HEAD = "head@group.example"
ABOVE = replace(INSTALLATION, escalation=HEAD)


def fire(company: Company, payload: dict[str, Any], now: datetime) -> dict[int, dict[str, Any]]:
    """What is told, by person."""
    with company.database.write() as session:
        taken = Input(kind="firing", taken_at=now, payload=payload)
        session.add(taken)
        session.flush()
        directory = company.directories.get(session, now)
        schedule.fire(session, ABOVE, directory, taken, now)
        told = session.scalars(select(Notice).where(Notice.input_id == taken.id))
        return {notice.person_id: notice.reasons[0] for notice in told}


def sections(reason: dict[str, Any] | None) -> dict[str, list[int]]:
    listed = reason["sections"] if reason else []
    return {s["name"]: [entry["record"] for entry in s["records"]] for s in listed}


def remind(company: Company, person: int, now: datetime) -> dict[str, list[int]]:
    """The sections of a person's reminder, without notes."""
    return sections(fire(company, {"what": "reminder", "person": person}, now).get(person))


def notes(company: Company, person: int, now: datetime) -> list[dict[str, Any] | None]:
    reason = fire(company, {"what": "reminder", "person": person}, now).get(person)
    return [e.get("note") for s in (reason or {"sections": []})["sections"] for e in s["records"]]


def days_told(company: Company, person: int, first: datetime, count: int) -> list[tuple[str, str]]:
    """The days (month-day) on which somebody is told, and the section; asked every day."""
    found = []
    for now in (first + n * DAY for n in range(count)):
        found += [(f"{now:%m-%d}", name) for name in remind(company, person, now)]
    return found


def test_each_stage_of_a_due_date_is_told_once(company: Company) -> None:
    """Soon and late to the owner, late once more every week; long missed to the coordinator."""
    company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert days_told(company, TOM, noon, 21) == [
        ("11-26", "soon"),
        ("11-30", "overdue"),
        ("12-04", "overdue"),
        ("12-11", "overdue"),
    ]
    assert days_told(company, CHEN, noon, 21) == [("12-02", "missed")]
    assert days_told(company, MA, noon, 21) == []


@pytest.mark.parametrize(
    ("kind", "owner", "opened", "told"),
    [
        # 8 working hours in Shanghai: over when MA comes the next morning
        ("issue", MA, MONDAY, ["12-01", "12-07"]),
        # 16 hours: over on the next day, at 16:00
        ("feedback", MA, MONDAY, ["12-01", "12-02", "12-08"]),
        # it is their own: nobody has to answer themself
        ("issue", ANNA, MONDAY, []),
    ],
)
def test_a_first_answer_has_its_time(
    company: Company, kind: str, owner: int, opened: datetime, told: list[str]
) -> None:
    company.record(kind, owner=owner, at=opened)
    assert days_told(company, owner, MONDAY, 9) == [(day, "to_answer") for day in told]


def test_who_answers_or_solves_is_not_reminded_of_it(company: Company) -> None:
    answered = company.record(owner=MA, at=MONDAY)
    company.happen(answered, "note", MONDAY + timedelta(hours=1), actor=MA, text="I look.")
    solved = company.record(owner=MA, at=MONDAY)
    company.happen(solved, "status", MONDAY + DAY, actor=MA, new={"state": "resolved"})
    assert days_told(company, MA, MONDAY, 10) == []
    # 80 working hours are over on 10 December at 17:00
    told = [("12-10", "to_solve"), ("12-11", "to_solve")]
    assert days_told(company, MA, MONDAY + 10 * DAY, 2) == told


def test_what_is_reopened_has_its_time_anew(company: Company) -> None:
    old = MONDAY - 60 * DAY
    issue = company.record(owner=MA, at=old)
    for at, state in ((old, "analysing"), (old + DAY, "resolved"), (MONDAY, "open")):
        company.happen(issue, "status", at, actor=MA, new={"state": state})
    told = [("12-10", "to_solve"), ("12-11", "to_solve")]
    assert days_told(company, MA, MONDAY, 12) == told
    assert days_told(company, CHEN, MONDAY, 12) == []


def test_notes_say_how_late_or_until_when(company: Company) -> None:
    company.record("feedback", owner=MA, at=MONDAY)
    company.record("issue", owner=MA, at=MONDAY)
    company.record("task", owner=MA, due=date(2026, 11, 28), at=MONDAY - 3 * DAY)
    company.record("task", owner=MA, due=date(2026, 12, 2), at=MONDAY - 3 * DAY)
    assert notes(company, MA, MONDAY + DAY) == [
        {"phrase": "late", "n": 3},
        {"phrase": "answer_late", "moment": "2026-11-30T09:00:00+00:00"},
        {"phrase": "answer_by", "moment": "2026-12-01T08:00:00+00:00"},
        None,
    ]


def test_what_came_today_is_not_reminded_of(company: Company) -> None:
    company.record("task", owner=MA, due=date(2026, 12, 1), at=MONDAY - timedelta(minutes=30))
    assert remind(company, MA, MONDAY) == {}


def test_a_date_that_moved_and_a_new_owner_are_another_matter(company: Company) -> None:
    task = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    assert remind(company, TOM, MONDAY) == {"overdue": [task]}
    assert remind(company, TOM, MONDAY + timedelta(hours=5)) == {}
    company.happen(task, "due", MONDAY, old={"due": "2026-11-27"}, new={"due": "2026-11-29"})
    assert remind(company, TOM, MONDAY + DAY) == {"overdue": [task]}
    company.happen(task, "owner", MONDAY + DAY, old={"owner_id": TOM}, new={"owner_id": MA})
    assert remind(company, MA, MONDAY + DAY) == {"overdue": [task]}
    company.happen(task, "status", MONDAY + DAY, new={"state": "done"})
    assert days_told(company, MA, MONDAY + 2 * DAY, 20) == []


def test_to_mute_a_record_does_not_spare_its_owner(company: Company) -> None:
    task = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    company.happen(task, "mute", MONDAY - DAY, new={"following": {str(TOM): "mute"}})
    assert remind(company, TOM, MONDAY) == {"overdue": [task]}


def goes_away(company: Company, person: int, deputy: int) -> None:
    with company.database.write() as session:
        row = session.get_one(Person, person)
        row.away_until, row.deputy_id = MONDAY + 30 * DAY, deputy


def test_the_deputy_is_told_for_who_is_away(company: Company) -> None:
    task = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    goes_away(company, TOM, MA)
    assert remind(company, TOM, MONDAY) == {}
    assert notes(company, MA, MONDAY) == [{"phrase": "for_away", "person": TOM}]
    goes_away(company, CHEN, ANNA)
    assert remind(company, ANNA, MONDAY + 2 * DAY) == {"missed": [task]}
    assert remind(company, CHEN, MONDAY + 2 * DAY) == {}


@pytest.mark.parametrize(("kind", "deputy"), [("task", EVE), ("conflict", MA)])
def test_a_deputy_who_may_not_see_it_is_not_told(company: Company, kind: str, deputy: int) -> None:
    """Somebody outside the project; anybody in private matters."""
    record = company.record(kind, owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    goes_away(company, TOM, deputy)
    assert remind(company, deputy, MONDAY) == {}
    assert remind(company, TOM, MONDAY) == {"overdue": [record]}


def test_a_private_record_is_its_partys_alone(company: Company) -> None:
    record = company.record("conflict", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    assert remind(company, TOM, MONDAY) == {"overdue": [record]}
    assert days_told(company, CHEN, MONDAY, 20) == []
    assert fire(company, {"what": "escalation"}, MONDAY + 20 * DAY) == {}


def test_a_trial_notes_nothing(company: Company) -> None:
    task = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    payload = {"what": "reminder", "person": TOM}
    with company.database.read() as session:
        told = reminders.tell(session, ABOVE, company.directory(session), payload, MONDAY)
    assert sections(told[TOM]) == {"overdue": [task]}
    assert remind(company, TOM, MONDAY) == {"overdue": [task]}


def test_what_is_handled_in_the_evening_waits_for_another_day(company: Company) -> None:
    task = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    payload = {"what": "reminder", "person": TOM, "until": MONDAY.isoformat()}
    assert fire(company, payload, MONDAY) == {}
    assert remind(company, TOM, MONDAY + DAY) == {"overdue": [task]}


def ask(company: Company, person: int, at: datetime) -> int:
    """A question that waits for an answer; returns the id of the mail that asked it."""
    with company.database.write() as session:
        taken = Input(kind="mail", state="held", taken_at=at)
        question = Question(kind="triage", person_id=person, asked_at=at)
        mail = Outgoing(
            person_id=person, address="", kind="question", composed_at=at, next_attempt_at=at
        )
        session.add_all((taken, question, mail))
        session.flush()
        about = {"input_id": taken.id, "question_id": question.id, "outgoing_id": mail.id}
        session.add(Notice(person_id=person, kind="question", reasons=[], created_at=at, **about))
        return mail.id


def test_questions_are_brought_up_again(company: Company) -> None:
    mail = ask(company, CHEN, MONDAY)
    found = []
    for now in (MONDAY + n * DAY for n in range(1, 15)):
        reason = fire(company, {"what": "reminder", "person": CHEN}, now).get(CHEN)
        found += [(f"{now:%m-%d}", reason["questions"], reason["sections"])] if reason else []
    assert found == [
        ("12-02", [{"outgoing": mail, "n": 2}], []),
        ("12-09", [{"outgoing": mail, "n": 7}], []),
    ]


def test_what_stays_late_goes_to_whom_the_settings_name(company: Company) -> None:
    """To nobody of the directory, who is known and follows the record from then on."""
    task = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    friday = datetime(2026, 12, 11, 4, tzinfo=UTC)
    assert fire(company, {"what": "escalation"}, friday - DAY) == {}
    with company.database.read() as session:
        everybody = export(session)
        revision = company.directories
        assert escalation.tell(session, ABOVE, company.directory(session), {}, friday) == {}
        assert revision.get(session)
    ((head, reason),) = fire(company, {"what": "escalation"}, friday).items()
    assert sections(reason) == {"escalated": [task]}
    assert reason["sections"][0]["project"] == 1
    assert fire(company, {"what": "escalation"}, friday + 3 * DAY) == {}
    with company.database.read() as session:
        person = session.get_one(Person, head)
        assert (person.address, person.active) == (HEAD, False)
        assert session.get(Watcher, (task, head))
        event = session.scalars(select(Event).where(Event.what == "escalated")).one()
        assert (event.actor_id, event.new) == (None, {"following": {str(head): "watch"}})
        directory = company.directory(session)
        assert directory.by_address(HEAD) is None
        assert export(session) == everybody
    later = company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    again = fire(company, {"what": "escalation"}, friday + 3 * DAY)
    assert {n: sections(r) for n, r in again.items()} == {head: {"escalated": [later]}}


def test_somebody_of_ours_can_be_named(company: Company) -> None:
    with company.database.write() as session:
        session.get_one(Person, EVE).addresses[0].address = HEAD
    company.record("task", owner=TOM, due=FRIDAY, at=MONDAY - 20 * DAY)
    assert list(fire(company, {"what": "escalation"}, MONDAY + 20 * DAY)) == [EVE]


def test_marks_are_noted_with_their_input(company: Company) -> None:
    company.record("task", owner=TOM, project=GATE, due=FRIDAY, at=MONDAY - 20 * DAY)
    remind(company, TOM, MONDAY)
    remind(company, ANNA, MONDAY + 2 * DAY)
    with company.database.read() as session:
        rows = session.scalars(select(Reminded).order_by(Reminded.stage)).all()
        assert [(row.stage, row.mark) for row in rows] == [
            ("due", f"due 2026-11-27 {TOM} 0"),
            ("missed", "due 2026-11-27"),
        ]
