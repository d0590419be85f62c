"""What the words of a due date mean in their order: a table from shapes to days.

A shape has a letter for each word; the letters are the sorts of `due_words`: W a weekday, U a
unit, X next, S this, E end, N a number, O an ordinal, D and M and Y day, month, year …
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from . import due_days
from .due_words import Token


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of a due date by their sorts."""

    today: date
    day_first: bool
    shape: str
    tokens: dict[str, Token]

    def number(self, sort: str, default: int = 0) -> int:
        return self.tokens[sort].value if sort in self.tokens else default

    @property
    def year(self) -> int | None:
        """The year in full, or counted from today's (明年)."""
        if "Y" not in self.tokens:
            return None
        value = self.tokens["Y"].value
        return value + self.today.year if value < 10 else value

    @property
    def unit(self) -> str:
        return self.tokens["U"].word

    @property
    def step(self) -> int:
        """How many units on: of `next week` 1."""
        return max(1, self.tokens["X"].value) if "X" in self.tokens else 0


def _relative(phrase: Phrase) -> date:
    return phrase.today + timedelta(days=phrase.number("T"))


def _weekday(phrase: Phrase) -> date | None:
    """friday; not `do`: two letters alone stand for too much else."""
    word = phrase.tokens["W"].word
    if word.isascii() and len(word) < 3:
        return None
    return due_days.coming_weekday(phrase.today, phrase.number("W"))


def _this_weekday(phrase: Phrase) -> date | None:
    found = due_days.monday_of(phrase.today) + timedelta(days=phrase.number("W"))
    return found if found >= phrase.today else None


def _next_weekday(phrase: Phrase) -> date | None:
    monday = due_days.monday_of(phrase.today, phrase.step)
    found = monday + timedelta(days=phrase.number("W"))
    if phrase.number("X"):
        return found
    coming = due_days.coming_weekday(phrase.today, phrase.number("W"))
    return found if found == coming else None


def _weekday_of_week(phrase: Phrase) -> date | None:
    """monday of next week, friday this week."""
    if phrase.unit != "week":
        return None
    if not phrase.step:
        return _this_weekday(phrase)
    monday = due_days.monday_of(phrase.today, phrase.step)
    return monday + timedelta(days=phrase.number("W"))


def _weekend(phrase: Phrase) -> date:
    return due_days.monday_of(phrase.today, phrase.step) + timedelta(days=due_days.SUNDAY)


def _after(phrase: Phrase) -> date | None:
    return due_days.after(phrase.today, phrase.number("N"), phrase.unit)


def _days_after(phrase: Phrase) -> date | None:
    """3日後: the word for the day of a month counts days too."""
    return due_days.after(phrase.today, phrase.number("D"), "day")


def _after_day(phrase: Phrase) -> date | None:
    """a week from friday, friday week, heute in einer Woche."""
    first = _relative(phrase) if "T" in phrase.tokens else _weekday(phrase)
    if first is None or ("N" not in phrase.tokens and phrase.unit != "week"):
        return None
    return due_days.after(first, phrase.number("N", 1), phrase.unit)


def _end(phrase: Phrase) -> date | None:
    """end of next week, 月底, this month."""
    return due_days.end_of(phrase.today, phrase.unit, phrase.step)


def _end_of_month(phrase: Phrase) -> date:
    month = phrase.number("M")
    if phrase.year is None:
        return due_days.coming_month_end(phrase.today, month)
    return due_days.month_end(date(phrase.year, month, 1))


def _end_of_year(phrase: Phrase) -> date | None:
    if "U" in phrase.tokens and phrase.unit != "year":
        return None
    return date(phrase.year or phrase.today.year, 12, 31)


def _end_of_quarter(phrase: Phrase) -> date:
    month = 3 * phrase.number("Q")
    if phrase.year is None:
        return due_days.coming_month_end(phrase.today, month)
    return due_days.month_end(date(phrase.year, month, 1))


def _calendar_week(phrase: Phrase) -> date | None:
    """KW 49, 2026-W49, friday week 49."""
    if "U" in phrase.tokens and phrase.unit != "week":
        return None
    week = phrase.number("k") or phrase.number("N")
    monday = due_days.week_of(phrase.today, week, phrase.year)
    if "W" in phrase.tokens:
        return monday + timedelta(days=phrase.number("W"))
    friday = monday + timedelta(days=due_days.FRIDAY)
    return friday if phrase.year else due_days.week_end(monday, phrase.today)


def _day_of_month(phrase: Phrase) -> date | None:
    """the 5th of next month, 本月25号."""
    if phrase.unit != "month":
        return None
    first = due_days.months_on(phrase.today.replace(day=1), phrase.step)
    found = first.replace(day=_day_number(phrase))
    return found if found >= phrase.today else None


def _day_number(phrase: Phrase) -> int:
    return next(phrase.number(sort) for sort in "DON" if sort in phrase.tokens)


def _calendar_day(phrase: Phrase) -> date | None:
    """5 Dec 2026, 12月5日; `the 5th` is that of this month or the next that has it."""
    day = _day_number(phrase)
    if "M" not in phrase.tokens:
        return due_days.coming_day(phrase.today, day)
    if phrase.year is not None:
        return date(phrase.year, phrase.number("M"), day)
    return due_days.coming_date(phrase.today, phrase.number("M"), day)


def _full(phrase: Phrase) -> date:
    """2026-12-05, 2026/12/5, 20261205."""
    word = phrase.tokens["d"].word
    if word.isdecimal():
        return date(int(word[:4]), int(word[4:6]), int(word[6:]))
    year, month, day = map(int, re.findall(r"\d+", word))
    return date(year, month, day)


def _slashed(phrase: Phrase) -> date:
    """12/5, 5.12., 12-05, 5.12.26."""
    first, second, *years = map(int, re.findall(r"\d+", phrase.tokens["s"].word))
    day_first = first > 12 or (phrase.day_first and second <= 12)
    day, month = (first, second) if day_first else (second, first)
    if not years:
        return due_days.coming_date(phrase.today, month, day)
    return date(years[0] if years[0] > 99 else 2000 + years[0], month, day)


_Reader = Callable[[Phrase], date | None]


def _table(rows: dict[_Reader, str]) -> dict[str, _Reader]:
    return {shape: reader for reader, shapes in rows.items() for shape in shapes.split()}


# A weekday may stand beside these.
_DATES = _table(
    {
        _full: "d",
        _slashed: "s",
        _calendar_day: "NM MN NMY MNY YMN YNM OM MO OMY MOY YMO MD DM YMD MDY DMY D O LN LO NL",
    }
)
# Spans of several days stand for their end; nothing is `before` that, or at noon of it.
_SPAN_ROWS: dict[_Reader, str] = {
    _end: "SU XU UX ISU",
    _weekend: "V SV XV VX",
    _calendar_week: "UN UNY YUN k Yk IUN",
    _end_of_quarter: "Q QY YQ",
}
SPANS = frozenset(_table(_SPAN_ROWS))
_SHAPES = (
    _table(_SPAN_ROWS)
    | _DATES
    | _table(
        {
            _relative: "T TH",
            _weekday: "W",
            _this_weekday: "SW",
            _next_weekday: "XW WX",
            _weekday_of_week: "XUW WXU WUX UXW SUW WSU",
            _after: "NU INU NUA INUA NUH",
            _days_after: "DA DH",
            _after_day: "NURW NURT WU TU TINU",
            _end: "EU UE EXU XUE EUX UXE ESU SUE UH SUH XUH",
            _end_of_month: "EM ME EMY YME MEY",
            _end_of_year: "EY YE YUE EUY",
            _end_of_quarter: "EQ QE EQY YQE",
            _calendar_week: "WUN UNW Wk kW YkW WYk",
            _day_of_month: "XUD SUD OXU OSU XUO SUO OUX LNUX LNXU LNSU",
        }
    )
)


def day_of(phrase: Phrase) -> date | None:
    """The day that the phrase means; None where it means none.

    Raises ValueError or OverflowError where no calendar has such a day.
    """
    reader = _SHAPES.get(phrase.shape)
    if reader is not None:
        return reader(phrase)
    without = phrase.shape.replace("W", "", 1)
    if without not in _DATES or len(without) == len(phrase.shape):
        return None
    day = _DATES[without](phrase)
    return day if day is not None and day.weekday() == phrase.number("W") else None
