"""Command lines and plain words."""

from __future__ import annotations

import pytest

from parsers import parse
from parsers.commands import command_of, plain_word
from parsers.model import Command
from parsers.words import COMMANDS

from .writing import plain

COMMAND_LINES = [
    ("/due friday", Command("due", "friday")),
    ("/Due: Friday", Command("due", "Friday")),
    ("／截止：周五", Command("due", "周五")),
    ("/截止周五", Command("due", "周五")),
    ("/截止日期 12月5日", Command("due", "12月5日")),
    ("/status\xa0in_progress", Command("status", "in_progress")),
    ("  /状态 已解决", Command("status", "已解决")),
    ("/负责人 马俊", Command("owner", "马俊")),
    ("/owner: @ma.jun@acme.example", Command("owner", "@ma.jun@acme.example")),
    ("/ help", Command("help", "")),
    ("/帮助", Command("help", "")),
    ("/frobnicate now", Command("frobnicate", "now")),
    ("/usr/bin/python fails", None),
    ("/home", Command("home", "")),
    ("//due friday", None),
    ("/42", None),
    ("see /due friday", None),
    ("/", None),
]


@pytest.mark.parametrize(("line", "expected"), COMMAND_LINES)
def test_command_line(line: str, expected: Command | None) -> None:
    assert command_of(line) == expected


def test_every_command_has_a_chinese_name() -> None:
    names = set(COMMANDS.values())
    assert {"status", "owner", "due", "undo", "digest", "tz"} <= names
    for name in names:
        assert any(n == name and not word.isascii() for word, n in COMMANDS.items()), name


WORDS = [
    ("done", "done"),
    ("Done!", "done"),
    ("已解决。", "done"),
    ("搞定", "done"),
    ("OK, agreed.", "agree"),
    ("同意", "agree"),
    ("不同意", "reject"),
    ("Yes, it was me", "yes"),
    ("是我", "yes"),
    ("Not me!", "no"),
    ("不是", "no"),
    ("撤回", "undo"),
    ("Working on it", "start"),
    ("收到", "acknowledge"),
    ("忽略", "ignore"),
    ("done with the first part", None),
    ("not done", None),
    ("还没完成", None),
    ("I agree with Bob that it is bad", None),
]


@pytest.mark.parametrize(("line", "word"), WORDS)
def test_plain_word(line: str, word: str | None) -> None:
    assert plain_word(line) == word


def test_only_the_first_own_line_is_a_word() -> None:
    assert parse(plain("done\nThe new part fits.")).word == "done"
    assert parse(plain("The new part fits.\ndone")).word is None


def test_note_is_without_commands_and_word() -> None:
    mail = parse(plain("已解决\n/due friday\n证书已经更新。"))
    assert (mail.word, mail.commands) == ("done", (Command("due", "friday"),))
    assert mail.note_text == "证书已经更新。"
    assert mail.reply_text == "已解决\n/due friday\n证书已经更新。"


@pytest.mark.parametrize(
    "text",
    [
        "fine\n\nOn Mon, 23 Nov 2026 at 10:00, Flow <flow@acme.example> wrote:\n> /status closed",
        "fine\n-- \n/status closed",
        "> /status closed\n> done",
        "fine\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>\n"
        "Date: Mon, 23 Nov 2026\nSubject: x\n\n/status closed",
        "\n".join(["fine"] * 10 + ["/status closed"]),
    ],
)
def test_no_command_from_what_others_wrote(text: str) -> None:
    mail = parse(plain(text))
    assert mail.commands == ()
    assert mail.word is None
