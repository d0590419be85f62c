"""Two projects at work: what other stories show in English is said in Chinese here, and back."""

from __future__ import annotations

from email.message import EmailMessage

from tests.stories.office import Office, filled, number_of, plain, text_of, whole
from tests.stories.test_meetings import in_order
from tests.stories.test_tracking import plan_of
from tests.stories.test_triage import CHEN, GATE_SALES

WROTE = "在 2026-11-23 09:05:00，“Customer portal” <flow@acme.example> 写道："
GOAL = {
    "结果：": "客户门户上线",
    "时间：": "2027年6月",
    "预算：": "40万元",
    "质量：": "可用率99.9%",
    "背景：": "客户有三家工厂",
}


def test_a_project_from_its_start_to_its_agenda_in_chinese(office: Office) -> None:
    is_agreed_and_planned(office, *starts_and_asks(office))
    agenda = is_changed_before_the_meeting(office)

    # 一封邮件按序号回复议程；Li Wei 点击议程中的按钮。
    number = {ref: number_of(agenda, ref) for ref in ("PORTAL-2", "PORTAL-3", "PORTAL-4")}
    lines = f"{number['PORTAL-2']} 同意\n{number['PORTAL-3']} 已解决\n"
    office.ma.replies(agenda, f"{lines}{number['PORTAL-4']} /截止 2026-12-04")
    office.li.taps(office.li.reads(kind="agenda"), "同意", ref="PORTAL-2")
    office.everybody_reads()
    office.runs()
    states = {record["ref"]: record["state"] for record in office.records()}
    assert (states["PORTAL-2"], states["PORTAL-3"]) == ("agreed", "resolved")
    assert office.record("PORTAL-4")["due"] == "2026-12-04"
    receipt = plain(office.ma.reads("3 项变动：PORTAL-2、PORTAL-3、PORTAL-4", kind="receipt"))
    assert "您代表项目组表示同意。\n" in receipt
    assert "您将状态由 open（未处理）改为 resolved（已解决）。\n" in receipt
    assert "您将截止日期定为 2026年12月4日 周五。\n" in receipt
    goal = office.record("PORTAL-2")
    assert [event["what"] for event in goal["events"]][-3:] == ["agree", "agree", "status"]
    assert goal["reworked"] == 1
    assert "同意后修改：1 次\n" in plain(office.li.reads("您代表销售方表示同意", kind="receipt"))
    office.everybody_reads()


def starts_and_asks(office: Office) -> tuple[EmailMessage, EmailMessage]:
    """Chen starts it and makes a rule by a button, Li fills in the form; what both are asked."""
    office.chen.writes("【启动】PORTAL", "")
    office.li.writes("登录页面打不开", "客户今天早上发现的。")
    office.li.writes("[里程碑][PORTAL] 测试版上线", "日期：2027-03-01")
    office.runs()
    assert "收到第一份答复后，将请项目组填写意见" in text_of(office.chen.reads("已启动"))
    form = office.li.reads("Customer portal 启动：请填写项目目标", kind="question")
    assert "结果：\n时间：\n预算：\n质量：\n背景：\n" in plain(form)
    question = office.chen.reads("登录页面打不开", kind="question")
    assert "1  →  PORTAL · 问题（含有“登录”一词、Li Wei 参与了 PORTAL）" in text_of(question)
    office.everybody_reads()

    text = "希望春节后上线。\n\n" + filled(form, GOAL, wrote=WROTE)
    office.li.replies(form, text, quote=False)
    office.chen.taps(question, "以后都归 PORTAL · 问题")
    office.runs()
    _milestone, goal, issue = office.records()
    assert (goal["kind"], goal["state"], goal["title"]) == ("goal", "proposed", "客户门户上线")
    assert list(goal["fields"].values()) == list(GOAL.values())
    assert goal["text"] == "希望春节后上线。"
    assert (issue["kind"], issue["owner"]) == ("issue", "ma.jun@acme.example")
    rule = "今后照此办理（规则 1）：Li Wei 发来的邮件（无标签）：项目为 PORTAL、类型为问题。"
    assert rule in text_of(office.chen.reads("登录页面打不开", kind="receipt"))
    asked = office.ma.reads("可行性：", kind="question")
    assert "内容完整之后，您这一方是否同意？" in text_of(asked)
    sales = office.li.reads("请您代表销售方答复：是否同意？", kind="question")
    office.everybody_reads()
    return asked, sales


def is_agreed_and_planned(office: Office, asked: EmailMessage, sales: EmailMessage) -> None:
    """The team answers; the rule is kept; the page of the project, and its plan to sales."""
    answer = filled(asked, {"可行性：": "可以", "方案：": "分两期实施"}, wrote=WROTE)
    office.ma.replies(asked, f"同意\n\n一月开始。\n\n{answer}", quote=False)
    office.li.replies(sales, "同意")
    office.li.writes("登录又变慢了", "要等半分钟。")
    office.li.writes("[任务][PORTAL] 培训客户", "阻塞于：PORTAL-1")
    office.li.writes("[议程][PORTAL] 测试数据", "需决定：五月发布？")
    office.li.writes("[状态] PORTAL", "")
    office.runs("2026-11-23T16:05:00+08:00")
    goal = office.record("PORTAL-2")
    assert (goal["state"], goal["fields"]["solution"]) == ("agreed", "分两期实施")
    ruled = office.record("PORTAL-4")
    assert (ruled["kind"], ruled["why"].rpartition("; ")[2]) == ("issue", "placed by rule 1")
    page = office.li.reads("Customer portal 项目状态，2026年11月23日 周一", kind="report")
    in_order(page, "下次会议：Weekly，2026年11月26日", "目标（1）", "客户门户上线", "已同意")
    in_order(page, "里程碑，按预计日期先后（1）", "测试版上线", "共 2 项（普通 2 项）", "PORTAL-3")
    plan = office.li.reads("以下是 Customer portal 的计划", kind="report")
    assert list(plan_of(plan).values()) == ["2027-03-01"]
    assert "截止 2027年3月1日 周一" in text_of(plan)
    assert "您提出了 2 条议题" in text_of(office.li.reads("会议议题", kind="receipt"))
    office.everybody_reads()


def is_changed_before_the_meeting(office: Office) -> EmailMessage:
    """What was agreed is changed, the milestone moves; Ma's agenda, with both."""
    office.li.writes("Re: [PORTAL-2] 客户门户上线", "/修改 预算 45万元\n客户增加了一家工厂。")
    office.chen.writes("Re: [PORTAL-1] 测试版上线", "/截止 2027-03-15\n供应商延期两周。")
    office.runs("2026-11-25T10:30:00+08:00")
    goal = office.record("PORTAL-2")
    assert (goal["state"], goal["reworked"]) == ("proposed", 1)
    changed = plain(office.ma.reads("Li Wei 修改了已同意的内容", kind="question"))
    assert "    预算：40万元 → 45万元\n" in changed
    assert "请您代表项目组答复：是否同意？\n" in changed
    moved = whole(office.li.reads("供应商延期两周。"))
    assert "由 2027年3月1日 周一 改为 2027年3月15日 周一，推迟 14 天" in moved
    assert "受此影响的共 1 项：PORTAL-5 培训客户。" in moved
    agenda = office.ma.reads("会议议程：Customer portal，Weekly", kind="agenda")
    assert "2026年11月26日 周四 10:00（45 分钟），地点：Room 4。" in text_of(agenda)
    in_order(agenda, "待决定事项", "PORTAL-2", "五月发布？（Li Wei）", "测试数据（Li Wei）")
    in_order(agenda, "未完成事项，按紧急程度和时间先后（3）", "PORTAL-3", "PORTAL-4")
    for person in (office.anna, office.tom, office.ma, office.chen):
        person.reads_everything()
    return agenda


REQUIREMENT = """Need: upload data at night, too
Value: the contract goes on
Client: Homer Simpson <homer@globex.example>

He asked for it last week."""


def test_the_daily_work_of_a_project_in_english(office: Office) -> None:
    both = GATE_SALES.replace("[", '["anna.berg@acme.example", ', 1)
    english = CHEN.replace("zh", "en")
    deputy = f'{english}\ndeputy = "tom.oneil@acme.example"'
    office.change_directory((CHEN, deputy), (GATE_SALES, both))
    is_asked_for(office)
    is_answered_by_the_team(office)
    is_agreed_and_changed(office)

    # Monday: what waits is done by the buttons of the digests, in both languages.
    office.ma.writes("Re: [PORTAL-2] The login page is slow", "已解决")
    office.monday_comes()
    told = text_of(office.tom.reads("Ma Jun moved it from open to resolved", kind="notice"))
    assert "You follow it." in told
    assert [m for m in office.chen.unread if m["X-Mailflow-Kind"] == "digest"] == [], "off"
    mine = office.anna.reads(kind="digest")
    assert "1. PORTAL-1  Nightly upload (waits for sales, the team)" in text_of(mine)
    office.anna.taps(mine, "Agree", ref="PORTAL-1")
    office.tom.taps(office.tom.reads(kind="digest"), "Agree", ref="PORTAL-1")
    office.tom.writes("Re: [PORTAL-2] The login page is slow", "reopen\nIt is slow again.")
    office.ma.taps(office.ma.reads(kind="digest"), "已完成", ref="PORTAL-4")
    office.everybody_reads()
    office.runs()
    states = [record["state"] for record in office.records()]
    assert states == ["agreed", "open", "rejected", "done"]
    receipt = plain(office.anna.reads("You agreed for sales", kind="receipt"))
    assert "Changed after agreement: 1 time\n" in receipt
    assert "It is slow again." in text_of(office.anna.reads("PORTAL-2", kind="notice"))
    office.everybody_reads()


def is_asked_for(office: Office) -> None:
    """Anna asks for a requirement, a meeting and the help page; the first of two riddles."""
    office.anna.writes("[REQUIREMENT][PORTAL] Nightly upload", REQUIREMENT)
    office.anna.writes("The login page is slow", "Ten seconds.")
    points = "Place: Room 7\nTo decide: which night?"
    office.anna.writes("[MEETING][PORTAL] tomorrow 15:00 Review of the upload", points)
    office.anna.writes("[HELP]", "")
    office.chen.writes("settings", "/digest off\n/tz Berlin")
    office.runs()
    wish = office.record("PORTAL-1")
    assert (wish["kind"], wish["state"], wish["company"]) == ("requirement", "captured", "Globex")
    assert list(wish["fields"]) == ["need", "value"]
    assert wish["client"]["address"] == "homer@globex.example"
    page = text_of(office.anna.reads("How to work with this mailbox", kind="receipt"))
    assert "issue             2 / 8       4 / 24      8 / 80      24 / 160" in page
    assert "Days and times are those of Europe/Berlin." in text_of(
        office.chen.reads("No digest comes any more", kind="receipt")
    )
    invitation = office.tom.reads("Review of the upload", kind="invitation")
    assert "- which night? (Anna Berg)" in text_of(invitation)
    assert "Tue 24 Nov 2026, 08:00, that is 15:00 in Asia/Shanghai" in text_of(invitation)
    office.tom.replies(invitation, "coming")
    riddle = office.chen.reads("The login page is slow", kind="question")
    away = {"In-Reply-To": str(riddle["Message-ID"]), "Auto-Submitted": "auto-replied"}
    subject = f"Automatic reply: {riddle['Subject']}"
    text = "I am out of the office until 7 December.\n"
    office.chen.writes(subject, text, headers=away, verdict=None)
    office.everybody_reads()


def is_answered_by_the_team(office: Office) -> None:
    """The team fills in its lines, both sides are asked; Tom stands in for Chen."""
    lines = "Feasibility: yes\nSolution: a job that runs at night\nEffort: 3d"
    office.tom.writes("Re: [PORTAL-1] Nightly upload", f"{lines}\n\nWe can begin in January.")
    office.anna.writes("The login takes a minute", "It did yesterday, too.")
    office.runs()
    office.tom.reads("You are coming to “Review of the upload”", kind="receipt")
    assert office.record("PORTAL-1")["state"] == "analysed"
    asked = office.anna.reads("Does your side (sales) agree?", kind="question")
    said = "    Feasibility: yes\n    Solution: a job that runs at night\n    Effort: 24 h\n"
    assert f"Tom O'Neil filled in:\n{said}" in plain(asked)
    office.anna.replies(asked, "agreed")
    assert "(the team) agree?" in text_of(office.tom.reads("[PORTAL-1]", kind="question"))
    for title in ("The login page is slow", "The login takes a minute"):
        riddle = office.tom.reads(title, kind="question")
        assert "You stand in for Chen Yu, who is away." in text_of(riddle)
        assert "1  →  PORTAL · issue (the word “login”" in text_of(riddle)
        office.tom.taps(riddle, "PORTAL · issue")
    office.everybody_reads()


def is_agreed_and_changed(office: Office) -> None:
    """Agreed, with what it becomes; then changed, which is rework; two reports tell it."""
    wish = "Re: [PORTAL-1] Nightly upload"
    office.tom.writes(wish, "/agree\n/task build the job @ma.jun friday\n/link PORTAL-2")
    office.tom.writes("Re: [PORTAL-2] The login page is slow", "/watch")
    office.tom.writes("Re: [PORTAL-3] The login takes a minute", "/duplicate PORTAL-2 the same")
    office.anna.writes(wish, "/change value the contract goes on for two years")
    office.anna.writes("[REPORT] open issues by owner", "")
    office.anna.writes("[REPORT] rework", "")
    office.runs()
    record = office.record("PORTAL-1")
    changes = [event["what"] for event in record["events"]]
    assert (record["state"], record["reworked"]) == ("analysed", 1)
    assert changes[-6:] == ["agree", "agree", "status", "link", "link", "change"]
    links = [{"relation": "related", "ref": "PORTAL-2"}, {"relation": "part", "ref": "PORTAL-4"}]
    assert record["links"] == links
    task = office.record("PORTAL-4")
    assert (task["kind"], task["owner"], task["due"]) == (
        "task",
        "ma.jun@acme.example",
        "2026-11-27",
    )
    again = office.anna.reads("You changed what was agreed", kind="question")
    value = "    Value: the contract goes on → the contract goes on for two years\n"
    assert f"It is analysed again, and both sides are asked anew:\n{value}" in plain(again)
    table = plain(office.anna.reads("Open issues by owner", kind="report"))
    assert "Ma Jun      1                0         0   0 days\n" in table
    table = plain(office.anna.reads("Changed after it was agreed", kind="report"))
    assert "PORTAL-1 Nightly upload   Chen Yu         1\n" in table
    office.everybody_reads()
