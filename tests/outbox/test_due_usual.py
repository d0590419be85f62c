"""A kind can say by when its records are due where nobody said a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from mailflow.store.tables import Record
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.worktime import USUAL
from tests.outbox.counter import Counter, text_of
from tests.pipeline.desk import INSTALLATION, mail_of
from tests.workflow.company import ANNA, KINDS, LI

USUALLY_FIVE = Kinds(tuple(replace(kind, default_due_days=5) for kind in KINDS))
# the Thursday is a holiday
CALENDAR = replace(USUAL, holidays=frozenset({date(2026, 11, 26)}))
SAID = "It is due on Tue 1 Dec 2026, 5 working days on, as nobody said a date."


@pytest.mark.parametrize(
    ("subject", "text", "due", "said"),
    [
        ("[ISSUE][PORTAL] x", "It fails.", date(2026, 12, 1), True),
        ("[ISSUE][PORTAL] x", "/due 2026-12-24\nIt fails.", date(2026, 12, 24), False),
        ("[TASK][PORTAL] x", "due: 2026-11-27", date(2026, 11, 27), False),
        ("[TASK][PORTAL] x", "Due: none\nWhen there is time.", None, False),
        ("[任务][PORTAL] x", "截止：无\n有空再做。", None, False),
        ("[ISSUE][PORTAL] x", "/due none\nIt fails.", None, False),
    ],
)
def test_a_date_that_nobody_said(
    counter: Counter, subject: str, text: str, due: date | None, said: bool
) -> None:
    desk = counter.desk
    desk.engine.installation = replace(INSTALLATION, kinds=USUALLY_FIVE, calendar=CALENDAR)
    desk.put(mail_of(ANNA, subject, text))
    desk.work()
    with counter.database.read() as session:
        assert session.scalars(select(Record.due)).all() == [due]
    counter.compose()
    (receipt,) = [mail for mail in counter.new() if mail.person_id == ANNA.id]
    assert (SAID in " ".join(text_of(receipt).split())) == said
    assert "Nothing was done" not in text_of(receipt)


def test_the_same_in_chinese(counter: Counter) -> None:
    desk = counter.desk
    desk.engine.installation = replace(INSTALLATION, kinds=USUALLY_FIVE, calendar=CALENDAR)
    desk.put(mail_of(LI, "[问题][PORTAL] 登录失败", "无法登录。"))
    desk.work()
    counter.compose()
    (receipt,) = [mail for mail in counter.new() if mail.person_id == LI.id]
    said = "邮件中未写截止日期，按 5 个工作日计，截止日期为2026年12月1日 周二。"
    assert said in text_of(receipt)
