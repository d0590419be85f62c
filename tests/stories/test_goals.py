"""Goals and requirements: asked for by a form, agreed by both sides, changed, agreed anew."""

from __future__ import annotations

from tests.outbox.tapping import begun, buttons_of
from tests.stories.office import Office, filled, html_of, plain, whole


def test_goals_are_asked_for_agreed_changed_and_agreed_anew(office: Office) -> None:
    office.chen.writes("[START] PORTAL", "")
    office.tom.writes("[START] PORTAL", "")
    office.runs()
    assert "Anna Berg、Li Wei" in whole(office.chen.reads("已启动", kind="receipt"))
    assert "only who coordinates PORTAL can start it: Chen Yu" in whole(office.tom.reads())
    form, second = office.anna.reads("Background:"), office.li.reads("背景：")

    values = {"Result:": " Portal with SSO", "Budget:": " 400 000 EUR"}
    office.anna.replies(form, "It is for Easter.\n\n" + filled(form, values), quote=False)
    office.li.replies(second, "")
    office.chen.writes("[START] PORTAL", "")
    office.runs()
    (goal,) = office.records()
    assert (goal["kind"], goal["state"], goal["title"]) == ("goal", "proposed", "Portal with SSO")
    assert goal["fields"] == {"result": "Portal with SSO", "budget": "400 000 EUR"}
    assert goal["text"] == "It is for Easter."
    assert "表格各行均未填写" in whole(office.li.reads(kind="receipt"))
    assert "已于 2026年11月23日 周一 启动" in whole(office.chen.reads(kind="receipt"))
    asked = office.tom.reads("Feasibility:", kind="question")
    assert "It is for Easter." in whole(asked)
    for person in (office.anna, office.li, office.ma, office.chen):
        assert "PORTAL-1" in whole(person.reads(kind="question"))

    values = {"Feasibility:": " yes, with OpenID Connect"}
    office.tom.replies(
        asked, "agreed\n\nWe begin in January.\n\n" + filled(asked, values), quote=False
    )
    button = begun(buttons_of(html_of(second))["填写"])
    office.li.writes(button.subject, button.text.replace("质量：", "质量：每月 99.9 %"))
    office.anna.writes("Re: [PORTAL-1] Portal with SSO", "agreed")
    office.ma.writes("Re: [PORTAL-1] Portal with SSO", "同意")
    office.runs()
    goal = office.record("PORTAL-1")
    assert (goal["state"], goal["reworked"]) == ("agreed", 0)
    assert set(goal["fields"]) == {"result", "budget", "quality", "feasibility"}
    whats = [event["what"] for event in goal["events"]]
    assert whats == ["opened", "change", "agree", "note", "change", "agree", "agree", "status"]
    office.everybody_reads()

    office.anna.writes("Re: [PORTAL-1] Portal with SSO", "/change budget 450 000 EUR\nMore users.")
    office.tom.writes("Re: [PORTAL-1] Portal with SSO", "/agree")
    office.runs()
    goal = office.record("PORTAL-1")
    assert (goal["state"], goal["reworked"]) == ("proposed", 1)
    # Tom's side has agreed already: he is told, and asked nothing.
    told = ((office.anna, "You changed", "question"), (office.tom, "Anna Berg changed", "notice"))
    for person, said, kind in told:
        mail = person.reads(f"{said} what was agreed", kind=kind)
        assert "    Budget: 400 000 EUR → 450 000 EUR\n" in plain(mail)
        assert "More users." in plain(mail)
        assert 'line-through;">400 000 EUR</span> → <strong>450 000 EUR' in html_of(mail)
    changed = office.li.reads("Anna Berg 修改了已同意的内容", kind="question")
    assert "    预算：400 000 EUR → 450 000 EUR\n" in plain(changed)
    office.everybody_reads()

    office.monday_comes()
    mine, others = office.anna.reads(kind="digest"), office.tom.reads(kind="digest")
    for mail, section in ((mine, "your agreement"), (others, "the agreement of others")):
        assert f"Waiting for {section}" in whole(mail)
        assert "1. PORTAL-1  Portal with SSO (waits for sales)" in whole(mail)
    assert "（等待销售方同意）" in whole(office.chen.reads(kind="digest"))
    office.everybody_reads()

    office.li.replies(changed, "同意")
    office.runs()
    assert office.record("PORTAL-1")["state"] == "agreed"
    assert "Changed after agreement: 1 time\n" in plain(office.anna.reads(kind="notice"))
    office.everybody_reads()


REQUIREMENT = """需要：夜间也要上传数据
价值：续签合同
客户：王芳 <wang.fang@huaxing.example>

她上周来访时提出。"""


def test_the_team_answers_a_requirement_and_what_changes_later_is_rework(office: Office) -> None:
    office.li.writes("[需求][GATE] 夜间上传", REQUIREMENT)
    office.runs()
    wish = office.record("GATE-1")
    assert (wish["kind"], wish["state"], wish["company"]) == ("requirement", "captured", "华星电子")
    assert wish["fields"] == {"need": "夜间也要上传数据", "value": "续签合同"}
    for person in (office.li, office.chen):
        person.reads("GATE-1")

    answer = "可行性：可以\n方案：增加定时任务\n工作量：3天\n\n一月可以开始。"
    office.ma.writes("Re: [GATE-1] 夜间上传", answer)
    office.runs()
    assert office.record("GATE-1")["state"] == "analysed"
    asked = office.li.reads("GATE-1", kind="question")
    assert (
        "Ma Jun 填写了：\n    可行性：可以\n    方案：增加定时任务\n    工作量：24 小时\n"
        in plain(asked)
    )
    assert "> 一月可以开始。" in plain(asked)
    assert "可行性：" not in str(office.record("GATE-1")["events"][-1]["text"])
    office.li.replies(asked, "同意")
    office.ma.replies(office.ma.reads("GATE-1", kind="question"), "同意")
    office.li.writes("Re: [GATE-1] 夜间上传", "/修改 价值 续签两年")
    office.chen.writes("Re: [GATE-1] 夜间上传", "/状态 agreed")
    office.runs()

    wish = office.record("GATE-1")
    assert (wish["state"], wish["reworked"]) == ("agreed", 1)
    assert [event["what"] for event in wish["events"]][-3:] == ["status", "change", "decreed"]
    assert "销售方、项目组未表示同意" in whole(office.li.reads("以协调人身份", kind="notice"))
    assert "decreed" in office.command("show", "GATE-1")
    office.everybody_reads()
