"""What mailflow is unsure of, it asks; the answer lets the held mail go its way."""

from __future__ import annotations

import pytest

from tests.stories.office import Office, whole


def test_two_possible_projects(office: Office) -> None:
    office.li.writes("[ISSUE] 打印功能有问题", "有客户说打印出来是空白的。")
    office.runs()
    assert office.records() == []
    question = office.chen.reads("打印功能有问题", kind="question")
    assert "PORTAL" in whole(question)
    assert "GATE" in whole(question)
    office.chen.replies(question, "/project GATE")
    office.runs()
    (record,) = office.records()
    assert (record["ref"], record["reporter"]) == ("GATE-1", "li.wei@acme.example")
    assert len(office.chen.reads_everything()) == 2  # the receipt; and who shall own it?
    office.li.reads("GATE-1", kind="receipt")


def test_an_unknown_tag_and_a_wrong_answer(office: Office) -> None:
    office.tom.writes("[PROBLEM] Nightly build is red", "Since yesterday.")
    office.runs()
    question = office.chen.reads("Nightly build is red", kind="question")
    office.chen.replies(question, "/kind poem")
    office.runs()
    assert "反馈、问题、" in whole(office.chen.reads("poem", kind="receipt"))
    office.chen.replies(question, "/kind issue")
    office.runs()
    (record,) = office.records()
    assert (record["ref"], record["kind"]) == ("PORTAL-1", "issue")
    office.chen.reads(kind="receipt")
    office.tom.reads("PORTAL-1", kind="receipt")  # its reporter, and by the route its owner


def test_ignore_drops_it_without_a_number(office: Office) -> None:
    office.tom.writes("[PROBLEM] Lunch?", "At noon.")
    office.runs()
    office.chen.replies(office.chen.reads("Lunch?", kind="question"), "/ignore")
    office.runs()
    assert office.records() == []
    office.chen.reads(kind="receipt")


def test_a_client_who_writes_directly_is_let_in_by_the_coordinator(office: Office) -> None:
    homer = office.stranger("homer@globex.example", "Homer Simpson")
    homer.writes("Printing is broken", "/owner homer@globex.example\nThe printer prints nothing.")
    office.runs()
    question = office.chen.reads("Printing is broken", kind="question")
    office.chen.replies(question, "/project PORTAL\n/kind issue")
    office.runs()
    (record,) = office.records()
    assert record["client"] == {"name": "Homer Simpson", "address": "homer@globex.example"}
    assert (record["owner"], record["reporter"]) == (
        "tom.oneil@acme.example",
        "chen.yu@acme.example",
    )
    assert homer.unread == [], "no mail goes to an address outside the directory"
    office.tom.reads("PORTAL-1", kind="notice")
    office.chen.reads_everything()


def test_was_this_you(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] login", "It fails.", verdict=None)
    office.anna.writes("[ISSUE][PORTAL] login again", "It fails again.", verdict=None)
    office.runs()
    assert office.records() == []
    question = office.anna.reads(kind="question")  # one open question a person at a time
    office.anna.replies(question, "Yes", verdict=None)
    office.runs()
    assert [record["title"] for record in office.records()] == ["login", "login again"]
    office.ma.reads("PORTAL-2", kind="notice")
    assert {mail["X-Mailflow-Kind"] for mail in office.anna.reads_everything()} == {"receipt"}


def test_no_it_was_not_me(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] login", "It fails.", verdict=None)
    office.runs()
    office.anna.replies(office.anna.reads(kind="question"), "no")
    office.runs()
    assert office.records() == []
    office.anna.reads(kind="receipt")
    assert "Anna Berg" in whole(office.chen.reads(kind="notice"))


def test_a_token_and_a_subject_that_disagree(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] login case 1", "It fails.")
    office.runs()
    first = office.ma.reads("PORTAL-1")
    office.anna.writes("[ISSUE][PORTAL] login case 2", "It fails, too.")
    office.runs()
    office.ma.reads("PORTAL-2")
    del first["Subject"]
    first["Subject"] = "[PORTAL-2] login case 2"
    office.ma.replies(first, "done")
    office.runs()
    office.ma.replies(office.ma.reads(kind="question"), "PORTAL-1")
    office.runs()
    assert [record["state"] for record in office.records()] == ["resolved", "open"]
    office.ma.reads_everything()
    office.anna.reads_everything()


@pytest.mark.config(policy="strict")
def test_strict_holds_and_tells_the_coordinator(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] login", "It fails.", verdict=None)
    office.runs()
    assert office.anna.unread == []
    question = office.chen.reads("login", kind="question")
    office.chen.replies(question, "yes")
    office.runs()
    assert [record["reporter"] for record in office.records()] == ["anna.berg@acme.example"]
    office.ma.reads("PORTAL-1", kind="notice")
    office.anna.reads("PORTAL-1", kind="receipt")
    office.chen.reads(kind="receipt")


NAMELESS = """Please see below.

---------- Forwarded message ---------
From: Homer Simpson
Date: Fri, Nov 20, 2026 at 9:31 AM
Subject: Printing
To: Anna Berg <anna.berg@acme.example>

The printer prints nothing.
"""
FORWARDED = """

---------- Forwarded message ---------
From: {name} <{address}>
Date: Fri, Nov 20, 2026 at 9:31 AM
Subject: Printing
To: Anna Berg <anna.berg@acme.example>

{text}
"""


def test_a_forward_without_an_address_is_asked_about(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] Fwd: Printing", NAMELESS)
    office.runs()
    assert office.records() == []
    question = office.anna.reads("Printing", kind="question")
    assert "Homer Simpson wrote it" in whole(question)
    office.anna.replies(question, "somebody")
    office.runs()
    assert "a name and an address" in whole(office.anna.reads(kind="receipt"))
    office.anna.replies(question, "Homer Simpson <homer@globex.example>")
    office.runs()
    (record,) = office.records()
    assert record["client"] == {"name": "Homer Simpson", "address": "homer@globex.example"}
    office.anna.reads_everything()

    # Next time the name is enough: there is one contact who has it.
    office.anna.writes("[ISSUE][PORTAL] Fwd: Printing again", NAMELESS)
    office.runs()
    assert office.records()[1]["client"] == record["client"]
    office.anna.reads("PORTAL-2", kind="receipt")
    office.ma.reads_everything()
    office.tom.reads_everything()


def test_the_mails_of_two_clients_in_one(office: Office) -> None:
    homer = {"name": "Homer Simpson", "address": "homer@globex.example", "text": "No print."}
    carl = {"name": "Carl Carlson", "address": "carl@globex.example", "text": "Nor here."}
    both = FORWARDED.format(**homer) + FORWARDED.format(**carl)
    office.anna.writes("[ISSUE][PORTAL] Fwd: Printing", f"Two of them.{both}")
    office.runs()
    question = office.anna.reads("Printing", kind="question")
    office.anna.replies(question, "2")
    office.runs()
    (record,) = office.records()
    assert record["client"] == {"name": "Carl Carlson", "address": "carl@globex.example"}
    assert "No print." in record["text"]
    assert "Nor here." in record["text"]
    office.anna.reads_everything()
    office.ma.reads_everything()
    office.tom.reads_everything()
