"""Answers to a numbered list."""

from __future__ import annotations

import pytest

from parsers import parse
from parsers.as_json import as_json
from parsers.items import read_items
from parsers.model import Command, Item

from .scale import repeated, stays_linear
from .writing import plain

FRIDAY = Command("due", "friday")

WORDS = [
    ("2 done", (2,), "done"),
    ("2 Done, thanks!", (2,), "done"),
    ("2. done", (2,), "done"),
    ("2) done", (2,), "done"),
    ("(2) done", (2,), "done"),
    ("[2] done", (2,), "done"),
    ("#2 done", (2,), "done"),
    ("#2: done", (2,), "done"),
    ("2: agree", (2,), "agree"),
    ("2 - done", (2,), "done"),
    ("2 – done", (2,), "done"),
    ("2.done", (2,), "done"),
    ("- 2 done", (2,), "done"),
    ("**2** done", (2,), "done"),
    ("**2 done**", (2,), "done"),
    ("Item 2: done", (2,), "done"),
    ("No. 2 done", (2,), "done"),
    ("\u200b\xa02\xa0done", (2,), "done"),
    ("２　ｄｏｎｅ", (2,), "done"),
    ("1, 3 done", (1, 3), "done"),
    ("3,1,3 done", (3, 1), "done"),
    ("1 and 3 agreed", (1, 3), "agree"),
    ("1, 2, and 4: done", (1, 2, 4), "done"),
    ("#1 & #3 done", (1, 3), "done"),
    ("1-3 done", (1, 2, 3), "done"),
    ("1–3, 7 done", (1, 2, 3, 7), "done"),
    ("2 to 4 agreed", (2, 3, 4), "agree"),
    ("951-999, 1 done", (*range(951, 1000), 1), "done"),
    ("2 no", (2,), "no"),
    ("3 reject", (3,), "reject"),
    ("4 not mine", (4,), "not_mine"),
    ("5 reopen", (5,), "reopen"),
    ("6 please undo", (6,), "undo"),
    ("7: why me?", (7,), "why"),
    ("2已解决", (2,), "done"),
    ("2：已解决", (2,), "done"),
    ("２：已解决", (2,), "done"),
    ("2、同意", (2,), "agree"),
    ("2. 不同意", (2,), "reject"),
    ("（2）已完成", (2,), "done"),
    ("第2项 已解决", (2,), "done"),
    ("第２项：已解决，谢谢", (2,), "done"),
    ("第二项已解决", (2,), "done"),
    ("第十二条 同意", (12,), "agree"),
    ("第2、3项完成", (2, 3), "done"),
    ("第1项到第3项 同意", (1, 2, 3), "agree"),
    ("第一和第三到第五项同意", (1, 3, 4, 5), "agree"),
    ("2 和 3 完成", (2, 3), "done"),
    ("2和3完成", (2, 3), "done"),
    ("1到3 同意", (1, 2, 3), "agree"),
    ("1、3、5 已完成", (1, 3, 5), "done"),
    ("4 不归我管", (4,), "not_mine"),
    ("5 重新打开", (5,), "reopen"),
    ("6 请撤销", (6,), "undo"),
    ("7 为什么是我？", (7,), "why"),
]

COMMANDS = [
    ("3 /due friday", (3,), FRIDAY),
    ("3. /due friday", (3,), FRIDAY),
    ("3/due friday", (3,), FRIDAY),
    ("2) /owner Anna", (2,), Command("owner", "Anna")),
    ("1-2: /due friday", (1, 2), FRIDAY),
    ("*3 /due friday*", (3,), FRIDAY),
    ("3 ／截止：周五", (3,), Command("due", "周五")),
    ("第3项／截止周五", (3,), Command("due", "周五")),
    ("3 /reject it costs /too much", (3,), Command("reject", "it costs /too much")),
    ("3 /link https://x.example/a /b", (3,), Command("link", "https://x.example/a /b")),
    ("3 /onwer Anna", (3,), Command("onwer", "Anna")),
]

TEXT = [
    "",
    "2",
    "2.",
    "第2项",
    "done",
    "2 servers are down",
    "3 days left",
    "2. wir haben das Problem",
    "2 done by friday",
    "2 done?",
    "2nd done",
    "2nodone",
    "2 done, 3 not",
    "not 2 done",
    "0 done",
    "1000 done",
    "12345 done",
    "3-1 done",
    "1-51 done",
    "1-30, 31-60 done",
    "15:30 done",
    "12/5 done",
    "2.5 done",
    "50 % done",
    "5 /month",
    "5 /usr/bin is full",
    "5 EUR /month",
    "> 2 done",
    "2号完成",
    "2点完成",
    "两项已完成",
    "2项已完成",
    "一致同意",
    "2 个服务器已完成",
    "第2项还没完成",
    "第一二项完成",
    "第十十项完成",
    "第2项完成了吗？",
    "Item: done",
    "Items done",
    "-2 done",
]


@pytest.mark.parametrize(("line", "numbers", "word"), WORDS)
def test_a_word(line: str, numbers: tuple[int, ...], word: str) -> None:
    assert read_items([line]) == (Item(numbers, (), word, line),)


@pytest.mark.parametrize(("line", "numbers", "command"), COMMANDS)
def test_a_command(line: str, numbers: tuple[int, ...], command: Command) -> None:
    assert read_items([line]) == (Item(numbers, (command,), None, line),)


@pytest.mark.parametrize("line", TEXT)
def test_text(line: str) -> None:
    assert read_items([line]) == ()


def test_several_commands_of_one_line() -> None:
    (item,) = read_items(["2 done /due friday /note it runs /now"])
    assert item.word == "done"
    assert item.commands == (FRIDAY, Command("note", "it runs /now"))


def test_a_mail_has_items_beside_what_it_had_before() -> None:
    text = "Hello,\n\n2 done\n2 servers are down.\n3. /due friday\n\nBest regards,\nSara"
    mail = parse(plain(text + "\n\nOn Mon, 23 Nov 2026, Flow <flow@acme.example> wrote:\n> 4 done"))
    assert [item.numbers for item in mail.items] == [(2,), (3,)]
    assert mail.commands == (FRIDAY,)
    assert mail.note_text.startswith("Hello,\n\n2 done\n2 servers are down.")
    assert as_json(mail)["items"] == [
        {"numbers": [2], "commands": [], "word": "done", "line": "2 done"},
        {
            "numbers": [3],
            "commands": [{"name": "due", "argument": "friday"}],
            "word": None,
            "line": "3. /due friday",
        },
    ]


def test_the_first_hundred_lines() -> None:
    assert len(read_items(["2 done"] * 200)) == 100


@pytest.mark.parametrize(
    "piece",
    ["1", "1,", "1-", "1 and ", "第", "第1", "第一项", "#", "#1", "(", "*", " ", "1 ", "1 /a "],
)
def test_long_lines_do_not_take_long(piece: str) -> None:
    def read(line: str) -> None:
        read_items([line, "1 " + line, "1 done" + line] * 33)

    stays_linear(read, repeated(piece))
