"""What somebody is to do, by whom and until when."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.model import Promise
from parsers.promises import read_promise

from .scale import repeated, stays_linear

TODAY = date(2026, 11, 23)  # a Monday
FRIDAY, FOURTH = date(2026, 11, 27), date(2026, 12, 4)
PEOPLE = {"anna berg", "anna", "tom", "马军", "jean-luc de witt", "欧阳娜娜"}


def is_person(text: str) -> bool:
    return text.lower() in PEOPLE


PROMISES = [
    (
        "write the migration plan @ma.jun@acme.example 2026-12-04",
        Promise("write the migration plan", "ma.jun@acme.example", FOURTH),
    ),
    ("call Globex @Anna Berg by friday", Promise("call Globex", "Anna Berg", FRIDAY)),
    ("call Globex @anna friday", Promise("call Globex", "anna", FRIDAY)),
    ("call Globex friday @Anna Berg.", Promise("call Globex", "Anna Berg", FRIDAY)),
    (
        "call Globex by friday, @Jean-Luc de Witt",
        Promise("call Globex", "Jean-Luc de Witt", FRIDAY),
    ),
    ("@tom send the offer (friday)", Promise("send the offer", "tom", FRIDAY)),
    ("@Tom: send the offer, due friday.", Promise("send the offer", "Tom", FRIDAY)),
    ("send the offer (@tom, friday)", Promise("send the offer", "tom", FRIDAY)),
    ("send the offer @tom until the 4th", Promise("send the offer", "tom", FOURTH)),
    ("send the offer @tom due: 4 Dec", Promise("send the offer", "tom", FOURTH)),
    ("send the offer @tom in 3 days", Promise("send the offer", "tom", date(2026, 11, 26))),
    ("send the offer @tom by 12.4.", Promise("send the offer", "tom", FOURTH)),
    ("send the offer @tom this coming friday", Promise("send the offer", "tom", FRIDAY)),
    ("send it @Ma Jun<mailto:mj@a.example> friday", Promise("send it", "mj@a.example", FRIDAY)),
    ("send it @12345@qq.example friday", Promise("send it", "12345@qq.example", FRIDAY)),
    ("send it @<mj@a.example>", Promise("send it", "mj@a.example", None)),
    ("ask @nobody and @tom", Promise("ask @nobody and", "tom", None)),
    ("ask @Nobody Else friday", Promise("ask Else", "Nobody", FRIDAY)),
    ("send the offer to anna@b.example", Promise("send the offer to anna@b.example", None, None)),
    ("send the offer @ 15:00", Promise("send the offer @ 15:00", None, None)),
    ("send the offer friday", Promise("send the offer", None, FRIDAY)),
    ("通知客户 @马军 周五", Promise("通知客户", "马军", FRIDAY)),
    ("通知客户@马军周五", Promise("通知客户", "马军", FRIDAY)),
    ("通知客户＠马军 （周五前）", Promise("通知客户", "马军", FRIDAY)),
    ("写迁移计划 @马军 12月4日前", Promise("写迁移计划", "马军", FOURTH)),
    ("写迁移计划12月4日前 @欧阳娜娜", Promise("写迁移计划", "欧阳娜娜", FOURTH)),
    ("请@马军写迁移计划，截止日期：12月4日", Promise("请写迁移计划", "马军", FOURTH)),
    ("写迁移计划 @马军 截止12月4日", Promise("写迁移计划", "马军", FOURTH)),
    ("写迁移计划 @王五 12月4日前", Promise("写迁移计划", "王五", FOURTH)),
]

NO_DATES = [
    "buy 2 servers",
    "buy servers 2",
    "plan the release of 2.0",
    "plan the release of 2.1",
    "support 24/7",
    "order part 20261204",
    "rent a crane for 2 weeks",
    "test 3 days",
    "read chapters 5-6",
    "tell Tom by hand",
    "friday",
    "by friday",
    "升级到2.1",
    "ready for 2.1",
    "购买2台服务器",
    "测试3天",
    "迁移计划（一）",
    "周五",
    "move the meeting to friday",
    "move the meeting from monday to friday",
    "look at what broke last friday",
    "send a report every friday",
    "call Globex friday 2026-12-01",
    "会议改到周五",
    "评审从周一改到周五",
    "发周报，每周五",
    "",
]


@pytest.mark.parametrize(("text", "promise"), PROMISES)
def test_promise(text: str, promise: Promise) -> None:
    language = "zh" if any(char > "\u4e00" for char in promise.title) else "en"
    assert read_promise(text, TODAY, language, is_person) == promise


@pytest.mark.parametrize("text", NO_DATES)
def test_no_date(text: str) -> None:
    for language in ("en", "zh"):
        assert read_promise(text, TODAY, language, is_person) == Promise(text, None, None)


def test_the_date_only_without_a_word_that_belongs_to_the_title() -> None:
    for text, title in (
        ("find out what it is friday", "find out what it is"),
        ("迁移完成 12月4日", "迁移完成"),
        ("report (draft) by friday", "report (draft)"),
    ):
        assert read_promise(text, TODAY, "en", is_person).title == title


@pytest.mark.parametrize(
    "piece", ["@", "@a ", "@a", "a@", "@马", "(", "()", " ", "by ", "friday ", "周五", "12月", "1."]
)
def test_long_texts_do_not_take_long(piece: str) -> None:
    stays_linear(lambda text: read_promise(text, TODAY, "en", is_person), repeated(piece))
