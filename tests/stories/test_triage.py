"""What could not be placed is asked with guesses; answers become rules; deputies stand in."""

from __future__ import annotations

import json
from email.message import EmailMessage

from tests.stories.office import CLOCK, Office, text_of
from tests.stories.programs import ClientMail

CHEN = 'addresses = ["chen.yu@acme.example"]\nlanguage = "zh"'
GATE_SALES = 'sales = ["li.wei@acme.example"]\nmembers = ["ma.jun@acme.example"]'
PRAISE = ClientMail(
    name="Homer Simpson",
    address="homer@globex.example",
    at=CLOCK,
    subject="Well done",
    text="We like the new page.",
    to_name="Anna Berg",
    to_address="anna.berg@acme.example",
)


def test_an_answer_becomes_a_rule(office: Office) -> None:
    both = GATE_SALES.replace("[", '["anna.berg@acme.example", ', 1)
    office.change_directory((CHEN, CHEN.replace("zh", "en")), (GATE_SALES, both))
    office.anna.writes("The login page is slow", "Customers wait ten seconds for it.")
    office.anna.writes("[FEEDBACK][PORTAL] They love the colours", "All of them.")
    office.runs()
    question = office.chen.reads("The login page is slow", kind="question")
    assert "PORTAL · issue (the word “login”, Anna Berg is in PORTAL)" in text_of(question)
    unowned = office.chen.reads("Who should own it?", kind="question")
    office.chen.replies(question, "1 /always")
    office.chen.replies(unowned, "/owner Anna\n/always")
    office.runs()
    ruled = office.chen.reads("The login page is slow", kind="receipt")
    assert "mail of Anna Berg (without a tag): project PORTAL, kind issue" in text_of(ruled)
    shown = text_of(office.chen.reads("They love the colours", kind="receipt"))
    assert "records of PORTAL that no route takes (kind feedback, without a client)" in shown
    office.anna.writes("The start page is slow", "It takes a minute.")
    office.anna.writes("[FEEDBACK][PORTAL] They love the logo", "Most of them.")
    office.anna.forwards(PRAISE, "[FEEDBACK][PORTAL]")
    office.chen.replies(ruled, "undo")
    office.runs()
    _feedback, issue, placed, routed, praised = office.records()
    assert [one["kind"] for one in (issue, placed)] == ["issue", "issue"]
    assert placed["why"] == "route 2 of PORTAL (kind issue); project by a rule; placed by rule 1"
    assert (routed["owner"], routed["why"]) == (
        "anna.berg@acme.example",
        "rule 2 of Chen Yu; project by its tag",
    )
    assert praised["owner"] == "chen.yu@acme.example"
    guessed = text_of(office.chen.reads("Who should own it?", kind="question"))
    assert "/owner Anna Berg" in guessed
    assert "owned PORTAL-4, PORTAL-1" in guessed
    assert "Rule 1 holds no more" in text_of(office.chen.reads(kind="receipt"))
    for person in (office.anna, office.tom, office.ma, office.chen):
        person.reads_everything()
    (rule,) = [json.loads(line) for line in office.command("rules", "--json").splitlines()]
    assert (rule["for"], rule["owner"]) == (
        "records of PORTAL without a route: kind feedback, no client",
        "anna.berg@acme.example",
    )


def answers_by_machine(office: Office, mail: EmailMessage) -> None:
    """Chen's out-of-office answer, as a Chinese Exchange server sends it."""
    office.chen.writes(
        f"自动回复: {mail['Subject']}",
        "您好！\n\n我将于11月24日至11月27日休假，11月30日返回。期间回复可能延迟，急事请联系马军。\n\n陈宇",
        headers={
            "In-Reply-To": str(mail["Message-ID"]),
            "References": str(mail["Message-ID"]),
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
        },
        verdict=None,
    )


def test_a_deputy_is_asked_while_the_coordinator_is_away(office: Office) -> None:
    deputy = f'{CHEN}\ndeputy = "ma.jun@acme.example"'
    office.change_directory((CHEN, deputy))
    office.li.writes("[问题] 网页打不开", "客户说页面是空白的。")
    office.runs()
    answers_by_machine(office, office.chen.reads("网页打不开", kind="question"))
    office.li.writes("[问题] 打印没有反应", "有客户说打印机没有反应。")
    office.li.writes("[反馈][GATE] 客户很满意", "都说速度快。")
    office.runs()
    earlier = office.ma.reads("网页打不开", kind="question")
    question = office.ma.reads("打印没有反应", kind="question")
    assert all("Chen Yu 目前不在，由您代理。" in text_of(mail) for mail in (earlier, question))
    assert "GATE · 问题（Li Wei 参与了 GATE）" in text_of(question)
    unowned = office.ma.reads("请指定负责人", kind="question")
    assert "的协调人 Chen Yu 目前不在，由您代理。" in text_of(unowned)
    office.chen.reads("客户很满意", kind="notice")
    office.ma.replies(earlier, "1")
    office.ma.replies(question, "2\n/以后都")
    office.ma.replies(unowned, "/负责人 我")
    office.runs()
    assert "今后照此办理（规则 1）：Li Wei 发来的邮件（[问题]）：项目为 GATE" in text_of(
        office.ma.reads("打印没有反应", kind="receipt")
    )
    records = {record["title"]: record for record in office.records()}
    assert records["网页打不开"]["project"] == "PORTAL"
    assert records["打印没有反应"]["project"] == "GATE"
    assert records["客户很满意"]["owner"] == "ma.jun@acme.example"
    office.chen.writes("[反馈][GATE] 我回来了", "今天开始上班。")
    office.li.writes("[决定] 换一家供应商", "价格更低。")
    office.runs()
    assert "您是协调人" in text_of(office.chen.reads("换一家供应商", kind="question"))
    for person in (office.li, office.ma, office.chen, office.tom):
        person.reads_everything()
