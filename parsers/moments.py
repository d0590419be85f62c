"""When a mail was sent, as the header lines inside of other mails say it, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from .words import AM, LANGUAGES, MONTHS, PM, fold

# Abbreviations that mean one offset wherever they are used in mail, in hours.
ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1,
    "mesz": 2, "oez": 2, "oesz": 3, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8,
    "aest": 10, "aedt": 11, "akst": -9, "akdt": -8, "hst": -10, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_MAX = 200
# Beyond them a moment may not be told in another zone.
_YEARS = range(1970, 9001)
_TIME = re.compile(
    r"(?<![\d.:])([01]?\d|2[0-4])\s?[:：hH]\s?([0-5]\d)(?:\s?[:：.]\s?([0-5]\d))?(?![\d])"
)
_DOT_TIME = re.compile(r"(?<![\d.])([01]?\d|2[0-3])\.([0-5]\d)(?:\.([0-5]\d))?(?![\d.])")
_HAN_TIME = re.compile(r"(\d{1,2})\s?(?:时|時|点|點|시)\s?(\d{1,2})?\s?(?:分|분)?")
_OFFSET = re.compile(
    r"(?:\b(?:gmt|utc)\s?)?([+-])(\d{1,2})(?::?([0-5]\d))?(?!\d)(?![-/.]\d)", re.IGNORECASE
)
_ZONE_NAME = re.compile(r"\b([A-Za-z]{1,5})\b")
_NOON = re.compile(r"(?:中午|正午)\s?$")
_WRITTEN_ZONE = re.compile(r"[\s,(]{1,3}(?:[AaPp]\.?[Mm]\.?[\s,(]{1,3})?([A-Z]{2,5})\)?\s{0,3}$")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?!\d)")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+(?:tháng|thg)\.?\s+(\d{1,2}),?\s+(\d{4})", re.IGNORECASE)
# Letters with their combining marks: Hebrew, Arabic, Hindi, Thai, and decomposed accents.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0970\u0e31\u0e34-\u0e4e"
)
_TOKEN = re.compile(rf"\d+|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*(?:['’ʼ.][^\W\d_]+)*")


def header_date(text: str) -> datetime | None:
    """The moment of a Date field (RFC 5322), or of one that is not quite one; else None.

    It has no zone where the field names none (also for -0000, which says so).
    """
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return sent_date(text)
    return found if found.year in _YEARS else None


def sent_date(text: str, languages: Iterable[str] = ()) -> datetime | None:
    """The moment of a line such as `Sent: Dienstag, 25. November 2014 14:59`.

    `languages` are those of the line's label: they decide on month names that several languages
    share and on the order of day and month. An unknown or absent zone gives a moment without one.
    """
    text = " ".join(text.replace("\u200e", "").replace("\u200f", "")[:_MAX].split())
    codes = tuple(languages)
    day = _day(text, codes)
    if day is None:
        return None
    (year, month, number), span = day
    if year not in _YEARS:
        return None
    rest = text[: span[0]] + " | " + text[span[1] :]
    hour, minute, second, after = _time(rest)
    try:
        return datetime(year, month, number, hour, minute, second, tzinfo=_zone(after))
    except ValueError:
        return None


def unknown_zone(text: str) -> str | None:
    """The abbreviation of a zone behind the time, where it may mean several (CST, IST) or none
    that we know; what is no such word is none."""
    text = text[:_MAX]
    if sum(char.isupper() for char in text) < 2:
        return None
    match = _TIME.search(text)
    after = text[match.end() :] if match else ""
    if match is None or _zone(after) is not None:
        return None
    written = _WRITTEN_ZONE.match(after)
    word = written[1] if written else ""
    return word if word and fold(word) not in AM | PM | MONTHS.keys() else None


def _day(text: str, codes: tuple[str, ...]) -> tuple[tuple[int, int, int], tuple[int, int]] | None:
    match = _YEAR_FIRST.search(text)
    if match:
        return (int(match[1]), int(match[2]), int(match[3])), match.span()
    match = _VIETNAMESE.search(text)
    if match:
        return (int(match[3]), int(match[2]), int(match[1])), match.span()
    # A year of four digits outweighs a month's name (`mar 27/10/2021` is a Tuesday), which
    # outweighs two digits (`17.55.44` is a time).
    match = _YEAR_LAST.search(text)
    if match and len(match[3]) == 4:
        return _numbers(match, text, codes)
    return _named_month(text, codes) or (_numbers(match, text, codes) if match else None)


def _numbers(
    match: re.Match[str], text: str, codes: tuple[str, ...]
) -> tuple[tuple[int, int, int], tuple[int, int]]:
    first, second = int(match[1]), int(match[2])
    day, month = (first, second) if _day_first(first, second, text, codes) else (second, first)
    return (_full_year(int(match[3])), month, day), match.span()


def _day_first(first: int, second: int, text: str, codes: tuple[str, ...]) -> bool:
    if first > 12 or second > 12:
        return first > 12
    if codes:
        if "en" in codes:
            return not re.search(r"\d\s?[AaPp]\.?[Mm]\b", text) and len(codes) > 1
        return any(LANGUAGES[c].day_first for c in codes if c in LANGUAGES)
    return False


def _full_year(year: int) -> int:
    if 2400 <= year <= 2700:
        return year - 543  # Thailand counts from the Buddha's death
    if year >= 100:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _named_month(
    text: str, codes: tuple[str, ...]
) -> tuple[tuple[int, int, int], tuple[int, int]] | None:
    """`25. November 2014`, `Nov 25, 2014`, `2021. okt. 27.`: whichever numbers stand beside it."""
    tokens = list(_TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        month = _month(token.group(), codes)
        if month is None:
            continue
        found = _around(tokens, index, month)
        if found:
            return found
    return None


def _month(word: str, codes: tuple[str, ...]) -> int | None:
    word = fold(word)
    for code in codes:
        language = LANGUAGES.get(code)
        if language and word in language.months:
            return language.months[word]
    return MONTHS.get(word)


def _around(
    tokens: list[re.Match[str]], index: int, month: int
) -> tuple[tuple[int, int, int], tuple[int, int]] | None:
    numbers = [
        (abs(i - index), i, t)
        for i, t in enumerate(tokens)
        if t.group().isdigit() and abs(i - index) <= 3
    ]
    years = [n for n in numbers if len(n[2].group()) == 4]
    days = [n for n in numbers if len(n[2].group()) <= 2 and 1 <= int(n[2].group()) <= 31]
    if not years:
        years = _short_year(tokens, index, days)
    if not years or not days:
        return None
    year = min(years)
    days = [d for d in days if d[1] != year[1]]
    if not days:
        return None
    day = min(days)
    used = [tokens[index], year[2], day[2]]
    span = (min(t.start() for t in used), max(t.end() for t in used))
    return (_full_year(int(year[2].group())), month, int(day[2].group())), span


def _short_year(
    tokens: list[re.Match[str]], index: int, days: list[tuple[int, int, re.Match[str]]]
) -> list[tuple[int, int, re.Match[str]]]:
    """`March-09-12`, `3-Nov-21`: the number after the month and the day, of two digits."""
    later = [d for d in days if d[1] > index and len(d[2].group()) == 2]
    if len(days) < 2 or not later:
        return []
    return [max(later, key=lambda d: d[1])] if later[-1][1] <= index + 2 else []


def _time(text: str) -> tuple[int, int, int, str]:
    """Hour, minute, second and what follows them; midnight where there is no time."""
    match = _TIME.search(text) or _DOT_TIME.search(text) or _HAN_TIME.search(text)
    if match is None:
        return 0, 0, 0, ""
    hour, minute, second = int(match[1]), int(match[2] or 0), 0
    if match.re is not _HAN_TIME:
        second = int(match[3] or 0)
    after = text[match.end() :]
    half = _half(text[: match.start()], after)
    if half == "pm" and hour in (10, 11) and _NOON.search(text[: match.start()]):
        half = None  # 中午11:58
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return (0 if hour == 24 else hour), minute, second, after


def _half(before: str, after: str) -> str | None:
    """Which half of the day: a word close before the time (下午9:32) or after it (9:32 PM)."""
    head, tail = fold(before)[-8:], fold(after)[:10]
    for half, names in (("am", AM), ("pm", PM)):
        for name in names:
            if tail.startswith(name) and not tail[len(name) : len(name) + 1].isalpha():
                return half
            if head.endswith(name) and not name.isascii():
                return half
    return None


def _zone(after: str) -> tzinfo | None:
    match = _OFFSET.search(after)
    if match:
        hours, minutes = int(match[2]), int(match[3] or 0)
        if len(match[2]) <= 2 and hours <= 14:
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(-offset if match[1] == "-" else offset)
    for name in _ZONE_NAME.findall(after):
        known = ZONES.get(name.lower())
        if known is not None:
            return timezone(timedelta(hours=known))
    return None
