"""How long something took."""

from __future__ import annotations

import pytest

from parsers.durations import read_duration

from .scale import repeated, stays_linear

DURATIONS = [
    ("2h", 120, ""),
    ("2 h", 120, ""),
    ("2H", 120, ""),
    ("2h.", 120, ""),
    ("２ｈ", 120, ""),
    ("2 hours", 120, ""),
    ("two hours", 120, ""),
    ("an hour", 60, ""),
    ("2h debugging", 120, "debugging"),
    ("2h: debugging.", 120, "debugging."),
    ("2 hours on ACME-7, (mostly)", 120, "on ACME-7, (mostly)"),
    ("1.5 hours", 90, ""),
    ("1,5h", 90, ""),
    ("0.25h", 15, ""),
    ("1h30", 90, ""),
    ("1h30 tests", 90, "tests"),
    ("1h 30", 90, ""),
    ("1h 30m", 90, ""),
    ("1h 30m tests", 90, "tests"),
    ("2h 30 pages", 120, "30 pages"),
    ("2h 3 days late", 120, "3 days late"),
    ("90 min", 90, ""),
    ("90 minutes", 90, ""),
    ("1:30", 90, ""),
    ("1:30h tests", 90, "tests"),
    ("0.5d", 240, ""),
    ("1 day", 480, ""),
    ("1d 4h", 720, ""),
    ("half an hour", 30, ""),
    ("half a day of tests", 240, "of tests"),
    ("one and a half hours", 90, ""),
    ("an hour and a half", 90, ""),
    ("1000h", 60_000, ""),
    ("2小时", 120, ""),
    ("2小时。", 120, ""),
    ("两个小时", 120, ""),
    ("1.5小时 调试", 90, "调试"),
    ("２小时，调试（登录）", 120, "调试（登录）"),
    ("2小时调试", 120, "调试"),
    ("半小时", 30, ""),
    ("半个小时 开会", 30, "开会"),
    ("一天", 480, ""),
    ("半天", 240, ""),
    ("2天半", 1200, ""),
    ("三人天", 1440, ""),
    ("30分钟", 30, ""),
    ("三十分钟", 30, ""),
    ("1小时30分", 90, ""),
    ("1小时30", 90, ""),
    ("一个半小时", 90, ""),
    ("1小时半", 90, ""),
    ("1小时半成品检查", 60, "半成品检查"),
]

NONE = [
    "", "2", "2.5", "h", "2 hens", "2hx", "5 datasets", "0h", "0:00", "-2h", "1001h", "99999d",
    "1,000h", "1.2.3h", "123456h", "1:60", "1:305", "debugging 2h", "半", "三", "小时", "一二小时",
]  # fmt: skip


@pytest.mark.parametrize(("text", "minutes", "comment"), DURATIONS)
def test_duration(text: str, minutes: int, comment: str) -> None:
    assert read_duration(text) == (minutes, comment)


@pytest.mark.parametrize("text", NONE)
def test_no_duration(text: str) -> None:
    assert read_duration(text) is None


@pytest.mark.parametrize("piece", ["1", "1h", "1 ", "半", "一", "1:", "1.", " ", "1h "])
def test_long_texts_do_not_take_long(piece: str) -> None:
    stays_linear(read_duration, repeated(piece))
