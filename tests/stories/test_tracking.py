"""Tracking as in a tool: what waits for what, time, the plan, the status of a project, reports."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from tests.stories.office import Office, text_of, whole


def plan_of(mail: EmailMessage) -> dict[str, str]:
    """The days in the calendar file of a plan, by the UIDs of the milestones."""
    (part,) = (p for p in mail.walk() if p.get_content_type() == "text/calendar")
    calendar: Any = Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == "PUBLISH"
    return {str(e["UID"]): e["DTSTART"].dt.isoformat() for e in calendar.walk("VEVENT")}


def test_sales_and_the_team_keep_track_of_a_release(office: Office) -> None:
    office.anna.writes("[MILESTONE][PORTAL] Beta at the client", "Date: 2027-03-01")
    office.ma.writes("[ISSUE][PORTAL] Export fails", "With more than 100 rows.")
    office.runs()
    milestone = office.chen.reads("PORTAL-1", kind="question")
    issue = office.tom.reads("PORTAL-2", kind="notice")
    office.everybody_reads()

    office.tom.replies(
        issue,
        "/task write the migration plan @ma.jun 2027-02-20\n/spent 2h debugging\n"
        "/link blocks PORTAL-1\n/spent soon",
    )
    office.anna.writes("[TASK][PORTAL] Train the client", "Blocked by: PORTAL-1")
    office.runs("2026-11-23T16:05:00+08:00")
    record = office.record("PORTAL-2")
    assert (record["spent"], record["watchers"]) == (2.0, [])
    assert record["links"] == [
        {"relation": "blocks", "ref": "PORTAL-1"},
        {"relation": "part", "ref": "PORTAL-3"},
    ]
    task = office.record("PORTAL-3")
    assert (task["kind"], task["owner"], task["due"]) == (
        "task",
        "ma.jun@acme.example",
        "2027-02-20",
    )
    assert "write the migration plan" in whole(office.ma.reads("PORTAL-3"))
    assert "/spent 2h debugging" in whole(office.tom.reads(kind="receipt")), "how it is written"
    plan = office.anna.reads("Beta at the client", kind="report")
    (uid,) = plan_of(plan)
    assert plan_of(plan) == {uid: "2027-03-01"}
    assert not [m for m in office.tom.unread if m["X-Mailflow-Kind"] == "report"], "sales alone"
    office.everybody_reads()

    office.chen.replies(milestone, "/due 2027-03-15\nThe identity provider comes later.")
    office.tom.replies(issue, "done")
    office.runs()
    told = text_of(office.anna.reads("14 days later"))
    assert "The identity provider comes later." in told
    assert "PORTAL-4 Train the client" in told, "what it moves"
    assert "PORTAL-2 已完成，现在可以继续" in text_of(office.chen.reads("此前在等待另一条"))
    office.everybody_reads()

    office.anna.writes("[STATUS] PORTAL", "")
    office.runs("2026-11-24T16:05:00+08:00")
    assert plan_of(office.li.reads("Beta", kind="report")) == {uid: "2027-03-15"}
    office.anna.reads("Plan of Customer portal", kind="report")
    page = text_of(office.anna.reads("Status of Customer portal", kind="report"))
    assert "Beta at the client (expected Mon 15 Mar 2027, 14 days later" in page
    assert "Next meeting: Weekly, Thu 26 Nov 2026" in page
    office.everybody_reads()
    office.monday_comes()
    digest = text_of(office.chen.reads("用时", kind="digest"))
    assert "Customer portal：Tom O'Neil 2 小时" in digest
    assert "Time" in text_of(office.tom.reads(kind="digest"))
    assert "Time" not in text_of(office.anna.reads(kind="digest")), "only who leads hears of others"
    office.everybody_reads()


def test_the_administrator_reads_the_same_reports(office: Office) -> None:
    office.ma.writes("[ISSUE][PORTAL] Export fails", "/spent 90 min\n\nWith more than 100 rows.")
    office.runs()
    office.everybody_reads()
    (line,) = office.command("report", "time", "--json").splitlines()
    assert json.loads(line) == {"person": "ma.jun@acme.example", "record": "PORTAL-1", "time": 90}
    shown = office.command("report", "open issues by owner", "--project", "PORTAL").splitlines()
    assert shown[0].split() == ["Owner", "Open", "High", "or", "urgent", "Overdue", "Oldest"]
    assert shown[1].split()[:3] == ["Tom", "O'Neil", "1"]
    assert "open-issues-by-owner" in office.command("report")


def test_the_same_record_twice_in_chinese(office: Office) -> None:
    office.li.writes("[问题][GATE] 网关丢数据", "昨夜的数据没有上传。")
    office.li.writes("[问题][GATE] 夜间数据缺失", "客户说夜里没有数据。\n阻塞于：GATE-1")
    office.runs()
    second = office.li.reads("[GATE-2]", kind="receipt")
    owned = office.chen.reads("[GATE-1]", kind="question")
    office.everybody_reads()

    office.li.replies(second, "/重复 GATE-1 原因相同")
    office.ma.writes("Re: [GATE-1] 网关丢数据", "/关注\n/工时 半小时 查日志")
    office.runs()
    duplicate = office.record("GATE-2")
    assert duplicate["state"] == "rejected"
    assert {"relation": "original", "ref": "GATE-1"} in duplicate["links"]
    original = office.record("GATE-1")
    assert set(original["watchers"]) == {
        "ma.jun@acme.example",
        "li.wei@acme.example",
        "chen.yu@acme.example",
    }
    assert original["spent"] == 0.5
    assert "与 GATE-1 重复" in whole(office.li.reads(kind="receipt"))
    office.everybody_reads()

    office.chen.replies(owned, "/状态 closed")
    office.runs()
    assert "closed" in text_of(office.ma.reads("您关注了这条记录"))
    office.everybody_reads()

    office.ma.writes("Re: [GATE-1] 网关丢数据", "重新打开\n又丢了。")
    office.li.writes("[报表] 按负责人统计未解决问题", "")
    office.ma.writes("[报表] 天气", "")
    office.runs()
    assert office.record("GATE-1")["state"] == "open"
    assert "又丢了。" in text_of(office.chen.reads("GATE-1"))
    assert "又丢了。" in text_of(office.li.reads("[GATE-1]", kind="notice"))
    table = text_of(office.li.reads("未解决问题（按负责人）", kind="report"))
    assert "Chen Yu        1" in table
    assert "决定及所用时间" in whole(office.ma.reads("天气")), "which reports there are"
    office.everybody_reads()
