"""What people write about a meeting to come: when and where it is, and the points of its agenda."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailflow.workflow.model import Refusal
from parsers import is_polite, label_key, labelled, read_duration, read_meeting
from parsers.plain_words import is_greeting, plain_word, visible
from parsers.words import fold

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL_MINUTES, MOST_MINUTES = 45, 24 * 60
MOST_POINTS, LONGEST_POINT = 30, 500
MOST_LINES, LONGEST_LINE = 500, 2_000
LONGEST_NAME, LONGEST_PLACE = 200, 500
# A line that is at least so wide may go on in the next one: programs break lines at 72 or so.
WRAPPED = 60
BULLET = re.compile(r"\s{0,20}(?:[-–—+•·‣▪◦●○*]\s{1,3}|[(（]?\d{1,2}(?:[)）、]\s{0,3}|\.\s{1,3}))")
# Labels by their keys (parsers.label_key), then words that stand alone.
DECIDE = frozenset(("decide", "todecide", "fordecision", "decision")) | frozenset(
    ("需决定", "待决定", "决定", "需决策", "决策")
)
PLACE = frozenset(("place", "location", "where", "room", "link", "url")) | frozenset(
    ("地点", "地址", "位置", "会议室", "链接", "会议链接")
)
LASTS = frozenset(("duration", "length", "minutes", "时长", "时间长度", "分钟"))
ACCEPTS = frozenset(
    ("i come", "coming", "i am coming", "i'm coming", "i will come", "i'll come", "i'll be there")
) | frozenset(("accept", "accepted", "参加", "我参加", "出席", "接受", "已接受"))
DECLINES = frozenset(
    ("i do not come", "not coming", "i cannot come", "i can't come", "i won't come")
) | frozenset(
    ("decline", "declined", "不参加", "我不参加", "不能参加", "无法参加", "不出席", "来不了")
)
CANCEL = frozenset(("cancel", "cancelled", "canceled", "取消", "已取消", "取消会议", "会议取消"))


@dataclass(frozen=True, slots=True)
class Topic:
    """A point of an agenda; `decides` where something has to be decided."""

    text: str
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A meeting that somebody calls; the moments are in UTC. Without a name it has none."""

    name: str
    place: str
    starts: datetime
    ends: datetime
    topics: tuple[Topic, ...]


def read_topics(lines: Sequence[str]) -> tuple[Topic, ...]:
    """Each line is a point, apart from what a program broke; a greeting above them is none.

    No more than the first so many lines are read: how many points may be is for others to say.
    """
    read = [line[:LONGEST_LINE] for line in lines[:MOST_LINES]]
    return tuple(topic for topic in map(_topic, _unbroken(read)) if topic.text)


def too_many(topics: Sequence[Topic]) -> Refusal | None:
    """Why so many points are not taken from one mail."""
    return Refusal("too_many_points", {"n": MOST_POINTS}) if len(topics) > MOST_POINTS else None


def read_called(
    text: str, body: str, now: datetime, zone: ZoneInfo, language: str
) -> Called | Refusal:
    """`text` is the subject behind its tags, `body` the mail's words: place, link, length, points.

    Its time is one of `zone`, the project's.
    """
    today = now.astimezone(zone).date()
    found = read_meeting(text, today, language)
    if found is None:
        return Refusal("unknown_time", {"given": text})
    starts = moment_of(found.day, found.at, zone)
    if starts <= now:
        return Refusal("time_is_over", {"given": text})
    place, minutes, topics = _details(body)
    minutes = found.minutes or minutes or USUAL_MINUTES
    return Called(
        name=found.title[:LONGEST_NAME],
        place=place[:LONGEST_PLACE],
        starts=starts,
        ends=starts + timedelta(minutes=minutes),
        topics=topics,
    )


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (in UTC) of a local time: of two the first."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def next_weekly(weekday: int, at: time, now: datetime, zone: ZoneInfo) -> datetime:
    """When a weekly meeting begins next after `now` (in UTC); `weekday` is 0 for Monday."""
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    starts = moment_of(day, at, zone)
    return starts if starts > now else moment_of(day + timedelta(days=7), at, zone)


def cancels(line: str) -> bool:
    """Whether a line calls a meeting off."""
    return _bare(line) in CANCEL


def comes(text: str) -> str | None:
    """Whether words, apart from a greeting or thanks, only say that their author comes (accepted)
    or not (declined)."""
    said = [line for line in text.splitlines()[:MOST_POINTS] if not is_polite(line)]
    if len(said) != 1:
        return None
    word, bare = plain_word(said[0]), _bare(said[0])
    if word == "yes" or bare in ACCEPTS:
        return "accepted"
    return "declined" if word == "no" or bare in DECLINES else None


def _bare(line: str) -> str:
    return fold(visible(line)).strip(" .!,。！，")


def _details(body: str) -> tuple[str, int | None, tuple[Topic, ...]]:
    """The place, the minutes, and what all other lines want to talk about."""
    lines = body.splitlines()
    places: list[str] = []
    minutes, used = None, set()
    for line in labelled(lines):
        key = label_key(line.label)
        lasts = _minutes(line.value) if key in LASTS else None
        if key in PLACE:
            places.append(" ".join(line.value.split()))
        if key in PLACE or lasts:
            used.add(line.line)
        minutes = minutes or lasts
    rest = [line for number, line in enumerate(lines) if number not in used]
    return ", ".join(places), minutes, read_topics(rest)[:MOST_POINTS]


def _minutes(value: str) -> int | None:
    """A duration, where a bare number is minutes; None where it is none or too long."""
    bare = value.strip()
    if bare.isascii() and bare.isdigit():
        found = int(bare[:6])
    else:
        duration = read_duration(bare)
        found = duration[0] if duration else 0
    return found if 1 <= found <= MOST_MINUTES else None


def _unbroken(lines: Iterable[str]) -> list[str]:
    """The lines, those together again that a program broke."""
    found: list[str] = []
    before = ""
    for text in _without_greeting([visible(line).strip() for line in lines]):
        if text and width(before) >= WRAPPED and not BULLET.match(text):
            found[-1] = _joined(found[-1], text)
        elif text:
            found.append(text)
        before = text
    return found


def _joined(point: str, text: str) -> str:
    """A point with its next line; what is too long anyway grows no more."""
    if len(point) > LONGEST_POINT:
        return point
    return point + text if _is_wide(point[-1]) else f"{point} {text}"


def _without_greeting(lines: Sequence[str]) -> Sequence[str]:
    """Without a greeting above other words."""
    first = next((n for n, line in enumerate(lines) if line), 0)
    rest = lines[first + 1 :]
    if any(rest) and is_greeting(lines[first], before_blank=not rest[0]):
        return rest
    return lines


def _topic(text: str) -> Topic:
    for line in labelled((text,)):
        if label_key(line.label) in DECIDE:
            return Topic(line.value[:LONGEST_POINT], decides=True)
    bullet = BULLET.match(text)
    return Topic((text[bullet.end() :] if bullet else text).strip()[:LONGEST_POINT])


def width(text: str) -> int:
    """Columns in a terminal; a Chinese character has two."""
    return sum(2 if _is_wide(char) else 1 for char in text)


def _is_wide(char: str) -> bool:
    return char >= "\u2e80"
