"""What people write about meetings: points, called meetings, minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from mailflow.outbox.phrases import languages, phrases
from mailflow.workflow.kinds import Kind, Kinds
from mailflow.workflow.meetings import (
    LONGEST_NAME,
    LONGEST_POINT,
    MOST_LINES,
    MOST_POINTS,
    Called,
    Topic,
    cancels,
    comes,
    next_weekly,
    read_called,
    read_topics,
    too_many,
)
from mailflow.workflow.minutes import MOST_LINES as MOST_OF_MINUTES
from mailflow.workflow.minutes import MOST_RECORDS, Minutes, Writer, read_minutes
from mailflow.workflow.model import NewRecord, Refusal
from tests.workflow.company import ANNA, DIRECTORY, KINDS, MA, PORTAL, TOM

SHANGHAI = ZoneInfo("Asia/Shanghai")
# a Monday, 09:00 in Shanghai
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PRIVATE = Kind("conflict", ("named", "settled"), tags=("CONFLICT", "冲突"), private=True)
RISK = Kind("risk", ("open", "over"), label={"en": "risk", "zh": "风险"}, tags=("RISK",))


def minutes(text: str, language: str = "en", kinds: Kinds = KINDS) -> Minutes:
    writer = Writer(PORTAL, DIRECTORY, kinds, language, TODAY)
    return read_minutes(writer, text.splitlines())


def opened(text: str, language: str = "en", kinds: Kinds = KINDS) -> list[NewRecord]:
    return [one.new for one in minutes(text, language, kinds).records]


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("Decision: we release in May", NewRecord("decision", "we release in May")),
        ("决定：五月发布", NewRecord("decision", "五月发布")),
        ("- DECISION: by friday", NewRecord("decision", "by friday")),
        (
            "Task: write the plan @Ma Jun friday",
            NewRecord("task", "write the plan", owner=MA.id, due=date(2026, 11, 27)),
        ),
        (
            "**任务**：写计划 @ma@acme.example 2026-12-04",
            NewRecord("task", "写计划", owner=MA.id, due=date(2026, 12, 4)),
        ),
        ("Task: ask Anna @Anna Berg", NewRecord("task", "ask Anna", owner=ANNA.id)),
        ("Risk: the server fails in March", NewRecord("issue", "the server fails in March")),
        (
            "风险：服务器 @Tom 周五",
            NewRecord("issue", "服务器", owner=TOM.id, due=date(2026, 11, 27)),
        ),
        (
            "Task: two lines\n   and more of it",
            NewRecord("task", "two lines", text="and more of it"),
        ),
        ("Milestone: beta 2026-12-18", NewRecord("milestone", "beta", due=date(2026, 12, 18))),
    ],
)
def test_a_line_that_names_a_kind_opens_a_record(line: str, new: NewRecord) -> None:
    assert opened(line, "en" if line.isascii() else "zh") == [new]


@pytest.mark.parametrize(
    "line",
    [
        "We decided: nothing",
        "Decision",
        "Decision:",
        "Note: a task",
        "see https://x.example",
        "10:30",
    ],
)
def test_all_else_is_text(line: str) -> None:
    assert minutes(line) == Minutes((), line.strip())


def test_a_kind_of_ones_own_comes_before_the_further_words_of_another() -> None:
    assert [one.kind for one in opened("Risk: x\n风险：y", kinds=Kinds((*KINDS.all, RISK)))] == [
        "risk",
        "risk",
    ]


@pytest.mark.parametrize("person", ["Boris", "eve@acme.example", "nobody@client.example"])
def test_who_is_not_of_the_project_is_named(person: str) -> None:
    (found,) = minutes(f"Task: write it @{person} friday").records
    assert (found.new.owner, found.new.due) == (None, date(2026, 11, 27))
    assert found.line == f"@{person}"
    assert found.refusal is not None
    assert (found.refusal.reason, found.refusal.details["given"]) == ("unknown_owner", person)


def test_what_is_private_is_left_out_of_what_everybody_reads() -> None:
    text = "Before\nConflict: about Tom\n  who said it\nTask: x\nAfter"
    found = minutes(text, kinds=Kinds((*KINDS.all, PRIVATE)))
    assert [one.new.kind for one in found.records] == ["task"]
    assert found.text == "Before\nTask: x\nAfter"
    ((line, refusal),) = found.refused
    assert "about Tom" in line
    assert refusal == Refusal("private_in_minutes", {"kind": "conflict"})


def test_minutes_have_an_end_which_is_said() -> None:
    kinds = Kinds((*KINDS.all, PRIVATE))
    lines = [f"{'Conflict' if n % 2 else 'Task'}: number {n}." for n in range(10_000)]
    found = minutes("\n".join(lines), kinds=kinds)
    assert len(found.records) + len(found.refused) == MOST_RECORDS + 2
    assert "Conflict" not in found.text
    assert found.text.count("\n") < MOST_OF_MINUTES
    assert [(line, why.reason) for line, why in found.refused[-2:]] == [
        (f"Task: number {MOST_RECORDS}.", "too_many_in_minutes"),
        (f"Task: number {MOST_OF_MINUTES}.", "minutes_too_long"),
    ]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Budget", [Topic("Budget")]),
        ("- one\n* two\n3. three\n（4）four", [Topic(n) for n in ("one", "two", "three", "four")]),
        ("To decide: May or June?", [Topic("May or June?", decides=True)]),
        ("- 需决定：五月还是六月", [Topic("五月还是六月", decides=True)]),
        ("决定：五月还是六月", [Topic("五月还是六月", decides=True)]),
        ("Decision: May or June?", [Topic("May or June?", decides=True)]),
        ("Hi all,\n\nthe budget", [Topic("the budget")]),
        ("大家好：\n预算", [Topic("预算")]),
        ("Hello", [Topic("Hello")]),
        ("", []),
        (" \n-\n", [Topic("-")]),
        ("a" * 70 + "\nand its end\n\nnext", [Topic("a" * 70 + " and its end"), Topic("next")]),
        ("预" * 35 + "\n算", [Topic("预" * 35 + "算")]),
        ("a" * 70 + "\n- another", [Topic("a" * 70), Topic("another")]),
        ("2026 budget", [Topic("2026 budget")]),
    ],
)
def test_points(text: str, topics: list[Topic]) -> None:
    assert list(read_topics(text.splitlines())) == topics


def test_points_have_an_end() -> None:
    found = read_topics(["x" * 100_000, "", *(str(n) for n in range(10_000))])
    assert len(found) == MOST_LINES - 1
    assert max(len(topic.text) for topic in found) <= LONGEST_POINT
    assert too_many(found) == Refusal("too_many_points", {"n": MOST_POINTS})
    assert too_many(found[:MOST_POINTS]) is None
    (broken,) = read_topics(["y" * 70] * 100_000)
    assert len(broken.text) == LONGEST_POINT


def called(text: str, body: str = "", language: str = "en") -> Called | Refusal:
    return read_called(text, body, NOW, SHANGHAI, language)


@pytest.mark.parametrize(
    ("text", "body", "language", "expected"),
    [
        ("tomorrow 15:00 Review", "", "en", ("Review", "", "2026-11-24T07:00", 45, [])),
        (
            "friday 9:30-10:15 Review",
            "Room 4",
            "en",
            ("Review", "", "2026-11-27T01:30", 45, ["Room 4"]),
        ),
        (
            "明天15:00 评审",
            "地点：301\n链接：https://m.example/1\n时长：1小时\n需决定：方案",
            "zh",
            ("评审", "301, https://m.example/1", "2026-11-24T07:00", 60, ["方案"]),
        ),
        ("15:00 Review", "Minutes: 30", "en", ("Review", "", "2026-11-23T07:00", 30, [])),
        (
            "15:00-16:00 Review",
            "Duration: 2h\nMinutes: soon",
            "en",
            ("Review", "", "2026-11-23T07:00", 60, ["Minutes: soon"]),
        ),
        ("tomorrow 15:00", "", "en", ("", "", "2026-11-24T07:00", 45, [])),
    ],
)
def test_a_called_meeting(
    text: str, body: str, language: str, expected: tuple[str, str, str, int, list[str]]
) -> None:
    found = called(text, body, language)
    assert isinstance(found, Called)
    minutes_long = (found.ends - found.starts).total_seconds() / 60
    topics = [topic.text for topic in found.topics]
    starts = found.starts.isoformat()[:16]
    assert (found.name, found.place, starts, minutes_long, topics) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Review", "unknown_time"),
        ("", "unknown_time"),
        ("next week Review", "unknown_time"),
        ("tomorrow 15:00 CET Review", "unknown_time"),
        ("8:00 Review", "time_is_over"),
        ("2026-11-20 15:00 Review", "time_is_over"),
    ],
)
def test_a_time_that_cannot_be(text: str, reason: str) -> None:
    assert called(text) == Refusal(reason, {"given": text})


def test_a_called_meeting_has_an_end() -> None:
    found = called("tomorrow 15:00 " + "x" * 5_000, "Place: " + "y" * 5_000)
    assert isinstance(found, Called)
    assert len(found.name) <= LONGEST_NAME
    assert len(found.place) <= 500


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-11-23T01:00+00:00", "2026-11-26T02:00+00:00"),
        ("2026-11-26T01:59+00:00", "2026-11-26T02:00+00:00"),
        ("2026-11-26T02:00+00:00", "2026-12-03T02:00+00:00"),
        # Thursday in Shanghai already
        ("2026-11-25T17:00+00:00", "2026-11-26T02:00+00:00"),
    ],
)
def test_when_a_weekly_meeting_is_next(now: str, starts: str) -> None:
    found = next_weekly(3, time(10), datetime.fromisoformat(now), SHANGHAI)
    assert found == datetime.fromisoformat(starts)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes", "accepted"),
        ("Hi Li,\nComing!\nThanks", "accepted"),
        ("参加。", "accepted"),
        ("Accepted", "accepted"),
        ("接受", "accepted"),
        ("decline", "declined"),
        ("no", "declined"),
        ("I can’t come.", "declined"),
        ("不参加", "declined"),
        ("Coming, and we need a room", None),
        ("yes\nno", None),
        ("thanks", None),
        ("", None),
    ],
)
def test_who_says_that_they_come(text: str, answer: str | None) -> None:
    assert comes(text) == answer


@pytest.mark.parametrize(
    ("line", "off"),
    [
        ("cancel", True),
        ("Cancelled.", True),
        ("取消", True),
        ("cancel the order", False),
        ("", False),
    ],
)
def test_what_calls_a_meeting_off(line: str, off: bool) -> None:
    assert cancels(line) is off


@pytest.mark.parametrize("language", languages())
def test_the_words_that_mails_recommend_are_understood(language: str) -> None:
    say = phrases(language).say
    assert comes(say("meeting.yes")) == "accepted"
    assert comes(say("meeting.no")) == "declined"
    assert cancels(say("meeting.cancel"))
