"""What somebody can set for themselves, and what is left of a mail beside that and its items."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from mailflow.workflow.model import Refusal
from mailflow.workflow.personal import PERSONAL
from mailflow.workflow.remainder import says_more, without_commands, without_item_lines
from parsers import Mail, parse

ZONES = frozenset(
    {"Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC", "Etc/UTC", "America/Knox"}
)


def mail(text: str, subject: str = "Re: your mail") -> Mail:
    written = EmailMessage()
    written["From"], written["Subject"] = "anna@acme.example", subject
    written.set_content(text)
    return parse(written.as_bytes())


@pytest.mark.parametrize(
    ("command", "argument", "value"),
    [
        ("digest", "daily", "daily"),
        ("digest", "Every  day", "daily"),
        ("digest", "每天", "daily"),
        ("digest", "weekly", "weekly"),
        ("digest", "每周", "weekly"),
        ("digest", "OFF", "off"),
        ("digest", "关闭", "off"),
        ("digest", "sometimes", None),
        ("digest", "", None),
        ("lang", "zh", "zh"),
        ("lang", "zh_CN", "zh"),
        ("lang", "中文", "zh"),
        ("lang", "English", "en"),
        ("lang", "英文", "en"),
        ("lang", "fr", None),
        ("tz", "Asia/Shanghai", "Asia/Shanghai"),
        ("tz", "asia/shanghai", "Asia/Shanghai"),
        ("tz", "Berlin", "Europe/Berlin"),
        ("tz", "new york", "America/New_York"),
        ("tz", "utc", "UTC"),
        ("tz", "北京 时间", "Asia/Shanghai"),
        ("tz", "UTC+8", "Asia/Shanghai"),
        ("tz", "Atlantis", None),
        ("tz", "../../etc/passwd", None),
        ("tz", "", None),
    ],
)
def test_a_wish_is_understood_or_refused(command: str, argument: str, value: str | None) -> None:
    _, read = PERSONAL[command]
    found = read(argument, ZONES)
    if value is None:
        assert isinstance(found, Refusal)
        assert found.details == {"given": argument}
    else:
        assert found == value


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("/digest off", False),
        ("Hi,\n\n/digest off\n/lang zh\n\nThanks!", False),
        ("您好！\n/摘要 关闭\n谢谢", False),
        ("/digest off\nAnd please call me.", True),
        ("/digest off\n/due friday", True),
        ("done\n/digest off", True),
        ("/digest off\n\n2 done", True),
    ],
)
def test_a_mail_that_only_sets_something_says_nothing_more(text: str, more: bool) -> None:
    assert says_more(without_commands(mail(text), set(PERSONAL))) == more


@pytest.mark.parametrize(
    ("text", "rest", "commands"),
    [
        ("2 done\n3 /due friday", "", []),
        ("2 done\nWe met without Tom.\n3 agree", "We met without Tom.", []),
        ("2. /due friday\n/priority high", "", ["priority"]),
        ("2 done\n\nDecision: we wait\n", "Decision: we wait", []),
        ("2 servers are down", "2 servers are down", []),
        ("第2项 已完成\n决定：再等等", "决定：再等等", []),
    ],
)
def test_what_is_left_without_the_lines_of_items(text: str, rest: str, commands: list[str]) -> None:
    left = without_item_lines(mail(text))
    assert (left.note_text, left.items) == (rest, ())
    assert [command.name for command in left.commands] == commands
