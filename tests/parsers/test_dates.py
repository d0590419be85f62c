"""Due dates as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.dates import parse_due

TUESDAY = date(2026, 11, 24)
ENGLISH = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CHINESE = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]

CASES = [
    ("2026-12-05", "2026-12-05"),
    ("2026年12月5日", "2026-12-05"),
    ("12月5日", "2026-12-05"),
    ("3月1号", "2027-03-01"),
    ("明年1月3日", "2027-01-03"),
    ("friday", "2026-11-27"),
    ("Friday.", "2026-11-27"),
    ("by friday", "2026-11-27"),
    ("tuesday", "2026-12-01"),
    ("next friday", "2026-12-04"),
    ("this friday", "2026-11-27"),
    ("this monday", None),
    ("today", "2026-11-24"),
    ("tomorrow", "2026-11-25"),
    ("day after tomorrow", "2026-11-26"),
    ("in 3 days", "2026-11-27"),
    ("in two weeks", "2026-12-08"),
    ("end of week", "2026-11-27"),
    ("end of next week", "2026-12-04"),
    ("end of month", "2026-11-30"),
    ("end of next month", "2026-12-31"),
    ("5 Dec", "2026-12-05"),
    ("Dec 5 2026", "2026-12-05"),
    ("5th of December", "2026-12-05"),
    ("the 5th", "2026-12-05"),
    ("周五", "2026-11-27"),
    ("周二", "2026-12-01"),
    ("下周三", "2026-12-02"),
    ("下下周三", "2026-12-09"),
    ("本周五之前", "2026-11-27"),
    ("星期天", "2026-11-29"),
    ("月底", "2026-11-30"),
    ("下月底", "2026-12-31"),
    ("年底", "2026-12-31"),
    ("明天", "2026-11-25"),
    ("后天", "2026-11-26"),
    ("大后天", "2026-11-27"),
    ("3天后", "2026-11-27"),
    ("十五天后", "2026-12-09"),
    ("两周内", "2026-12-08"),
    ("5号", "2026-12-05"),
    ("31/2", None),
    ("2026-02-30", None),
    ("soon", None),
    ("", None),
    ("12", None),
    ("do", None),
    ("the friday that never comes, or perhaps the one after that, who knows", None),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_due(text: str, expected: str | None) -> None:
    found = parse_due(text, TUESDAY)
    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12/5", "en", date(2026, 12, 5)),
        ("12/5", "zh", date(2026, 12, 5)),
        ("12/5", "de", date(2027, 5, 12)),
        ("12.5.", "de", date(2027, 5, 12)),
        ("12.5.", "en", date(2026, 12, 5)),
        ("31.12.", "en", date(2026, 12, 31)),
        ("12/31/26", "de", date(2026, 12, 31)),
        ("5. Mai", "de", date(2027, 5, 5)),
        ("周五", "de", date(2026, 11, 27)),
        ("friday", "zh", date(2026, 11, 27)),
        ("12/5", "tlh", date(2026, 12, 5)),
    ],
)
def test_order_by_language(text: str, language: str, expected: date) -> None:
    assert parse_due(text, TUESDAY, language) == expected


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_weekday_is_the_next_one(today: date, weekday: int) -> None:
    name = ENGLISH[weekday]
    found = parse_due(name, today)
    assert found is not None
    assert found.weekday() == weekday
    assert timedelta(days=1) <= found - today <= timedelta(days=7)
    assert parse_due(CHINESE[weekday], today) == found


@given(st.text(max_size=80), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_any_text_gives_a_date_or_none(text: str, today: date) -> None:
    assert isinstance(parse_due(text, today), date | None)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_iso_dates_come_back(day: date) -> None:
    assert parse_due(day.isoformat(), TUESDAY) == day
    assert parse_due(f"{day.year}年{day.month}月{day.day}日", TUESDAY) == day
