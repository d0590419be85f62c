"""Answers to lists of ours, undo, why and personal settings, on a database without servers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from mailflow.store.records import Row
from mailflow.store.tables import Input, Landmark, Member, Notice, Outgoing, Project
from mailflow.store.tables import Person as PersonRow
from mailflow.store.tables import Record as RecordRow
from mailflow.workflow.model import Person
from tests.pipeline.desk import Desk, mail_of
from tests.workflow.company import ANNA, CHEN, GATE, LI, MA, TOM

# Nothing here differs between the databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def opened(desk: Desk, *subjects: str, by: Person = ANNA) -> None:
    desk.put(*(mail_of(by, f"[ISSUE][PORTAL] {subject}", subject) for subject in subjects))
    desk.work()
    desk.compose()


def list_for(desk: Desk, person: Person, *records: int, kind: str = "digest") -> None:
    """A list of these records, as the clock sends it."""
    section = {"name": "waiting", "records": [{"record": n} for n in records]}
    reason = {"reason": kind, "until": desk.now.isoformat(), "sections": [section]}
    if not records:
        reason["sections"] = []
    with desk.database.write() as session:
        row = Input(kind="firing", state="processed", taken_at=desk.now, payload={"key": "x"})
        session.add(row)
        session.flush()
        session.add(
            Notice(
                input_id=row.id,
                person_id=person.id,
                kind=kind,
                reasons=[reason],
                created_at=desk.now,
            )
        )
    assert desk.compose() == 1


def told(desk: Desk, person: Person) -> list[dict[str, Any]]:
    """The reasons of all that somebody was told by the last input."""
    notices = desk.notices()
    last = max((notice.input_id for notice in notices), default=0)
    mine = (n for n in notices if n.input_id == last and n.person_id == person.id)
    return [reason for notice in mine for reason in notice.reasons]


def refused(desk: Desk, person: Person) -> list[tuple[str, str]]:
    return [(r["refusal"], r["line"]) for r in told(desk, person) if r["reason"] == "refused"]


def answers(desk: Desk, person: Person, text: str) -> tuple[str, str | None]:
    """Somebody answers the last mail that they got; what became of the answer."""
    desk.put(desk.answer_of(person, text))
    desk.work()
    return desk.states()[-1]


def row(desk: Desk, number: int) -> Row:
    return desk.records()[number - 1]


def test_each_line_acts_on_its_item_and_a_refusal_names_its_line(desk: Desk) -> None:
    opened(desk, "one", "two", "three")
    list_for(desk, TOM, 3, 1, 2)
    said = (
        "1 done\n2 /due 2026-12-04\n2 /note on it\n3 /status nonsense\n7-9 done\n3. /priority high"
    )
    assert answers(desk, TOM, said)[0] == "processed"
    assert [row(desk, n).record.state for n in (1, 2, 3)] == ["open", "open", "resolved"]
    assert str(row(desk, 1).record.due) == "2026-12-04"
    assert row(desk, 2).record.priority == "high"
    assert refused(desk, TOM) == [
        ("unknown_state", "3 /status nonsense"),
        ("no_such_item", "7-9 done"),
    ]
    assert {n.kind for n in desk.notices() if n.input_id == 5 and n.person_id == TOM.id} == {
        "receipt"
    }


def test_one_item_has_a_number_too(desk: Desk) -> None:
    opened(desk, "one")
    list_for(desk, TOM, 1)
    answers(desk, TOM, "1 done")
    assert row(desk, 1).record.state == "resolved"


def test_words_beside_items_are_not_lost(desk: Desk) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, 1, 2)
    answers(desk, TOM, "1 done\nAnd the printer is on fire.")
    assert row(desk, 1).record.state == "resolved"
    assert refused(desk, TOM) == [("not_for_one_item", "And the printer is on fire.")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Thanks!", []),
        ("收到，谢谢", []),
        ("👍", []),
        ("What is the second one about?", ["not_for_one_item"]),
    ],
)
@pytest.mark.parametrize("count", [0, 2])
def test_words_about_a_list_go_to_nobody_else(
    desk: Desk, text: str, reason: list[str], count: int
) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, *range(1, count + 1))
    before = len(desk.notices())
    assert answers(desk, TOM, text)[0] == "processed"
    assert len(desk.notices()) == before + len(reason)
    assert [name for name, _ in refused(desk, TOM)] == (reason if count else nothing_in(reason))


def nothing_in(reason: list[str]) -> list[str]:
    """The same where the mail lists nothing: no number would help."""
    return ["nothing_to_act_on"] * len(reason)


@pytest.mark.parametrize("text", ["done", "1 /ignore", "Please look at it."])
def test_a_report_without_records_says_that_nothing_in_it_can_be_answered(
    desk: Desk, text: str
) -> None:
    list_for(desk, TOM)
    assert answers(desk, TOM, text) == ("processed", "refused: nothing_to_act_on")
    assert [name for name, _ in refused(desk, TOM)] == ["nothing_to_act_on"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_help_is_sent_in_answer_to_any_list(desk: Desk, count: int) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, *range(1, count + 1))
    assert answers(desk, TOM, "/help") == ("processed", None if count == 1 else "personal settings")
    assert [(reason["reason"], reason["page"]) for reason in told(desk, TOM)] == [("page", "help")]


def test_a_bare_word_is_asked_about(desk: Desk) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, 1, 2)
    assert answers(desk, TOM, "done") == ("held", "it may be about several records")


def test_numbers_are_of_use_only_for_whom_they_were_made(desk: Desk) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, 1, 2)
    with desk.database.read() as session:
        theirs = session.scalars(select(Outgoing.message_id).order_by(Outgoing.id.desc())).first()
    desk.put(mail_of(MA, "Re: your mail", "1 done", [("In-Reply-To", theirs or "")]))
    desk.work()
    assert desk.states()[-1][0] == "held"
    assert row(desk, 1).record.state == "open"


def test_a_receipt_about_several_is_taken_back_whole(desk: Desk) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, 1, 2)
    answers(desk, TOM, "1 done\n2 /priority high\n2 /note look here")
    desk.compose()
    answers(desk, TOM, "undo")
    assert [row(desk, n).record.state for n in (1, 2)] == ["open", "open"]
    assert row(desk, 2).record.priority == "normal"
    desk.compose()
    answers(desk, TOM, "undo")
    assert row(desk, 1).record.state == "resolved", "the undo itself is taken back"
    with desk.database.read() as session:
        for found in desk.records():
            folded = desk.fold(session, found.record.id)
            columns = desk.columns(found)
            assert {name: columns[name] for name in folded} == folded


def test_undo_in_another_mail_means_the_last_mail_about_it(desk: Desk) -> None:
    opened(desk, "one")
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "/priority high"))
    desk.work()
    desk.put(mail_of(MA, "Re: [PORTAL-1]", "/due 2026-12-04"))
    desk.work()
    desk.put(mail_of(TOM, "Re: [PORTAL-1] one", "/undo\n/due 2026-12-11"))
    desk.work()
    record = row(desk, 1).record
    assert (record.priority, str(record.due)) == ("normal", "2026-12-11")


def test_what_was_built_on_is_named_and_stands(desk: Desk) -> None:
    opened(desk, "one")
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "/status in_progress"))
    desk.work()
    desk.compose()
    receipt = desk.answer_of(TOM, "undo")
    desk.put(mail_of(MA, "Re: [PORTAL-1]", "/status closed"))
    desk.work()
    desk.put(receipt)
    desk.work()
    assert row(desk, 1).record.state == "closed"
    (reason,) = told(desk, TOM)
    assert reason["details"]["later"] == [{"ref": "PORTAL-1", "what": "status", "person": MA.id}]


def test_a_move_is_taken_back_with_the_old_number(desk: Desk) -> None:
    opened(desk, "one")
    for text in ("/project GATE", "/undo", "/undo", "/undo"):
        desk.put(mail_of(CHEN, "Re: [PORTAL-1]", text))
        desk.work()
    found = row(desk, 1)
    assert found.record.ref == "PORTAL-1"
    with desk.database.read() as session:
        assert desk.columns(found)["number"] == desk.fold(session, 1)["number"] == 1


def test_a_link_goes_on_both_sides_and_who_was_told_hears_of_it(desk: Desk) -> None:
    opened(desk, "one", "two")
    desk.put(mail_of(CHEN, "Re: [PORTAL-1]", "/link PORTAL-2\nSee there."))
    desk.work()
    assert row(desk, 1).record.links
    assert row(desk, 2).record.links
    desk.put(mail_of(CHEN, "Re: [PORTAL-1]", "/undo"))
    desk.work()
    assert (row(desk, 1).record.links, row(desk, 2).record.links) == ([], [])
    assert "taken_back" in [reason["reason"] for reason in told(desk, ANNA)]


@pytest.mark.parametrize(
    ("subject", "text", "wishes", "reasons"),
    [
        ("hello", "/digest off\n/lang zh", {"digest": "off", "language": "zh"}, ["personal"]),
        ("hello", "Hi,\n/tz shanghai\nThanks", {"timezone": "Asia/Shanghai"}, ["personal"]),
        ("hello", "/tz Atlantis", {}, ["refused"]),
        ("hello", "/help", {}, ["page"]),
        (
            "Re: [PORTAL-1]",
            "/摘要 每天\n/priority high",
            {"digest": "daily"},
            ["personal", "reported"],
        ),
    ],
)
def test_what_somebody_sets_for_themselves_goes_to_no_coordinator(
    desk: Desk, subject: str, text: str, wishes: dict[str, str], reasons: list[str]
) -> None:
    opened(desk, "one")
    desk.put(mail_of(ANNA, subject, text))
    desk.work()
    assert desk.states()[-1][0] == "processed"
    assert [reason["reason"] for reason in told(desk, ANNA)] == reasons
    assert told(desk, CHEN) == []
    with desk.database.read() as session:
        assert session.get_one(PersonRow, ANNA.id).preferences == wishes


def test_a_setting_is_taken_back_as_long_as_it_holds(desk: Desk) -> None:
    desk.put(mail_of(ANNA, "hello", "/digest daily"))
    desk.work()
    desk.compose()
    first = desk.answer_of(ANNA, "undo")
    desk.put(mail_of(ANNA, "hello", "/digest off"))
    desk.work()
    desk.compose()
    desk.put(first)
    desk.work()
    assert refused(desk, ANNA) == [("set_anew", "undo")]
    assert answers(desk, ANNA, "撤销")[0] == "processed"
    with desk.database.read() as session:
        assert session.get_one(PersonRow, ANNA.id).preferences == {"digest": "daily"}


def test_why_and_undo_of_nothing_are_answered(desk: Desk) -> None:
    desk.put(mail_of(LI, "hello", "undo"), mail_of(LI, "hello again", "why me?"))
    desk.work()
    assert [state for state, _ in desk.states()] == ["processed", "processed"]
    assert [reason["reason"] for n in desk.notices() for reason in n.reasons] == ["refused", "page"]


def test_what_a_mail_opened_is_withdrawn_with_its_links(desk: Desk) -> None:
    opened(desk, "one")
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "/task write the plan @ma@acme.example 2026-12-04"))
    desk.work()
    assert [found.record.kind for found in desk.records()] == ["issue", "task"]
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "/undo"))
    desk.work()
    task = row(desk, 2).record
    assert (task.state, task.links, row(desk, 1).record.links) == ("withdrawn", [], [])
    assert "taken_back" in [reason["reason"] for reason in told(desk, MA)]


def test_nobody_withdraws_what_others_worked_on(desk: Desk) -> None:
    opened(desk, "one")
    receipt = desk.answer_of(ANNA, "undo")
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "I look into it."))
    desk.work()
    desk.put(receipt)
    desk.work()
    assert row(desk, 1).record.state == "open"
    assert refused(desk, ANNA) == [("built_on", "undo")]


def test_the_coordinator_takes_back_what_they_are_told_of(desk: Desk) -> None:
    opened(desk, "one")
    desk.put(mail_of(CHEN, "Re: [PORTAL-1]", "/watch"))
    desk.work()
    desk.compose()
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "/priority high"))
    desk.work()
    desk.now += timedelta(minutes=10)
    desk.compose()
    answers(desk, CHEN, "撤销")
    assert row(desk, 1).record.priority == "normal"
    desk.now += timedelta(minutes=10)
    desk.compose()
    answers(desk, TOM, "undo")
    assert row(desk, 1).record.priority == "normal", "that was Chen's undo, told to Tom"


def test_settings_beside_a_command_are_taken_back_with_it(desk: Desk) -> None:
    opened(desk, "one")
    desk.put(mail_of(TOM, "Re: [PORTAL-1]", "/priority high\n/digest daily"))
    desk.work()
    desk.compose()
    answers(desk, TOM, "undo")
    assert row(desk, 1).record.priority == "normal"
    with desk.database.read() as session:
        assert session.get_one(PersonRow, TOM.id).preferences == {}


def test_one_mail_does_not_do_without_end(desk: Desk) -> None:
    opened(desk, "one", "two")
    list_for(desk, TOM, 1, 2)
    lines = [f"1, 2 /note number {n}" for n in range(98)]
    last = "2 /priority high"
    assert answers(desk, TOM, "\n".join(["1-50 /due friday /priority low", *lines, last]))[0]
    notes = [r for r in refused(desk, TOM) if r[0] == "too_many_items"]
    assert notes == [("too_many_items", line) for line in (*lines[50:], last)]
    assert (row(desk, 1).record.priority, row(desk, 2).record.priority) == ("low", "low")


def test_what_a_mail_did_where_one_may_not_see_it_is_not_named(desk: Desk) -> None:
    opened(desk, "one")
    desk.put(mail_of(LI, "[ISSUE][GATE] two", "x"))
    desk.work()
    desk.put(mail_of(LI, "Re: [PORTAL-1] one", "/link GATE-1"))
    desk.work()
    with desk.database.write() as session:
        session.execute(delete(Member).where(Member.project_id == GATE.id))
        session.get_one(Project, GATE.id).coordinator_id = MA.id
        session.get_one(RecordRow, 2).reporter_id = MA.id
        session.get_one(Landmark, "directory").at = desk.now
    desk.put(mail_of(LI, "Re: [PORTAL-1] one", "undo"))
    desk.work()
    assert "not_all_seen" in [refusal for refusal, _ in refused(desk, LI)]
    assert "GATE" not in str(told(desk, LI))


def test_undo_counts_what_the_same_mail_did_elsewhere(desk: Desk) -> None:
    opened(desk, "one", "two")
    desk.put(mail_of(TOM, "Re: [PORTAL-1] one", "/link blocks PORTAL-2"))
    desk.work()
    desk.put(mail_of(TOM, "Re: [PORTAL-1] one", "/link part of PORTAL-2\n/undo"))
    desk.work()
    relations = [[link["relation"] for link in row(desk, n).record.links] for n in (1, 2)]
    assert relations == [["whole"], ["part"]]
