"""When a meeting is, as its subject says it."""

from __future__ import annotations

from datetime import date, time

import pytest

from parsers.meeting_time import read_meeting
from parsers.model import Appointment

from .scale import repeated, stays_linear

TODAY = date(2026, 11, 23)  # a Monday
TOMORROW, FRIDAY, FIRST = date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 1)

MEETINGS = [
    ("tomorrow 15:00 Release review", TOMORROW, time(15), None, "Release review"),
    ("Tomorrow at 15:00: Release review", TOMORROW, time(15), None, "Release review"),
    ("friday 3pm Title", FRIDAY, time(15), None, "Title"),
    ("friday 3 p.m. Title", FRIDAY, time(15), None, "Title"),
    ("friday 3:30 PM - Title", FRIDAY, time(15, 30), None, "Title"),
    ("friday noon Title", FRIDAY, time(12), None, "Title"),
    ("friday 12am Title", FRIDAY, time(0), None, "Title"),
    ("2026-12-01 10:00-11:30 Title", FIRST, time(10), 90, "Title"),
    ("2026-12-01T10:00 Title", FIRST, time(10), None, "Title"),
    ("Title, friday 15:00", FRIDAY, time(15), None, "Title"),
    ("Title friday at 15:00", FRIDAY, time(15), None, "Title"),
    ("Title 15:00 friday", FRIDAY, time(15), None, "Title"),
    ("Title (friday, 15:00)", FRIDAY, time(15), None, "Title"),
    ("15:00 friday Title", FRIDAY, time(15), None, "Title"),
    ("15:00 Title, friday", FRIDAY, time(15), None, "Title"),
    ("friday: Title at 15:00", FRIDAY, time(15), None, "Title"),
    ("Dec 1 at 3:30 pm: Title", FIRST, time(15, 30), None, "Title"),
    ("Dec 1 from 10:00 to 11:30 Title", FIRST, time(10), 90, "Title"),
    ("friday 3-4pm Title", FRIDAY, time(15), 60, "Title"),
    ("friday 11-1pm Title", FRIDAY, time(11), 120, "Title"),
    ("friday 11:00 - 1:00 Title", FRIDAY, time(11), 120, "Title"),
    ("friday 23:00-01:00 Release", FRIDAY, time(23), 120, "Release"),
    ("friday 15:00-14:00 Title", FRIDAY, time(15), None, "Title"),
    ("15:00 Title", TODAY, time(15), None, "Title"),
    ("today 15:00 Title", TODAY, time(15), None, "Title"),
    ("15:00 Release 2.1 for 3 servers", TODAY, time(15), None, "Release 2.1 for 3 servers"),
    ("15:00 Next week planning", TODAY, time(15), None, "Next week planning"),
    ("tomorrow 15:00", TOMORROW, time(15), None, ""),
    ("tomorrow 15:00 Sprint 14: plan, 3 points", TOMORROW, time(15), None,
     "Sprint 14: plan, 3 points"),
    ("明天15:00 发布评审", TOMORROW, time(15), None, "发布评审"),
    ("明天１５：００发布评审", TOMORROW, time(15), None, "发布评审"),
    ("周五下午3点半 评审", FRIDAY, time(15, 30), None, "评审"),
    ("周五下午三点一刻评审", FRIDAY, time(15, 15), None, "评审"),
    ("周五下午3:30 评审", FRIDAY, time(15, 30), None, "评审"),
    ("12月1日 10:00–11:00 评审", FIRST, time(10), 60, "评审"),
    ("12月1日（周二）10:00至11:00 评审", FIRST, time(10), 60, "评审"),
    ("下周一上午十点 周会", date(2026, 11, 30), time(10), None, "周会"),
    ("周五下午三点到四点半 评审", FRIDAY, time(15), 90, "评审"),
    ("周五上午11点到1点 评审", FRIDAY, time(11), 120, "评审"),
    ("周五中午12点 评审", FRIDAY, time(12), None, "评审"),
    ("评审，周五15点", FRIDAY, time(15), None, "评审"),
    ("评审 明天在15点20分", TOMORROW, time(15, 20), None, "评审"),
    ("讨论一点问题 明天15:00", TOMORROW, time(15), None, "讨论一点问题"),
    ("15:00 评审", TODAY, time(15), None, "评审"),
]  # fmt: skip

NONE = [
    "昨天15:00 评审",
    "评审 昨天下午3点",
    "yesterday 15:00 Review",
    "",
    "Title",
    "friday Title",
    "friday 15 Title",
    "3 servers tomorrow",
    "friday 25:00 Title",
    "friday 15:75 Title",
    "friday 13:00:99 3",
    "next week 15:00 Title",
    "31.2.2026 15:00 Title",
    "Feb 30 15:00 Title",
    "friday 2026-12-01 15:00 Title",
    "周五12月1日15:00 评审",
    "friday 15:00 CET Title",
    "friday 15:00 UTC+8 Title",
    "friday 15:00+08:00 Title",
    "下周15:00 评审",
    "周五晚上12点 发布",
    "讨论一点问题",
    "周五三点 评审",
    "周五3-4点 评审",
    "2月30日15:00 评审",
]


@pytest.mark.parametrize(("text", "day", "at", "minutes", "title"), MEETINGS)
def test_meeting(text: str, day: date, at: time, minutes: int | None, title: str) -> None:
    language = "zh" if any(char > "\u4e00" for char in text) else "en"
    assert read_meeting(text, TODAY, language) == Appointment(day, at, minutes, title)


@pytest.mark.parametrize("text", NONE)
def test_no_meeting(text: str) -> None:
    for language in ("en", "zh"):
        assert read_meeting(text, TODAY, language) is None


@pytest.mark.parametrize(
    "piece",
    ["1", "1:", "15:00 ", "15:00-", "3点", "下午", "周五", "friday ", "(", " ", "at ", "12月"],
)
def test_long_texts_do_not_take_long(piece: str) -> None:
    stays_linear(lambda text: read_meeting(text, TODAY, "en"), repeated(piece))
