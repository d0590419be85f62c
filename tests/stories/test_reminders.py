"""Reminders: to the owner, the coordinator, somebody above; in working hours, each thing once."""

from __future__ import annotations

import pytest

from tests.stories.office import Office, Person, text_of

HEAD = "head@group.example"


def reminder(person: Person) -> str:
    """The one reminder that somebody got; whatever else they got is read, too."""
    mine = person.reads_everything()
    (found,) = [mail for mail in mine if mail["X-Mailflow-Kind"] == "reminder"]
    return text_of(found)


@pytest.mark.config(extra='[escalation]\nto = "head@group.example"')
def test_what_is_late_is_brought_up_until_it_is_done(office: Office) -> None:
    """A task of Tom's, in Berlin, is due on Friday, 4 December."""
    words = "To Globex.\n\n/owner tom.oneil@acme.example\n/due 2026-12-04"
    office.anna.writes("[TASK][PORTAL] Send the offer", words)
    office.runs()
    for who in (office.anna, office.tom, office.chen):
        who.reads_everything()

    office.runs("2026-12-03T10:00:00+01:00")
    soon = reminder(office.tom)
    assert "Due soon" in soon
    assert "1. PORTAL-1  Send the offer" in soon
    for who in office.people.values():
        who.reads_everything()
    office.runs("2026-12-05T01:00:00+01:00")  # a Saturday, and night
    assert not office.unread

    office.runs("2026-12-11T10:00:00+01:00")
    assert "Overdue" in (late := reminder(office.tom))
    assert "(7 days late)" in late
    missed = reminder(office.chen)
    assert "已逾期：请与负责人沟通" in missed
    assert "Tom O'Neil" in missed

    office.runs("2026-12-18T10:00:00+01:00")
    head = office.stranger(HEAD)
    told = text_of(head.reads("PORTAL-1", kind="reminder"))
    assert "Customer portal (coordinator: Chen Yu)" in told
    assert "Tom O'Neil" in told
    assert HEAD not in office.command("directory", "list")
    office.tom.replies(office.tom.reads("PORTAL-1", kind="reminder"), "1 done")
    office.runs()
    assert office.record("PORTAL-1")["state"] == "done"
    assert "done" in text_of(head.reads("PORTAL-1", kind="notice"))
    for who in office.people.values():
        who.reads_everything()


def test_an_answer_that_is_missing_in_chinese(office: Office) -> None:
    office.li.writes("[帮助]", "")
    office.li.writes("[问题][PORTAL] 登录失败", "客户今天早上无法登录。")
    office.runs()
    page = text_of(office.li.reads("如何使用", kind="receipt"))
    assert "问题              2 / 8       4 / 24      8 / 80      24 / 160" in page
    assert "问题：Ma Jun、Tom O'Neil" in page
    office.li.reads("PORTAL-1", kind="receipt")
    office.ma.reads("PORTAL-1", kind="notice")

    office.runs("2026-11-24T10:00:00+08:00")
    mail = office.ma.reads("提醒：PORTAL-1", kind="reminder")
    assert "等待首次答复" in text_of(mail)
    assert "首次答复期限为2026年11月23日 周一 17:00，已过" in text_of(mail)
    office.ma.replies(mail, "1 处理中")
    office.runs()
    assert office.record("PORTAL-1")["state"] == "in_progress"
    for who in office.people.values():
        who.reads_everything()
