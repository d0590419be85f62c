"""When a meeting is, as its subject says it (`friday 3pm Title`, `周五下午3点半 评审`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Literal, NamedTuple

from .due_runs import due_at_end, due_at_start, is_span, names_a_day
from .due_words import HAN_NUMBER, han_number
from .model import Appointment
from .moments import ZONES
from .plain_words import narrow, visible
from .words import LANGUAGES, MEETING_BESIDE, MEETING_PAST, MEETING_TO, NIGHT, NOON, is_cjk

_LONGEST = 300
_MOST_CLOCKS = 10
_NOON, _DAY, _LONGEST_MEETING = 12 * 60, 24 * 60, 12 * 60
_AM, _PM = frozenset(LANGUAGES["zh"].am), frozenset(LANGUAGES["zh"].pm)


def _any(phrases: Iterable[str]) -> str:
    """The phrases, the longest first; one of letters as a whole."""
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(p) if is_cjk(p) or p == "@" else rf"\b{p}\b" for p in ordered)


_CLOCK = (
    rf"(?:(?P<part>{_any(_AM | _PM)})\s?)?"
    rf"(?:(?P<noon>{_any(NOON)})|(?P<hour>\d{{1,2}}(?!\d)|{HAN_NUMBER})"
    r"(?:\s?[:：](?P<minute>[0-5]\d)(?:[:：][0-5]\d)?(?![:：]?\d)"
    r"|\s?(?P<han>[点點时時])(?:(?P<half>半)|(?P<quarter>[一三])刻|整|[钟鐘]"
    rf"|(?P<past>[0-5]?\d(?!\d)|{HAN_NUMBER})分?)?)?)"
    r"(?:\s?(?P<letter>[ap])\.?m\.?(?!\w))?"
)
_FIRST = re.compile(rf"(?<![\d.:：/])(?<![A-SU-Za-su-z]){_CLOCK}", re.IGNORECASE)
_SECOND = re.compile(rf"\s?(?:[-–—~～－]|{_any(MEETING_TO)})\s?{_CLOCK}", re.IGNORECASE)
_ZONE = re.compile(r"\s?\(?(?:(?:UTC|GMT)\s?)?(?:[+-]\d{1,2}(?![\d:]*\s?[-–])|([A-Z]{1,5})\b)")
_ALSO_ZONES = frozenset(("cst", "ist"))
_BESIDE = re.compile(
    rf"(?:\s{{0,5}}(?:{_any(MEETING_BESIDE)}))?[\s,，;；:：、|–—(（-]{{0,5}}$", re.I
)
# What is over is no meeting to come, and no part of a title beside its time either.
_OVER = re.compile(rf"(?:{_any(MEETING_PAST)})\W{{0,5}}$", re.I)
_AROUND = " \t,;:，；：、|-–—。.()（）"
_Half = Literal["am", "pm"]


class _Clock(NamedTuple):
    """A time of day; `half` is None where 3 may be 15, and `bare` is a number alone."""

    hour: int
    minute: int
    half: _Half | None
    bare: bool

    def minutes(self, half: _Half | None) -> int:
        """Since midnight, in that half of the day."""
        hour = self.hour
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        return hour * 60 + self.minute


class _Span(NamedTuple):
    """From when, how long, and its place in the text."""

    start: int
    minutes: int | None
    place: int
    end: int


def read_meeting(text: str, today: date, language: str) -> Appointment | None:
    """The day, the time and the title; `today` is the day where there is only a time.

    None where no time of day stands there, the day is not understood or is a whole week, or a
    zone is named: what time that is here is not for this text alone to say.
    """
    text = " ".join(visible(text[:_LONGEST]).split())
    span = _span(narrow(text))
    if span is None or _names_zone(text[span.end :]):
        return None
    before = _BESIDE.sub("", text[: span.place].removesuffix("T"))
    after = text[span.end :].lstrip(_AROUND)
    found = _day(before, after, today, language)
    if found is None:
        return None
    at = time(span.start // 60, span.start % 60)
    return Appointment(found[0], at, span.minutes, found[1])


def _day(before: str, after: str, today: date, language: str) -> tuple[date, str] | None:
    """The day beside the time, or else at the start, or behind a comma at the end; the title."""
    at_end = due_at_end(before, today, language)
    if at_end:
        if is_span(before[len(at_end[0]) :], language):
            return None
        return at_end[1], _title(at_end[0], after)
    for text, front, back in ((after, before, ""), (before, "", after)):
        at_start = due_at_start(text, today, language)
        if at_start and not is_span(text[: len(text) - len(at_start[1])], language):
            return at_start[0], _title(front, at_start[1], back)
    return _day_behind(before, after, today, language)


def _day_behind(before: str, after: str, today: date, language: str) -> tuple[date, str] | None:
    last = due_at_end(after, today, language)
    if last and last[0].rstrip().endswith((",", "，", ";", "；", "(", "（")):
        return last[1], _title(before, last[0])
    if names_a_day(before, language) or names_a_day(after, language) or _OVER.search(before):
        return None
    return today, _title(before, after)


def _title(*parts: str) -> str:
    return " ".join(part for part in (" ".join(p.split()).strip(_AROUND) for p in parts) if part)


def _names_zone(after: str) -> bool:
    found = _ZONE.match(after)
    if found is None:
        return False
    return not found[1] or found[1].lower() in ZONES.keys() | _ALSO_ZONES


def _span(text: str) -> _Span | None:
    """The first time of day with minutes or am and pm; else the first 点."""
    found = [
        (match, clock)
        for match, _ in zip(_FIRST.finditer(text), range(_MOST_CLOCKS), strict=False)
        if (clock := _clock(match)) is not None
    ]
    found.sort(key=lambda one: bool(one[0]["han"]))
    for match, clock in found:
        second = _SECOND.match(text, match.end())
        until = _clock(second) if second else None
        if second and until and not until.bare:
            if _is_vague(clock, second, until):
                return None
            return _range(clock, until, match.start(), second.end())
        if not clock.bare and not _is_vague(clock, match, clock):
            return _Span(clock.minutes(clock.half), None, match.start(), match.end())
    return None


def _is_vague(first: _Clock, match: re.Match[str], last: _Clock) -> bool:
    """三点 without 下午 is said of the afternoon as well; 一点 is "a bit", too."""
    return bool(match["han"]) and not (first.half or last.half) and 1 <= first.hour <= 6


def _range(first: _Clock, second: _Clock, place: int, end: int) -> _Span:
    """3-4pm is in the afternoon, 11-1pm begins before noon; 下午3点到4点 ends in it too."""
    until = second.minutes(second.half or first.half)
    half = first.half or second.half
    start = first.minutes(half)
    if first.half is None and start >= until:
        start = first.minutes(None)
    if second.half is None and until <= start < until + _NOON < _DAY and second.hour <= 12:
        until += _NOON
    minutes = (until - start) % _DAY
    return _Span(start, minutes if 0 < minutes <= _LONGEST_MEETING else None, place, end)


def _clock(match: re.Match[str]) -> _Clock | None:
    if match["noon"]:
        return _Clock(12, 0, None, bare=False)
    hour, half = han_number(match["hour"]), _half(match)
    if not match["hour"].isdecimal() and not match["han"]:
        return None
    if hour > 23 or (half == "pm" and hour == 12 and match["part"] in NIGHT):
        return None
    if match["part"] == "中午" and hour in (10, 11):
        half = "am"
    bare = not (match["minute"] or match["han"] or match["letter"])
    return _Clock(hour, _minute(match), half, bare)


def _half(match: re.Match[str]) -> _Half | None:
    if match["letter"]:
        return "am" if match["letter"].lower() == "a" else "pm"
    if match["part"]:
        return "am" if match["part"] in _AM else "pm"
    return None


def _minute(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 * han_number(match["quarter"])
    return han_number(match["minute"] or match["past"] or "0")
