"""What "why me?", an undo and personal settings are answered with; lines that hang."""

from __future__ import annotations

import pytest

from mailflow.outbox.columns import WIDTH, columns, hung
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter, text_of
from tests.pipeline.desk import mail_of
from tests.workflow.company import ANNA, CHEN, LI, MA, TOM


def answered(counter: Counter, person: Person, text: str) -> str:
    """The receipt of somebody's answer to the last mail that they got."""
    counter.compose()
    counter.new()
    counter.desk.put(counter.desk.answer_of(person, text))
    counter.desk.work()
    counter.compose()
    (receipt,) = [mail for mail in counter.new() if mail.person_id == person.id]
    assert receipt.kind == "receipt"
    return text_of(receipt)


def opened(counter: Counter, subject: str = "[ISSUE][PORTAL] Cannot log in by SSO") -> None:
    counter.desk.put(mail_of(ANNA, subject, "It says: invalid token."))
    counter.desk.work()


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (
            MA,
            (
                "您是负责人。",
                "由 PORTAL 的第 1 条分派规则确定",
                "含有“SSO”一词",
                "您在 Customer portal 中的角色：项目组。",
                "/免打扰  →  不再通知 PORTAL-1 的变动",
            ),
        ),
        (
            ANNA,
            (
                "You reported it.",
                "Ma Jun: owner by route 1",
                "Your part in Customer portal: sales.",
            ),
        ),
    ],
)
def test_why_somebody_got_a_mail(counter: Counter, person: Person, said: tuple[str, ...]) -> None:
    opened(counter)
    text = answered(counter, person, "为什么是我" if person is MA else "/why")
    assert [one for one in said if one not in text] == []


def test_why_a_digest(counter: Counter) -> None:
    opened(counter)
    section = {"name": "waiting", "records": [{"record": 1}]}
    reason = {"reason": "digest", "until": counter.now.isoformat(), "sections": [section]}
    counter.tell(LI, "digest", reason)
    text = answered(counter, LI, "为什么是我？")
    assert "项目中的每个人每周都会收到一次摘要。" in text
    assert "您在 Customer portal 中的角色：销售方。" in text
    assert "您在 Gateway 中的角色：销售方。" in text
    assert "/摘要 关闭" in text


def test_why_without_a_mail_says_what_is_needed(counter: Counter) -> None:
    counter.desk.put(mail_of(TOM, "hello", "why me?"))
    counter.desk.work()
    counter.compose()
    (receipt,) = counter.new()
    assert "please reply to that mail itself" in text_of(receipt)


def test_what_is_taken_back_is_said_field_by_field(counter: Counter) -> None:
    opened(counter)
    said = "/owner tom@acme.example\n/due 2026-12-01\n/priority high\nVersion: 2.0\nLook."
    counter.desk.put(mail_of(CHEN, "Re: [PORTAL-1]", said))
    counter.desk.work()
    text = answered(counter, CHEN, "撤销")
    for one in (
        "您撤销了之前一封邮件的操作：",
        "负责人恢复为 Ma Jun",
        "恢复为没有截止日期",
        "优先级恢复为普通",
        "版本恢复为空",
        "其中的文字不再作数",
    ):
        assert one in text
    counter.desk.put(mail_of(CHEN, "Re: [PORTAL-1]", "/owner anna@acme.example"))
    counter.desk.work()
    counter.compose()
    (given,) = [
        mail for mail in counter.new() if mail.person_id == ANNA.id and "Look." in text_of(mail)
    ]
    assert "Chen Yu wrote earlier, and took it back:" in text_of(given)


@pytest.mark.parametrize(
    "text",
    [
        "12. ACME-1  " + "word " * 40,
        "12. ACME-1  " + "很长的标题没有空格" * 12,
        "12. ACME-1  " + "x" * 200,
        "   open · due · high",
        "",
    ],
)
def test_long_lines_hang(text: str) -> None:
    lines = hung(text, 4).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(line.startswith("    ") for line in lines[1:])
    assert all(columns(line) <= WIDTH or "x" * 80 in line for line in lines)
