"""One line: a digest is answered by its numbers, what was done is taken back, "why me?"."""

from __future__ import annotations

from tests.stories.office import Office, number_of, text_of


def test_a_digest_is_answered_with_numbers_and_taken_back(office: Office) -> None:
    for title in ("Printing is broken", "Slow search", "Export stops"):
        office.anna.writes(f"[ISSUE][PORTAL] {title}", title)
    office.anna.writes("[DECISION][PORTAL] Release in May", "Shall we?")
    office.runs()
    office.everybody_reads()
    office.monday_comes()
    digest = office.tom.reads(kind="digest")
    office.everybody_reads()
    n = {ref: number_of(digest, ref) for ref in ("PORTAL-1", "PORTAL-2", "PORTAL-3", "PORTAL-4")}
    assert "Waiting for you (3)" in text_of(digest)
    assert "“1 done” or “2 /due friday”" in text_of(digest)

    # All in one mail; one receipt lists it, and what was not done.
    office.tom.replies(
        digest,
        f"{n['PORTAL-1']} done\n{n['PORTAL-2']} /due 2026-12-11\n{n['PORTAL-2']} /note on it\n"
        f"{n['PORTAL-4']} agree\n9 done\nThank you all for the good week.",
    )
    office.runs()
    assert office.record("PORTAL-1")["state"] == "resolved"
    assert office.record("PORTAL-2")["due"] == "2026-12-11"
    assert office.record("PORTAL-4")["state"] == "proposed"
    receipt = office.tom.reads(kind="receipt")
    said = text_of(receipt)
    assert "You moved it from open to resolved." in said
    assert "You agreed for the team." in said
    assert "there is no item 9 in the mail that you answer; it has 4." in said
    assert "“Thank you all for the good week.”: it is not clear which of the items" in said
    told = text_of(office.anna.reads(kind="notice"))
    assert "Tom O'Neil moved it" in told
    office.everybody_reads()

    # Ma Jun builds on one of them: the mail stands, whole, and Tom hears why.
    office.ma.writes("Re: [PORTAL-2] Slow search", "/due 2026-12-24")
    office.runs()
    office.everybody_reads()
    office.tom.replies(receipt, "undo")
    office.runs()
    refusal = text_of(office.tom.reads(kind="receipt"))
    assert "Ma Jun set the due date of PORTAL-2" in refusal
    assert office.record("PORTAL-1")["state"] == "resolved"

    # When that is taken back, Tom's mail can be, weeks later.
    office.ma.writes("Re: [PORTAL-2] Slow search", "/undo")
    office.runs("2026-12-15T09:00:00+08:00")
    office.everybody_reads()
    office.tom.replies(receipt, "undo")
    office.runs()
    taken_back = text_of(office.tom.reads("took back", kind="receipt"))
    assert "You took back what an earlier mail did: it is open again." in taken_back
    assert "the words in it count no more" in taken_back
    record = office.record("PORTAL-2")
    assert (record["due"], record["events"][-1]["what"]) == (None, "undone")
    told = text_of(office.anna.reads("took back", kind="notice"))
    assert "Tom O'Neil took back what an earlier mail did" in told
    office.everybody_reads()

    # Why me? By the rule.
    office.tom.replies(digest, "Why me?")
    office.tom.replies(receipt, "thanks")
    office.runs()
    why = text_of(office.tom.reads("why me?", kind="receipt"))
    assert "Everybody in a project gets a digest of it, once a week." in why
    assert "Your part in Customer portal: the team." in why
    assert "/digest off" in why
    office.everybody_reads()


def test_one_line_in_chinese(office: Office) -> None:
    office.li.writes("[问题][GATE] 登录失败", "输入密码后报错。")
    office.li.writes("[问题][GATE] 打印乱码", "报表打不出来。")
    office.runs()
    office.everybody_reads()
    office.chen.writes("Re: [GATE-1] 登录失败", "/负责人 Ma Jun")
    office.chen.writes("Re: [GATE-2] 打印乱码", "/负责人 Ma Jun")
    office.runs()
    notice = office.ma.reads("GATE-1")
    office.everybody_reads()

    # 为什么是我，并改为每天的摘要，使用英文；之后撤销。
    office.ma.replies(notice, "为什么是我？")
    office.ma.writes("设置", "/摘要 每天\n/语言 英文\n/时区 柏林")
    office.runs()
    why = text_of(office.ma.reads("GATE-1", kind="receipt"))
    assert "Gateway" in why
    assert "Ma Jun: owner because Chen Yu said so." in why
    settings = office.ma.reads("Your digest comes on each working day", kind="receipt")
    said = text_of(settings)
    assert "Your mails are in English." in said
    assert "Days and times are those of Europe/Berlin." in said
    assert "/lang Chinese" in said
    office.ma.replies(settings, "undo")
    office.runs()
    assert "每周发送一次摘要。" in text_of(office.ma.reads(kind="receipt"))

    office.ma.writes("设置", "/摘要 每天")
    office.li.writes("设置", "/摘要 关闭")
    office.runs("2026-11-24T09:00:00+08:00")
    office.li.reads("不再发送摘要", kind="receipt")
    office.ma.reads("每个工作日", kind="receipt")
    office.runs("2026-11-25T09:00:00+08:00")
    digest = office.ma.reads(kind="digest")
    number = {ref: number_of(digest, ref) for ref in ("GATE-1", "GATE-2")}
    office.ma.replies(digest, f"{number['GATE-2']} 已解决\n{number['GATE-1']} /截止 2026-12-04")
    office.runs()
    assert office.record("GATE-2")["state"] == "resolved"
    assert office.record("GATE-1")["due"] == "2026-12-04"
    receipt = office.ma.reads(kind="receipt")
    assert "您将状态由 open（未处理）改为 resolved（已解决）。" in text_of(receipt)
    office.everybody_reads()
    office.ma.replies(receipt, "撤销")
    office.runs()
    assert office.record("GATE-2")["state"] == "open"
    undone = text_of(office.ma.reads("撤销了", kind="receipt"))
    assert "您撤销了之前一封邮件的操作：状态恢复为 open（未处理）。" in undone
    office.everybody_reads()
    office.monday_comes()
    assert not [
        mail for mail in office.li.reads_everything() if mail["X-Mailflow-Kind"] == "digest"
    ]
    office.everybody_reads()
