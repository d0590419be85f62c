"""Due dates as people write them: `next friday`, `12/5`, `in 3 days`, `下周三`, `月底`.

The words are those of the [due] tables of the catalogues; words of every language count, whatever
the reader's language is. What is not understood as a whole is None: a wrong date is worse than a
question.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from .words import CATALOGUES, LANGUAGES, MONTHS, WEEKDAYS, due_words, fold

_MAX = 60
_FRIDAY, _SUNDAY = 4, 6
_FULL = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?[日号號.]?")
_HAN_DAY = re.compile(
    r"(?:(明|后|今)年)?(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})[日号號]?"
)
_SLASHED = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})(?:\s?\2\s?(\d{4}|\d{2}))?\.?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s?(?:of )?([^\W\d_]{3,12})\.?(?:,?\s(\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s?(\d{1,2})(?:,?\s(\d{4}))?")
_HAN_WEEKDAY = re.compile(r"(下{1,3}|本|这|這)?个?(?:周|星期|礼拜|週|禮拜)([一二三四五六日天1-7])")
_HAN_SPAN = re.compile(
    r"(?:过|再过|再過)?(\d{1,3}|[一二两兩三四五六七八九十半]{1,3})\s?(个月|個月|个星期|個星期|个礼拜|星期|礼拜|天|日|周|週|年)(?:之?[后後内內]|以[后後内內])?"
)
_HAN_ENDS = re.compile(
    r"(下{1,2}个?|下個|本|这个?|這個?|今|明)?(周|星期|礼拜|週|月|年|季度)(?:底|末)"
)
_HAN_TAIL = re.compile(r"(?:下班)?(?:之前|以前|前|为止)$")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "兩": 2}


def parse_due(text: str, today: date, language: str = "en") -> date | None:
    """The day that the text names, seen from `today`; None where it names none.

    A weekday is the next one from tomorrow on; `next friday` and 下周五 are that of the next
    calendar week (from Monday). A day without a year is the next such day, today included. The
    end of a week is its Friday. `language` decides the order of day and month in `12/5`.
    """
    folded = fold(text[:_MAX]).strip(" .,!?;:。，！；：()（）\"'")
    if not folded or len(text.strip()) > _MAX:
        return None
    try:
        return _day(folded, today, language)
    except (ValueError, OverflowError):
        return None


def _day(text: str, today: date, language: str) -> date | None:
    for candidate in _candidates(text):
        for read in (_relative, _named, _chinese):
            found = read(candidate, today)
            if found is not None:
                return found
        found = _written(candidate, today, language)
        if found is not None:
            return found
    return None


def _candidates(text: str) -> list[str]:
    """The text, and without fillers: `by friday`, `周五之前`."""
    bare = _HAN_TAIL.sub("", text)
    words = bare.split(" ")
    fillers = _words("this") - {"this", "the", "这", "本", "这个", "這", "這個", "本个"}
    while len(words) > 1 and words[0] in fillers | {"the"}:
        words.pop(0)
    tail = " ".join(words)
    return list(dict.fromkeys((text, bare, tail)))


def _words(name: str) -> frozenset[str]:
    return frozenset().union(*(due_words(code, name) for code in CATALOGUES))


def _relative(text: str, today: date) -> date | None:
    """today, tomorrow, in 3 days, two weeks."""
    for days, name in enumerate(("today", "tomorrow", "day_after_tomorrow")):
        if text in _words(name):
            return today + timedelta(days=days)
    words = text.split(" ")
    if words[0] in _words("in"):
        words = words[1:]
    if words[-2:] == ["from", "now"]:
        words = words[:-2]
    if words and words[-1] in ("later", "time"):
        words = words[:-1]
    if len(words) != 2:
        return None
    number = _number(words[0])
    return _after(today, number, words[1].rstrip("'")) if number is not None else None


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    for code in CATALOGUES:
        for value, forms in enumerate(CATALOGUES[code].get("due", {}).get("numbers", ()), start=1):
            if word in forms.split():
                return value
    return None


def _after(today: date, number: int, unit: str) -> date | None:
    if number > 1_000:
        return None
    if unit in _words("day"):
        return today + timedelta(days=number)
    if unit in _words("week"):
        return today + timedelta(weeks=number)
    if unit in _words("month"):
        return _months_on(today, number)
    if unit in _words("year"):
        return _months_on(today, 12 * number)
    return None


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _named(text: str, today: date) -> date | None:
    """friday, next friday, end of next week, eom."""
    short = {"eow": "end of week", "eom": "end of month", "eoy": "end of year"}
    text = short.get(text, text)
    for end in sorted(_words("end"), key=len, reverse=True):
        if text.startswith(end + " "):
            return _end_of(text[len(end) + 1 :].split(" "), today)
    words = text.split(" ")
    which = ""
    if len(words) == 2 and words[0] in _words("next"):
        which = "next"
    elif len(words) == 2 and words[0] == "this":
        which = "this"
    elif len(words) != 1:
        return None
    if words[-1] in WEEKDAYS and not _is_short_word(words[-1]):
        return _weekday(today, WEEKDAYS[words[-1]] - 1, which)
    return _end_of(words, today) if which else None


def _is_short_word(word: str) -> bool:
    """Two letters stand for too much else (`do`, `so`)."""
    return word.isascii() and len(word) < 3


def _weekday(today: date, weekday: int, which: str = "", weeks: int = 1) -> date | None:
    monday = today - timedelta(days=today.weekday())
    if which == "next":
        return monday + timedelta(weeks=weeks, days=weekday)
    if which == "this":
        found = monday + timedelta(days=weekday)
        return found if found >= today else None
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _end_of(words: list[str], today: date) -> date | None:
    """The last day of `week`, `next week`, `this month`, `next year`, `december`."""
    step = 0
    if words[0] in _words("next"):
        step, words = 1, words[1:]
    elif words[0] in ("this", "the"):
        words = words[1:]
    if len(words) != 1:
        return None
    unit = words[0]
    if unit in _words("week"):
        return _week_end(today, step)
    if unit in _words("month"):
        return _month_end(_months_on(today.replace(day=1), step))
    if unit in _words("year"):
        return date(today.year + step, 12, 31)
    if unit in ("quarter", "季度"):
        first = today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1)
        return _month_end(_months_on(first, 2 + 3 * step))
    if unit in MONTHS and not step and len(unit) > 2:
        return _month_end(_coming(today, MONTHS[unit], 1, end=True))
    return None


def _week_end(today: date, step: int) -> date:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
    friday = monday + timedelta(days=_FRIDAY)
    return friday if friday >= today else monday + timedelta(days=_SUNDAY)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _coming(today: date, month: int, day: int, *, end: bool = False) -> date:
    """That day of this year, or of the next one that has it if it is over."""
    for year in range(today.year, today.year + 9):
        if day > monthrange(year, month)[1]:
            continue
        found = date(year, month, day)
        if (_month_end(found) if end else found) >= today:
            return found
    raise ValueError(day)


def _chinese(text: str, today: date) -> date | None:
    text = text.replace(" ", "")
    match = _HAN_WEEKDAY.fullmatch(text)
    if match:
        number = int(match[2]) if match[2].isdigit() else "一二三四五六日天".index(match[2]) + 1
        which = match[1] or ""
        sort = "next" if which.startswith("下") else "this" if which else ""
        return _weekday(today, min(number, 7) - 1, sort, max(1, len(which)))
    match = _HAN_ENDS.fullmatch(text)
    if match:
        return _han_end(match[1] or "", match[2], text[-1], today)
    match = _HAN_SPAN.fullmatch(text)
    if match and not (match[2] == "日" and text[-1] == "日"):
        if match[1] == "半":
            return today + timedelta(days=15) if match[2] in ("个月", "個月") else None
        return _after(today, _han_number(match[1]), match[2])
    if text in ("下周", "下星期", "下礼拜", "下週", "下个星期"):
        return _week_end(today, 1)
    if text in ("本周", "这周", "本星期", "這週"):
        return _week_end(today, 0)
    if text in ("大后天", "大後天"):
        return today + timedelta(days=3)
    return None


def _han_number(text: str) -> int:
    """Up to 99: 3, 三, 十, 十五, 二十, 二十一."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _han_end(which: str, unit: str, last: str, today: date) -> date | None:
    step = which.count("下") or (1 if which == "明" else 0)
    if unit in ("周", "星期", "礼拜", "週"):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        # 周末 is the weekend, 周底 the end of the working week.
        return monday + timedelta(days=_SUNDAY) if last == "末" else _week_end(today, step)
    return _end_of((["next"] if step else []) + [unit], today)


def _written(text: str, today: date, language: str) -> date | None:
    """Dates in digits and with a month's name."""
    match = _FULL.fullmatch(text)
    if match:
        return date(int(match[1]), int(match[2]), int(match[3]))
    match = _HAN_DAY.fullmatch(text.replace(" ", ""))
    if match:
        month, day = _han_number(match[2]), _han_number(match[3])
        if match[1]:
            return date(today.year + "今明后".index(match[1]), month, day)
        return _coming(today, month, day)
    match = _SLASHED.fullmatch(text)
    if match and not (match[2] == "." and match[4] is None and len(match[3]) > 2):
        return _slashed(match, today, language)
    text = _ORDINAL.sub("", text)
    return _month_named(text, today, language) or _day_alone(text, today)


def _slashed(match: re.Match[str], today: date, language: str) -> date:
    first, second = int(match[1]), int(match[3])
    known = LANGUAGES.get(language)
    day_first = known.day_first if known else False
    if first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    day, month = (first, second) if day_first else (second, first)
    if match[4]:
        year = int(match[4])
        return date(year if year > 99 else 2000 + year, month, day)
    return _coming(today, month, day)


def _month_named(text: str, today: date, language: str) -> date | None:
    for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        match = pattern.fullmatch(text)
        month = _month(match[month_group], language) if match else None
        if match and month:
            day = int(match[day_group])
            return date(int(match[3]), month, day) if match[3] else _coming(today, month, day)
    return None


def _month(word: str, language: str) -> int | None:
    for code in (language, "en"):
        months = LANGUAGES[code].months if code in LANGUAGES else {}
        if word in months:
            return months[word]
    return MONTHS.get(word)


def _day_alone(text: str, today: date) -> date | None:
    """`the 5th` (its ending is gone here), `5号`: the next such day."""
    match = re.fullmatch(r"(?:the )(\d{1,2})|(\d{1,2})[号號日]", text)
    if match is None:
        return None
    day = int(match[1] or match[2])
    for step in range(3):
        first = _months_on(today.replace(day=1), step)
        if day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
            return first.replace(day=day)
    return None
