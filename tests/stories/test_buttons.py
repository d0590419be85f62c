"""One tap: a button begins a new mail; its text alone says what is meant, and by whom."""

from __future__ import annotations

from tests.stories.office import Office, text_of


def test_done_with_one_tap(office: Office) -> None:
    office.anna.writes("[ISSUE][PORTAL] Printing is broken", "The printer prints nothing.")
    office.runs()
    office.anna.reads("PORTAL-1", kind="receipt")
    notice = office.tom.reads("PORTAL-1", kind="notice")

    # Whoever else has the mail has its buttons, too: they prove nothing for them.
    office.anna.taps(notice, "Done")
    office.runs()
    assert "Was this you?" in text_of(office.anna.reads(kind="question"))
    assert office.record("PORTAL-1")["state"] == "open"

    office.tom.taps(notice, "Done")
    office.runs()
    record = office.record("PORTAL-1")
    assert record["state"] == "resolved"
    assert [event["what"] for event in record["events"]] == ["opened", "status"]
    office.tom.reads("You moved it from open to resolved", kind="receipt")
    office.anna.reads("Tom O'Neil moved it from open to resolved", kind="notice")


def test_agreed_with_one_tap_in_chinese(office: Office) -> None:
    office.li.writes("[决定][PORTAL] 第三版不做 SAML", "下一版再说。")
    office.runs()
    questions = {who: getattr(office, who).reads(kind="question") for who in ("li", "ma")}
    assert "请您代表项目组答复：是否同意？" in text_of(questions["ma"])

    office.chen.taps(questions["ma"], "同意")
    office.runs()
    office.chen.reads("这是您本人发送的吗？", kind="question")
    assert office.record("PORTAL-1")["state"] == "proposed"

    for who, question in questions.items():
        getattr(office, who).taps(question, "同意")
    office.runs()
    record = office.record("PORTAL-1")
    assert record["state"] == "agreed"
    assert [event["what"] for event in record["events"]] == ["opened", "agree", "agree", "status"]
    office.everybody_reads()
