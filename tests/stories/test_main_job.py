"""The main job: a client's mail becomes a record, reaches its owner, moves on, is told of."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.stories.office import Office, text_of, whole
from tests.stories.programs import PROGRAMS, ClientMail

MORE = pytest.mark.torture
LOGIN = ClientMail(
    name="Homer Simpson",
    address="homer@globex.example",
    at=datetime.fromisoformat("2026-11-23T08:12:00+01:00"),
    subject="Cannot log in since this morning",
    text='Hello Anna,\n\nsince this morning our login fails with "invalid token".\n'
    "Can you help?\n\nHomer Simpson",
    to_name="Anna Berg",
    to_address="anna.berg@acme.example",
)
GATEWAY = ClientMail(
    name="王芳",
    address="wang.fang@huaxing.example",
    at=datetime.fromisoformat("2026-11-23T08:40:00+08:00"),
    subject="网关升级之后丢数据",
    text="李经理，您好：\n昨天升级网关之后，夜里的数据没有上传，请尽快处理。\n王芳",
    to_name="李伟",
    to_address="li.wei@acme.example",
)


# the others differ in what the parsers' tests show
@pytest.mark.parametrize(
    "program",
    [
        program if program in ("gmail", "outlook", "qq") else pytest.param(program, marks=MORE)
        for program in PROGRAMS
    ],
)
def test_sales_forwards_the_owner_solves_it_and_monday_tells_it(
    office: Office, program: str
) -> None:
    office.anna.forwards(LOGIN, "[ISSUE]", program=program, note="Please look at this soon.")
    office.runs()

    (record,) = office.records()
    assert (record["ref"], record["kind"], record["state"]) == ("PORTAL-1", "issue", "open")
    assert record["client"] == {"name": "Homer Simpson", "address": "homer@globex.example"}
    assert record["title"] == "Cannot log in since this morning"
    assert "invalid token" in record["text"]
    assert "Please look at this soon" not in record["text"]
    assert record["owner"] == "ma.jun@acme.example"
    assert "login" in record["why"]

    task = office.ma.reads("PORTAL-1", kind="notice")
    assert "invalid token" in whole(task)
    assert "Homer Simpson" in whole(task)
    assert "Please look at this soon" in whole(task)
    office.anna.reads("PORTAL-1", kind="receipt")

    office.ma.replies(task, "done\n\nThe identity provider's certificate had expired.")
    office.runs()

    assert office.record("PORTAL-1")["state"] == "resolved"
    assert "certificate had expired" in whole(office.anna.reads("PORTAL-1", kind="notice"))
    assert "resolved" in whole(office.ma.reads("PORTAL-1", kind="receipt"))

    office.runs("2026-11-25T10:30:00+08:00")
    for person in office.people.values():
        assert person.reads("Weekly", kind="agenda")
    office.monday_comes()
    for person in office.people.values():
        assert "PORTAL-1" in whole(person.reads(kind="digest"))


def test_the_same_story_in_chinese(office: Office) -> None:
    office.li.forwards(GATEWAY, "[问题]", program="qq", note="马工，客户急需处理。")
    office.runs()

    (record,) = office.records()
    assert (record["ref"], record["kind"]) == ("GATE-1", "issue")
    assert record["client"] == {"name": "王芳", "address": "wang.fang@huaxing.example"}
    assert record["title"] == "网关升级之后丢数据"
    question = office.chen.reads("GATE-1", kind="question")  # no route fits: who shall own it?
    assert "没有上传" in whole(question)
    office.li.reads("GATE-1", kind="receipt")

    office.chen.replies(question, "/负责人 ma.jun@acme.example\n／截止：周五")
    office.runs()
    record = office.record("GATE-1")
    assert (record["owner"], record["due"]) == ("ma.jun@acme.example", "2026-11-27")
    office.chen.reads("GATE-1", kind="receipt")
    office.li.reads("GATE-1", kind="notice")

    task = office.ma.reads("GATE-1", kind="notice")
    assert "马工，客户急需处理。" in whole(task)
    office.ma.replies(task, "已解决\n补丁已经装好，数据已补传。")
    office.runs()
    assert office.record("GATE-1")["state"] == "resolved"
    assert "补丁已经装好" in whole(office.li.reads("GATE-1", kind="notice"))
    office.ma.reads("GATE-1", kind="receipt")


def test_commands_move_owner_date_and_priority(office: Office) -> None:
    office.anna.forwards(LOGIN, "[ISSUE]")
    office.runs()
    task = office.ma.reads("PORTAL-1")
    office.anna.reads("PORTAL-1")

    commands = "/owner tom.oneil@acme.example\n/due 2026-12-01\n/priority high\nTom knows it."
    office.ma.replies(task, commands)
    office.runs()

    record = office.record("PORTAL-1")
    assert record["owner"] == "tom.oneil@acme.example"
    assert (record["due"], record["priority"]) == ("2026-12-01", "high")
    taken = whole(office.tom.reads("PORTAL-1", kind="notice"))
    assert "invalid token" in taken, "the new owner has never seen the client's words"
    assert "Tom knows it." in taken
    office.ma.reads("PORTAL-1", kind="receipt")
    office.anna.reads("PORTAL-1", kind="notice")


def test_a_wrong_command_is_explained_to_its_author_alone(office: Office) -> None:
    office.anna.forwards(LOGIN, "[ISSUE]")
    office.runs()
    task = office.ma.reads("PORTAL-1")
    office.anna.reads("PORTAL-1")
    office.ma.replies(task, "/status finnished")
    office.runs()
    answer = whole(office.ma.reads("finnished", kind="receipt"))
    assert "resolved" in answer
    assert office.record("PORTAL-1")["state"] == "open"


def test_words_in_the_middle_and_in_the_quote_change_nothing(office: Office) -> None:
    office.anna.forwards(LOGIN, "[ISSUE]")
    office.runs()
    task = office.ma.reads("PORTAL-1")
    office.anna.reads("PORTAL-1")
    office.ma.replies(task, "I think this is done soon.\n\n> /status closed\n> done")
    office.runs()
    record = office.record("PORTAL-1")
    assert record["state"] == "open"
    office.anna.reads("I think this is done soon", kind="notice")
    office.ma.reads("PORTAL-1", kind="receipt")


def test_answers_between_quoted_lines_reach_the_others_with_the_questions(office: Office) -> None:
    office.anna.forwards(LOGIN, "[ISSUE]")
    office.runs()
    task = office.ma.reads("PORTAL-1")
    office.anna.reads("PORTAL-1")
    asked = "On Mon, 23 Nov 2026, Anna Berg <anna.berg@acme.example> wrote:\n> When does it fail?"
    answered = f"{asked}\n\nAt noon.\n\n> Who sees it?\n\nEverybody.\n\n-- \nMa Li"
    office.ma.replies(task, answered, quote=False)
    office.runs()
    told = text_of(office.anna.reads("At noon.", kind="notice"))
    said = [line.strip() for line in told.splitlines() if line.strip()]
    begin = said.index("> > When does it fail?")
    assert said[begin : begin + 5] == [
        "> > When does it fail?",
        "> At noon.",
        ">",
        "> > Who sees it?",
        "> Everybody.",
    ]
    assert "Ma Li" not in told.partition("Everybody.")[2][:40]
    office.ma.reads("PORTAL-1", kind="receipt")


def test_a_decision_is_agreed_by_both_sides(office: Office) -> None:
    subject = "[DECISION][PORTAL] Single sign-on by OpenID Connect only"
    office.tom.writes(subject, "We drop SAML in release 3.")
    office.runs()
    asked = {who: office.people[who].reads("SAML", kind="question") for who in ("anna", "ma")}
    office.li.reads("SAML", kind="question")
    office.tom.reads("SAML", kind="question")

    office.anna.replies(asked["anna"], "Agreed!")
    office.runs()
    assert office.record("PORTAL-1")["state"] == "proposed"
    office.ma.replies(asked["ma"], "同意")
    office.runs()
    assert office.record("PORTAL-1")["state"] == "agreed"
    for person in office.people.values():
        person.reads_everything()


def test_many_issues_at_once_are_one_mail_for_their_owner(office: Office) -> None:
    for number in range(1, 31):
        office.anna.writes(f"[ISSUE][PORTAL] login case {number}", "It fails.")
    office.runs()
    gathered = whole(office.ma.reads("PORTAL-30", kind="notice"))
    assert all(f"PORTAL-{number}" in gathered for number in range(1, 31))
    assert len(office.anna.reads_everything()) == 30


def test_a_bare_done_to_a_mail_about_several_is_asked_which(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] login case 1", "It fails.")
    office.anna.writes("[ISSUE][PORTAL] login case 2", "It fails, too.")
    office.runs()
    office.anna.reads_everything()
    office.ma.replies(office.ma.reads("PORTAL-2"), "done")
    office.runs()
    assert {record["state"] for record in office.records()} == {"open"}
    office.ma.replies(office.ma.reads(kind="question"), "2")
    office.runs()
    assert [record["state"] for record in office.records()] == ["open", "resolved"]
    office.ma.reads_everything()
    office.anna.reads("PORTAL-2", kind="notice")


def test_attachments_are_named_in_the_mail_and_saved_on_demand(office: Office) -> None:
    mail = office.anna.draft("[ISSUE][PORTAL] login", "See the picture.")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../login.png")
    mail.add_attachment("日志", filename="错误日志.txt")
    office.deliver(mail)
    office.runs()
    told = whole(office.ma.reads("PORTAL-1"))
    assert "login.png" in told
    assert "错误日志.txt" in told
    office.anna.reads("PORTAL-1")
    folder = office.folder / "files"
    office.command("show", "PORTAL-1", "--attachments", str(folder))
    assert {file.name for file in folder.iterdir()} == {"login.png", "错误日志.txt"}
    assert (folder / "login.png").read_bytes() == b"\x89PNG"


def test_the_coordinator_keeps_what_no_route_fitted(office: Office) -> None:
    office.li.writes("[FEEDBACK][GATE] 界面很好", "客户很满意。")
    office.runs()
    office.li.reads("GATE-1")
    office.chen.replies(office.chen.reads("GATE-1", kind="question"), "/owner me")
    office.runs()
    assert "Chen" in office.record("GATE-1")["why"]
    office.chen.reads("GATE-1", kind="receipt")
    office.li.reads("GATE-1", kind="notice")
